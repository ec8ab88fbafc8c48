"""Changes of files that the target moved meanwhile.

A record names an old path for an edit of the merge's own, another file or a contract's old scope. What a merge, squash
or rebase makes of the branch's own change passes.
"""

from collections.abc import Mapping

import pytest

from sdd.base.limits import FORMER
from tests.adopted import PROMISE, contract, phr
from tests.attacks.ground import CONTRACT, Content, Ground
from tests.attacks.test_refs import MAIN, fix

OLD, NEW = "src/tax/rates.py", "shop/tax/rates.py"
LINES = [f"LINE_{number} = {number}\n" for number in range(40)]
TEXT = "".join(LINES)
FIXED = TEXT.replace("LINE_20 = 20\n", "LINE_20 = 21\n")
OPEN = "history/contracts/001-vat/0050-rates.contract.md"


class Moved:
    """Main has moved a file since the branch was made that fixes it; `also` is what else main changed with that."""

    def __init__(self, ground: Ground, after: str = TEXT, also: Mapping[str, Content] | None = None) -> None:
        self.ground = ground
        files = {OLD: TEXT, "src/tax/__init__.py": "", "src/tax/other.py": TEXT.replace("LINE", "OTHER")}
        self.fork = ground.land(ground.commit({**files, **fix(70, "src/tax/")}))
        gone: dict[str, Content] = dict.fromkeys(files)
        shop = {f"shop/tax/{path.rpartition('/')[2]}": text for path, text in files.items()} | {NEW: after}
        self.move: dict[str, Content] = {**gone, **shop, **(also or {})}
        self.move |= _named(71, "src/tax/", "shop/tax/", "src/copies/")
        self.main = ground.land(ground.commit(self.move))

    def branch(self, edits: Mapping[str, Content], after: str = "") -> str:
        """The branch with some edits, made before the move."""
        return self.ground.commit(edits, after or self.fork)

    def merge(self, branch: str, edits: Mapping[str, Content]) -> str:
        """A merge of the branch into main that leaves some files so."""
        return self.ground.commit(edits, self.main, branch)


def _named(number: int, *files: str) -> dict[str, Content]:
    name = f"history/prompts/general/{number:04}-round.green.prompt.md"
    text = phr(list(files), id=f"{number:04}", kind="fix", embedded=PROMISE, prompt=f"Round {number}.")
    return {name: text.replace("It does.", f"It rounds {number}.")}


RECORD = fix(72, OLD)


@pytest.fixture
def moved(ground: Ground) -> Moved:
    return Moved(ground)


# -- what passes -------------------------------------------------------------------------------------------


def test_a_branch_that_is_merged_after_the_move(moved: Moved) -> None:
    """A branch that fixes a file by its old path is merged where main has moved it. Passes."""
    merge = moved.merge(moved.branch({OLD: FIXED, **RECORD}), {NEW: FIXED, **RECORD})
    moved.ground.push(merge, MAIN).passed()


def test_a_branch_that_merges_the_move(moved: Moved) -> None:
    """A branch takes main's move in and goes on. Passes."""
    branch = moved.branch({OLD: FIXED, **RECORD})
    merge = moved.ground.commit({**moved.move, NEW: FIXED}, branch, moved.main)
    moved.ground.push(merge).passed()
    later = moved.ground.commit({"src/more.py": "1\n", **fix(73, "src/more.py")}, merge)
    moved.ground.push(later).passed()
    moved.ground.push(
        moved.merge(later, {NEW: FIXED, "src/more.py": "1\n", **RECORD, **fix(73, "src/more.py")}), MAIN
    ).passed()


def test_a_move_with_an_edit(ground: Ground) -> None:
    """Main has edited other lines of what it moved: the merge holds both edits. Passes."""
    moved = Moved(ground, TEXT.replace("LINE_1 = 1\n", "LINE_1 = 2\n"))
    both = FIXED.replace("LINE_1 = 1\n", "LINE_1 = 2\n")
    ground.push(moved.merge(moved.branch({OLD: FIXED, **RECORD}), {NEW: both, **RECORD}), MAIN).passed()


