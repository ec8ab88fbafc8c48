"""`sdd why` after a revert: which landing it takes back, who reverted that one, and what stood there before."""

from typing import Any

import pytest

from tests.adopted import FEATURE, OPEN, Adopted, phr, sdd
from tests.test_why import answered

CODE = "src/reverse/charge.py"
TASKS = f"specs/{FEATURE}/tasks.md"
BEFORE, AFTER = (f"history/prompts/{FEATURE}/000{number}-charge.green.prompt.md" for number in (7, 8))
TEXT = "# Tasks\n\n## Phase 1: A\n\n- [x] T001 [US1] Charge abroad in src/reverse/charge.py (FR-001)\n"


@pytest.fixture
def merged(adopted: Adopted) -> str:
    """A line that has landed with its records, and the merge that changed it for a task; its id."""
    fields: dict[str, Any] = {"feature": FEATURE, "contract": OPEN}
    first = phr([CODE, TASKS], id="0007", prompt="Keep it off.", **fields)
    adopted.land_change({CODE: "CHARGED = 0\nRATE = 1\n", TASKS: TEXT, BEFORE: first}, "Tasks")
    adopted.branch("feat")
    second = phr([CODE], id="0008", prompt="Charge abroad now.", **fields)
    adopted.write({CODE: "CHARGED = 1\nRATE = 1\nMORE = 2\n", AFTER: second}, "Charge abroad")
    return land(adopted, "feat")


def land(adopted: Adopted, branch: str, how: str = "merge") -> str:
    """Lands a branch by a merge or a squash; the id of the landing."""
    here = adopted.here
    here.git("switch", "-q", "main")
    if how == "squash":
        here.git("merge", "-q", "--squash", branch)
        here.git("commit", "-q", "-m", "Take it back (#9)")
    else:
        here.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
    adopted.land("main")
    return here.git("rev-parse", "HEAD")


def revert(adopted: Adopted, commit: str, how: str = "merge") -> str:
    """Reverts a landing on a branch, with its PHR but where that is `bare`, and lands it; the id of the landing."""
    adopted.branch("undo")
    if how == "bare":
        adopted.here.git("revert", "--no-edit", "-m", "1", commit)
    else:
        adopted.done("revert", commit, "--reason", "It was too early.")
    return land(adopted, "undo", how)


def why(adopted: Adopted, *asked: str) -> dict[str, Any]:
    return answered(adopted.here.path, *asked)[0]


def chain(document: dict[str, Any], *kinds: str) -> list[tuple[str, str]]:
    """(how, path or id) of the steps of some kinds."""
    return [(step["how"], step["path"] or step["oid"]) for step in document["chain"] if step["kind"] in kinds]


@pytest.mark.parametrize("how", ["merge", "squash", "bare"])
def test_a_line_that_came_back_leads_to_what_stood_there_before(adopted: Adopted, merged: str, how: str) -> None:
    landing = revert(adopted, merged, how)
    document = why(adopted, f"{CODE}:1")
    assert ("reverts", merged) in chain(document, "landing")
    assert chain(document, "task", "requirement", "story") == [], "they were for what was taken back"
    prompts = [
        (step["certainty"], step["title"].startswith("Revert")) for step in document["chain"] if step["kind"] == "phr"
    ]
    assert prompts == [("stated", True)] * (how != "bare")
    command = document["next"][-1].split()
    assert command == ["sdd", "why", "--rev", f"{merged[:10]}^", f"{CODE}:1"]
    assert chain(why(adopted, *command[2:]), "phr") == [("same commit", BEFORE)]
    # Asked as a whole, the revert leads to the landing, and that to the revert.
    document = why(adopted, landing[:10])
    assert ("reverts", merged) in chain(document, "landing")
    assert chain(document, "task", "requirement") == []
    assert document["next"] == [f"sdd why {merged[:10]}"]
    by = [("reverted by", landing)] * (how != "bare")
    assert [step for step in chain(why(adopted, merged[:10]), "landing") if step[0] != "same commit"] == by


def test_a_line_that_survives_a_revert_tells_of_both(adopted: Adopted, merged: str) -> None:
    adopted.branch("undo")
    adopted.done("revert", merged, "--reason", "It was too early.")
    adopted.write({CODE: "CHARGED = 0\nRATE = 1\nMORE = 2\n"}, "Keep the last line")
    adopted.here.git("reset", "-q", "--soft", "HEAD~1")
    adopted.here.git("commit", "-q", "--amend", "--no-edit")
    landing = land(adopted, "undo")
    found = chain(why(adopted, f"{CODE}:1"), "landing")
    assert ("reverts", merged) in found
    assert "reverted by" in adopted.done("why", merged[:10]).out
    (step,) = (line for line in adopted.done("why", CODE).out.splitlines() if AFTER in line)
    assert f"(names the file, reverted by {landing[:10]})" in step


def test_what_came_again_is_reverted_no_more(adopted: Adopted, merged: str) -> None:
    undone = revert(adopted, merged)
    adopted.branch("redo")
    adopted.done("revert", undone, "--reason", "Now is the time.")
    land(adopted, "redo")
    assert "reverted by" not in adopted.done("why", merged[:10]).out
    document = why(adopted, f"{CODE}:1")
    assert ("reverts", undone) in chain(document, "landing")
    assert document["next"][-1] == f"sdd why --rev {undone[:10]}^ {CODE}:1"


def test_a_revert_that_has_not_landed_names_what_it_takes_back(adopted: Adopted, merged: str) -> None:
    adopted.branch("undo")
    adopted.done("revert", merged, "--reason", "It was too early.")
    assert ("reverts", merged) in chain(why(adopted, f"{CODE}:1"), "landing")
    ran = sdd(adopted.here.path, "why", f"{CODE}:1-2")
    assert ran.status == 0, ran
