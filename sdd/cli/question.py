"""sdd question: open questions listed and answered."""

import posixpath
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

import click

from sdd.authoring.questions import Answered, MarkedQuestion, answered_before, read_questions, write_answer
from sdd.base.errors import SddError, UsageError
from sdd.base.listing import counted
from sdd.base.paths import printable
from sdd.cli.groups import noun
from sdd.cli.listing import items_of, list_command
from sdd.cli.options import feature_filter
from sdd.cli.printing import can_ask
from sdd.cli.session import Session, writing_session
from sdd.index.search import RowFilter
from sdd.render.documents.records import Keys
from sdd.repo.journal import Journal


@noun
def command() -> None:
    """List the open questions of specs, plans and contracts, and answer them."""


class NumberedQuestion(NamedTuple):
    """An open question. Its number counts all of them, whatever is filtered, so that `answer` knows it."""

    number: int
    marked: MarkedQuestion


_KEYS: Keys = {
    "number": attrgetter("number"),
    "path": attrgetter("marked.path"),
    "line": attrgetter("marked.line"),
    "feature": attrgetter("marked.feature"),
    "question": attrgetter("marked.text"),
}


@list_command(
    command,
    "questions",
    lambda row: (str(row.number), _where(row.marked), " ".join(row.marked.text.split())),
    items_of(_KEYS),
    "no open question",
    feature_filter,
)
def questions(session: Session, wanted: RowFilter) -> Sequence[NumberedQuestion]:
    """List the open questions of specs and plans: number, path:line and question."""
    rows = [NumberedQuestion(*row) for row in enumerate(_open(session), 1)]
    return [row for row in rows if wanted.feature in ("", row.marked.feature)]


@command.command()
@click.argument("which", metavar="[N|PATH:LINE]", required=False)
@click.argument("text", required=False)
@writing_session
def answer(session: Session, which: str | None, text: str | None) -> None:
    """Answer a question: the number that `question list` gives, or path:line, and the TEXT of the answer.

    The answer replaces the mark, and the spec notes it under Clarifications, in today's session. On a terminal sdd asks
    for a TEXT that is left out, and without N for the answer to every question; an empty line skips one.
    """
    if text is None and not can_ask():
        raise UsageError("no answer is given", 'sdd question answer N "TEXT"; the numbers: sdd question list')
    answers: list[Answered] = []
    if which and text is not None:
        # The number is that of the list as it is now; what another command answers meanwhile moves the numbers.
        seen, opened = questions(session, RowFilter()), _open(session)
        with session.writing(which, text) as journal:
            earlier = answered_before(session.top, journal, text)
            answers.append(
                earlier or _write(session, _still_open(session, _wanted(seen, which), opened), text, journal)
            )
            _print(session, answers)
        return
    for question in [_wanted(questions(session, RowFilter()), which)] if which else _open(session):
        opened = _open(session)
        if said := session.redact(_asked(question)):
            with session.writing(question, said) as journal:
                answers.append(_write(session, _still_open(session, question, opened), said, journal))
    _print(session, answers)


def _still_open(session: Session, wanted: MarkedQuestion, opened: Sequence[MarkedQuestion]) -> MarkedQuestion:
    """The wanted one of the questions that were `opened`, where it is now: each answer moves the lines below it.

    Raises SddError where it was answered, or may have been: another one of its file that asks the same is gone.
    """
    before, now = (
        [each for each in questions if (each.path, each.text) == (wanted.path, wanted.text)]
        for questions in (opened, _open(session))
    )
    if not now or len(now) != len(before):
        raise SddError(f"{_where(wanted)} asks nothing any more", "see: sdd question list")
    return min(zip(before, now, strict=True), key=lambda both: abs(both[0].line - wanted.line))[1]


def _write(session: Session, question: MarkedQuestion, answer: str, journal: Journal) -> Answered:
    answered = write_answer(session.top, question, answer, session.today.isoformat(), journal)
    session.forget_tree()
    return answered


def _print(session: Session, answers: Sequence[Answered]) -> None:
    left = len(_open(session))
    lines = [f"answered {printable(each.path)}:{each.line}, noted in {each.spec or 'no spec'}" for each in answers]
    lines.append(f"{counted(left, 'question')} left{': sdd question list' if left else ''}")
    items = [{key: value for key, value in each._asdict().items() if key != "spec"} for each in answers]
    session.print({"schema": "sdd/question-answer/1", "items": items, "left": left}, lines)


def _asked(question: MarkedQuestion) -> str:
    """The answer that a person types; the empty text skips the question."""
    text = f"{_where(question)}\n{printable(question.text)}\n>"
    return str(click.prompt(text, default="", show_default=False, prompt_suffix=" ", err=True))


def _open(session: Session) -> tuple[MarkedQuestion, ...]:
    return read_questions(session.tree, session.reader)


def _wanted(rows: Sequence[NumberedQuestion], which: str) -> MarkedQuestion:
    """The question that a number or a path:line names. Raises UsageError where none does, or more than one."""
    place = f"/{posixpath.normpath(which)}"
    found = [row for row in rows if which == str(row.number)]
    found = found or [row for row in rows if ":" in place and f"/{_where(row.marked)}".endswith(place)]
    if len(found) != 1:
        near = ", ".join(f"{row.number} ({_where(row.marked)})" for row in found or rows)
        said = f"more than one question is at {which}" if found else f"there is no open question {which}"
        raise UsageError(said, f"name its number: {near}" if near else "no question is open")
    return found[0].marked


def _where(question: MarkedQuestion) -> str:
    return f"{printable(question.path)}:{question.line}"