def test_a_folder_that_the_branch_named(moved: Moved) -> None:
    """The branch's record names the folder that main moved. Passes."""
    record = fix(72, "src/tax/")
    moved.ground.push(moved.merge(moved.branch({OLD: FIXED, **record}), {NEW: FIXED, **record}), MAIN).passed()


@pytest.mark.parametrize("name", ["new.py", "deep/er/new.py"])
def test_a_file_that_the_branch_adds_to_the_folder(moved: Moved, name: str) -> None:
    """The branch adds a file to the folder that main has moved, and the merge puts it into the new one. Passes."""
    record = fix(72, f"src/tax/{name}")
    branch = moved.branch({f"src/tax/{name}": "NEW = 1\n", **record})
    moved.ground.push(moved.merge(branch, {f"shop/tax/{name}": "NEW = 1\n", **record}), MAIN).passed()


def test_a_file_that_the_branch_removes(moved: Moved) -> None:
    """The branch removes a file that main has moved, and the merge removes it there. Passes."""
    moved.ground.push(moved.merge(moved.branch({OLD: None, **RECORD}), {NEW: None, **RECORD}), MAIN).passed()


@pytest.mark.parametrize("steps", [1, 2])
def test_a_branch_that_is_squashed_or_rebased(moved: Moved, steps: int) -> None:
    """A branch is squashed or rebased onto the move; its record still names the old path. Passes."""
    commits: list[dict[str, Content]] = [{NEW: FIXED}, {**RECORD}] if steps > 1 else [{NEW: FIXED, **RECORD}]
    tip = moved.main
    for edits in commits:
        tip = moved.ground.commit(edits, tip)
    moved.ground.push(tip).passed()
    moved.ground.push(tip, MAIN).passed()


def test_a_file_that_main_moved_twice(moved: Moved) -> None:
    """Main moves the file once more before the branch is squashed, or merged. Passes."""
    ground, newest = moved.ground, "store/rates.py"
    moved.main = ground.land(ground.commit({NEW: None, newest: TEXT, **_named(74, NEW, newest)}))
    ground.push(ground.commit({newest: FIXED, **RECORD}), MAIN).passed()
    ground.push(moved.merge(moved.branch({OLD: FIXED, **RECORD}), {newest: FIXED, **RECORD}), MAIN).passed()


def test_a_landed_contract_of_the_old_place(moved: Moved) -> None:
    """A branch works on a landed open contract whose scope has the old path, and is merged. Passes."""
    promise = contract(["/src/tax/**"], status="open")
    ground = moved.ground
    moved.fork = ground.commit({OPEN: promise}, moved.fork)
    moved.main = ground.land(ground.commit({OPEN: promise}, moved.main, moved.fork))
    record = linked(72)
    branch = moved.branch({OLD: FIXED, **record})
    ground.push(moved.merge(branch, {NEW: FIXED, **record}), MAIN).passed()


def linked(number: int) -> dict[str, Content]:
    """A PHR of the old path that carries out the landed contract."""
    name = f"history/prompts/general/{number:04}-round.green.prompt.md"
    return {name: phr([OLD], id=f"{number:04}", kind="fix", contract=OPEN, prompt=f"Round {number}.")}


