"""How long a question is open: since the landing that brought its line."""

from sdd.report.period import Period
from sdd.report.reading import Report
from tests.adopted import FEATURE, SPEC, Adopted
from tests.good import TARGET
from tests.sites import report_of, subject

_QUESTION = "[NEEDS CLARIFICATION: which languages?]"
_OPEN = f"- **FR-002**: The system MUST speak {_QUESTION}\n"
_PLAN = f"specs/{FEATURE}/plan.md"


def spec(added: str = "") -> str:
    return TARGET["specs/001-vat/spec.md"].replace("## Success Criteria", f"{added}\n## Success Criteria")


def land_on(adopted: Adopted, day: str, files: dict[str, str | bytes | None]) -> None:
    for path, content in files.items():
        if content is None:
            (adopted.here.path / path).unlink()
        else:
            adopted.here.write(path, content)
    adopted.here.git("add", "-A")
    adopted.here.git("commit", "-q", "-m", day, GIT_COMMITTER_DATE=f"{day}T12:00:00+0000")
    adopted.land()


def report(adopted: Adopted) -> Report:
    return report_of(adopted.here.path, subject(period=Period()))


def ages(adopted: Adopted) -> list[tuple[str, int | None]]:
    return [(item.text, item.days) for item in report(adopted).overview.questions]


def test_a_question_in_an_old_spec_is_as_young_as_its_line(adopted: Adopted) -> None:
    land_on(adopted, "2026-06-20", {SPEC: spec(_OPEN)})
    assert ages(adopted) == [("which languages?", 10)]
    (gap,) = (gap for gap in report(adopted).overview.gaps if gap.what.startswith("question"))
    assert (gap.what, gap.day) == ("question open", "2026-06-20")
    # Other lines that change later do not make it younger, nor does its place.
    land_on(adopted, "2026-06-25", {SPEC: spec(f"- **FR-003**: The system MUST be quick.\n{_OPEN}")})
    assert ages(adopted) == [("which languages?", 10)]


def test_a_question_that_came_back_is_as_young_as_its_return(adopted: Adopted) -> None:
    land_on(adopted, "2026-04-20", {SPEC: spec(_OPEN)})
    land_on(adopted, "2026-05-01", {SPEC: spec()})
    land_on(adopted, "2026-06-27", {SPEC: spec(_OPEN)})
    assert ages(adopted) == [("which languages?", 3)]


def test_a_question_that_came_with_its_file_keeps_its_age_where_that_moves(adopted: Adopted) -> None:
    plan = f"# Plan\n\n## Technical Context\n\n**Language**: {_QUESTION}\n"
    land_on(adopted, "2026-04-01", {_PLAN: plan})
    assert ages(adopted) == [("which languages?", 90)]
    gap = next(gap for gap in report(adopted).overview.gaps if gap.what.startswith("question"))
    assert (gap.what, gap.day) == ("question open for 90 days", "2026-04-01")
    moved = f"specs/002-later/{_PLAN.rpartition('/')[2]}"
    land_on(adopted, "2026-06-01", {_PLAN: None, moved: plan})
    assert ages(adopted) == [("which languages?", 90)]


def test_a_question_that_has_not_landed_has_no_age(adopted: Adopted) -> None:
    adopted.here.write(SPEC, spec(_OPEN))
    assert ages(adopted) == [("which languages?", None)]
