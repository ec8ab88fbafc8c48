"""Reverts to what nobody ever agreed to.

A revert brings back what only the middle of a push or a merged branch held. What stood on the target passes.
"""

from collections.abc import Mapping

import pytest

from tests.adopted import PROMISE, phr
from tests.attacks.ground import POLICY, Content, Ground
from tests.attacks.test_refs import accepted, fix, taken_back

EVIL = {"src/evil.py": "EVIL = 1\n"}
GONE = {"src/evil.py": None}
RECORD = "history/prompts/general/0090-back.green.prompt.md"


def back(edits: Mapping[str, Content], prompt: str = "Take it back.") -> dict[str, Content]:
    """Edits with their record of kind revert."""
    return {**edits, RECORD: phr([*edits], id="0090", kind="revert", prompt=prompt)}


def test_a_revert_to_the_middle_of_a_push(ground: Ground) -> None:
    """A revert brings back a file that one push added and removed. `change-not-a-revert`."""
    taken_back(ground, EVIL, GONE)
    ground.attempt(back(EVIL)).refused("change-not-a-revert")


def test_a_revert_to_the_middle_of_a_push_with_more_in_it(ground: Ground) -> None:
    """That push held a covered change between the two commits. `change-not-a-revert`."""
    evil = ground.commit(EVIL)
    middle = ground.commit({"src/more.py": "1\n", **fix(11, "src/more.py")}, evil)
    after = ground.commit(GONE, middle)
    ground.push(after, "refs/heads/main").passed()
    ground.land(after)
    ground.attempt(back(EVIL)).refused("change-not-a-revert")


def test_a_revert_to_the_middle_of_a_push_whose_records_came_last(ground: Ground) -> None:
    """That push ended with the records of its other changes. `change-not-a-revert`."""
    evil = ground.commit(EVIL | {"src/more.py": "1\n"})
    after = ground.commit(fix(11, "src/more.py"), ground.commit(GONE, evil))
    ground.push(after, "refs/heads/main").passed()
    ground.land(after)
    ground.attempt(back(EVIL)).refused("change-not-a-revert")


def test_a_revert_of_the_commit_that_took_it_back(ground: Ground) -> None:
    """A revert undoes the commit by which that push removed the file. `change-not-a-revert`."""
    taken_back(ground, EVIL, GONE)
    ground.attempt(back(EVIL, f"This reverts commit {ground.main}.")).refused("change-not-a-revert")


@pytest.mark.parametrize("named", [True, False])
def test_a_revert_to_the_middle_of_a_merged_branch(ground: Ground, named: bool) -> None:
    """A revert brings back a file that a branch added and removed before its merge. `change-not-a-revert`."""
    before = ground.main
    removed = ground.commit(GONE, ground.commit(EVIL))
    work = {"src/more.py": "1\n", **fix(11, "src/more.py")}
    merge = ground.commit(work, before, ground.commit(work, removed))
    ground.push(merge, "refs/heads/main").passed()
    ground.land(merge)
    prompt = f"This reverts commit {removed}." if named else "Take it back."
    ground.attempt(back(EVIL, prompt)).refused("change-not-a-revert")


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("middle", ["EVIL = 1\n", None])
def test_a_revert_to_what_one_push_made_of_a_landed_file(ground: Ground, middle: str | None, later: bool) -> None:
    """One push changed or removed a file and put it back; a covered change of it may have landed later.
    `change-not-a-revert`.
    """
    taken_back(ground, {"src/vat.py": middle}, {"src/vat.py": ground.file("src/vat.py")})
    put_back = ground.main
    if later:
        accepted(ground, 11)
    ground.attempt(back({"src/vat.py": middle}, f"This reverts commit {put_back}.")).refused("change-not-a-revert")


def moved(ground: Ground) -> str:
    """Lands src/vat.py as src/tax.py; the id of what stood on main before."""
    before, text = ground.main, ground.file("src/vat.py").decode()
    record = phr(["src/vat.py", "src/tax.py"], id="0012", kind="refactor", embedded=PROMISE)
    name = "history/prompts/general/0012-move.refactor.prompt.md"
    ground.land(ground.commit({"src/vat.py": None, "src/tax.py": text, name: record}))
    return before


