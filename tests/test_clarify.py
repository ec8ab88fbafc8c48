"""`sdd question`: open questions found where the rules find them, and answers that keep every file readable."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sdd.authoring.questions import MarkedQuestion, _answered, _noted
from sdd.cli.session import Session
from sdd.records.kinds import spec as specs
from tests.adopted import FEATURE, OPEN, SPEC, Adopted
from tests.examples import examples

PLAN = f"specs/{FEATURE}/plan.md"


def asked(adopted: Adopted, *options: str) -> list[tuple[str, str]]:
    items = adopted.done("question", "list", "--json", *options).document["items"]
    return [(item["path"], item["question"]) for item in items]


def add(adopted: Adopted, path: str, text: str) -> None:
    file = adopted.here.path / path
    adopted.here.write(path, (file.read_bytes() if file.exists() else b"") + text.encode())


def read(adopted: Adopted) -> specs.Spec:
    return specs.parse(SPEC, (adopted.here.path / SPEC).read_bytes(), "")


def questions(adopted: Adopted) -> None:
    add(adopted, OPEN, "\n- [NEEDS CLARIFICATION: which lands?]\n")
    add(adopted, PLAN, "# Plan\n\n## Technical Context\n\n**Storage**: NEEDS CLARIFICATION\n")
    add(adopted, SPEC, "\n- **FR-002**: rounds [NEEDS CLARIFICATION: half up\n  or half even?] always.\n")
    add(adopted, SPEC, "- [NEEDS CLARIFICATION] and [NEEDS CLARIFICATION: B?]\n\n`[NEEDS CLARIFICATION: code]`\n")


def test_every_question_of_specs_plans_and_contracts_is_listed(adopted: Adopted) -> None:
    assert adopted.done("question", "list").out == "no open question\n"
    questions(adopted)
    expected = [
        (OPEN, "which lands?"), (PLAN, "Storage"), (SPEC, "half up or half even?"),
        (SPEC, "and [NEEDS CLARIFICATION: B?]"), (SPEC, "B?"),
    ]  # fmt: skip
    assert asked(adopted) == expected
    assert asked(adopted, "--feature", "001") == expected
    assert asked(adopted, "--rev", "main") == []
    assert adopted.done("question", "list").out.splitlines()[0].startswith(f"1  {OPEN}:")


def test_an_answer_takes_the_place_of_the_mark_and_is_noted(adopted: Adopted) -> None:
    questions(adopted)
    said = ["Austria.", "SQLite", "Half even", "Yes", "no"]
    for left, answer in zip(range(4, -1, -1), said, strict=True):
        ran = adopted.done("question", "answer", "1", answer, "--json")
        assert ran.document["left"] == left
    text = (adopted.here.path / SPEC).read_text()
    assert "- **FR-002**: rounds Half even always.\n- Yes and no\n" in text
    assert "**Storage**: SQLite\n" in (adopted.here.path / PLAN).read_text()
    assert "\n- Austria.\n" in (adopted.here.path / OPEN).read_text()
    noted = read(adopted).clarifications
    assert [one.answer for one in noted] == said
    assert [one.question for one in noted][:3] == ["which lands?", "Storage", "half up or half even?"]
    titles = [section.text for section in read(adopted).sections]
    assert titles[0] == "Clarifications", "before the first section that asks for something"
    assert text.count("### Session ") == 1
    assert asked(adopted) == []


def test_an_answer_that_is_all_of_a_requirement_keeps_its_question(adopted: Adopted) -> None:
    adopted.write(
        {
            SPEC: (adopted.here.path / SPEC)
            .read_text()
            .replace("- **FR-001**: ", "- **FR-001**: [NEEDS CLARIFICATION: paid in cash?]\n- **FR-009**: ")
        }
    )
    adopted.done("question", "answer", "1", "No, never.")
    assert "- **FR-001**: Paid in cash? No, never.\n" in (adopted.here.path / SPEC).read_text()


@pytest.mark.parametrize(
    ("before", "answer", "after"),
    [
        ("It is a list", "An empty one is fine.", "It is a list: An empty one is fine."),
        ("It is a list.", "An empty one is fine.", "It is a list. An empty one is fine."),
        ("It begins at", "one", "It begins at one"),
    ],
)
def test_an_answer_is_no_part_of_the_sentence_before_it(adopted: Adopted, before: str, answer: str, after: str) -> None:
    text = (adopted.here.path / SPEC).read_text()
    asked_for = f"- **FR-001**: {before} [NEEDS CLARIFICATION: which?]\n- **FR-009**: "
    adopted.write({SPEC: text.replace("- **FR-001**: ", asked_for)})
    adopted.done("question", "answer", "1", answer)
    assert f"- **FR-001**: {after}\n" in (adopted.here.path / SPEC).read_text()


def test_a_question_is_named_by_its_place_too(adopted: Adopted) -> None:
    questions(adopted)
    line = next(
        number for number, text in enumerate((adopted.here.path / SPEC).read_text().splitlines(), 1) if "FR-002" in text
    )
    assert adopted.done("question", "answer", f"spec.md:{line}", "Up").out.startswith(f"answered {SPEC}:{line}")
    assert len(asked(adopted)) == 4
    both = next(item for item in adopted.done("question", "list", "--json").document["items"] if item["number"] == 3)
    ran = adopted.sdd("question", "answer", f"{SPEC}:{both['line']}", "x")
    assert (ran.status, "more than one" in ran.err) == (2, True)


@pytest.mark.parametrize("left", ["", "gone"])
def test_a_number_means_what_it_meant_before_another_answer(
    adopted: Adopted, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    file = adopted.here.path / SPEC
    asked = "\n".join(f"- **FR-10{n}**: MUST [NEEDS CLARIFICATION: what {n}?]" for n in range(3))
    file.write_text(re.sub(r"\[NEEDS CLARIFICATION[^]]*\]", "be so", file.read_text()) + asked)
    lock = Session.lock

    def lock_after_another(session: Session) -> None:
        text = file.read_text().replace("[NEEDS CLARIFICATION: what 0?]", "first")
        file.write_text(text.replace("[NEEDS CLARIFICATION: what 1?]", "second") if left else text)
        lock(session)

    monkeypatch.setattr(Session, "lock", lock_after_another)
    ran = adopted.sdd("question", "answer", "2", "Second")
    assert "[NEEDS CLARIFICATION: what 2?]" in file.read_text()
    assert ("FR-101**: MUST Second" in file.read_text(), ran.status) == ((False, 3) if left else (True, 0)), ran
    assert not left or "asks nothing any more" in ran.err


@pytest.mark.parametrize(
    "words", [["9", "x"], ["1"], [], ["1", " "], ["1", "[NEEDS CLARIFICATION: why?]"], ["x:y", "x"]]
)
def test_what_answers_nothing_writes_nothing(adopted: Adopted, words: list[str]) -> None:
    questions(adopted)
    adopted.here.git("add", "--all")
    adopted.here.git("commit", "-qm", "asked")
    assert adopted.sdd("question", "answer", *words).status == 2
    assert adopted.here.git("status", "--porcelain") == ""


def test_a_plan_without_a_spec_says_what_is_missing(adopted: Adopted) -> None:
    add(adopted, "specs/002-x/plan.md", "# Plan\n\n[NEEDS CLARIFICATION: a?]\n")
    ran = adopted.sdd("question", "answer", "1", "b")
    assert (ran.status, "--slug 002-x" in ran.err) == (2, True)
    add(adopted, "history/contracts/general/0002-x.contract.md", "---\nid: 1\n---\n\n[NEEDS CLARIFICATION: a?]\n")
    assert "noted in no spec" in adopted.done("question", "answer", "1", "b").out


def test_an_earlier_session_stays_and_todays_goes_on(adopted: Adopted) -> None:
    text = (adopted.here.path / SPEC).read_text()
    old = "## Clarifications\n\n### Session 2020-01-01\n\n- Q: Old? → A: Yes.\n\n## Requirements"
    adopted.here.write(SPEC, text.replace("## Requirements", old, 1).replace("\n", "\r\n"))
    questions(adopted)
    adopted.done("question", "answer", "1", "One")
    adopted.done("question", "answer", "1", "Two")
    found = read(adopted).clarifications
    assert [(one.session == "2020-01-01", one.answer) for one in found] == [
        (True, "Yes."),
        (False, "One"),
        (False, "Two"),
    ]
    content = (adopted.here.path / SPEC).read_bytes()
    assert b"\r\n- Q: Old? \xe2\x86\x92 A: Yes.\r\n\r\n### Session " in content
    assert b"A: One\r\n- Q: " in content


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
LINES = (
    "- **FR-001**: MUST [NEEDS CLARIFICATION: {}] so.", "- **FR-002**: [NEEDS CLARIFICATION: {}]",
    "[NEEDS CLARIFICATION: {}]", "- [NEEDS CLARIFICATION: {}]", "| a | [NEEDS CLARIFICATION: {}] |",
)  # fmt: skip
HEAD = "# Feature Specification: X\n\n**Status**: Draft\n\n## Requirements\n\n"


@examples(100)
@given(question=TEXT, answer=TEXT, line=st.sampled_from(LINES))
@example("A: or B?", "# B", LINES[2])
@example("x", "<!-- y", LINES[2])
@example("x", "``` y", LINES[3])
@example("x", "→ A: Q: - [ ] `", LINES[0])
def test_an_answer_of_any_text_keeps_the_spec_readable(question: str, answer: str, line: str) -> None:
    text = HEAD + line.format(" ".join(question.replace("]", ")").split())) + "\n\n- **FR-009**: MUST end.\n"
    before = specs.parse(SPEC, text.encode(), "")
    answer = " ".join(answer.split())
    if len(before.open_questions) != 1 or not answer or "needs" in answer.lower():
        return
    number = before.open_questions[0].line
    shown = text.split("\n")[number - 1]
    mark = specs.CLARIFICATION.search(shown)
    assert mark
    asked = MarkedQuestion(SPEC, "x", SPEC, mark[1].strip() or "?", number, mark.start(), number, mark.end())
    replaced = _answered(asked, text.encode(), answer.replace("\0", "\ufffd"))
    after = specs.parse(SPEC, _noted(SPEC, replaced, asked.text, answer.replace("\0", "\ufffd"), "2026-03-01"), "")
    assert len(after.problems) <= len(before.problems)
    assert after.open_questions == ()
    assert [item.text for item in after.sections] == ["Clarifications", "Requirements"]
    assert [one.answer for one in after.clarifications] == [answer.replace("\0", "\ufffd")]
    assert {one.id for one in before.requirements} <= {one.id for one in after.requirements}


def test_a_question_with_brackets_of_its_own_is_left_whole(adopted: Adopted) -> None:
    add(adopted, SPEC, "\n- [NEEDS CLARIFICATION: second [nested] one?]\n")
    before = (adopted.here.path / SPEC).read_bytes()
    ran = adopted.sdd("question", "answer", "1", "two")
    assert (ran.status, "by hand" in ran.err) == (2, True)
    assert (adopted.here.path / SPEC).read_bytes() == before
