"""Large changes called chores.

A chore is larger than the limit by lines that git does not count (other line ends, one long line, a binary, a
`.gitattributes`), or spread over files, roots, commits, authors or merges. Chores within the limit pass, several in
one push too.
"""

import pytest

from tests.adopted import contract, phr
from tests.attacks.ground import POLICY, Content, Ground

CHORE = "history/prompts/general/0001-tidy.misc.prompt.md"


def chore(edits: dict[str, Content]) -> dict[str, Content]:
    """The edits with a PHR of kind chore that names them all."""
    return {**edits, CHORE: phr([*edits], kind="chore", stage="misc")}


def lines(number: int, end: str = "\n", text: str = "x = 1") -> str:
    return "".join(f"{text}{end}" for _ in range(number))


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_many_statements_that_end_otherwise(ground: Ground, end: str) -> None:
    """A chore adds 300 statements separated by CR, U+2028 or another line end that git does not count.
    `change-not-a-chore`.
    """
    ground.attempt(chore({"src/evil.js": lines(51, end)})).refused("change-not-a-chore")
    ground.attempt(chore({"src/evil.js": lines(50, end)})).passed()


def test_many_statements_on_one_line(ground: Ground) -> None:
    """A chore adds one line of 20 KB with many statements. `change-not-a-chore`."""
    ground.attempt(chore({"src/evil.js": "x = 1; " * 3000})).refused("change-not-a-chore")


@pytest.mark.parametrize("after", ["b" * 200_000, "a" * 100_000 + "b" * 100_000, "a" * 30_000, "b" * 100_000])
def test_a_bundle_of_one_line_is_rewritten(ground: Ground, after: str) -> None:
    """A chore rewrites part or all of a 200 KB bundle on one line. `change-not-a-chore`."""
    ground.land(ground.commit({"src/bundle.js": "a" * 200_000}))
    ground.attempt(chore({"src/bundle.js": after})).refused("change-not-a-chore")


def test_a_bundle_replaces_a_picture(ground: Ground) -> None:
    """A chore replaces a binary by a large script. `change-not-a-chore`."""
    ground.land(ground.commit({"src/logo.js": b"\x89PNG\0\xff" * 50_000}))
    ground.attempt(chore({"src/logo.js": lines(51)})).refused("change-not-a-chore")


@pytest.mark.parametrize("content", [b"\x7fELF\0\xff\xfe", "x = 1\n".encode("utf-16"), b"x = 1\n" * 3000 + b"\0"])
def test_a_program_that_nobody_can_read(ground: Ground, content: bytes) -> None:
    """A chore adds a binary, or a text with a NUL byte. `change-not-a-chore`."""
    ground.attempt(chore({"src/evil": content})).refused("change-not-a-chore")
    ground.land(ground.commit({"src/evil": b"\0\xff" * 9000}))
    ground.attempt(chore({"src/evil": content})).refused("change-not-a-chore")


@pytest.mark.parametrize("attributes", ["* binary\n", "* -diff\n", "*.py linguist-generated -text diff=none\n"])
def test_attributes_hide_lines(ground: Ground, attributes: str) -> None:
    """A chore of 300 lines brings a `.gitattributes` that makes git count none of them. `change-not-a-chore`."""
    ground.land(ground.commit({".gitattributes": attributes, "src/a.py": lines(100)}))
    ground.attempt(chore({"src/a.py": lines(100, text="y = 2")})).refused("change-not-a-chore")
    ground.attempt({**chore({"src/b.py": lines(300)}), "src/.gitattributes": attributes}).refused("change-not-a-chore")


def test_lines_change_places(ground: Ground) -> None:
    """A chore reorders the lines of a file. `change-not-a-chore`."""
    before = [f"step({number})\n" for number in range(200)]
    ground.land(ground.commit({"src/a.py": "".join(before)}))
    ground.attempt(chore({"src/a.py": "".join(before[::-1])})).refused("change-not-a-chore")


def test_a_file_is_removed_in_a_chore(ground: Ground) -> None:
    """A chore removes a file of 300 lines. `change-not-a-chore`."""
    ground.land(ground.commit({"src/a.py": lines(300)}))
    ground.attempt(chore({"src/a.py": None})).refused("change-not-a-chore")


