"""Ranges of requirements, and tasks that are for the story of their heading."""

import pytest

from sdd.records.kinds import tasks
from sdd.records.kinds.ids import known_ids

FOUR = ("FR-001", "FR-002", "FR-003", "FR-004")


@pytest.mark.parametrize(
    "written",
    [
        "FR-001 to FR-004",
        "FR-001 through FR-004",
        "FR-001 thru 004",
        "FR-001\u2013FR-004",
        "FR-001\u2013004",
        "FR-001 \u2014 FR-004",
        "FR-001..FR-004",
        "FR-001...004",
        "FR-001\u2026FR-004",
        "FR-001-FR-004",
        "FR-001 - FR-004",
        "**FR-001** to **FR-004**",
        "`FR-001`-`FR-004`",
        "(FR-001 to FR-004).",
    ],
)
def test_a_range_names_all_that_it_spans(written: str) -> None:
    assert known_ids(f"Build it {written} now") == FOUR


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("FR-001, FR-004", ("FR-001", "FR-004")),
        ("FR-001 and FR-004", ("FR-001", "FR-004")),
        ("FR-004 to FR-001", ("FR-004", "FR-001")),
        ("FR-001 to SC-003", ("FR-001", "SC-003")),
        ("FR-001 to 5 users", ("FR-001",)),
        ("FR-001 - 004 of them", ("FR-001",)),
        ("FR-001 to FR-900", ("FR-001", "FR-900")),
        ("FR-011-101", ("FR-011-101",)),
        ("SC-001 to SC-002 and FR-007", ("SC-001", "SC-002", "FR-007")),
        ("FR-AUTH-001 to FR-AUTH-002", ("FR-AUTH-001", "FR-AUTH-002")),
        ("FR9 to FR11", ("FR9", "FR10", "FR11")),
        ("FR-001 to FR-002 to FR-003", ("FR-001", "FR-002", "FR-003")),
    ],
)
def test_what_is_no_range_names_what_it_says(written: str, named: tuple[str, ...]) -> None:
    assert known_ids(written) == named


def stories(text: str) -> dict[str | None, tuple[str, ...]]:
    return {task.id: task.stories for task in tasks.parse("specs/001-x/tasks.md", text.encode(), "").tasks}


def test_a_task_is_for_the_story_of_its_heading() -> None:
    text = """# Tasks for user story 9

## Phase 1: Setup

- [ ] T001 Make folders

## Phase 3: User Story 1 - Pay (Priority: P1)

- [ ] T002 Pay

### Tests for User Story 1

- [ ] T003 [US2] Of another
- [ ] T004 Test it

## Phase 4: US2 and US3

- [ ] T005 Both

### Backend (US3)

- [ ] T006 One

## Polish

- [ ] T007 Polish
"""
    assert stories(text) == {
        "T001": (),
        "T002": ("US1",),
        "T003": ("US2",),
        "T004": ("US1",),
        "T005": (),
        "T006": ("US3",),
        "T007": (),
    }