class Queued:
    """Main, and two requests made from it: one moves the folder, the other fixes a file in it by its old path."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.fork = ground.land(ground.commit({OLD: TEXT, "src/tax/other.py": "OTHER = 1\n", **fix(70, "src/tax/")}))
        self.mover: dict[str, Content] = {
            OLD: None,
            "src/tax/other.py": None,
            NEW: TEXT,
            "shop/tax/other.py": "OTHER = 1\n",
            **_named(71, "src/tax/ -> shop/tax/"),
        }
        self.first = ground.commit(self.mover, self.fork, ground.commit(self.mover, self.fork))

    def second(self, edits: Mapping[str, Content], fixed: Mapping[str, Content] = RECORD) -> str:
        """The merge of the other request on top of the first one, that leaves some files so."""
        return self.ground.commit(edits, self.first, self.ground.commit({OLD: FIXED, **fixed}, self.fork))


def test_a_queue_with_the_move_and_the_change(ground: Ground) -> None:
    """A queue lands a request that moves a file together with one that fixes it by its old path. Passes."""
    queued = Queued(ground)
    ground.push(queued.second({NEW: FIXED, **RECORD}), MAIN).passed()
    ground.push(ground.commit({NEW: FIXED, **RECORD}, queued.first), MAIN).passed()


# -- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "evil",
    [
        {NEW: FIXED + "EVIL = 1\n"},
        {NEW: FIXED.replace("LINE_20 = 21", "LINE_20 = 666")},
        {NEW: FIXED.replace("LINE_5 = 5\n", "")},
        {NEW: ("100755", FIXED.encode())},
        {NEW: ("120000", FIXED.encode())},
        {NEW: None},
        {NEW: TEXT, "shop/tax/other.py": FIXED},
        {NEW: FIXED, "shop/tax/other.py": TEXT},
        {NEW: FIXED, "shop/evil.py": "1\n"},
        {NEW: TEXT, "shop/tax/__init__.py": FIXED},
    ],
)
def test_an_edit_of_the_merge_itself(moved: Moved, evil: dict[str, Content]) -> None:
    """A merge puts the branch's change at the new path and adds a line, a mode, another file, or puts it into another
    one. `change-no-phr`.
    """
    merge = moved.merge(moved.branch({OLD: FIXED, **RECORD}), {**evil, **RECORD})
    moved.ground.push(merge, MAIN, paths=moved.ground.paths).refused("change-no-phr")


@pytest.mark.parametrize(
    ("path", "text"),
    [("shop/tax/new.py", "EVIL = 1\n"), ("shop/new.py", "NEW = 1\n"), ("shop/tax/x/new.py", "NEW = 1\n")],
)
def test_an_added_file_that_is_put_elsewhere(moved: Moved, path: str, text: str) -> None:
    """The branch adds a file to the folder that main has moved, and the merge adds another text, or elsewhere.
    `change-no-phr`.
    """
    record = fix(72, "src/tax/new.py")
    branch = moved.branch({"src/tax/new.py": "NEW = 1\n", **record})
    merge = moved.merge(branch, {path: text, **record})
    moved.ground.push(merge, MAIN, paths=moved.ground.paths).refused("change-no-phr")


def test_an_edit_behind_the_merge(moved: Moved) -> None:
    """The file is edited at its new path once the branch has taken the move in. `change-no-phr`."""
    branch = moved.branch({OLD: FIXED, **RECORD})
    merge = moved.ground.commit({**moved.move, NEW: FIXED}, branch, moved.main)
    moved.ground.push(moved.ground.commit({NEW: FIXED + "EVIL = 1\n"}, merge)).refused("change-no-phr")


def test_a_copy_of_what_moved(ground: Ground) -> None:
    """Main has moved the file and added a copy of it: the merge puts the change into the copy. `change-no-phr`."""
    moved = Moved(ground, also={"src/copies/rates.py": TEXT + "COPY = 1\n"})
    merge = moved.merge(moved.branch({OLD: FIXED, **RECORD}), {"src/copies/rates.py": FIXED + "COPY = 1\n", **RECORD})
    ground.push(merge, MAIN).refused("change-no-phr")


def test_a_namesake_of_what_moved_elsewhere(ground: Ground) -> None:
    """Main has moved the file out of its folder, and added one like it where the folder went: the merge puts the change
    there. `change-no-phr`.
    """
    like = TEXT + "COPY = 1\n"
    moved = Moved(ground, like, also={"src/copies/rates.py": TEXT})
    branch = moved.branch({OLD: FIXED, **RECORD})
    ground.push(moved.merge(branch, {NEW: FIXED + "COPY = 1\n", **RECORD}), MAIN).refused("change-no-phr")
    ground.push(moved.merge(branch, {"src/copies/rates.py": FIXED, **RECORD}), MAIN).passed()


def test_an_empty_file(ground: Ground) -> None:
    """The branch fills an empty file, and the merge or a squash another one that main added: empty files are no one
    file. `change-no-phr`.
    """
    moved = Moved(ground, also={"src/copies/empty.py": ""})
    record = fix(72, "src/tax/__init__.py")
    branch = moved.branch({"src/tax/__init__.py": "EVIL = 1\n", **record})
    evil: dict[str, Content] = {"src/copies/empty.py": "EVIL = 1\n", **record}
    ground.push(moved.merge(branch, evil), MAIN).refused("change-no-phr")
    ground.push(ground.commit(evil)).refused("change-no-phr")


@pytest.mark.parametrize("name", ["src/never.py", "src/tax/", "src/", "src/tax/*", "src/tax/other.py"])
def test_a_squash_that_names_something_else(moved: Moved, name: str) -> None:
    """A squash names what never was, a folder that has gone, a wildcard or another old path. `change-no-phr`."""
    squash = moved.ground.commit({NEW: FIXED, **fix(72, name)})
    moved.ground.push(squash, paths=moved.ground.paths).refused("change-no-phr")


def test_a_file_that_main_removed(moved: Moved) -> None:
    """A record names a file that main has removed, and the change is of one that main has added. `change-no-phr`."""
    ground = moved.ground
    other = "".join(f"def f{number}():\n    return {number * 7}\n" for number in range(30))
    ground.land(ground.commit({NEW: None, "shop/new.py": other, **_named(75, NEW, "shop/new.py")}))
    ground.push(ground.commit({"shop/new.py": other + "EVIL = 1\n", **RECORD})).refused("change-no-phr")


def test_a_squash_that_only_fits_the_new_place(ground: Ground) -> None:
    """A squash names the old path for an edit of what main wrote after the move. `change-no-phr`."""
    after = TEXT.replace("LINE_20 = 20\n", "MOVED = 1\nMOVED = 2\nMOVED = 3\n")
    Moved(ground, after)
    ground.push(ground.commit({NEW: after.replace("MOVED = 2", "EVIL = 2"), **RECORD})).refused("change-no-phr")


def test_a_squash_under_a_landed_contract_of_the_old_place(moved: Moved) -> None:
    """A squash names the old path to use a landed contract whose scope has that, and not the new one.
    `change-out-of-scope`.
    """
    ground = moved.ground
    ground.land(ground.commit({OPEN: contract(["/src/tax/**"], status="open")}))
    ground.push(ground.commit({NEW: FIXED, **linked(72)})).refused("change-out-of-scope")


def test_a_landed_contract_that_is_younger_than_the_move(moved: Moved) -> None:
    """A branch is made from before the move, to use a contract for the old place that landed after it.
    `change-out-of-scope`.
    """
    ground = moved.ground
    moved.main = ground.land(ground.commit({OPEN: contract(["/src/tax/**"], status="open")}))
    merge = moved.merge(moved.branch({OLD: FIXED, **linked(72)}), {NEW: FIXED, **linked(72)})
    ground.push(merge).refused("change-out-of-scope")
    ground.push(merge, MAIN).refused("change-out-of-scope")


def test_a_new_file_under_a_landed_contract_of_the_old_place(moved: Moved) -> None:
    """A branch adds a file to the folder that main has moved, under a landed contract whose scope has that alone.
    `change-out-of-scope`.
    """
    promise, ground = contract(["/src/tax/**"], status="open"), moved.ground
    moved.fork = ground.commit({OPEN: promise}, moved.fork)
    moved.main = ground.land(ground.commit({OPEN: promise}, moved.main, moved.fork))
    name = "history/prompts/general/0072-round.green.prompt.md"
    record = {name: phr(["src/tax/new.py"], id="0072", kind="fix", contract=OPEN, prompt="Round.")}
    branch = moved.branch({"src/tax/new.py": "NEW = 1\n", **record})
    merge = moved.merge(branch, {"shop/tax/new.py": "NEW = 1\n", **record})
    ground.push(merge, MAIN).refused("change-out-of-scope")


def test_hundreds_of_old_paths(moved: Moved) -> None:
    """A squash's record names more old paths than are looked up before the one that is meant. `change-no-phr`."""
    many = [f"a/{number}.py" for number in range(FORMER)]
    moved.ground.push(moved.ground.commit({NEW: FIXED, **_named(72, *many, OLD)}), paths=()).refused("change-no-phr")