def test_many_files_in_a_chore(ground: Ground) -> None:
    """A chore adds one line to each of 51 files. `change-not-a-chore`."""
    ground.attempt(chore({f"src/{number}.py": "x = 1\n" for number in range(51)})).refused("change-not-a-chore")


@pytest.mark.parametrize("number", [2, 5])
def test_a_chore_over_several_roots(ground: Ground, number: int) -> None:
    """A chore changes 30 lines in each of five roots, with one PHR for all or one in each. `change-not-a-chore`."""
    roots = [f"apps/{place}" for place in range(number)]
    marks: dict[str, Content] = {f"{root}/.specify/memory/constitution.md": "# Own\n" for root in roots}
    ground.land(ground.commit(marks))
    code: dict[str, Content] = {f"{root}/src/a.py": lines(30) for root in roots}
    ground.attempt(chore(code)).refused("change-not-a-chore")
    own: dict[str, Content] = {
        f"{root}/{CHORE}": phr(["src/a.py"], kind="chore", prompt=f"Tidy {root}.") for root in roots
    }
    ground.attempt(code | own).refused("change-not-a-chore")


def test_a_root_with_a_larger_limit(ground: Ground) -> None:
    """A chore touches two roots, and one of them allows more lines. `change-not-a-chore`, by the smaller limit."""
    marks: dict[str, Content] = {"apps/web/.specify/sdd.toml": "[gate.limits]\nchore_lines = 500\n"}
    ground.land(ground.commit(marks))
    ground.attempt(chore({"apps/web/src/a.py": lines(100)})).passed()
    ground.attempt(chore({"apps/web/src/a.py": lines(50), "src/a.py": "x = 1\n"})).refused("change-not-a-chore")


@pytest.mark.parametrize("mode", ["120000", "160000"])
def test_a_link_in_a_chore(ground: Ground, mode: str) -> None:
    """A chore adds a link or a submodule, or replaces a file by one. `change-not-a-chore`."""
    what: Content = (mode, b"1" * 40)
    ground.attempt(chore({"src/new": what})).refused("change-not-a-chore")
    ground.attempt(chore({"src/vat.py": what})).refused("change-not-a-chore")


def test_a_chore_that_is_one(ground: Ground) -> None:
    """A chore stays within the limit, with exempt files beside it or in one line of a long file. Passes."""
    ground.attempt(chore({"src/a.py": lines(50, text="#" * 119)})).passed()
    ground.attempt({**chore({"src/a.py": lines(50)}), "uv.lock": lines(3000), "LICENSE": lines(300)}).passed()
    long = [f"row({number})\n" for number in range(5000)]
    ground.land(ground.commit({"src/long.py": "".join(long), "src/logo.png": b"\x89PNG\0\xff" * 5000}))
    for place in (0, 2500, 4999):
        ground.attempt(chore({"src/long.py": "".join([*long[:place], "x\n", *long[place + 1 :]])})).passed()
    ground.attempt(chore({"src/logo.png": None})).passed()


def test_a_policy_that_allows_more(ground: Ground) -> None:
    """A chore of 300 lines is within the limit of the policy. Passes."""
    ground.land(ground.commit({POLICY: "[gate.limits]\nchore_lines = 300\n"}))
    ground.attempt(chore({"src/a.js": lines(300, "\u2028")})).passed()


# -- several landings in one push --------------------------------------------------------------------------

ADA, EVE = "Ada <ada@example.com> 1772366400 +0000", "Eve <eve@example.com> 1772366400 +0000"


def numbered(number: int, *files: str) -> dict[str, Content]:
    """A PHR of a chore with a number of its own."""
    text = phr(files, id=f"{number:04}", kind="chore", stage="misc", prompt=f"Tidy up part {number}.")
    return {f"history/prompts/general/{number:04}-tidy.misc.prompt.md": text}


def pushed(ground: Ground, *steps: dict[str, Content]) -> str:
    """The last of some commits on main, by two authors in turn."""
    tip = ground.main
    for place, edits in enumerate(steps):
        tip = ground.commit(edits, after=tip, who=(ADA, EVE)[place % 2])
    return tip


