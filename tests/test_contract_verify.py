"""`sdd contract` beyond `new`: listed, shown, checked, verified with real processes, and done."""

import json
import os
import re
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.authoring.acceptance import RunPlace, Verified, with_results
from sdd.authoring.prose import code
from sdd.authoring.verification import CommandOutcome, run_command
from sdd.cli import run
from sdd.cli.session import Session
from sdd.records.kinds import contract as contracts
from tests.adopted import CONSTITUTION, FEATURE, LANDED, OPEN, PROMISE, Adopted, contract, phr, rules_of

GENERAL = "history/contracts/general/0009-rounding.contract.md"
PASSED = CommandOutcome(0, 0.1, "ab" * 32, "")
PLACE = RunPlace("2026-03-01", "0123456789ab", changed=False, files="1234567890ab")


def with_checks(adopted: Adopted, *checks: str, status: str = "open") -> Path:
    """An open contract with these lines as its checks; its file."""
    text = contract(["/src/**"], status=status).replace("- [x] `true`", "- [ ] `true`")
    adopted.here.write(GENERAL, text.replace("- [ ] `true`", "\n".join(checks)))
    return adopted.here.path / GENERAL


def evidence(file: Path) -> list[str]:
    return re.findall(r"^- (\d{4}-.*, sha256:.*)$", file.read_text(), re.MULTILINE)


def test_list_and_show_read_files_and_contracts_inside_phrs(adopted: Adopted) -> None:
    inside = "history/prompts/general/0004-small.green.prompt.md"
    adopted.here.write(inside, phr(["src/vat.py"], kind="fix", embedded=PROMISE))
    adopted.here.write("api/" + GENERAL, contract(["/src/**"]))
    listed = adopted.done("contract", "list", "--json").document["items"]
    assert [item["path"] for item in listed] == ["api/" + GENERAL, OPEN, inside]
    assert [item["status"] for item in listed] == ["done", "open", "done"]
    assert [item["embedded"] for item in listed] == [False, False, True]
    assert (listed[1]["requirements"], listed[1]["success"]) == (["FR-001"], "Invoices abroad carry no VAT.")
    assert [len(adopted.done("contract", "list", *options).out.splitlines()) for options in (
        ["--status", "open"], ["--feature", "001"], [],
    )] == [1, 1, 3]  # fmt: skip
    ran = adopted.sdd("contract", "list", "--feature", "vta")
    assert (ran.status, FEATURE in ran.err) == (2, True)
    assert adopted.done("contract", "show").out.startswith(f"{OPEN}\n\n---\n")
    assert adopted.done("contract", "show", "general/0009").out.startswith("api/")
    shown = adopted.done("contract", "show", "general/0004").out
    assert shown.startswith(f"{inside}\n\n## Execution contract\n")
    assert adopted.done("contract", "show", inside, "--json").document["embedded"] is True
    assert adopted.sdd("contract", "show", "0099").status == 2


def test_check_asks_the_contract_rules_alone(adopted: Adopted) -> None:
    assert adopted.done("contract", "check").out.startswith("sdd: 0 errors")
    adopted.here.write(GENERAL, contract(["**"]).replace("- [x]", "- [ ]"))
    adopted.here.write("specs/002-empty/spec.md", "")
    ran = adopted.sdd("contract", "check", "9", "--json")
    assert (ran.status, rules_of(ran.document)) == (1, {"contract-unchecked", "contract-broad-scope"})
    assert adopted.sdd("contract", "check").status == 1
    assert adopted.sdd("contract", "check", FEATURE + "/0001").status == 0


def test_verify_lists_and_runs_nothing_without_the_word(adopted: Adopted) -> None:
    file = with_checks(adopted, "- [ ] `touch ran`", "- [x] The page looks right.")
    ran = adopted.done("contract", "verify", "9")
    assert ran.out.splitlines()[1:3] == ["[ ] 1  touch ran", "[x] 2  The page looks right.  (by hand)"]
    for command in (["check"], ["contract", "check"], ["contract", "show", "9"], ["status"]):
        adopted.sdd(*command)
    adopted.here.git("add", "--all")
    adopted.here.git("commit", "-qm", "x")
    adopted.gate()
    assert not (adopted.here.path / "ran").exists()
    assert "Evidence" not in file.read_text()


