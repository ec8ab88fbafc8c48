"""A ticked check says whether it ran on the files as they are now."""

import re
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from sdd.gate.cover import CheckState, worth_of
from sdd.gate.cover.idle import is_idle
from tests.adopted import FEATURE, POLICY, Adopted, rules_of

FIX = ("--kind", "fix", "--success", "It is one.", "--check", "grep -q 1 src/a.py", "--run", "--commit")
TERMS = (
    "--success",
    "It is one.",
    "--constraint",
    "Decimals stay.",
    "--non-goal",
    "No look-up.",
    "--requirement",
    "FR-001",
)
RULE = "contract-stale-evidence"
SAME, STALE = "passed on these files", "ran, not on these files as they are"
IDLE = f"{SAME}, but proves nothing"


def in_a_phr(adopted: Adopted) -> str:
    adopted.write({"src/a.py": "1\n"}, "Set it to one")
    return str(adopted.done("phr", "new", "Set it to one", *FIX, "--json").document["relative_path"])


def in_a_file(adopted: Adopted) -> str:
    words = ("--feature", FEATURE, *TERMS, "--check", "grep -q 1 src/a.py", "--scope", "/src/**", "--commit", "--json")
    path = str(adopted.done("contract", "new", "Set it to one", *words).document["path"])
    adopted.write({"src/a.py": "1\n"}, "Set it to one")
    adopted.here.write("src/left-behind.pyc", "")
    adopted.done("contract", "done", path, "--run", "--commit")
    (adopted.here.path / "src/left-behind.pyc").unlink()
    adopted.done("phr", "new", "Set it to one", "--contract", path, "--commit")
    return path


def checks(adopted: Adopted) -> list[dict[str, Any]]:
    return checks_of(adopted.gate())


def checks_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [check for change in document["changes"] for check in change["checks"]]


def judged(adopted: Adopted) -> tuple[list[str], set[str]]:
    """The states of the checks, and the rules that warn."""
    document = adopted.gate()
    return [check["state"] for check in checks_of(document)], rules_of(document, "warning")


@pytest.mark.parametrize("record", [in_a_phr, in_a_file])
def test_later_edits_make_evidence_stale_until_it_is_run_again(adopted: Adopted, record: Callable[..., str]) -> None:
    adopted.branch(FEATURE)
    path = record(adopted)
    document = adopted.gate()
    assert [(check["path"], check["text"], check["state"]) for check in checks_of(document)] == [
        (path, "grep -q 1 src/a.py", "passed")
    ]
    assert SAME in adopted.done("gate", "-v").out
    assert f"1 of 1 ticked; the record says: {SAME} `grep" in adopted.done("gate", "--format", "markdown").out
    agreed = [
        contract for change in document["changes"] for each in change["requests"] for contract in each["contracts"]
    ]
    assert [check["state"] for contract in agreed for check in contract["checks"]] == ["passed"]
    shown = adopted.done("contract", "show", path, "--json").document
    assert (shown["check_states"], len(shown["evidence"][0]["files"])) == (["passed"], 12)
    adopted.write({"src/a.py": "1 2\n"}, "Later")
    assert judged(adopted) == (["stale"], {RULE})
    assert STALE in adopted.done("gate", "-v").out
    assert f"1 of 1 ticked, 1 not on these files; the record says: **{STALE}** `grep" in (
        adopted.done("gate", "--format", "markdown").out
    )
    assert adopted.done("contract", "show", path, "--json").document["check_states"] == ["stale"]
    (way,) = adopted.done("status", "--json").document["next"]
    assert [step["argv"] for step in way["steps"]] == [["sdd", "contract", "verify", path, "--run", "--commit"]]
    adopted.done(*way["steps"][0]["argv"][1:])
    assert [check["state"] for check in checks(adopted)] == ["passed"]
    assert adopted.done("status", "--json").document["next"] == []
    adopted.write({"src/a.py": "2\n"}, "Broken")
    ran = adopted.sdd("contract", "verify", path, "--run", "--commit")
    assert (ran.status, "- [ ] `grep" in (adopted.here.path / path).read_text()) == (1, True)
    adopted.write({})
    assert [check["state"] for check in checks(adopted)] == ["failed"]


