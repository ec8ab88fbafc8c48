"""The kind of work that a change looks like, and the lines that this puts first."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.adopted import CONSTITUTION, FEATURE, OPEN, POLICY, SPEC, Adopted, phr, rules_of, sdd, side_by_side
from tests.good import TARGET
from tests.test_next_lines import commands, printed, run_line, take_way

MANY = "".join(f"def test_{number}(): assert {number}\n" for number in range(99))
LARGE = ", but 99 lines are more than a chore's 50"
BINARY = ", but src/a cannot be read at a glance"
OF_FEATURE = (
    "--kind", "feature", "--success", "It starts at one.", "--constraint", "Decimals stay.", "--non-goal", "No",
    "--feature", "001-vat", "--requirement", "FR-001",
)  # fmt: skip
MOVED: dict[str, Any] = {"src/reverse/charge.py": None, "lib/charge.py": "CHARGED = False\n"}
WITH_EDITS = MOVED | {"lib/charge.py": "CHARGED = False\nMORE = 1\n", "src/old.py": "OLD = 2\n"}
EDITS = "it moves 1 file, and edits 3 lines for it"


@pytest.mark.parametrize(
    ("branch", "message", "files", "kind", "why"),
    [
        ("work", "Move it", MOVED, "refactor", "it only moves files"),
        ("work", "Move it", WITH_EDITS, "refactor", EDITS),
        ("work", "fix: move it", WITH_EDITS, "fix", "its commits begin with fix:"),
        ("work", "fix: round", {"src/a.py": "1\n"}, "fix", "its commits begin with fix:"),
        ("work", "Fix(vat): round", {"src/a.py": "1\n"}, "fix", "its commits begin with fix:"),
        ("work", "feat(vat)!: round", {"src/a.py": "1\n"}, "feature", "its commits begin with feat:"),
        ("work", "perf: round", {"src/a.py": "1\n"}, "refactor", "its commits begin with perf:"),
        ("work", "ci: round", {"src/a.py": "1\n"}, "chore", "its commits begin with ci:"),
        ("work", "ci: x", {"src/a.py": MANY}, "refactor", f"its commits begin with ci:{LARGE}"),
        ("work", "Bump", {"requirements.txt": "a==2\n"}, "chore", "it changes nothing but dependencies"),
        ("work", "Bump", {"package.json": MANY}, "refactor", f"it changes nothing but dependencies{LARGE}"),
        ("work", "ci: x", {"src/a": b"\0"}, "refactor", f"its commits begin with ci:{BINARY}"),
        ("hotfix/vat", "Round", {"src/a.py": "1\n"}, "fix", "the branch begins with hotfix/"),
        ("feature/vat", "Round", {"src/a.py": "1\n"}, "feature", "the branch begins with feature/"),
        ("work", "Test it", {"tests/test_a.py": "assert 1\n"}, "chore", "it changes nothing but tests"),
        ("001-vat", "Round", {"src/a.py": "1\n"}, "feature", "the work belongs to 001-vat"),
    ],
)  # fmt: skip
def test_a_change_looks_like(
    adopted: Adopted, branch: str, message: str, files: dict[str, Any], kind: str, why: str
) -> None:
    adopted.branch(branch)
    adopted.write(files, message)
    first = adopted.gate()["next"][0]
    assert (first["for"], first["why"]) == (kind, why)
    out = adopted.sdd("gate").out
    assert f"This looks like a {kind}: {why}.\n" in out
    assert 2 <= len(printed(out)) <= 3
    take_way(adopted, printed(out)[0])
    document = adopted.gate()
    assert (document["verdict"], document["changes"][0]["findings"]) == ("pass", [])
    assert adopted.push(branch).returncode == 0


def test_many_files_are_no_chore(adopted: Adopted) -> None:
    adopted.branch("work")
    adopted.write({f"src/{number}.py": "1\n" for number in range(51)}, "ci: x")
    why = "its commits begin with ci:, but a line in each of 51 files is more than a chore's 50 lines"
    assert adopted.gate()["next"][0]["why"] == why


SHA = "8f4b7f84864484a7bf31766abe9204da3cbe65b3"
PINNED = f"steps:\n  - uses: actions/checkout@{SHA} # v4.1\n  # - uses: a/b@v1  # v1.2\n"


@pytest.mark.parametrize(
    ("old", "new", "is_bump"),
    [
        (f"{SHA} # v4.1", f"0a1b2c3{SHA[7:]} # v5", True),
        (f"checkout@{SHA}", "checkout@main", False),
        ("a/b@v1  # v1.2", "a/b@v2  # v2.0", True),
        ("# - uses: a", "- uses: a", False),
    ],
)
def test_a_bump_of_pins_in_a_workflow_looks_like_a_chore(adopted: Adopted, old: str, new: str, is_bump: bool) -> None:
    path = ".github/workflows/test.yml"
    adopted.land_change({path: PINNED})
    adopted.branch()
    adopted.write({path: PINNED.replace(old, new)}, "Bump")
    first = adopted.gate()["next"][0]
    told = ("chore", "it changes nothing but dependencies") if is_bump else ("fix", None)
    assert (first["for"], first["why"]) == told
    take_way(adopted, printed(adopted.sdd("gate").out)[0])
    assert adopted.push("work").returncode == 0


def test_a_move_with_large_edits_is_no_guess(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write(WITH_EDITS | {"src/old.py": MANY}, "Move it")
    assert adopted.gate()["next"][0]["why"] is None


def test_what_tells_nothing_is_no_guess(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n", "requirements.txt": "a==2\n"}, "fix: one")
    adopted.write({"src/b.py": "1\n"}, "feat: two")
    assert [(way["for"], way["why"]) for way in adopted.gate()["next"]] == [
        ("fix", None),
        ("feature", "no record names a feature that is there"),
        ("refactor", None),
    ]
    assert "looks like" not in adopted.sdd("gate").out


@pytest.mark.parametrize("edits", [0, 4])
def test_files_that_get_other_names_are_moves(adopted: Adopted, edits: int) -> None:
    function = 'N = "m{0}"\n\n\ndef f{0}(x):\n    """Return x plus {0}."""\n    return x + {0}\n'
    old: dict[str, Any] = {f"src/m{number}.py": function.format(number) for number in range(12)}
    adopted.land_change(old | {"src/a/__init__.py": "", "src/b/__init__.py": ""})
    adopted.branch()
    gone: dict[str, Any] = dict.fromkeys((*old, "src/a/__init__.py", "src/b/__init__.py"))
    new = [text.replace('"m', '"n') if number < edits else text for number, text in enumerate(old.values())]
    come = {f"lib/n{number}.py": text for number, text in enumerate(new)}
    adopted.write(gone | come | {"lib/a/__init__.py": "", "lib/b/__init__.py": ""}, "Move the modules")
    why = "it moves 14 files, and edits 8 lines for it" if edits else "it only moves files"
    ways = adopted.gate()["next"]
    assert (ways[0]["for"], ways[0]["why"]) == ("refactor", why)
    assert [way["for"] for way in ways] == ["refactor", "fix", "feature"]


TASKS = f"specs/{FEATURE}/tasks.md"
NEW = ("feature", "no record names a feature that is there", "")
GOES_ON = ("feature", "it may go on with a feature that is there", FEATURE)
BY_TASK = ("feature", f"T001 of {FEATURE} names src/b.py", FEATURE)
BY_CONTRACT = ("feature", f"{OPEN} has src/reverse/charge.py in its scope", FEATURE)
BY_TEXT = ("feature", f"the work belongs to {FEATURE}", FEATURE)
FIX, REFACTOR, CHORE = (("fix", None, ""), ("refactor", None, ""), ("chore", None, ""))


@pytest.mark.parametrize(
    ("landed", "files", "ways"),
    [
        ({}, {"src/old.py": "OLD = 7\n"}, [FIX, NEW, GOES_ON]),
        ({}, {"src/reverse/charge.py": "CHARGED = True\n", "src/old.py": "OLD = 7\n"}, [FIX, BY_CONTRACT, REFACTOR]),
        (
            {"history/prompts/general/0009-undo.misc.prompt.md": phr(["src/reverse/charge.py"], kind="revert")},
            {"src/reverse/charge.py": "CHARGED = True\n", "src/old.py": "OLD = 7\n"},
            [FIX, NEW, GOES_ON],
        ),
        ({TASKS: "- [ ] T001 Do it in src/b.py\n"}, {"src/b.py": "B = 1\n"}, [FIX, BY_TASK, REFACTOR]),
        ({TASKS: "- [x] T001 Do it in src/b.py\n"}, {"src/b.py": "B = 1\n"}, [FIX, NEW, REFACTOR]),
        (
            {TASKS: "- [ ] T001 Do it in src/b.py\n"},
            {"src/b.py": "B = 1\n", TASKS: "- [x] T001 Do it in src/b.py\n"},
            [BY_TEXT, FIX, REFACTOR],
        ),
        ({}, {"setup.cfg": "[flake8]\nmax-line-length = 100\n"}, [FIX, CHORE, NEW]),
        ({}, {".github/workflows/t.yml": "on: push\n"}, [FIX, CHORE, NEW]),
        ({}, {"setup.cfg": "[flake8]\n" * 90}, [FIX, NEW, REFACTOR]),
    ],
)
def test_the_lines_follow_what_ties_the_work_to_a_feature(
    adopted: Adopted, landed: dict[str, Any], files: dict[str, Any], ways: list[tuple[str, str | None, str]]
) -> None:
    if landed:
        adopted.land_change(landed)
    adopted.branch()
    adopted.write(files, "Change it")
    assert [
        (way["for"], way["why"], FEATURE if FEATURE in way["steps"][0]["argv"] else "")
        for way in adopted.gate()["next"]
    ] == ways


def test_a_feature_that_is_new_and_one_that_goes_on_are_told_apart(adopted: Adopted) -> None:
    adopted.branch("feat/tax")
    adopted.write({"src/a.py": "1\n"}, "Tax")
    new, existing = (way["why"] for way in adopted.gate()["next"] if way["for"] == "feature")
    assert new == "the branch begins with feat/"
    assert existing == "it may go on with a feature that is there"
    assert f"This looks like a feature: {new}.\n" in adopted.sdd("gate").out


def test_what_is_unfinished_in_the_spec_comes_first(adopted: Adopted) -> None:
    adopted.branch("002-tax")
    adopted.done("feature", "new", "Tax", "--slug", "002-tax")
    adopted.write({"src/a.py": "1\n"}, "Tax")
    out = adopted.sdd("gate").out
    assert re.search(r"^first\[feature\]: \d+ places of specs/002-tax/spec.md to fill in$", out, re.MULTILINE)
    (first, *_) = adopted.gate()["next"][0]["steps"]
    assert (first["argv"], first["by_hand"].endswith("to fill in")) == (None, True)


def test_an_open_question_is_a_persons(adopted: Adopted) -> None:
    adopted.branch("002-tax")
    (adopted.here.path / "specs/002-tax").mkdir()
    spec = (adopted.here.path / SPEC).read_text()
    asked = f"{spec}\n- **FR-009**: The shop MUST round [NEEDS CLARIFICATION: up or down?].\n"
    adopted.write({"specs/002-tax/spec.md": asked, "src/a.py": "1\n"}, "Tax")
    steps = next(way["steps"] for way in adopted.gate()["next"] if way["for"] == "feature")
    told = "ask a person the 1 open question of specs/002-tax/spec.md, and write each answer: "
    assert steps[0]["by_hand"] == told + "sdd question answer N TEXT"


@pytest.fixture
def monorepo(adopted: Adopted) -> Adopted:
    """Two roots below the top one, each with a policy and a constitution of its own."""
    own = (adopted.here.path / CONSTITUTION).read_text()
    adopted.land_change(
        {f"apps/{app}/{path}": text for app in "ab" for path, text in ((POLICY, ""), (CONSTITUTION, own))}
    )
    adopted.branch("fix/start")
    adopted.write({f"{folder}src/start.py": "START = 1\n" for folder in ("", "apps/a/", "apps/b/")})
    return adopted


LINE = '"TITLE" --kind fix --success "ONE SENTENCE" --check "COMMAND" --run --commit'


def test_one_record_at_the_root_above_serves_all_roots(monorepo: Adopted) -> None:
    ways = printed(monorepo.sdd("gate").out)
    assert ways[0] == f"sdd phr new {LINE}"
    assert printed(monorepo.sdd("status").out) == ways
    run_line(monorepo, ways[0])
    changed = monorepo.here.git("diff", "--name-only", "origin/main", "HEAD").splitlines()
    assert [path.partition("history/")[0] for path in changed if path.endswith(".prompt.md")] == [""]
    assert rules_of(monorepo.gate(), "warning") == set()
    assert monorepo.push("fix/start").returncode == 0
    assert monorepo.done("cover", "Again").out == "nothing is missing: a push would pass\n"


def test_where_no_root_is_above_one_line_writes_the_records_of_all(tmp_path: Path) -> None:
    project = side_by_side(tmp_path)
    project.branch("fix/start")
    project.write({f"{folder}/src/start.py": "START = 1\n" for folder in ("apps/a", "apps/b")})
    ways = printed(project.sdd("gate").out)
    assert ways[0] == f"sdd cover {LINE}"
    run_line(project, ways[0])
    changed = project.here.git("diff", "--name-only", "origin/main", "HEAD").splitlines()
    assert [path.partition("history/")[0] for path in changed if path.endswith(".prompt.md")] == ["apps/a/", "apps/b/"]
    assert project.push("fix/start").returncode == 0


def begun_feature(root: str) -> dict[str, Any]:
    name = f"001-{root[-1]}-thing"
    return {f"{root}/specs/{name}/spec.md": TARGET[SPEC].replace(FEATURE, name)}


@pytest.mark.parametrize("by_cover", [False, True])
def test_a_feature_of_two_roots_has_the_spec_and_the_lines_of_each(tmp_path: Path, by_cover: bool) -> None:
    project = side_by_side(tmp_path)
    project.branch("work")
    project.write({f"{folder}/src/start.py": "START = 1\n" for folder in ("apps/a", "apps/b")})
    project.write(begun_feature("apps/b"), "Specify b")
    (line,) = (way for way in printed(project.done("status").out) if "--requirement" in way)
    assert "sdd -C apps/b contract new" in line
    assert line.endswith(' && sdd -C apps/a feature new "TITLE"')
    project.write(begun_feature("apps/a"), "Specify a")
    (line,) = (way for way in printed(project.sdd("gate").out) if "--requirement" in way)
    if by_cover:
        words = ["--kind", "feature", "--feature", "001-b-thing", "--requirement", "FR-001", "--success", "It starts."]
        words += ["--constraint", "Decimals stay.", "--non-goal", "More.", "--check", "true", "--run", "--commit"]
        project.done("cover", "Start at one", *words)
    else:
        run_line(project, line)
    assert project.push("work").returncode == 0
    changed = project.here.git("diff", "--name-only", "origin/main", "HEAD").splitlines()
    told = [f"apps/{root}/history/prompts/001-{root}-thing/" for root in "ab"]
    assert [path.rpartition("/")[0] + "/" for path in changed if path.endswith(".prompt.md")] == told


@pytest.mark.parametrize(
    ("folder", "files", "way"),
    [
        (".", ["apps/a/src/b.py"], f"sdd -C apps/a phr new {LINE}"),
        ("apps/a/src", ["apps/a/src/b.py"], f"sdd phr new {LINE}"),
        ("apps/b/src", ["apps/a/src/b.py"], f"sdd -C ../../a phr new {LINE}"),
        ("apps/a", ["apps/a/src/b.py", "apps/b/src/b.py"], f"sdd -C ../.. phr new {LINE}"),
    ],
)
def test_a_line_says_where_it_runs(monorepo: Adopted, folder: str, files: list[str], way: str) -> None:
    monorepo.land("HEAD:main")
    monorepo.here.git("fetch", "-q", "origin")
    monorepo.branch("fix/b", "origin/main")
    monorepo.write(dict.fromkeys(files, "B = 1\n"))
    place = monorepo.here.path / folder
    assert printed(sdd(place, "gate").out)[0] == printed(sdd(place, "status").out)[0] == way
    assert printed(monorepo.push("fix/b", cwd=place).stderr)[0] == way
    argv = commands(way)[0]
    assert sdd(place, *argv[1:]).status == 0
    assert monorepo.push("fix/b").returncode == 0


@pytest.mark.parametrize("root", ["", "apps/a/"])
def test_a_policy_beside_code_is_decided_in_so_many_words(monorepo: Adopted, root: str) -> None:
    monorepo.branch("fix/limits", "main")
    monorepo.write({f"{root}{POLICY}": "[gate.limits]\nlines = 400\n", f"{root}src/start.py": "START = 1\n"}, "Smaller")
    (way,) = printed(monorepo.sdd("gate").out)
    assert "--stage constitution --file .specify/sdd.toml --commit" in way
    words = ("--kind", "fix", "--success", "It starts at one.", "--check", "true")
    cover = ("cover", "Start at one", *words, "--run", "--commit", "--json")
    ran = monorepo.sdd(*cover)
    assert ran.status == 2
    assert ran.document["fix"].startswith(f"ask a person whether {root}{POLICY} may change")
    decision = ("phr", "new", "Allow 400 lines", "--stage", "constitution", "--file", POLICY, "--commit")
    monorepo.done("-C", root or ".", *decision)
    ran = monorepo.sdd(*cover)
    assert (ran.document["errors"], len(ran.document["records"])) == (0, 1)
    assert monorepo.push("fix/limits").returncode == 0


def test_a_renamed_root_is_told_with_the_records_of_the_decision_and_of_the_move(monorepo: Adopted) -> None:
    monorepo.land_change({"apps/a/src/b.py": "B = 1\n"})
    monorepo.branch("rename", "main")
    monorepo.here.git("mv", "apps/a", "apps/z")
    monorepo.write({}, "Rename a")
    (way,) = monorepo.gate()["next"]
    for argv in filter(None, (step["argv"] for step in way["steps"])):
        run_line(monorepo, shlex.join(argv))
    assert monorepo.push("rename").returncode == 0


def test_a_feature_in_several_roots(monorepo: Adopted) -> None:
    ran = monorepo.done("cover", "Start at one", *OF_FEATURE, "--check", "true", "--commit", "--json").document
    assert (ran["schema"], ran["errors"], len(ran["records"])) == ("sdd/cover/1", 0, 2)
    assert monorepo.push("fix/start").returncode == 0


@pytest.mark.parametrize("check", ["true", "false"])
def test_run_closes_the_contracts_of_a_feature(adopted: Adopted, check: str) -> None:
    adopted.branch("feature/start")
    adopted.write({"src/start.py": "START = 1\n"})
    ran = adopted.sdd("cover", "Start at one", *OF_FEATURE, "--check", check, "--run", "--commit")
    contracts = adopted.here.git("ls-files", "history/contracts/*start-at-one*").splitlines()
    assert (ran.status, len(contracts)) == ((0, 1) if check == "true" else (1, 0)), ran
    assert all("status: done" in (adopted.here.path / path).read_text() for path in contracts)
    assert ran.err.count(f"run in .: {check}") == 1
    assert adopted.here.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kind", "fix"], "--success is missing"),
        (["--kind", "fix", "--success", "It starts."], "--check is missing"),
        (["--kind", "feature", "--feature", "003-x"], "unknown feature 003-x"),
        ([], "nothing tells what kind of change this is"),
    ],
)
def test_cover_says_which_word_is_missing_and_writes_nothing(
    adopted: Adopted, arguments: list[str], message: str
) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    ran = adopted.sdd("cover", "Round", *arguments)
    assert (ran.status, message in ran.err, adopted.here.git("status", "--porcelain")) == (2, True, ""), ran


def test_cover_says_what_it_cannot_do(adopted: Adopted) -> None:
    adopted.branch()
    broken = phr(["src/done.py"], kind="chore", stage="grey")
    adopted.write({"src/a.py": "1\n", "src/done.py": "1\n", "history/prompts/general/0001-x.green.prompt.md": broken})
    ran = adopted.sdd("cover", "Round", "--kind", "fix", "--success", "It is.", "--check", "true")
    assert (ran.status, "error left: sdd status" in ran.out) == (1, True), ran


FUNCTION = "def f{0}(x):\n    total = x * {0}\n    return total + {0}"
FUNCTIONS = "\n\n".join(map(FUNCTION.format, range(8)))
GENERATED = "# Code generated by x. DO NOT EDIT.\nA = 1\n"
HALF = FUNCTIONS.index("def f4")


def likeliest_of(adopted: Adopted, files: dict[str, Any]) -> tuple[str, str | None]:
    adopted.branch()
    adopted.write(files, "Work on it")
    first = adopted.gate()["next"][0]
    return first["for"], first["why"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"src/many.py": "from src.rest import f4\n" + FUNCTIONS[:HALF], "src/rest.py": FUNCTIONS[HALF:]},
            ("refactor", "it moves 12 lines between files"),
        ),
        (
            {"src/many.py": FUNCTIONS[:HALF], "src/rest.py": FUNCTIONS[HALF:].replace("+ 7", "+ 8")},
            ("fix", None),
        ),
        ({"src/many.py": FUNCTIONS.replace("total", "amount")}, ("refactor", "it only calls total amount")),
        ({"src/many.py": FUNCTIONS.replace("total", "amount", 1)}, ("fix", None)),
        ({"src/many.py": FUNCTIONS.replace("total", "x")}, ("fix", None)),
        ({"src/many.py": FUNCTIONS.replace("*", "/")}, ("fix", None)),
        ({"src/made.py": GENERATED}, ("chore", "it changes nothing but generated files")),
    ],
)  # fmt: skip
def test_what_says_the_same_as_before_is_known(
    adopted: Adopted, files: dict[str, Any], told: tuple[str, str | None]
) -> None:
    adopted.land_change({"src/many.py": FUNCTIONS})
    assert likeliest_of(adopted, files) == told


def test_a_refactor_that_nothing_tells_is_the_third_way(adopted: Adopted) -> None:
    adopted.branch("001-vat")
    adopted.write({"src/a.py": "1\n"}, "Work on it")
    assert [way["for"] for way in adopted.gate()["next"]] == ["feature", "fix", "refactor"]