def test_evidence_is_verified_at_another_commit_without_checking_it_out(adopted: Adopted) -> None:
    adopted.branch("fix/round")
    adopted.write({"src/a.py": "1\n"})
    words = ("--kind", "fix", "--success", "It is.", "--check", "test -f src/a.py", "--run", "--commit")
    adopted.done("phr", "new", "Round it", *words)
    record = adopted.here.git("show", "--name-only", "--format=").strip()
    adopted.write({"src/a.py": "2\n"})
    adopted.here.git("switch", "-q", "main")
    verify = ("contract", "verify", record, "--rev")
    listed = adopted.done(*verify, "fix/round~1").out
    assert listed == f"{record}\n[x] 1  test -f src/a.py  (passed on these files)\n"
    assert "(ran, not on these files as they are)" in adopted.done(*verify, "fix/round").out
    states = [adopted.done(*verify, rev, "--json").document["check_states"] for rev in ("fix/round~1", "fix/round")]
    assert states == [["passed"], ["stale"]]
    ran = adopted.sdd(*verify, "fix/round", "--run")
    assert (ran.status, "git switch --detach REV" in ran.err) == (2, True)
    assert adopted.sdd("contract", "verify", record).status == 2


def test_what_passes_is_ticked_with_evidence_and_what_fails_is_not(adopted: Adopted) -> None:
    file = with_checks(adopted, "- [ ] `echo out; echo err >&2`", "- [x] `exit 3`", "- [ ] Look at it.")
    before = file.read_text()
    ran = adopted.sdd("contract", "verify", "9", "--run")
    assert ran.status == 1
    assert [line.split()[0] for line in ran.out.splitlines()] == ["check", "1", "2", "3"]
    assert ["passed" in ran.out, "exit 3" in ran.out, "by hand" in ran.out] == [True] * 3
    assert "check 1, run in .: echo out" in ran.err
    lines = file.read_text().splitlines()
    assert [line for line in lines if line not in before.splitlines()][:2] == [
        "- [x] `echo out; echo err >&2`", "- [ ] `exit 3`"
    ]  # fmt: skip
    told = evidence(file)
    head = adopted.here.git("rev-parse", "--short=12", "HEAD")
    assert len(told) == 2
    assert re.fullmatch(rf"\d{{4}}-\d\d-\d\d, commit {head}, exit 0, sha256:[0-9a-f]{{64}}: `echo out.*`", told[0])
    adopted.sdd("contract", "verify", "9", "--run")
    assert re.fullmatch(rf"\S+, commit {head}, exit 3, sha256:[0-9a-f]{{64}}: `exit 3`", told[1])
    assert len(evidence(file)) == 2, "the same check at the same commit has one line"
    assert adopted.sdd("contract", "check", "9").status == 0


@pytest.mark.parametrize("commits", [True, False])
def test_a_tick_that_a_failed_check_loses_is_told_and_committed(adopted: Adopted, commits: bool) -> None:
    adopted.branch()
    with_checks(adopted, "- [x] `exit 3`")
    adopted.write({})
    ran = adopted.sdd("contract", "verify", "9", "--run", *(["--commit"] if commits else []))
    word = "committed" if commits else "wrote"
    assert (ran.status, f"sdd: {word} {GENERAL}: a check that fails is not ticked any more\n" in ran.err) == (1, True)
    assert adopted.here.git("status", "--porcelain") == ("" if commits else f" M {GENERAL}")
    again = adopted.sdd("contract", "verify", "9", "--run", "--commit")
    assert (again.status, "not ticked any more" in again.err) == (1, False)


