"""What serves a requirement that no record names: shown as inferred, apart from what names it, and counted nowhere."""

import csv
import io
from typing import Any

import pytest

from tests.adopted import contract, phr, sdd
from tests.scratch import Scratch

FEATURE = "001-vat"
CODE = "src/round.py"


def spec(stories: int = 2, requirement: str = "Round.") -> str:
    told = "".join(f"### User Story {number} - See {number} (Priority: P1)\n\n" for number in range(1, stories + 1))
    return f"# Feature Specification: VAT\n\n{told}## Requirements\n\n- **FR-001**: {requirement}\n"


def told(name: str, *files: str, words: str = "Do it well.", feature: str = FEATURE) -> dict[str, str | bytes | None]:
    return {f"history/prompts/{FEATURE}/{name}.green.prompt.md": phr(files, feature=feature, prompt=words)}


def tasks(*lines: str) -> dict[str, str | bytes | None]:
    return {f"specs/{FEATURE}/tasks.md": "# Tasks\n\n" + "".join(f"- {line}\n" for line in lines)}


@pytest.fixture
def here(scratch: Scratch) -> Scratch:
    scratch.write(".specify/sdd.toml", "")
    return scratch


def shown(scratch: Scratch, *more: str) -> tuple[dict[str, Any], str]:
    """The row of FR-001 and its line in the list; the other answers say the same of it."""
    (row,) = sdd(scratch.path, "requirement", "list", "--json", *more).document["items"]
    (line,) = sdd(scratch.path, "requirement", "list", *more).out.splitlines()
    keys = [key for key in row if key.startswith("inferred")]
    report = sdd(scratch.path, "report", "--format", "json").document["requirements"][0]
    alone = sdd(scratch.path, "requirement", "show", "--json", "FR-001").document
    for other in (report, alone):
        assert {key: other[key] for key in keys} == {key: row[key] for key in keys}
    why = sdd(scratch.path, "why", "FR-001").out
    words = line.split("  ")[2].rpartition("inferred ")[2] if row["inferred_done"] is not None else ""
    assert (f"; inferred {words}\n" in why) if words else "inferred" not in why
    return row, line


def test_through_its_story(here: Scratch) -> None:
    listed = tasks(f"[x] T001 [US1] Write {CODE}", "[x] T002 [US1] Test it", "[ ] T003 [US2] Else", "[ ] T004 Polish")
    prompts = told("0001-a", CODE) | told("0002-b", words="Build US1 now.") | told("0003-c", "src/else.py")
    here.commit("All", {f"specs/{FEATURE}/spec.md": spec(2, "For user story 1, round."), **listed, **prompts})
    row, line = shown(here)
    assert "  inferred through US1: 2 of 2 tasks, 2 prompts  " in line
    assert (row["inferred_stories"], row["inferred_done"], row["inferred_tasks"], row["inferred_phrs"]) == (
        ["US1"],
        2,
        2,
        2,
    )


def test_through_the_only_story(here: Scratch) -> None:
    here.commit("All", {f"specs/{FEATURE}/spec.md": spec(1), **tasks("[x] T001 [US1] Write", "[ ] T002 [US1] Test")})
    assert "  inferred through US1: 1 of 2 tasks  " in shown(here)[1]


def test_else_through_its_feature(here: Scratch) -> None:
    listed = tasks("[x] T001 [US1] Write", "[x] T002 [US2] Test", "[ ] T003 Polish")
    elsewhere = told("0003-c", words="Elsewhere.", feature="none")
    here.commit("All", {f"specs/{FEATURE}/spec.md": spec(), **listed, **told("0001-a", CODE), **elsewhere})
    row, line = shown(here)
    assert "  inferred through its feature: 2 of 3 tasks, 1 prompt  " in line
    assert row["inferred_stories"] == []


@pytest.mark.parametrize("lines", [(), ("[ ] T001 [US1] Write",)])
def test_what_nobody_worked_on_has_no_record(here: Scratch, lines: tuple[str, ...]) -> None:
    here.commit("All", {f"specs/{FEATURE}/spec.md": spec(), **tasks(*lines)})
    row, line = shown(here)
    assert "  no record  " in line
    assert row["inferred_tasks"] is None


def test_a_feature_without_tasks_is_served_by_its_prompts(here: Scratch) -> None:
    here.commit("All", {f"specs/{FEATURE}/spec.md": spec(), **told("0001-a", CODE, feature="1")})
    assert "  inferred through its feature: 1 prompt  " in shown(here)[1]


def test_a_nested_feature_and_one_below_specify(here: Scratch) -> None:
    text = tasks("[x] T001 Write").popitem()[1]
    for folder in ("specs/phase-2/001-vat", ".specify/specs/002-vat"):
        here.commit(folder, {f"{folder}/spec.md": spec(), f"{folder}/tasks.md": text})
        rows = sdd(here.path, "requirement", "list").out.splitlines()
        assert all("inferred through its feature: 1 of 1 task  " in row for row in rows), rows


def test_what_a_record_names_is_not_inferred_and_what_is_inferred_covers_nothing(here: Scratch) -> None:
    here.commit("All", {f"specs/{FEATURE}/spec.md": spec(), **tasks("[x] T001 Write FR-001"), **told("0001-a", CODE)})
    assert "  1 task, inferred through its feature: 1 of 1 task, 1 prompt  " in shown(here, "--uncovered")[1]
    assert sdd(here.path, "report", "--format", "json").document["requirements"][0]["gaps"]
    (table,) = csv.DictReader(io.StringIO(sdd(here.path, "report", "--format", "csv", "--table", "requirements").out))
    assert (table["inferred_stories"], table["inferred_done"], table["inferred_phrs"]) == ("", "1", "1")
    agreed = contract(["/src/**"], feature=FEATURE, requirements="[FR-001]")
    here.commit("Agree", {f"history/contracts/{FEATURE}/0001-a.contract.md": agreed})
    row, line = shown(here)
    assert "inferred" not in line
    assert row["inferred_tasks"] is None
    assert sdd(here.path, "requirement", "list", "--uncovered").out == "none\n"
