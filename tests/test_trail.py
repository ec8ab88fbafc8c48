"""One trail behind `why`, the list of requirements and the report: all three name the same stories and records."""

import json
from typing import Any

import pytest

from tests.adopted import Adopted, contract, phr, sdd
from tests.scratch import Scratch

SPEC = "specs/001-x/spec.md"
CONTRACT = "history/contracts/001-x/0001-a.contract.md"
TOLD = "history/prompts/001-x/0002-told.green.prompt.md"


def spec(*requirements: str, stories: int = 2) -> str:
    told = "".join(f"### User Story {number} - Do it (Priority: P1)\n\nDone.\n\n" for number in range(1, stories + 1))
    return f"# Feature Specification: X\n\n{told}## Requirements\n\n" + "".join(f"- {one}\n" for one in requirements)


def said(scratch: Scratch, requirement: str, root: str = "") -> dict[str, list[str]]:
    """What the three answers say of a requirement, which has to be the same."""
    path = f"{root}{SPEC}"
    rows: list[dict[str, Any]] = sdd(scratch.path, "requirement", "list", "--json").document["items"]
    (row,) = [row for row in rows if (row["path"], row["id"]) == (path, requirement)]
    report: list[dict[str, Any]] = sdd(scratch.path, "report", "--format", "json").document["requirements"]
    (shown,) = [one for one in report if (one["path"], one["id"]) == (path, requirement)]
    question = f"{path.rpartition('/')[0]}#{requirement}"
    chain: list[dict[str, Any]] = sdd(scratch.path, "why", "--json", question).document["chain"]
    keys = {"stories": ("story", "title"), "tasks": ("task", "title"), "contracts": ("contract", "path")}
    keys["phrs"] = ("phr", "path")
    answers = {name: list(row[name]) for name in keys}
    assert {name: list(shown[name]) for name in keys} == answers
    assert {name: [one[key] for one in chain if one["kind"] == kind] for name, (kind, key) in keys.items()} == answers
    return answers


@pytest.fixture
def here(scratch: Scratch) -> Scratch:
    scratch.write(".specify/sdd.toml", "")
    return scratch


@pytest.mark.parametrize("words", ["user story 2", "US-2", "US2", "User-Story #2"])
def test_a_story_in_the_words_of_a_requirement(here: Scratch, words: str) -> None:
    here.commit("all", {SPEC: spec(f"**FR-001**: For {words}, round.")})
    assert said(here, "FR-001")["stories"] == ["US2"]


def test_a_story_that_the_spec_lacks_is_none(here: Scratch) -> None:
    here.commit("all", {SPEC: spec("**FR-001**: Round."), "specs/001-x/tasks.md": "- [ ] T001 [US7] Do FR-001\n"})
    assert said(here, "FR-001") == {"stories": [], "tasks": ["T001"], "contracts": [], "phrs": []}


def test_a_prompt_that_names_a_requirement_serves_it(here: Scratch) -> None:
    here.commit("all", {SPEC: spec("**FR-001**: Round.", "**FR-002**: Cut."), TOLD: phr(["a"], feature="001-x")})
    here.commit("told", {TOLD: phr(["a"], feature="001-x", prompt="Mind FR-002, not FR-0011.")})
    assert said(here, "FR-001")["phrs"] == []
    assert said(here, "FR-002")["phrs"] == [TOLD]


def test_a_root_below_serves_the_requirements_of_the_one_above(here: Scratch) -> None:
    below = f"shop/{CONTRACT}"
    here.commit(
        "all",
        {
            "shop/.specify/sdd.toml": "",
            SPEC: spec("**FR-001**: Round.", "**FR-002**: Cut."),
            "specs/001-x/tasks.md": "- [ ] T001 [US1] Do FR-002\n",
            below: contract(["/a"], feature="001-x", requirements="[FR-001]", tasks="[T001]"),
        },
    )
    assert said(here, "FR-001") == {"stories": [], "tasks": [], "contracts": [below], "phrs": []}
    assert said(here, "FR-002") == {"stories": ["US1"], "tasks": ["T001"], "contracts": [below], "phrs": []}
    # As soon as the root has such a requirement itself, its own records mean that one.
    here.commit("own", {f"shop/{SPEC}": spec("**FR-001**: Own.")})
    assert said(here, "FR-001")["contracts"] == []
    assert said(here, "FR-001", "shop/")["contracts"] == [below]
    here.commit("not own", {f"shop/{SPEC}": None})
    assert said(here, "FR-001")["contracts"] == [below]


def test_records_name_requirements_of_a_spec_below_specify(here: Scratch) -> None:
    here.commit(
        "all",
        {
            f".specify/{SPEC}": spec("**FR-001**: X."),
            CONTRACT: contract(["/a"], feature="001-x", requirements="[FR-001]"),
        },
    )
    chain = sdd(here.path, "why", "--json", "FR-001").document["chain"]
    assert [one["path"] for one in chain if one["kind"] == "contract"] == [CONTRACT]


@pytest.mark.parametrize("written", ["src/a.py", "./src/a.py", "src//a.py", "src/./a.py", "/src/a.py"])
def test_a_file_is_found_under_its_plain_path(here: Scratch, written: str) -> None:
    here.commit("all", {"src/a.py": "1\n", TOLD: phr([written], feature="001-x")})
    chain = sdd(here.path, "why", "--json", "src/a.py").document["chain"]
    assert [one["path"] for one in chain if one["kind"] == "phr"] == [TOLD]


@pytest.mark.parametrize("way", ["--ff-only", "--no-ff", "--squash"])
def test_the_commits_of_a_requirement_are_those_of_the_work(adopted: Adopted, way: str) -> None:
    here = adopted.here
    adopted.branch("round")
    adopted.write({SPEC: spec("**FR-001**: Round.", stories=1)})
    terms = ("--constraint", "No library", "--non-goal", "Cut", "--check", "true", "--scope", "/src/**")
    adopted.done("contract", "new", "Round", "--feature", "001-x", "--requirement", "FR-001", "--success", "Round.",
                 *terms, "--commit")  # fmt: skip
    work = [here.commit(f"Round {name}", {f"src/{name}.py": "R = 1\n"}) for name in ("a", "b")]
    here.commit("Words", {"README.md": "Round.\n"})
    adopted.done("contract", "done", "--run", "--commit")
    adopted.done("phr", "new", "Round", "--commit")
    here.git("switch", "-q", "main")
    here.git("merge", "-q", way, "round")
    if way == "--squash":
        here.git("commit", "-q", "-m", "Round (#1)")
    adopted.land("main")
    (row,) = (one for one in adopted.done("requirement", "list", "--json").document["items"] if one["path"] == SPEC)
    assert row["commits"] == (work if way == "--ff-only" else [here.tip])
    report = json.loads(adopted.done("report", "--format", "json").out)
    (shown,) = (one for one in report["requirements"] if one["path"] == SPEC)
    chain = adopted.done("why", "001-x#FR-001", "--json").document["chain"]
    assert {*shown["commits"]} == {one["oid"] for one in chain if one["kind"] == "landing"} == {*row["commits"]}