def test_a_revert_to_the_middle_of_a_push_by_the_name_that_a_file_got_since(ground: Ground) -> None:
    """One push changed a file and put it back; the file has moved since. `change-not-a-revert`."""
    held = ground.file("src/vat.py").decode()
    taken_back(ground, {"src/vat.py": f"EVIL = 1\n{held}"}, {"src/vat.py": held})
    files = {"src/tax.py": f"EVIL = 1\n{held}"}
    ground.attempt(back(files, f"This reverts commit {moved(ground)}.")).refused("change-not-a-revert")


def test_a_revert_of_an_accepted_landing_whose_file_has_moved_since(ground: Ground) -> None:
    """A moved file is restored as it was before an accepted landing. Passes."""
    files = {"src/tax.py": ground.file("src/vat.py").decode()}
    accepted(ground, 11)
    ground.attempt(back(files, f"This reverts commit {moved(ground)}.")).passed()


def test_a_file_that_goes_as_if_an_edit_of_it_were_undone(ground: Ground) -> None:
    """A revert removes a file and names a merged branch that edited it. `change-not-a-revert`."""
    before = ground.main
    work = {"src/vat.py": "RATE = 11\n", **fix(11)}
    edited = ground.commit({"src/vat.py": "RATE = 11\n"}, ground.commit({"src/vat.py": None}))
    ground.land(ground.commit(work, before, ground.commit(work, edited)))
    ground.attempt(back({"src/vat.py": None}, f"This reverts commit {edited}.")).refused("change-not-a-revert")


def test_a_file_that_goes_with_the_merged_branch_that_added_it(ground: Ground) -> None:
    """A revert removes a file, edited since, and names the commit of a merged branch that added it. Passes."""
    before = ground.main
    work = {"src/new.py": "NEW = 1\n", **fix(11, "src/new.py")}
    added = ground.commit(work)
    ground.land(ground.commit(work, before, added))
    accepted(ground, 12, "src/new.py")
    ground.attempt(back({"src/new.py": None}, f"This reverts commit {added}.")).passed()


def test_a_revert_to_an_accepted_landing(ground: Ground) -> None:
    """A file is restored as an accepted landing left it. Passes."""
    accepted(ground, 11)
    accepted(ground, 12)
    ground.attempt(back({"src/vat.py": "RATE = 11\n"})).passed()


@pytest.mark.parametrize("named", [True, False])
def test_a_revert_of_an_accepted_landing(ground: Ground, named: bool) -> None:
    """A file is restored as it was before an accepted landing. Passes."""
    held = ground.file("src/vat.py").decode()
    landing = accepted(ground, 11)
    prompt = f"This reverts commit {landing}." if named else "Take it back."
    ground.attempt(back({"src/vat.py": held}, prompt)).passed()


def test_a_revert_of_a_revert(ground: Ground) -> None:
    """A revert is reverted. Passes."""
    held = ground.file("src/vat.py").decode()
    accepted(ground, 11)
    ground.land(ground.commit(back({"src/vat.py": held})))
    again = {"src/vat.py": "RATE = 11\n"}
    name = RECORD.replace("0090", "0091")
    record = phr([*again], id="0091", kind="revert", prompt="Bring it back.", response="It is back.")
    ground.attempt({**again, name: record}).passed()


def test_a_revert_to_what_stood_there_before_sdd(ground: Ground) -> None:
    """A file is restored as it was before the adoption of sdd. Passes."""
    accepted(ground, 11, "src/old.py")
    ground.attempt(back({"src/old.py": "OLD = 1\n"})).passed()


def test_a_revert_to_a_landing_that_lacked_its_record(ground: Ground) -> None:
    """A file is restored as a landing without a record left it. Passes: it stood on the target."""
    ground.land(ground.commit({"src/vat.py": "RATE = 11\n", "src/more.py": "1\n"}))
    ground.land(ground.commit({"src/vat.py": "RATE = 12\n"}))
    ground.attempt(back({"src/vat.py": "RATE = 11\n"})).passed()


def test_a_revert_to_what_came_before_the_day_to_count_from(ground: Ground) -> None:
    """A revert brings back what a push added and removed before the policy's `since`. Passes."""
    taken_back(ground, EVIL, GONE)
    ground.land(ground.commit({POLICY: "[gate]\nsince = 2026-03-02\n"}))
    ground.attempt(back(EVIL)).passed()
