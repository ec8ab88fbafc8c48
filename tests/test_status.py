"""`sdd status`: where am I, what is lacking, what comes next."""

import os
import shlex
import time
from pathlib import Path
from typing import Any

import pytest

from sdd.repo.git import Git
from tests.adopted import FEATURE, OPEN, POLICY, PROMISE, SPEC, Adopted, phr, sdd
from tests.counting import counted
from tests.scratch import Scratch

GENERAL = "history/prompts/general/0001-rounding.green.prompt.md"
BY_FORCE = ["git", "push", "--force-with-lease", "origin", "work"]


def test_the_screen(adopted: Adopted) -> None:
    adopted.branch("fix/vat")
    adopted.write({"src/round.py": "1\n", GENERAL: phr(["src/round.py"], kind="fix", embedded=PROMISE)})
    adopted.write({"src/vat.py": "RATE = 7\n", "docs/x.md": "x\n"})
    adopted.here.write("tests/test_vat.py", "1\n")
    (adopted.here.path / ".git/FETCH_HEAD").touch()
    past = time.time() - 3 * 3600 - 60
    os.utime(adopted.here.path / ".git/FETCH_HEAD", (past, past))
    lines = adopted.done("status").out.splitlines()
    assert lines[:8] == [
        "branch   fix/vat: 2 commits ahead of origin/main (fetched 3 h ago), 1 file uncommitted",
        "feature  none (fine for a fix; features: sdd feature list)",
        "push     would be refused: 2 of 4 files lack records",
        "  phr  contract  spec  file           record",
        "  no   no        -     src/vat.py",
        "  no   no        -     tests/test_vat.py (uncommitted)",
        "  ok   ok        -     src/round.py   0001-rounding.green",
        "open     0 questions, 0 follow-ups, 0 waivers",
    ]
    assert (
        lines[8] == 'next[fix] git add --all && git commit -m "TITLE" && '
        'sdd phr new "TITLE" --kind fix --success "ONE SENTENCE" --check "COMMAND" --run --commit'
    )