def test_evidence_of_another_record_is_not_called_old(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    path = in_a_phr(adopted)
    copied = (adopted.here.path / path).read_text().replace("src/a.py", "src/b.py").replace('"0001"', '"0002"')
    adopted.write({"src/b.py": "1\n", path.replace("0001", "0002"): copied}, "Copy")
    told = adopted.sdd("gate", "-v").out
    assert "its evidence is not of these files as they are: grep -q 1 src/b.py" in told
    assert f"check: {STALE}: grep -q 1 src/b.py" in told


def squashed(adopted: Adopted) -> None:
    adopted.here.git("reset", "-q", "--soft", "main")
    adopted.here.git("commit", "-qm", "All in one")


def rebased(adopted: Adopted) -> None:
    adopted.land_change({"src/other.py": "1\n"}, "Somebody else's")
    adopted.here.git("switch", "-q", FEATURE)
    adopted.here.git("rebase", "-q", "main")


def merged(adopted: Adopted) -> None:
    adopted.land_change({"src/other.py": "1\n"}, "Somebody else's")
    adopted.here.git("switch", "-q", FEATURE)
    adopted.here.git("merge", "-q", "--no-edit", "main")


@pytest.mark.parametrize("record", [in_a_phr, in_a_file])
@pytest.mark.parametrize("moved", [squashed, rebased, merged])
def test_evidence_outlives_what_moves_commits_only(
    adopted: Adopted, record: Callable[..., str], moved: Callable[..., None]
) -> None:
    adopted.branch(FEATURE)
    record(adopted)
    moved(adopted)
    adopted.here.git("fetch", "-q")
    assert judged(adopted) == (["passed"], set())


@pytest.mark.parametrize(
    ("pattern", "instead", "state"),
    [(r"files [0-9a-f]{12}, ", "", "ran"), (r"### Evidence\n\n- .*\n", "", "no evidence")],
)
def test_what_an_older_sdd_or_a_hand_wrote_is_told_and_not_judged(
    adopted: Adopted, pattern: str, instead: str, state: str
) -> None:
    adopted.branch(FEATURE)
    path = in_a_phr(adopted)
    text = (adopted.here.path / path).read_text()
    adopted.write({path: re.sub(pattern, instead, text), "src/a.py": "1 2\n"})
    assert judged(adopted) == ([state], set())


def test_where_the_policy_says_error_the_printed_line_leads_to_an_accepted_push(adopted: Adopted) -> None:
    adopted.land_change({POLICY: f'[rules]\n{RULE} = "error"\n'})
    adopted.branch(FEATURE)
    path = in_a_phr(adopted)
    adopted.write({"src/a.py": "1 2\n"}, "Later")
    refused = adopted.push("HEAD")
    line = f"sdd contract verify {path} --run --commit"
    assert (refused.returncode, f"next: {line}" in refused.stderr) == (1, True), refused.stderr
    adopted.done(*line.split()[1:])
    assert adopted.push("HEAD").returncode == 0


def test_a_file_that_is_added_to_the_record_was_not_checked(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    path = in_a_phr(adopted)
    adopted.write({"src/b.py": "1\n"}, "More")
    ran = adopted.done("phr", "add", path, "--commit")
    assert f"its checks ran before: sdd contract verify {path} --run --commit\n" in ran.err
    assert [check["state"] for check in checks(adopted)] == ["stale"]


def test_a_later_piece_of_work_in_the_same_scope_changes_nothing(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    in_a_file(adopted)
    adopted.write({"src/b.py": "1\n"}, "Something else")
    adopted.done("phr", "new", "Something else", "--kind", "fix", "--success", "It is.", "--check", "true", "--commit")
    assert [check["state"] for check in checks(adopted)] == ["passed", "open"]


def test_what_has_landed_is_judged_no_more(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    path = in_a_file(adopted)
    adopted.land("HEAD:main")
    adopted.here.git("fetch", "-q")
    adopted.write({"src/a.py": "3\n", path: Path(adopted.here.path / path).read_text() + "\n"})
    adopted.done("phr", "new", "Set it to three", "--kind", "chore", "--commit")
    assert judged(adopted) == ([], set())
    assert adopted.done("contract", "show", path, "--json").document["check_states"] == ["ran"]


@pytest.mark.parametrize(
    ("command", "is_idle"),
    [
        ("true", True),
        (":", True),
        ("exit 0", True),
        ("echo ok", True),
        ("pytest -q || true", True),
        ("pytest -q; echo done", True),
        ("pytest -q || echo failed", True),
        ("pytest -q", False),
        ("pytest -q && echo ok", False),
        ("echo ok | grep -q ok", False),
        ("test -s a.py || exit 1", False),
        ("set -e; pytest -q; echo done", False),
        ("true && pytest -q", False),
        ("A=$(pytest -q)", False),
        ("A=`pytest -q`", False),
        ("pytest \\\n -q", False),
        ("A=1", True),
        ("true # run the tests", True),
        ("/bin/true", True),
        ("env true", True),
        ("env -i A=1 true", True),
        ("bash -c true", True),
        ("sh -c 'exit 0'", True),
        ("bash -ec 'true; true'", True),
        ("(exit 0)", True),
        ("{ true; }", True),
        ("! false", True),
        ("[ 1 ]", True),
        ("test 1 = 1", True),
        ("[ a != b ]", True),
        ("sleep 0", True),
        ("git --version", True),
        ("python3 -c pass", True),
        ("python -c 'print(1)'", True),
        ("if pytest; then :; fi", True),
        ("if pytest; then echo a; else echo b; fi", True),
        ("timeout 5 true", True),
        ("A=1 true", True),
        ("true > log 2>&1", True),
        ("pytest -q &", True),
        ("pytest -q | tee log", True),
        ("exit 0; pytest -q", True),
        ("eval true", True),
        ("true || pytest -q", True),
        ("pytest -q\ntrue\n", True),
        ("# nothing", True),
        ("set -e; true", True),
        ("! true && pytest", False),
        ("bash -c pytest", False),
        ("sh -c 'pytest -q'", False),
        ("bash -ec 'pytest; true'", False),
        ("(pytest -q)", False),
        ("! grep -q TODO src/a.py", False),
        ("[ -f src/a.py ]", False),
        ("test -s src/x.py", False),
        ('[ "$(wc -l < a)" = 1 ]', False),
        ("shop --version", False),
        ("python3 -m pytest -q", False),
        ('python3 -c "import shop"', False),
        ("if pytest; then exit 0; else exit 1; fi", False),
        ("if ! pytest; then exit 1; fi", False),
        ("env CI=1 pytest -q", False),
        ("timeout 60 pytest -q", False),
        ("make", False),
        ("make test # all", False),
        ('grep -c "; true" a.py', False),
        ("pytest -q | grep -q passed", False),
        ("set -o pipefail; pytest -q | tee log", False),
        ("git diff --exit-code", False),
        ("for a in 1 2; do pytest; done", False),
        ("(cd src && make test)", False),
        ('test "unclosed', False),
        ("false", False),
        ("echo ';' && pytest", False),
        ("bash run.sh", False),
        ("node -e 'check()'", False),
        ('python3 -c "pass; import shop"', False),
        ("sleep 1; pytest -q", False),
        ("cat src/a.py", True),
        ("wc -l < src/a.py", True),
        ("ls", True),
        ("ls -la .", True),
        ("git status", True),
        ("git log -1", True),
        ("git --no-pager show --stat HEAD", True),
        ("git diff", True),
        ("grep -q '' src/a.py", True),
        ("test -d .", True),
        ("[ -d . ]", True),
        ('node -e ""', True),
        ("node -e 'process.exit(0)'", True),
        ("pytest || [ $? -ne 0 ]", True),
        ('pytest; test "$?" -ge 0', True),
        ("trap 'exit 0' EXIT; pytest", True),
        ("trap 'rm -rf tmp; exit 0' EXIT INT; pytest", True),
        ("while false; do pytest; done", True),
        ("until true; do pytest; done", True),
        ("if false; then pytest; fi", True),
        ("if true; then :; else pytest; fi", True),
        ("for a in x y; do pytest $a || true; done", True),
        ("pytest & wait", True),
        ("set +e; pytest; true", True),
        ("ls dist/x", False),
        ("test -f dist/x", False),
        ("test -d dist", False),
        ("git diff --quiet", False),
        ("git diff --check", False),
        ("git show HEAD:src/a.py", False),
        ("git ls-files --error-unmatch src/a.py", False),
        ("grep -q word src/a.py", False),
        ("grep -qx '' src/a.py", False),
        ("git diff --name-only | grep -q '^'", False),
        ("sort -c names", False),
        ("pytest || exit $?", False),
        ("pytest; exit", False),
        ("pytest; [ $? -ne 5 ]", False),
        ("pytest; test $? -eq 1", False),
        ("pytest || exit 1; echo passed", False),
        ("if ! pytest; then exit 1; fi; echo passed", False),
        ("trap 'rm -rf tmp' EXIT; pytest", False),
        ("trap 'exit $?' EXIT; pytest", False),
        ("while ! curl -s localhost; do sleep 1; done", False),
        ("for a in x y; do pytest $a || exit 1; echo $a; done", False),
        ("set -o pipefail; pytest | true", False),
        ("pytest & wait $!", False),
    ],
)
def test_a_check_that_passes_whatever_the_files_hold_is_told(command: str, is_idle: bool) -> None:
    assert worth_of(CheckState.PASSED, command) == (f"{SAME}, but proves nothing" if is_idle else SAME)
    assert worth_of(CheckState.OPEN, command) == "not ticked"
    assert worth_of(CheckState.NO_EVIDENCE, None) == "ticked without evidence"


@pytest.mark.parametrize(
    "command",
    [
        f"python -c '{'1' * 5000}x'",
        "(" * 500 + "true;" * 20000 + ")" * 500,
        "! " * 5000 + "true",
        "true;" * 20000 + "x",
    ],
    ids=["digits", "levels", "negations", "parts"],
)
def test_to_look_at_a_check_takes_no_long_time(command: str) -> None:
    begun = process_time()
    assert not is_idle(command)
    assert process_time() - begun < 2


def test_the_comment_and_the_list_say_that_a_check_proves_nothing(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/idle.py": "A = 1\n"}, "Idle")
    adopted.done(
        "phr", "new", "Idle", "--kind", "fix", "--success", "It is idle.", "--check", "echo ok", "--run", "--commit"
    )
    comment = adopted.done("gate", "--format", "markdown").out
    assert f"checks: 1 of 1 ticked, **1 proves nothing**; the record says: **{IDLE}** `echo ok`" in comment
    assert "check: passed on these files, but proves nothing: echo ok\n" in adopted.done("gate", "-v").out
    (change,) = adopted.gate()["changes"]
    told = [*change["checks"], *change["requests"][0]["contracts"][0]["checks"]]
    assert [check["proves_nothing"] for check in told] == [True, True]


def test_what_proves_nothing_is_shown_before_other_checks(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/idle.py": "A = 1\n"}, "Idle")
    real = ("test -s src/idle.py", "grep -q A src/idle.py", "test -f src/idle.py")
    checks = [word for check in (*real, "true") for word in ("--check", check)]
    adopted.done("phr", "new", "Idle", "--kind", "fix", "--success", "It is idle.", *checks, "--run", "--commit")
    comment = adopted.done("gate", "--format", "markdown").out
    told = f"checks: 4 of 4 ticked, **1 proves nothing**; the record says: **{IDLE}** `true`, "
    assert f"{told}{SAME} `{real[0]}`, {SAME} `{real[1]}`, 1 more\n" in comment
