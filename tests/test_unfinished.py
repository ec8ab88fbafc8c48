"""In the middle of a merge or the like: no line that sdd prints lands conflict markers."""

import pytest

from tests.adopted import Adopted

FIX = ("--kind", "fix", "--success", "Tax is right.", "--check", "true")
OPERATIONS = {"merge": ("merge", "other"), "rebase": ("rebase", "other"), "cherry-pick": ("cherry-pick", "other")}


@pytest.fixture
def torn(adopted: Adopted) -> Adopted:
    """Two branches that write one file, each with its commit; `work` is checked out."""
    adopted.branch("other")
    adopted.write({"src/vat.py": "1\n"})
    adopted.branch("work")
    adopted.write({"src/vat.py": "2\n"})
    return adopted


def start(torn: Adopted, operation: str) -> None:
    words = ("revert", "--no-edit", "HEAD~1") if operation == "revert" else OPERATIONS[operation]
    if operation == "revert":
        torn.write({"src/vat.py": "3\n"})
    assert torn.here.run("git", *words).returncode == 1


@pytest.mark.parametrize("operation", [*OPERATIONS, "revert"])
def test_conflicts_are_named_and_come_first(torn: Adopted, operation: str) -> None:
    start(torn, operation)
    way_out = f"resolve src/vat.py, git add it, then: git {operation} --continue"
    document = torn.done("status", "--json").document
    assert (document["operation"], document["unmerged"]) == (operation, ["src/vat.py"])
    assert (document["push"], document["changes"]) == ("unjudged", [])
    assert document["remark"] == "cannot be told before the conflicts are resolved: src/vat.py"
    ((step,),) = (way["steps"] for way in document["next"])
    assert step == {"argv": None, "needs": [], "by_hand": way_out}
    text = torn.done("status").out
    assert f"{operation} in progress" in text
    assert "push     cannot be told before the conflicts are resolved: src/vat.py\n" in text
    assert text.endswith(f"\nfirst    {way_out}\n")


@pytest.mark.parametrize("noun", ["phr", "contract"])
def test_a_record_is_refused_before_it_is_written(torn: Adopted, noun: str) -> None:
    start(torn, "merge")
    ran = torn.sdd(noun, "new", "Add tax", *FIX, "--commit")
    assert ran.status == 3
    assert "sdd: git commits nothing before the conflicts are resolved: src/vat.py\n" in ran.err
    assert "resolve src/vat.py, git add it, then: git merge --continue\n" in ran.err
    assert not torn.here.git("status", "--porcelain", "history").strip()


def test_a_revert_waits_for_the_conflicts_too(torn: Adopted) -> None:
    start(torn, "merge")
    ran = torn.sdd("revert", "HEAD")
    assert (ran.status, "git commit" in ran.err) == (3, False)
    assert "resolve src/vat.py, git add it, then: git merge --continue\n" in ran.err


def test_the_gate_says_the_same_instead_of_a_commit_of_some_files(torn: Adopted) -> None:
    torn.done("phr", "new", "Add tax", *FIX)
    start(torn, "merge")
    ran = torn.sdd("gate")
    assert ran.status == 1
    assert "resolve src/vat.py, git add it, then: git merge --continue\n" in ran.out + ran.err
    assert "git commit" not in ran.out + ran.err


def test_a_resolved_merge_goes_on_with_the_waiting_record(torn: Adopted) -> None:
    torn.done("phr", "new", "Add tax", *FIX)
    start(torn, "merge")
    (torn.here.path / "src/vat.py").write_text("3\n")
    torn.here.git("add", "src/vat.py")
    (way,) = torn.gate()["next"]
    added, going_on = (step["argv"] for step in way["steps"])
    assert (added[:3], going_on) == (["git", "add", "--"], ["git", "-c", "core.editor=true", "merge", "--continue"])
    assert torn.done("status").out.endswith("next     git add --all && git -c core.editor=true merge --continue\n")
    torn.here.git(*added[1:])
    torn.here.git(*going_on[1:])
    assert torn.here.git("status", "--porcelain") == ""
    assert torn.done("status", "--json").document["operation"] is None


def test_a_conflict_that_no_operation_is_left_of(torn: Adopted) -> None:
    (torn.here.path / "src/vat.py").write_text("4\n")
    torn.here.git("stash", "-q")
    torn.write({"src/vat.py": "5\n"})
    assert torn.here.run("git", "stash", "pop").returncode == 1
    document = torn.done("status", "--json").document
    assert (document["operation"], document["push"]) == (None, "unjudged")
    assert torn.done("status").out.endswith("first    resolve src/vat.py, git add it\n")


@pytest.mark.parametrize("operation", [*OPERATIONS, "am"])
def test_what_is_resolved_is_finished_before_it_is_judged(torn: Adopted, operation: str) -> None:
    if operation == "am":
        patch = torn.here.git("format-patch", "-1", "--stdout", "other")
        torn.here.write("../one.patch", patch + "\n")
        assert torn.here.run("git", "am", "-q", "--3way", "../one.patch").returncode
    else:
        start(torn, operation)
    torn.here.write("src/vat.py", "3\n")
    torn.here.git("add", "src/vat.py")
    document = torn.done("status", "--json").document
    assert (document["operation"], document["push"], document["changes"]) == (operation, "unjudged", [])
    assert document["remark"] == f"cannot be told before the {operation} is finished"
    ((*added, going_on),) = (way["steps"] for way in document["next"])
    for step in (*added, going_on):
        torn.here.git(*step["argv"][1:])
    after = torn.done("status", "--json").document
    assert (after["operation"], after["push"], after["branch"]) == (None, "refused", "work")