def test_a_contract_of_another_place(moved: Moved) -> None:
    """A merged branch names the old path, but its contract has neither that nor the new one in scope.
    `change-out-of-scope`.
    """
    name = "history/prompts/general/0072-round.green.prompt.md"
    files: dict[str, Content] = {
        CONTRACT: contract(["/lib/**"]),
        name: phr([OLD], id="0072", kind="fix", contract=CONTRACT, prompt="Round."),
    }
    merge = moved.merge(moved.branch({OLD: FIXED, **files}), {NEW: FIXED, **files})
    moved.ground.push(merge, MAIN).refused("change-out-of-scope")


@pytest.mark.parametrize(
    ("edits", "later"),
    [
        ({NEW: FIXED + "EVIL = 1\n", **RECORD}, {}),
        ({NEW: FIXED, "shop/tax/other.py": "EVIL = 1\n", **RECORD}, {}),
        ({NEW: FIXED, **RECORD}, {NEW: FIXED + "EVIL = 1\n"}),
        ({NEW: FIXED, **RECORD}, dict.fromkeys(RECORD)),
        ({NEW: FIXED, **RECORD}, {NEW: FIXED + "EVIL = 1\n", **dict.fromkeys(RECORD)}),
    ],
)
def test_a_queue_with_more_than_its_requests(
    ground: Ground, edits: dict[str, Content], later: dict[str, Content]
) -> None:
    """A queue's second merge adds a line or another file, or a third landing edits the file or removes the record.
    `change-no-phr`.
    """
    queued = Queued(ground)
    tip = queued.second(edits)
    ground.push(ground.commit(later, tip) if later else tip, MAIN, paths=ground.paths).refused("change-no-phr")