def test_the_work_tree_is_looked_over_once_for_all_files_and_once_for_records(
    adopted: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted.branch("fix/vat")
    adopted.write({"src/vat.py": "RATE = 7\n"})
    adopted.here.write("src/new.py", "1\n")
    asked = counted(monkeypatch, Git, "run", lambda repository, *words: words[0])
    adopted.done("status")
    assert asked["status"] == 2


def test_the_document_of_a_large_change_is_short_and_counts_what_it_leaves_out(adopted: Adopted) -> None:
    adopted.branch("fix/many")
    adopted.write({**{f"src/{number:02}.py": "1\n" for number in range(40)}, "src/own.py": "1\n"})
    record = phr(["src/own.py"], kind="fix", embedded=PROMISE)
    adopted.here.write(GENERAL, record)
    ran = adopted.done("status", "--json")
    short, whole = ran.document, adopted.done("status", "--json", "--all").document
    assert len(ran.out) < 16_000
    assert list(short).index("next") < list(short).index("changes")
    (change,), (all_of_it,) = short["changes"], whole["changes"]
    assert all(file["lacks"] for file in change["files"])
    assert [finding for finding in all_of_it["findings"] if finding in change["findings"]] == change["findings"]
    assert {finding["rule"] for finding in change["findings"]} == {finding["rule"] for finding in all_of_it["findings"]}
    left = {
        "files": len(all_of_it["files"]) - len(change["files"]),
        "findings": len(all_of_it["findings"]) - len(change["findings"]),
        "covers": sum(
            len(one["covers"]) - len(two["covers"]) for one, two in zip(whole["next"], short["next"], strict=True)
        ),
    }
    assert (short["left_out"], whole["left_out"]) == (left, None)
    assert min(left.values()) >= 30
    assert [way["steps"] for way in short["next"]] == [way["steps"] for way in whole["next"]]


def test_the_document(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    text = (adopted.here.path / SPEC).read_text().replace("half up", "[NEEDS CLARIFICATION: how?]")
    adopted.write({SPEC: text, OPEN: (adopted.here.path / OPEN).read_text() + "\n## Follow-ups\n\n- One.\n- Two.\n"})
    adopted.here.write("src/a.py", "1\n")
    document = adopted.done("status", "--json").document
    assert {key: value for key, value in document.items() if key not in ("changes", "next")} == {
        "schema": "sdd/status/1",
        "branch": FEATURE,
        "target": "origin/main",
        "ahead": 1,
        "uncommitted": ["src/a.py"],
        "feature": FEATURE,
        "push": "refused",
        "remark": None,
        "operation": None,
        "behind": 0,
        "unmerged": [],
        "hook": True,
        "capture": None,
        "open": {"contracts": [], "questions": 1, "follow_ups": 2, "waivers": 0},
        "left_out": None,
    }
    (change,) = document["changes"]
    assert [row["path"] for row in change["files"]] == ["src/a.py"]
    assert document["next"]


def test_the_records_of_the_table_stand_below_each_other(adopted: Adopted) -> None:
    adopted.branch("fix/round")
    files = ["src/a.py", "src/rounding.py"]
    record = phr(files, kind="fix", embedded=PROMISE)
    adopted.write({**dict.fromkeys(files, "1\n"), GENERAL: record, "src/without_any_record_at_all.py": "1\n"})
    head, without, *rows = adopted.done("status").out.splitlines()[3:7]
    assert without.endswith("src/without_any_record_at_all.py")
    name = GENERAL.rpartition("/")[2].removesuffix(".prompt.md")
    assert [row.index(name) for row in rows] == [head.index("record")] * 2


def _amended(adopted: Adopted, branch: str) -> None:
    """A commit that was pushed and then amended."""
    adopted.write({"docs/a.md": "One.\n"}, "Say one")
    adopted.here.git("push", "-q", "--no-verify", "-u", "origin", branch)
    adopted.here.write("docs/a.md", "Two.\n")
    adopted.here.git("commit", "-qa", "--amend", "--no-edit")


def _parted(adopted: Adopted) -> tuple[str, list[list[str]], int]:
    """(first line, the steps, commits behind) that status has of a branch that has parted from its remote's."""
    lines, document = adopted.done("status").out.splitlines(), adopted.done("status", "--json").document
    assert "         but is no fast-forward, which git refuses" in lines
    (way,) = document["next"]
    return lines[0], [step["argv"] for step in way["steps"]], document["behind"]


def test_an_amended_target_is_behind_and_its_way_out_works(adopted: Adopted) -> None:
    _amended(adopted, "main")
    first, steps, behind = _parted(adopted)
    assert (first.endswith(", 1 behind"), steps, behind) == (True, [["git", "reset", "--soft", "origin/main"]], 1)
    adopted.here.git(*steps[0][1:])
    adopted.write({}, "Say two")
    assert "fast-forward" not in adopted.done("status").out
    assert adopted.here.run("git", "push", "-q", "--no-verify").returncode == 0


def test_an_amended_branch_is_pushed_by_force_and_what_others_pushed_is_taken_in(adopted: Adopted) -> None:
    adopted.branch("work")
    _amended(adopted, "work")
    first, steps, _ = _parted(adopted)
    assert (first.endswith(", 1 behind origin/work"), steps) == (True, [BY_FORCE])
    adopted.here.git("branch", "-q", "--set-upstream-to", "origin/main")
    assert adopted.here.run("git", *steps[0][1:], "--dry-run", "--no-verify").returncode == 0, "whatever is upstream"
    adopted.here.write("src/vat.py", "RATE = 8\n")
    assert f"which git refuses: {shlex.join(BY_FORCE)}\n" in adopted.done("status").out, "other work comes first"
    adopted.here.git("reset", "-q", "--hard", "HEAD~1")
    adopted.write({"docs/b.md": "Mine.\n"}, "Say mine")
    adopted.here.git("commit", "-q", "--amend", "--no-edit", "--author", "Other <other@example.org>")
    assert _parted(adopted)[1] == [["git", "pull", "--rebase", "origin", "work"]]


@pytest.mark.parametrize("by", ["Ada", "Other"])
def test_a_merge_that_was_pushed_is_left_out_by_a_rebase(adopted: Adopted, by: str) -> None:
    here = adopted.here
    adopted.branch("work")
    adopted.write({"docs/a.md": "One.\n"}, "Say one")
    adopted.land_change({"docs/b.md": "Two.\n"}, "Say two")
    here.git("switch", "-q", "work")
    here.git("merge", "-q", "--no-edit", "main")
    if by == "Other":
        adopted.write({"docs/c.md": "Three.\n"})
        here.git("reset", "-q", "--soft", "HEAD~1")
        here.git("commit", "-q", "--amend", "--no-edit", "--author", "Other <other@example.org>")
    here.git("push", "-q", "--no-verify", "-u", "origin", "work")
    here.git("rebase", "-q", "main")
    kept = ["git", "pull", "--rebase", "origin", "work"]
    assert _parted(adopted)[1] == [BY_FORCE if by == "Ada" else kept]


@pytest.mark.parametrize("by", ["Ada", "Other"])
def test_a_branch_on_one_that_was_squashed_is_rebased_and_replaces_its_remotes(adopted: Adopted, by: str) -> None:
    """What both branches brought is here under other commits, whoever made the ones that are gone."""
    here, author = adopted.here, f"{by} <{by.lower()}@example.org>"
    adopted.branch("below")
    adopted.write({"docs/a.md": "One.\n"}, "Say one")
    here.git("commit", "-q", "--amend", "--no-edit", "--author", author)
    adopted.write({"docs/a.md": "Two.\n"}, "Say two")
    adopted.branch("work", "below")
    adopted.write({"docs/b.md": "Three.\n"}, "Say three")
    here.git("push", "-q", "--no-verify", "-u", "origin", "work")
    here.git("switch", "-q", "main")
    here.git("merge", "-q", "--squash", "below")
    here.git("commit", "-qm", "Say one and two")
    here.git("push", "-q", "--no-verify", "origin", "main")
    here.git("switch", "-q", "work")
    here.git("rebase", "-q", "--onto", "main", "below")
    _, (step,), behind = _parted(adopted)
    assert (step, behind) == (BY_FORCE, 3)
    here.git(*step[1:], "--no-verify")
    assert "fast-forward" not in adopted.done("status").out


@pytest.mark.parametrize("said", ["Two.\n", "Three.\n"])
@pytest.mark.parametrize("branch", ["work", "main"])
def test_own_pushed_commits_may_be_squashed(adopted: Adopted, branch: str, said: str) -> None:
    if branch != "main":
        adopted.branch(branch)
    start = adopted.here.tip
    adopted.write({"docs/a.md": "One.\n"}, "Say one")
    adopted.write({"docs/a.md": "Two.\n"}, "Say two")
    adopted.here.git("push", "-q", "--no-verify", "-u", "origin", branch)
    adopted.here.git("reset", "-q", "--soft", start)
    adopted.write({"docs/a.md": said}, "Say both")
    adopted.here.git("commit", "-q", "--amend", "--no-edit", "--date=2026-01-02T03:04:05Z")
    # What has landed comes back where it is not here: it may have been dropped.
    landed = ("reset", "--soft") if said == "Two.\n" else ("pull", "--no-rebase")
    ((_, *step),) = _parted(adopted)[1]
    assert tuple(step[:2]) == (landed if branch == "main" else ("push", "--force-with-lease"))


def test_what_was_rewritten_in_another_clone_is_taken_in(adopted: Adopted, tmp_path: Path) -> None:
    """The commits are the same author's, of the same time: those here are the former ones."""
    adopted.branch("work")
    _amended(adopted, "work")
    other = Scratch.clone(adopted.here.path, tmp_path / "other", "-q", "--branch", "work")
    adopted.here.git("fetch", "-q", str(other.path))
    adopted.here.git("reset", "-q", "--hard", "origin/work")
    adopted.here.git("push", "-q", "--no-verify", "--force", "origin", "work")
    other.git("commit", "-q", "--amend", "-m", "Say two well")
    other.git("push", "-q", "--force", adopted.here.git("remote", "get-url", "origin").strip(), "work")
    adopted.here.git("fetch", "-q")
    adopted.write({"docs/b.md": "Mine.\n"}, "Say mine")
    ((*pull, _, branch),) = _parted(adopted)[1]
    assert (pull[:2], branch) == (["git", "pull"], "work")


def test_two_people_who_wrote_a_record_of_one_name_on_one_branch_both_keep_it(adopted: Adopted) -> None:
    """A rebase would make the record anew under that name, and conflict."""
    start = adopted.here.tip
    adopted.branch("work")
    for name in ("theirs", "ours"):
        record = phr([f"src/{name}.py"], kind="fix", embedded=PROMISE, prompt=f"Count {name}.")
        adopted.write({f"src/{name}.py": "1\n", GENERAL: record}, name)
        if name == "theirs":
            adopted.here.git("push", "-q", "--no-verify", "origin", "work")
            adopted.here.git("reset", "-q", "--hard", start)
    adopted.here.git("commit", "-q", "--amend", "--no-edit", "--author", "Other <other@example.org>")
    _, (renumber, pull), _ = _parted(adopted)
    assert (renumber, pull) == (
        ["sdd", "repair", "--ids", "--commit"],
        ["git", "pull", "--no-rebase", "--no-edit", "origin", "work"],
    )
    assert "so a push is refused" not in adopted.done(*renumber[1:]).err
    adopted.here.git(*pull[1:])
    assert "next" not in adopted.done("status").out
    assert adopted.gate()["verdict"] == "pass"
    assert adopted.here.run("git", "push", "-q", "--no-verify", "origin", "work").returncode == 0


def test_a_follow_up_is_open_until_a_phr_closes_it_whatever_became_of_its_contract(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    left = (adopted.here.path / OPEN).read_text() + "\n## Follow-ups\n\n- One.\n- Two.\n"
    adopted.write({OPEN: left.replace("status: open", "status: done")})
    assert adopted.done("status", "--json").document["open"]["follow_ups"] == 2
    closing = "history/prompts/general/0002-close.misc.prompt.md"
    adopted.write({closing: phr(["src/a.py"], stage="misc", closes="[One.]")})
    assert adopted.done("status", "--json").document["open"]["follow_ups"] == 1
    assert len(adopted.done("followup", "list", "--feature", FEATURE).out.splitlines()) == 1


def test_what_would_pass_is_said_to_pass_and_does(adopted: Adopted) -> None:
    adopted.branch()
    adopted.here.write("src/a.py", "1\n")
    adopted.done("phr", "new", "Add it", "--kind", "chore")
    out = adopted.done("status").out
    assert "push     would pass once the uncommitted files are committed: 1 covered\n" in out
    assert out.endswith('next     git add --all && git commit -m "TITLE"\n')
    assert [step["argv"] for step in adopted.done("status", "--json").document["next"][0]["steps"]] == [
        ["git", "add", "--all"],
        ["git", "commit", "-m", "TITLE"],
    ]
    adopted.write({})
    assert "next" not in adopted.done("status").out
    assert adopted.gate()["verdict"] == "pass"


@pytest.mark.parametrize("more", [False, True])
def test_an_uncommitted_edit_of_a_landed_record_is_taken_back_before_anything_is_committed(
    adopted: Adopted, *, more: bool
) -> None:
    record = phr(["src/a.py"], kind="fix", embedded=PROMISE)
    adopted.land_change({"src/a.py": "1\n", GENERAL: record})
    adopted.branch()
    adopted.here.write(GENERAL, record.replace("## Prompt\n", "## Prompt\n\nNot said.\n"))
    if more:
        adopted.here.write("src/b.py", "1\n")
    way = adopted.done("status", "--json").document["next"][0]
    restore, *later = [step["argv"] for step in way["steps"]]
    assert restore == ["git", "checkout", "origin/main", "--", f":/{GENERAL}"]
    assert later[:2] == ([["git", "add", "--all"], ["git", "commit", "-m", "TITLE"]] if more else [["sdd", "status"]])
    adopted.here.git(*restore[1:])
    if more:
        assert [argv[0] for argv in later[2:]] == ["sdd"], "no second commit of what the first one holds"
    else:
        assert "next" not in adopted.done("status").out


def test_nothing_is_written_by_looking(adopted: Adopted) -> None:
    adopted.branch()
    adopted.here.write("src/a.py", "1\n")
    adopted.here.write("src/vat.py", "RATE = 7\n")
    adopted.here.git("add", "src/vat.py")

    def everything() -> dict[Path, bytes]:
        # The index is derived: it is nobody's work, and may change or be gone at any time.
        files = (path for path in adopted.here.path.rglob("*") if path.is_file() and ".git/sdd" not in path.as_posix())
        return {path: path.read_bytes() for path in files}

    before = everything()
    for command in (["status"], ["check"], ["gate"], ["phr", "list"], ["feature", "list"], ["hook", "status"]):
        adopted.sdd(*command)
    assert everything() == before


def test_on_the_target_with_nothing_new(adopted: Adopted) -> None:
    lines = adopted.done("status").out.splitlines()
    assert lines[0].startswith("branch   main")
    assert lines[2].startswith("push     nothing to judge")
    assert adopted.done("status", "--json").document["push"] == "nothing"


def test_what_no_verdict_can_be_given_on(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sdd.gate.cover.lookup.STEPS", 1)
    adopted.branch()
    adopted.write({"src/a.py": "1\n", "src/b.py": "1\n", GENERAL: phr(["src/a.py"], kind="fix", embedded=PROMISE)})
    ran = adopted.sdd("status")
    assert ran.status == 0
    assert "push     cannot be judged: the change takes more than 1 comparisons" in ran.out
    document = adopted.done("status", "--json").document
    assert (document["push"], document["changes"]) == ("unjudged", [])
    assert "comparisons" in document["remark"]
    assert adopted.sdd("gate").status == 3


def test_without_sdd_the_next_step_is_to_set_it_up(scratch: Scratch) -> None:
    for _ in range(2):
        ran = sdd(scratch.path, "status")
        assert (ran.status, ran.out.splitlines()[-1]) == (0, "next     sdd init")
        scratch.commit("one", {"a.py": "1\n"})


def test_a_bare_repository_has_no_place_to_stand(adopted: Adopted) -> None:
    ran = sdd(adopted.remote.path, "status")
    assert (ran.status, "bare" in ran.err) == (3, True)


@pytest.mark.parametrize("command", ["status", "adr new One", "init", "hook install"])
def test_in_gits_own_folder_the_way_out_is_named(adopted: Adopted, tmp_path: Path, command: str) -> None:
    adopted.here.git("worktree", "add", "-q", "-b", "second", str(tmp_path / "second"))
    git = adopted.here.path / ".git"
    for folder, top in ((git / "hooks", git.parent), (git / "worktrees" / "second", tmp_path / "second")):
        ran = sdd(folder, *command.split())
        assert (ran.status, ran.err.splitlines()) == (
            3,
            ["sdd: this is git's own folder, not the work tree", f"  run it in the work tree: cd {top}"],
        )


def test_status_and_gate_agree_in_a_worktree_and_below(adopted: Adopted, tmp_path: Path) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    adopted.here.git("switch", "-q", "main")
    other = tmp_path / "other"
    adopted.here.git("worktree", "add", "-q", str(other), "work")
    for folder in (other, other / "src"):
        out = sdd(folder, "status").out
        assert "push     would be refused: 1 of 1 file lacks records" in out
        assert sdd(folder, "gate").status == 1


def test_chores_on_the_target_are_seen_as_their_push_is_judged(adopted: Adopted) -> None:
    for number in (2, 3):
        record = f"history/prompts/general/000{number}-rates.misc.prompt.md"
        text = phr([f"src/{number}.py"], id=f"000{number}", kind="chore", stage="misc", prompt=f"List {number}.")
        adopted.write({f"src/{number}.py": "RATE = 1\n" * 30, record: text})
    assert adopted.done("status", "--json").document["push"] == "pass"
    assert adopted.push("main").returncode == 0


def test_a_root_without_a_policy_is_told_how_to_get_one(adopted: Adopted) -> None:
    told = "policy   none here, the defaults judge: sdd init\n"
    assert told not in adopted.done("status").out
    adopted.land_change({POLICY: None})
    assert told in adopted.done("status").out
    adopted.done("init", "--no-hooks")
    assert told not in adopted.done("status").out


def test_a_clone_without_the_hook_is_told_of_it(adopted: Adopted) -> None:
    assert "hook  " not in adopted.done("status").out
    hook = adopted.here.path / ".git/hooks/pre-push"
    hook.chmod(0o644)  # git skips it
    line = "hook     not installed here: sdd hook install\n"
    assert line in adopted.done("status").out
    hook.unlink()
    assert line in adopted.done("status").out
    assert adopted.done("status", "--json").document["hook"] is False
    adopted.done("hook", "install")
    assert line not in adopted.done("status").out


def test_warnings_are_counted(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    assert "warning" not in adopted.done("status").out
    words = ("--success", "It holds.", "--constraint", "Decimals stay.", "--non-goal", "No look-up.", "--check", "true")
    adopted.done("contract", "new", "Hold it", "--feature", FEATURE, *words, "--scope", "/src/**", "--commit")
    rules = [finding["rule"] for change in adopted.gate()["changes"] for finding in change["findings"]]
    assert "contract-no-requirement" in rules
    told = adopted.done("status").out
    assert told.count(": warning: ") == len(rules)
    assert "\n    sdd " not in told, "no fix of these names a command"
    assert ": contract-no-requirement: warning: names no requirement of 001-vat\n" in told
    path = f"history/contracts/{FEATURE}/0002-hold-it.contract.md"
    assert f"contract {path} is open" in told.splitlines()
    assert adopted.done("status", "--json").document["open"]["contracts"] == [path]
    adopted.done("contract", "done", path, "--run", "--commit")
    assert adopted.here.git("status", "--porcelain") == ""
    assert " is open\n" not in adopted.done("status").out


def test_a_long_table_is_cut(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({f"src/{number:02}.py": "1\n" for number in range(30)})
    told = adopted.done("status").out
    assert (told.count("  no   no  "), "  ... and 10 more rows (all: sdd status --json --all)\n" in told) == (20, True)


def test_commits_on_no_branch_get_one_first(adopted: Adopted) -> None:
    adopted.here.git("switch", "-q", "--detach")
    adopted.write({"docs/x.md": "x\n"})
    (way,) = adopted.done("status", "--json").document["next"]
    assert way["steps"][0]["by_hand"] == "give the commits a branch: git switch -c NAME"


def test_without_a_root_the_document_says_what_the_text_says(scratch: Scratch) -> None:
    scratch.commit("one", {"a.py": "1\n"})
    (way,) = sdd(scratch.path, "status", "--json").document["next"]
    assert way["steps"][0]["argv"] == ["sdd", "init"]


def test_a_report_is_no_work(adopted: Adopted) -> None:
    adopted.done("report")
    assert (adopted.here.path / "sdd-report/index.html").is_file()
    assert adopted.done("status", "--json").document["uncommitted"] == []
    adopted.done("report")


def test_the_command_that_a_warning_names_is_shown(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    adopted.write({"specs/001-other/spec.md": (adopted.here.path / f"specs/{FEATURE}/spec.md").read_text()})
    assert "has the number 001 too\n    sdd repair --ids --write\n" in adopted.done("status").out


def agreed_on(adopted: Adopted, check: str) -> str:
    """The path of an open contract whose work is committed and told."""
    adopted.branch(FEATURE)
    words = ("--success", "It is one.", "--constraint", "Decimals stay.", "--non-goal", "No look-up.", "--check", check)
    agreed = ("--feature", FEATURE, "--requirement", "FR-001", *words, "--scope", "/src/**", "--commit", "--json")
    path = str(adopted.done("contract", "new", "Set it to one", *agreed).document["path"])
    assert adopted.done("status", "--json").document["next"] == [], "its work comes first"
    adopted.write({"src/a.py": "1\n"}, "Set it to one")
    adopted.done("phr", "new", "Set it to one", "--contract", path, "--commit")
    return path


def test_a_contract_that_is_open_is_to_be_done_before_the_push(adopted: Adopted) -> None:
    path = agreed_on(adopted, "grep -q 1 src/a.py")
    state = adopted.done("status", "--json").document
    assert (state["push"], state["open"]["contracts"]) == ("pass", [path])
    (way,) = state["next"]
    assert way["why"] == "checks that were agreed on, not passed on these files"
    (step,) = way["steps"]
    assert step["argv"] == ["sdd", "contract", "done", path, "--run", "--commit"]
    told = adopted.done("status").out.splitlines()
    assert f"contract {path} is open" in told
    assert told[-1] == f"next     sdd contract done {path} --run --commit"
    adopted.done(*step["argv"][1:])
    assert adopted.done("status", "--json").document["next"] == []


def test_a_check_that_no_command_makes_is_ticked_by_hand_first(adopted: Adopted) -> None:
    path = agreed_on(adopted, "It looks right.")
    file = adopted.here.path / path
    adopted.write({path: file.read_text().replace("`It looks right.`", "It looks right.")}, "Somebody looks at it")
    (way,) = adopted.done("status", "--json").document["next"]
    seen, end = way["steps"]
    assert seen["by_hand"] == f"see whether it holds, and tick it in {path}: It looks right."
    assert end["argv"] == ["sdd", "contract", "done", path, "--commit"]
    file.write_text(file.read_text().replace("- [ ] It looks", "- [x] It looks"))
    adopted.done(*end["argv"][1:])
    assert adopted.done("status", "--json").document["next"] == []


def test_a_check_inside_a_phr_that_never_ran_is_to_be_run(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"}, "Set it to one")
    words = ("--kind", "fix", "--success", "It is one.", "--check", "grep -q 1 src/a.py", "--commit", "--json")
    path = adopted.done("phr", "new", "Set it to one", *words).document["relative_path"]
    (way,) = adopted.done("status", "--json").document["next"]
    (step,) = way["steps"]
    assert step["argv"] == ["sdd", "contract", "verify", path, "--run", "--commit"]
    adopted.done(*step["argv"][1:])
    assert adopted.done("status", "--json").document["next"] == []


def told(adopted: Adopted, title: str, check: str) -> str:
    """The path of a committed PHR that says a fix of src/a.py, whose check has not run."""
    words = ("--kind", "fix", "--success", f"{title}.", "--check", check, "--file", "src/a.py", "--commit", "--json")
    return str(adopted.done("phr", "new", title, *words).document["relative_path"])


def steps(adopted: Adopted) -> list[dict[str, Any]]:
    return [step for way in adopted.done("status", "--json").document["next"] for step in way["steps"]]


def test_a_check_that_fails_on_these_files_is_not_to_be_run_again(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "2\n"}, "Set it")
    path = told(adopted, "Set it to one", "grep -q 1 src/a.py")
    (step,) = steps(adopted)
    assert adopted.sdd(*step["argv"][1:]).status == 1
    (left,) = steps(adopted)
    assert left["by_hand"].startswith("correct the work until this passes: grep -q 1 src/a.py; or, where a later")
    listed = adopted.done("contract", "verify", path).out
    assert "[ ] 1  grep -q 1 src/a.py  (failed on these files)\n" in listed
    head = adopted.here.git("rev-parse", "HEAD")
    assert adopted.sdd(*step["argv"][1:]).status == 1
    assert adopted.here.git("rev-parse", "HEAD") == head, "it fails as before: nothing new is to be told"
    adopted.write({"src/a.py": "1\n"}, "Correct it")
    (again,) = steps(adopted)
    assert again["argv"] == step["argv"]
    adopted.done(*again["argv"][1:])
    assert steps(adopted) == []
    assert (adopted.here.path / path).read_text().count(", exit ") == 1, "what passes replaces what failed"


def test_a_later_request_may_make_the_check_of_an_earlier_one_untrue(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"}, "Set it to one")
    first = told(adopted, "Set it to one", "grep -q 1 src/a.py")
    adopted.done("contract", "verify", first, "--run", "--commit")
    adopted.write({"src/a.py": "2\n"}, "Set it to two")
    second = told(adopted, "Set it to two instead", "grep -q 2 src/a.py")
    ran = [adopted.sdd(*step["argv"][1:]).status for step in steps(adopted)]
    assert (ran, steps(adopted)) == ([1, 0], [])
    assert adopted.done("status", "--json").document["push"] == "pass"
    shown = adopted.done("gate", "--format", "markdown").out
    assert "**failed on these files** `grep -q 1 src/a.py`" in shown
    assert f"`{first}:" in shown and "done, but the check fails" in shown.replace("&#44;", ",")
    assert second in shown


def test_an_open_contract_whose_check_fails_is_corrected_before_it_is_done(adopted: Adopted) -> None:
    path = agreed_on(adopted, "grep -q 2 src/a.py")
    (step,) = steps(adopted)
    assert adopted.sdd(*step["argv"][1:]).status == 1
    assert adopted.here.git("status", "--porcelain") == ""
    by_hand, end = steps(adopted)
    assert by_hand["by_hand"] == f"correct the work, or the check in {path}, until this passes: grep -q 2 src/a.py"
    adopted.write({"src/a.py": "2\n"}, "Correct it")
    adopted.done(*end["argv"][1:])
    assert steps(adopted) == []
