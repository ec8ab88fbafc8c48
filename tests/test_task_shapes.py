"""Tasks in every spelling that people use: boxes, headings, tables, plain items; and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.records.kinds import tasks
from sdd.records.kinds.tasks import Task
from tests.examples import examples

DONE, OPEN, SKIPPED = "done", "open", "skipped"


def read(body: str) -> tuple[Task, ...]:
    return tasks.parse("specs/001-x/tasks.md", f"# Tasks: X\n\n## Phase 1: Setup\n\n{body}\n".encode(), "").tasks


def told(body: str) -> list[tuple[str | None, str]]:
    return [(task.id, task.status) for task in read(body)]


@pytest.mark.parametrize(
    ("mark", "status"),
    [
        *(
            (mark, DONE)
            for mark in ("x", "X", "\u2713", "\u2714", "\u2714\ufe0f", "\u2705", "\u2611", " x ", "x ", " X")
        ),
        *((mark, OPEN) for mark in (" ", "", "/", ">", "!", "*", "?", ".", "o", "\u231b", "\u2717")),
        *((mark, SKIPPED) for mark in ("-", "~")),
    ],
)
def test_what_is_no_known_mark_of_done_is_open(mark: str, status: str) -> None:
    assert told(f"- [{mark}] T001 a") == [("T001", status)]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("- [ ] T001 a", "T001"),
        ("* [ ] T001: a", "T001"),
        ("1. [ ] T001. a", "T001"),
        ("> - [ ] T001 a", "T001"),
        ("- **[ ]** T001 a", "T001"),
        ("- [ ] **T001**: a", "T001"),
        ("- [ ] `T001` a", "T001"),
        ("- [ ] [T001] a", "T001"),
        ("- [ ] (T001) a", "T001"),
        ("- [ ] \u2705 T001 a", "T001"),
        ("- [ ] \U0001f3af **T001** a", "T001"),
        ("- [ ] t001 a", "T001"),
        ("- [ ] T001 \u2013 a", "T001"),
        ("- [ ] T001a a", "T001a"),
        ("- [ ] T001.1 a", "T001.1"),
        ("- [ ] T1.2 a", "T1.2"),
        ("- [ ] T071-A a", "T071-A"),
        ("- [ ] T-001 a", "T-001"),
        ("- [ ] TASK-001 a", "TASK-001"),
        ("- [ ] US1-T001 a", "US1-T001"),
        ("- [ ] P1-T001 a", "P1-T001"),
        ("- [ ] Task 1.2: a", "1.2"),
        ("- [ ] 1.1 a", "1.1"),
        ("- [ ] 1.1. a", "1.1"),
        ("- [ ] AUTH-01 a", "AUTH-01"),
        ("- [ ] **B001** a", "B001"),
        ("### T001: a", "T001"),
        ("#### T-001 \u2014 a", "T-001"),
        ("### Task 1.2: a", "1.2"),
        ("### [ ] T001 a", "T001"),
        ("- T001 a", "T001"),
        ("- **T001** a", "T001"),
        ("**T001**: a", "T001"),
    ],
)
def test_an_id_is_read_however_it_is_written(line: str, name: str) -> None:
    assert [(task.id, task.done, task.text) for task in read(line)] == [(name, False, "a")]


@pytest.mark.parametrize(
    ("marks", "stories"),
    [
        ("[US1]", ("US1",)),
        ("[P] [US1]", ("US1",)),
        ("[US1][US2]", ("US1", "US2")),
        ("[US1] [US2]", ("US1", "US2")),
        ("[US1, US2]", ("US1", "US2")),
        ("[US1/US2]", ("US1", "US2")),
        ("[US1,2]", ("US1", "US2")),
        ("(US1)", ("US1",)),
        ("[Story: US1]", ("US1",)),
        ("[Story 1]", ("US1",)),
        ("[S1]", ("US1",)),
        ("[US1a]", ("US1a",)),
        ("[Story: the user saves 5 rows]", ()),
        ("[P]", ()),
    ],
)
def test_a_task_is_for_every_story_that_its_marks_name(marks: str, stories: tuple[str, ...]) -> None:
    (task,) = read(f"- [ ] T001 {marks} a")
    assert (task.stories, task.story, task.text) == (stories, stories[0] if stories else None, "a")
    (bold,) = read(f"- [x] **T001 {marks}** a")
    assert (bold.stories, bold.text) == (stories, "a")


def test_the_links_of_a_task_lead_to_each_of_its_stories() -> None:
    found = tasks.parse("specs/x/tasks.md", b"- [ ] T001 [US1][US2] FR-011-2 in src/a.py\n", "")
    assert {(link.relation, link.text) for link in tasks.KIND.links(found)} == {
        ("story", "US1"),
        ("story", "US2"),
        ("requirement", "FR-011-2"),
        ("files", "src/a.py"),
    }


LEGEND = """- **[P]**: Can run in parallel
- [P] tasks = different files
- [US1] means story 1
- [ID] is the number
- [docs](a.md) more
- [x](a.md) more
- [x]: https://x.y
- [1] a note
"""


def test_the_legend_of_a_list_is_no_task() -> None:
    assert told(LEGEND) == []
    assert told(f"{LEGEND}\n- [x] T001 a\n") == [("T001", DONE)]


def test_boxes_without_an_id_are_notes_where_tasks_have_one() -> None:
    notes = "\n**Acceptance Criteria**:\n\n- [ ] It is fast\n- [ ] It is safe\n"
    assert told(f"- [x] T001 a\n- [x] T002 b\n{notes}") == [("T001", DONE), ("T002", DONE)]
    assert told(notes) == [(None, OPEN), (None, OPEN)]
    assert told("- [x] T001 a\n  - [ ] 1.1 a step\n  - [ ] UTF-16 a step\n") == [("T001", DONE)]


def test_other_ids_count_where_a_list_has_them_throughout() -> None:
    assert told("- [x] AUTH-01 a\n- [ ] AUTH-02 b\n- [ ] c\n") == [("AUTH-01", DONE), ("AUTH-02", OPEN), (None, OPEN)]
    assert told("- [ ] UTF-16 files\n- [ ] b\n- [ ] c\n") == [(None, OPEN)] * 3
    assert told("- [ ] FR-001 is met\n- [ ] US2 is met\n") == [(None, OPEN)] * 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("### T001: a\n\nText.\n", OPEN),
        ("### T001: a \u2705\n", DONE),
        ("### [x] T001: a\n", DONE),
        ("### T001: a\n\n- **Status**: Done\n", DONE),
        ("### T001: a\n\n**Status:** \u2705 Complete (2026-01-02)\n", DONE),
        ("### T001: a\n\n**Status**: Not done\n", OPEN),
        ("### T001: a\n\n- [x] one\n- [x] two\n", DONE),
        ("### T001: a\n\n- [x] one\n- [ ] two\n", OPEN),
    ],
)
def test_a_heading_may_be_a_task(body: str, status: str) -> None:
    assert told(body) == [("T001", status)]


def test_a_heading_above_tasks_is_a_group_of_them() -> None:
    assert told("### Task 1: Setup\n\n- [x] T001 a\n- [ ] T002 b\n") == [("T001", DONE), ("T002", OPEN)]
    assert told("### T001-T005: Setup\n\n- [x] T001 a\n") == [("T001", DONE)]


def test_the_text_below_a_heading_belongs_to_its_task() -> None:
    (task, other) = read("### T001: Add it\n\n- **Files**: `src/a.py`\n- **Related**: FR-004\n\n### T002: Drop it\n")
    assert (task.paths, task.requirements, other.text) == (("src/a.py",), ("FR-004",), "Drop it")


@pytest.mark.parametrize(
    ("table", "status"),
    [
        ("| ID | Task | Status |\n|----|---|---|\n| T001 | a | done |", DONE),
        ("| ID | Task | Status |\n|----|---|---|\n| T001 | a | open |", OPEN),
        ("| ID | Task | Status |\n|----|---|---|\n| T001 | a | not done |", OPEN),
        ("| ID | Task | Status |\n|----|---|---|\n| **T001** | a | \u2705 Done |", DONE),
        ("| ID | \u30bf\u30b9\u30af | \u72b6\u614b |\n|:-|-|-|\n| T001 | a | \u5b8c\u4e86 |", DONE),
        ("| Done | ID | Task |\n|---|---|---|\n| [x] | T001 | a |", DONE),
        ("| Done | ID | Task |\n|---|---|---|\n| [ ] | T001 | a |", OPEN),
        ("| ID | Task |\n|---|---|\n| T001 | a |", OPEN),
    ],
)
def test_tasks_are_read_out_of_a_table(table: str, status: str) -> None:
    (task,) = read(table)
    assert (task.id, task.status, task.text) == ("T001", status, "a")


def test_a_table_adds_what_a_list_lacks_and_repeats_nothing() -> None:
    table = "\n| Task | Owner |\n|---|---|\n| T001 | Ada |\n| T009 | Bob |\n| AUTH-01 | Eve |\n"
    assert told(f"- [x] T001 a\n{table}") == [("T001", DONE), ("T009", OPEN)]
    assert told("| ID | Task |\n|---|---|\n| AUTH-01 | a |\n| FR-001 | b |\n") == [("AUTH-01", OPEN)]
    assert told("| Risk | Level |\n|---|---|\n| AUTH-01 | high |\n") == []


def test_plain_items_are_tasks_only_where_nothing_else_is() -> None:
    about = "- T001 blocks T002\n- T001, T002 first\n- T003-T005 are parallel\n- T006 \u2192 T007\n"
    assert told(f"- [ ] T001 a\n{about}- T008 b\n") == [("T001", OPEN)]
    assert told(f"- T001 a\n- \u2705 T002 b\n{about}") == [("T001", OPEN), ("T002", DONE)]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("- [ ] T001 Write\n  `src/a.py`\nand more\n- [ ] T002 b\n", "Write `src/a.py` and more"),
        ("- [ ] T001 Write\n  - src/a.py\n  - [ ] fast\n\nText\n", "Write - src/a.py - [ ] fast"),
        ("- [ ] T001 Write\n\n**Checkpoint**: all\n", "Write"),
    ],
)
def test_a_task_goes_to_its_end(body: str, text: str) -> None:
    assert read(body)[0].text == text


PIECES = st.sampled_from(
    (
        *("- ", "[ ] ", "[x] ", "[P] ", "[US1]", "[", "]", "T001", "T-2", "AUTH-01", " 1.1 ", ": ", "\n", "\n\n", "  "),
        *(
            "### ",
            "| ",
            "|---|\n",
            "| ID | Task |\n",
            "text",
            "**",
            "~~",
            "```\n",
            "Task 1",
            "Status: done",
            "\u2705",
            "> ",
        ),
    )
)


@examples(150)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_a_list_is_read_in_its_order_each_line_once(body: str) -> None:
    found = read(body)
    lines = [task.line for task in found]
    assert lines == sorted(set(lines))
    assert all(5 <= line <= 5 + body.count("\n") for line in lines)
    written = body.split("\n")
    assert all(task.id is None or task.id[1:] in written[task.line - 5] for task in found)
    ids = any(task.id for task in found)
    boxed = [task for task in found if task.id is None]
    assert not boxed or not ids or not any(task.id and task.id[0] == "T" for task in found)