def test_several_chores_land_together(ground: Ground) -> None:
    """Three chores of 30 lines, each with its PHR, are pushed to the target at once. Passes."""
    steps = [{f"src/{place}.py": lines(30), **numbered(place, f"src/{place}.py")} for place in (1, 2, 3)]
    tip = pushed(ground, *steps)
    ground.push(tip, "refs/heads/main").passed()
    same = [{"src/a.py": lines(30 * place), **numbered(place, "src/a.py")} for place in (1, 2, 3, 4, 5, 6, 7, 8, 9)]
    ground.push(pushed(ground, *same), "refs/heads/main").passed()
    ground.push(tip).refused("change-not-a-chore")


def test_a_train_of_merges(ground: Ground) -> None:
    """Three merges of a chore each are pushed at once. Passes, unless one is too large."""
    for size in (30, 60):
        tip = ground.main
        for place in (1, 2, 3):
            code: dict[str, Content] = {f"src/{place}.py": lines(size if place == 2 else 30)}
            side = ground.commit({**code, **numbered(place, *code)}, after=ground.main)
            tip = ground.commit({**code, **numbered(place, *code)}, tip, side)
        answers = ground.push(tip, "refs/heads/main")
        answers.refused("change-not-a-chore") if size > 50 else answers.passed()


@pytest.mark.parametrize("bearer", [0, 5, 9])
@pytest.mark.parametrize("others", ["no PHR", "a PHR of something else", "the same PHR"])
def test_a_chore_is_parted_over_commits(ground: Ground, others: str, bearer: int) -> None:
    """A chore of 490 lines is split over ten commits of two authors, with one PHR that names all of its files.
    `change-not-a-chore`.
    """
    files = [f"src/{place}.py" for place in range(10)]
    record = numbered(1, *files)
    steps: list[dict[str, Content]] = []
    for place, path in enumerate(files):
        steps.append({path: lines(49), **(record if place == bearer else {})})
        if others == "a PHR of something else":
            steps[-1] |= {f"lib/{place}.py": "x = 1\n", **numbered(place + 20, f"lib/{place}.py")}
        elif others == "the same PHR" and place < bearer:
            steps[-1] |= record
            steps.append(dict.fromkeys(record))
    ground.push(pushed(ground, *steps), "refs/heads/main").refused("change-not-a-chore")


def test_a_chore_with_a_contract_is_parted_over_commits(ground: Ground) -> None:
    """The same is tried where the policy asks for a contract and no PHR. `change-not-a-chore`."""
    ground.land(ground.commit({POLICY: '[gate.require]\nchore = ["contract"]\n'}))
    files = [f"src/{place}.py" for place in range(3)]
    agreed: dict[str, Content] = {
        "history/contracts/general/0009-tidy.contract.md": contract(["/src/**"], kind="chore")
    }
    steps: list[dict[str, Content]] = [{path: lines(20)} for path in files]
    ground.push(pushed(ground, steps[0], steps[1] | agreed), "refs/heads/main").passed()
    ground.push(pushed(ground, *steps, agreed), "refs/heads/main").refused("change-not-a-chore")


def test_one_of_many_landings_is_too_large(ground: Ground) -> None:
    """One of several chores pushed together is too large. `change-not-a-chore`."""
    small = [{f"src/{place}.py": lines(30), **numbered(place, f"src/{place}.py")} for place in (1, 2)]
    large: dict[str, Content] = {"src/3.py": lines(51), **numbered(3, "src/3.py")}
    for steps in ([large, *small], [*small, large]):
        ground.push(pushed(ground, *steps), "refs/heads/main").refused("change-not-a-chore")


def test_the_target_is_merged_between_chores(ground: Ground) -> None:
    """A chore is split in two, with a merge of the target between. `change-not-a-chore`."""
    first = ground.commit({"src/1.py": lines(30), **numbered(1, "src/1.py")})
    landed = ground.land(ground.commit({"docs/a.md": "text\n"}))
    merged = ground.commit({"docs/a.md": "text\n"}, first, landed)
    tip = ground.commit({"src/2.py": lines(30), **numbered(2, "src/2.py")}, after=merged)
    ground.push(tip, "refs/heads/main").refused("change-not-a-chore")