@pytest.mark.parametrize("is_moved", [False, True])
def test_a_landed_record_that_a_push_removes_and_brings_back(ground: Ground, *, is_moved: bool) -> None:
    """One commit of a push removes a landed PHR, the next brings it back, or elsewhere, with another change of its
    file; a third is honest. `change-no-phr`.
    """
    landed = fix(70, OLD)
    ground.land(ground.commit({OLD: TEXT, **landed}))
    new = "0080" if is_moved else "0070"
    again = {path.replace("0070", new): str(text).replace('"0070"', f'"{new}"') for path, text in landed.items()}
    back = ground.commit({**again, OLD: FIXED}, ground.commit(dict.fromkeys(landed)))
    tip = ground.commit({"src/new.py": "NEW = 1\n", **fix(71, "src/new.py")}, back)
    ground.push(tip, MAIN).refused("change-no-phr")


@pytest.mark.parametrize("between", [None, contract([OLD], id="0050", status="open")])
def test_a_landed_contract_that_a_push_opens_and_closes(ground: Ground, between: Content) -> None:
    """One commit of a push removes or reopens a contract that is done, the next restores it with another change in its
    scope; it brings a contract of its own for another file. `change-out-of-scope`.
    """
    done = contract([OLD], id="0050")
    ground.land(ground.commit({OLD: TEXT, OPEN: done, **linked(70)}))
    opened = ground.commit({OPEN: between, "src/new.py": "NEW = 1\n", CONTRACT: contract(["/src/new.py"], id="0003")})
    tip = ground.commit({OPEN: done, OLD: FIXED, **linked(72), **fix(71, "src/new.py")}, opened)
    ground.push(tip, MAIN).refused("change-out-of-scope")
