"""Requirements, criteria and questions in every spelling that people use, each to its end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.records.kinds import checklist, contract, spec
from sdd.records.kinds.spec import Spec
from tests.examples import examples

REQUIREMENTS = "# Feature Specification: X\n\n## Requirements\n\n"


def read(body: str) -> Spec:
    return spec.parse("specs/001-x/spec.md", body.encode(), "")


def demanded(body: str) -> list[tuple[str, str]]:
    found = read(REQUIREMENTS + body)
    return [(item.id, item.text) for item in (*found.requirements, *found.criteria)]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("- **FR-001** sum", "FR-001"),
        ("- FR-001 sum", "FR-001"),
        ("- **FR-001.** sum", "FR-001"),
        ("- **FR-001 (P1)** sum", "FR-001"),
        ("- **FR-001** (P1): sum", "FR-001"),
        ("- FR-001 \u2014 sum", "FR-001"),
        ("FR-001: sum", "FR-001"),
        ("**FR-001**: sum", "FR-001"),
        ("__FR-001__: sum", "FR-001"),
        ("***FR-001***: sum", "FR-001"),
        ("1. **FR-001**: sum", "FR-001"),
        ("\t- **FR-001**: sum", "FR-001"),
        ("> - **FR-001**: sum", "FR-001"),
        ("- [x] **FR-001**: sum", "FR-001"),
        ("- **[FR-001]**: sum", "FR-001"),
        ("- `FR-001`: sum", "FR-001"),
        ("- **`FR-001`**: sum", "FR-001"),
        ("- \u2705 **FR-001**: sum", "FR-001"),
        ("- \U0001f3af FR-001: sum", "FR-001"),
        ("- ~~**FR-001**: sum~~", "FR-001"),
        ('- <a id="x"></a>**FR-001**: sum', "FR-001"),
        ("- **FR-001**\uff1asum", "FR-001"),
        ("- **FR-001**\uff08\u5fc5\u9808\uff09: sum", "FR-001"),
        ("- **FR\u2011001**: sum", "FR-001"),
        ("- **FR_001**: sum", "FR-001"),
        ("- **FR 001**: sum", "FR-001"),
        ("- **fr-001**: sum", "FR-001"),
        ("### FR2: sum", "FR2"),
        ("#### FR-9 \u2014 sum", "FR-9"),
        ("### Requirement FR-9: sum", "FR-9"),
        ("### Functional Requirement FR-9: sum", "FR-9"),
        ("| FR-001 | sum |", "FR-001"),
        ("| **FR-001** | sum | |", "FR-001"),
        ("- **FR-SECURITY-001**: sum", "FR-SECURITY-001"),
        ("- **FR-AUTH-001**: sum", "FR-AUTH-001"),
        ("- **AUTH-FR-001**: sum", "AUTH-FR-001"),
        ("- **NFR-PERF-001**: sum", "NFR-PERF-001"),
        ("- **FR-011-001**: sum", "FR-011-001"),
        ("- **FR-001-A**: sum", "FR-001-A"),
        ("- **FR-001a**: sum", "FR-001a"),
        ("- **FR-1.2**: sum", "FR-1.2"),
        ("- **FR1.2**: sum", "FR1.2"),
        ("- **SC-001** sum", "SC-001"),
        ("| SC-002 | sum |", "SC-002"),
        *((f"- **{name}**: sum", name) for name in ("REQ-001", "RF-001", "UR-001", "CR-001", "AC-1", "F-001", "R1")),
        ("### AUTH-001 sum", "AUTH-001"),
    ],
)
def test_an_id_is_read_however_it_is_written(line: str, name: str) -> None:
    assert demanded(f"{line}\n") == [(name, "sum")]
    assert not read(f"{REQUIREMENTS}{line}\n").placeholders


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("- **FR-017 Title:** sum", "Title: sum"),
        ("- **FR-016 \u2013 Title**: sum", "Title: sum"),
        ("- **FR-030** [OUT OF SCOPE - MVP]: sum", "[OUT OF SCOPE - MVP]: sum"),
        ("- **FR-015**: keep **all** of it", "keep **all** of it"),
        ("| FR-013 | sum | P1 |", "sum | P1"),
    ],
)
def test_the_text_is_what_comes_after_the_id(line: str, text: str) -> None:
    assert [item[1] for item in demanded(f"{line}\n")] == [text]


@pytest.mark.parametrize(
    "line",
    [
        "- FR-001, FR-002: see below",
        "- **FR-001** and **FR-002** belong together",
        "- FR-001\u2013FR-005 come first",
        "- FR-001 to FR-005 come first",
        "- **UTF-8**: every file",
        "- **US1**: As a user",
        "- **T001**: a task",
        "- P1 first",
        "The FR-001 rule",
        "- See FR-001: it sums",
    ],
)
def test_a_mention_of_ids_is_no_requirement(line: str) -> None:
    assert demanded(f"{line}\n") == []


def test_a_column_of_a_table_that_is_no_demand_is_left_out() -> None:
    rows = "|----|----|----|----|\n| FR-1 | sum | **P1** | by noon |\n| FR-2 | print | P2 |\n"
    assert demanded(f"| ID | Requirement | Priority | Measure |\n{rows}") == [
        ("FR-1", "sum | by noon"),
        ("FR-2", "print"),
    ]
    # A table of its own, whose second column has another meaning; and rows without a header.
    kept = "\n| ID | Criterion | Measure |\n|---|---|---|\n| SC-1 | fast | 1 s |\n\n| SC-2 | calm | P1 |\n"
    assert demanded(f"| ID | Requirement | Priority |\n{rows}{kept}")[2:] == [
        ("SC-1", "fast | 1 s"),
        ("SC-2", "calm | P1"),
    ]


def test_a_table_about_requirements_defines_none_twice() -> None:
    table = "| ID | Task |\n|---|---|\n| FR-001 | T001 |\n| FR-002 | sum up |\n\n- FR-001 was hard\n"
    found = demanded(f"- **FR-001**: sum\n\n### Traceability Requirements\n\n{table}")
    assert found == [("FR-001", "sum"), ("FR-002", "sum up")]
    assert demanded("- **FR-001**: sum\n- **FR-001**: print\n") == [("FR-001", "sum"), ("FR-001", "print")]


def test_outside_of_requirements_only_firm_ids_of_known_families_count() -> None:
    found = read("# T\n\n## Notes\n\n- FR-001 is hard\n- **AUTH-001**: x\n| FR-002 | y |\n- **FR-003**: z\n")
    assert [item.id for item in found.requirements] == ["FR-003"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "- **FR-001**: add up the rows\n  of every page\nand show it.\n- **FR-002**: x\n",
            "add up the rows of every page and show it.",
        ),
        ("- **FR-001**: take\n  - CSV\n  - JSON\n\nThat is all.\n", "take - CSV - JSON"),
        ("- **FR-001**: take\n\n  CSV\n- other\n", "take CSV"),
        ("- **FR-001**: take\n  ```\n  code\n  ```\n  CSV\n## Next\n", "take CSV"),
        ("**FR-001**: take\nCSV\n\nOther\n", "take CSV"),
        ("### FR-001: take\n\nCSV files\n\n- of all\n\n### Other\n", "take CSV files - of all"),
        ("- **FR-001**: take\n  - **FR-001a**: CSV\n", "take"),
        ("- **FR-001**: take\n| a | b |\n", "take"),
    ],
)
def test_an_item_goes_to_its_end(body: str, text: str) -> None:
    assert demanded(body)[0] == ("FR-001", text)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("[NEEDS CLARIFICATION: how many\n  years by law?].", "how many years by law?"),
        ("[NEEDS CLARIFICATION: by [law] or not?]", "by [law] or not?"),
        ("[NEEDS USER CLARIFICATION: which?]", "which?"),
        ("[NEEDS CLARIFICATION]", "FR-001**: Keep it for"),
    ],
)
def test_a_question_goes_to_its_end(written: str, text: str) -> None:
    found = read(f"{REQUIREMENTS}- **FR-001**: Keep it for {written}\n")
    assert [(item.text, item.line) for item in found.open_questions] == [(text, 5)]
    assert not found.placeholders


@pytest.mark.parametrize(
    "text",
    [
        "[FR-003]",
        "[PR-A]",
        "[T009-T010]",
        "[DEFERRED TO PHASE 2]",
        "[NEEDS USER CLARIFICATION]",
        "{{- end }}",
        "{{ x.y }}",
    ],
)
def test_ids_remarks_and_expressions_are_no_template_text(text: str) -> None:
    assert not read(f"# T\n\nSome {text} more\n").placeholders


PIECES = st.sampled_from(
    (
        *("- ", "**", "FR-001", "SC-2", "AUTH-01", ": ", " ", "\n", "\n\n", "  ", "### ", "| ", "> ", "text", "`", "["),
        *("]", "(", "FR-1.2", "-A", "~~", "```\n", "[NEEDS CLARIFICATION: ", "\u2011", "<!--", "-->"),
    )
)


@examples(150)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_items_lie_within_the_file_and_do_not_overlap(body: str) -> None:
    text = REQUIREMENTS + body
    found = read(text)
    items = sorted((*found.requirements, *found.criteria), key=lambda item: item.line)
    assert all(5 <= item.line < item.end <= text.count("\n") + 2 for item in items)
    assert all(first.end <= second.line for first, second in pairwise(items))
    assert all(item.id in text.replace("\u2011", "-").upper() or item.id in text for item in items)


CONTRACT = '---\nid: "0001"\ntitle: T\nkind: fix\nstatus: done\n---\n\n'


@pytest.mark.parametrize(
    ("mark", "made"),
    [
        ("x", True),
        ("X", True),
        ("\u2713", True),
        ("\u2705", True),
        (" x ", True),
        (" ", False),
        ("", False),
        ("/", False),
    ],
)
def test_every_box_is_a_check_and_only_a_known_mark_makes_it(mark: str, made: bool) -> None:
    text = f"{CONTRACT}## Acceptance checks\n\n- [{mark}] `make test`\n- [x](a.md) no box\n- [P] no box\n"
    checks = contract.parse("history/contracts/x/0001-t.contract.md", text.encode(), "").checks
    assert [(check.command, check.done) for check in checks] == [("make test", made)]
    items = checklist.parse("specs/x/checklists/a.md", f"- [{mark}] CHK001 a\n".encode(), "").items
    assert [item.done for item in items] == [made]


def test_a_check_and_a_follow_up_go_to_their_end() -> None:
    checks = "- [x] It is fast\n  - see `bench.py`\n  - [ ] `make slow`\n    twice\n"
    later = "- Print it\n  - in colour\n  - on paper\n- Mail it\n"
    text = f"{CONTRACT}## Acceptance checks\n\n{checks}\n## Follow-ups\n\n{later}"
    found = contract.parse("history/contracts/x/0001-t.contract.md", text.encode(), "")
    assert [(check.text, check.command) for check in found.checks] == [
        ("It is fast - see `bench.py`", None),
        ("`make slow` twice", "make slow"),
    ]
    assert [item.text for item in found.follow_ups] == ["Print it - in colour - on paper", "Mail it"]


@pytest.mark.parametrize(
    "later", ["- Next:\n  - a\n  - b\n", "- Now:\n  - a\n- Later:\n  - b\n", "- Do this\n  - a\n  - b\n"]
)
def test_items_that_introduce_a_list_hide_none_of_it(later: str) -> None:
    text = f"{CONTRACT}## Follow-ups\n\n{later}"
    found = contract.parse("history/contracts/x/0001-t.contract.md", text.encode(), "")
    assert {"a", "b"} <= {item.text for item in found.follow_ups}


def test_thousands_of_marks_on_a_line_are_read_in_linear_time() -> None:
    found = read("# T\n\n" + "[NEEDS CLARIFICATION: " * 9000)
    assert len(found.open_questions) == 9000
    assert all(len(item.text) <= 2000 for item in found.open_questions)