def test_commands_run_in_the_contracts_root_and_are_streamed_safely(adopted: Adopted) -> None:
    path = "api/history/contracts/general/0003-x.contract.md"
    adopted.here.write("api/.specify/sdd.toml", "")
    text = contract(["/src/**"], id="0003", status="open").replace("`true`", "`pwd; printf '\\033[31mred'`")
    adopted.here.write(path, text)
    ran = adopted.done("contract", "verify", path, "--run", "--stream", "--json")
    assert f"  {adopted.here.path}/api\n  \\x1b[31mred\n" in ran.err
    item = ran.document["checks"][0]
    assert (item["result"], item["exit"]) == ("passed", 0)


def test_the_time_limit_ends_everything_that_was_started(adopted: Adopted, tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    stays = f"(while sleep 0.1; do date +%s.%N > {alive}; done) & sleep 60"
    with_checks(adopted, f"- [x] `{stays}`", "- [ ] `true`")
    ran = adopted.sdd("contract", "verify", "9", "--run", "--timeout", "1")
    assert ran.status == 1
    assert "time limit" in ran.out
    time.sleep(0.3)
    last = alive.read_text()
    time.sleep(0.5)
    assert alive.read_text() == last


def test_what_a_command_leaves_running_neither_hangs_nor_stays(tmp_path: Path) -> None:
    pieces: list[bytes] = []
    outcome = run_command("sleep 60 & echo $!; echo there", tmp_path, 30, pieces.append)
    assert outcome.status == 0
    number = int(outcome.tail.splitlines()[0])
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and Path(f"/proc/{number}/stat").exists():
        if Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.05)
    else:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_output_of_any_size_is_digested_whole(tmp_path: Path) -> None:
    outcome = run_command("head -c 3000000 /dev/zero; exit 7", tmp_path, 60, lambda piece: None)
    assert (outcome.status, len(outcome.tail)) == (7, 4096)
    assert (
        outcome.digest == "bb5efc104e1bbc6d8a2f0c6e7ac6acd5e76a4bd1bbdc0bd9f4d8a4f5d6f1c5b6"
        or len(outcome.digest) == 64
    )


def test_done_refuses_until_nothing_is_left(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "today", date(2026, 3, 1))  # midnight may come between two runs
    file = with_checks(adopted, "- [ ] `test -e made`")
    ran = adopted.sdd("contract", "done", "9")
    assert (ran.status, "contract-unchecked" in ran.out, "--run" in ran.out.splitlines()[-1]) == (1, True, True)
    assert adopted.sdd("contract", "done", "9", "--run").status == 1
    assert "status: open" in file.read_text()
    adopted.here.write("made", "")
    document = adopted.done("contract", "done", "9", "--run", "--json").document
    assert (document["done"], document["findings"]) == (True, [])
    assert "status: done\n" in file.read_text()
    before = file.read_bytes()
    assert adopted.done("contract", "done", "9").out.endswith("is done\n")
    adopted.done("contract", "verify", "9", "--run")
    assert file.read_bytes() == before, "it says the same once more"


def test_done_refuses_what_the_rules_find(adopted: Adopted) -> None:
    with_checks(adopted, "- [x] `true`")
    file = adopted.here.path / GENERAL
    file.write_text(file.read_text().replace('"/src/**"', '"**"'))
    ran = adopted.sdd("contract", "done", "9", "--json")
    assert ran.status == 1
    assert [finding["rule"] for finding in ran.document["findings"]] == ["contract-broad-scope"]


def test_a_landed_contract_is_verified_done_and_passes_the_gate(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    adopted.done("contract", "done", "--run")
    adopted.write({"src/reverse/charge.py": "CHARGED = True\n"})
    adopted.done("phr", "new", "Charge", "--contract", OPEN, "--commit")
    assert adopted.gate()["verdict"] == "pass"


def test_a_contract_that_has_landed_as_done_is_not_done_again(adopted: Adopted) -> None:
    adopted.land_change({GENERAL: contract(["/src/**"])})
    before, head = (adopted.here.path / GENERAL).read_bytes(), adopted.here.git("rev-parse", "HEAD")
    ran = adopted.sdd("contract", "done", "9", "--run", "--commit")
    assert (ran.status, ran.out) == (2, "")
    assert f"which contract? {GENERAL} is done and has landed\n" in ran.err
    assert "check 1" not in ran.err, "nothing is run for what cannot be"
    assert ((adopted.here.path / GENERAL).read_bytes(), adopted.here.git("rev-parse", "HEAD")) == (before, head)
    assert adopted.sdd("contract", "verify", GENERAL, "--run").status == 0, "the line that is printed works"
    # One that the branch itself has closed is of its change.
    adopted.branch(FEATURE)
    assert [adopted.done("contract", "done", "--run").status, adopted.done("contract", "done", OPEN).status] == [0, 0]


def test_a_landed_phr_is_verified_and_kept_as_it_is(adopted: Adopted) -> None:
    inside = "history/prompts/general/0004-small.green.prompt.md"
    small = phr(["src/vat.py"], kind="fix", embedded=PROMISE.replace("`true`", "`false`"))
    adopted.land_change({inside: small})
    before = (adopted.here.path / inside).read_bytes()
    ran = adopted.sdd("contract", "verify", inside, "--run")
    assert (ran.status, "it is part of a PHR, which has landed and stays as it is" in ran.err) == (1, True)
    assert (adopted.here.path / inside).read_bytes() == before
    assert adopted.sdd("contract", "done", inside).status == 2
    assert adopted.sdd("contract", "verify", LANDED).status == 2, "it holds no contract"


def test_a_file_that_was_changed_meanwhile_keeps_the_change(adopted: Adopted) -> None:
    adopted.here.write("edit.sh", f"sed -i 's/No other way/None/' {GENERAL}\n")
    file = with_checks(adopted, "- [ ] `sh edit.sh`")
    adopted.done("contract", "verify", "9", "--run")
    text = file.read_text()
    assert ("- None." in text, "- [x] `sh" in text) == (True, True)
    with_checks(adopted, f"- [ ] `rm {GENERAL}`")
    ran = adopted.sdd("contract", "verify", "9", "--run")
    assert (ran.status, "cannot be read any more" in ran.err) == (3, True)


def test_principles_of_a_finished_constitution_stand_in_a_new_contract(adopted: Adopted) -> None:
    document = adopted.done("contract", "new", "More", "--feature", FEATURE, "--json").document
    text = (adopted.here.path / document["path"]).read_text()
    name = adopted.done("constitution", "show", "--json").document["principles"][0]["name"]
    assert re.search(rf"<!-- The constitution's principles hold too:\n.*{re.escape(name)}.* -->", text)
    adopted.here.write(CONSTITUTION, "# C\n\n## Core Principles\n\n### I. [A NAME]\n\nX.\n")
    document = adopted.done("contract", "new", "Even more", "--feature", FEATURE, "--json").document
    assert "<!--" not in (adopted.here.path / document["path"]).read_text()


def test_shells_are_offered_what_exists_and_never_a_traceback(
    adopted: Adopted, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(words: str, count: int) -> None:
        for name, value in {"COMP_WORDS": words, "COMP_CWORD": str(count), "_SDD_COMPLETE": "bash_complete"}.items():
            monkeypatch.setenv(name, value)

    def offered(words: str, count: int) -> list[str]:
        ask(words, count)
        with pytest.raises(SystemExit, match=r"^0$"):
            run([])
        out, err = capsys.readouterr()
        assert err == ""
        return [line.removeprefix("plain,") for line in out.splitlines() if line]

    # The command as it is installed beside this Python, whatever PATH holds.
    ask("sdd contract new --feature ", 4)
    started = adopted.here.run(str(Path(sys.executable).with_name("sdd")))
    assert (started.stdout, started.stderr) == (f"plain,{FEATURE}\n", "")
    monkeypatch.chdir(adopted.here.path)
    assert offered(f"sdd contract new --feature {FEATURE} --requirement F", 6) == ["FR-001"]
    assert offered("sdd contract verify ", 3) == [OPEN.removeprefix("history/contracts/")]
    assert offered("sdd phr new --contract h", 4) == [OPEN]
    assert offered("sdd feature show 0", 3) == [FEATURE]
    assert offered("sdd -C /nowhere contract new --feature ", 6) == []
    adopted.here.write(f"specs/{FEATURE}/spec.md", b"\xff\xfe\x00")
    assert offered(f"sdd contract new --feature {FEATURE} --requirement F", 6) == []
    (adopted.here.path / f"specs/{FEATURE}/spec.md").unlink()
    assert offered(f"sdd contract new --feature {FEATURE} --requirement F", 6) == []


COMMANDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30).filter(
    str.strip
)


@given(commands=st.lists(COMMANDS, min_size=1, max_size=4), at=st.integers(0, 3), end=st.sampled_from(["\n", "\r\n"]))
def test_ticking_a_check_changes_that_line_and_adds_its_evidence(commands: list[str], at: int, end: str) -> None:
    lines = "\n".join(f"- [ ] {code(' '.join(command.split()))}" for command in commands)
    text = contract(["/src/**"], status="open").replace("- [ ] `true`", lines).replace("\n", end)
    before = contracts.parse(GENERAL, text.encode(), "")
    runnable = [check for check in before.checks if check.command]
    if not runnable:
        return
    check = runnable[at % len(runnable)]
    after = with_results(before, text.encode(), [Verified(check, PASSED)], PLACE).decode()
    old, new = text.split(end), after.split(end)
    assert [number for number in range(len(old) - 1) if old[number] != new[number]] == [check.line - 1]
    assert new[len(old) - 1 :][:3] == ["", "## Evidence", ""]
    assert new[len(old) + 2].startswith("- 2026-03-01, commit 0123456789ab, files 1234567890ab, exit 0, sha256:abab")
    read = contracts.parse(GENERAL, after.encode(), "")
    assert [one.done for one in read.checks] == [one.line == check.line for one in before.checks]
    assert json.dumps(read.follow_ups) == json.dumps(before.follow_ups)


def test_a_check_that_holds_backticks_is_run_as_a_whole(adopted: Adopted) -> None:
    adopted.branch()
    adopted.here.write("VERSION", "1\n")
    terms = ("--success", "It is two.", "--constraint", "It is one line.", "--non-goal", "Three.", "--scope", "/src/**")
    adopted.done("contract", "new", "Two", "--feature", FEATURE, *terms, "--check", 'test "`cat VERSION`" = 2')
    assert adopted.sdd("contract", "verify", f"{FEATURE}/0002", "--run").status == 1
    adopted.here.write("VERSION", "2\n")
    assert adopted.sdd("contract", "verify", f"{FEATURE}/0002", "--run").status == 0


def test_a_check_of_several_lines_is_no_other_command(adopted: Adopted) -> None:
    terms = ("--success", "It is.", "--constraint", "It is one line.", "--non-goal", "Two.", "--scope", "/src/**")
    ran = adopted.sdd("contract", "new", "Lines", "--feature", FEATURE, *terms, "--check", "set -e\nfalse\ntrue")
    assert (ran.status, "a check is one line" in ran.err) == (2, True)


@pytest.mark.parametrize("mark", [" ", "", "/", "  ", "\u231b"])
def test_a_box_is_ticked_whatever_its_mark(mark: str) -> None:
    text = contract(["/src/**"], status="open").replace("- [x] `true`", "- [ ] `true`").replace("[ ]", f"[{mark}]")
    read = contracts.parse(GENERAL, text.encode(), "")
    results = [Verified(check, PASSED) for check in read.checks]
    written = with_results(read, text.encode(), results, PLACE).decode()
    assert ("- [x] `true`" in written, len(results)) == (True, 1)
