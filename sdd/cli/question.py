"""sdd question: open questions listed and answered."""

import sys
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import click

from sdd.authoring.questions import MarkedQuestion, read_questions, write_answer
from sdd.base.errors import UsageError
from sdd.base.paths import printable
from sdd.cli.groups import noun
from sdd.cli.listing import items_of, list_command
from sdd.cli.options import feature_filter
from sdd.cli.session import Session, in_session
from sdd.index.search import RowFilter
from sdd.render.documents.records import fields
from sdd.render.words import counted


@noun
def command() -> None:
    """List the open questions of specs, plans and contracts, and answer them."""


class QuestionRow(NamedTuple):
    """One open question. Its number counts all of them, whatever is filtered, so that `answer` knows it."""

    number: int
    path: str
    line: int
    feature: str | None
    question: str


@list_command(
    command,
    "questions",
    lambda row: (str(row.number), f"{row.path}:{row.line}", " ".join(row.question.split())),
    items_of(fields(*QuestionRow._fields)),
    "no open question",
    feature_filter,
)
def questions(session: Session, wanted: RowFilter) -> Sequence[QuestionRow]:
    """List every [NEEDS CLARIFICATION: ...]: its number, path:line and question."""
    rows = [
        QuestionRow(number, found.path, found.span.line, found.feature, found.span.text)
        for number, found in enumerate(_open(session), 1)
    ]
    return [row for row in rows if wanted.feature in ("", row.feature)]


@command.command()
@click.argument("which", metavar="[N|PATH:LINE]", required=False)
@click.argument("text", required=False)
@in_session
def answer(session: Session, which: str | None, text: str | None) -> None:
    """Answer a question: the number that `question list` gives, or path:line, and the TEXT of the answer.

    The answer replaces the mark, and the spec notes it under Clarifications, in today's session. On a terminal sdd asks
    for a TEXT that is left out, and without N for the answer to every question; an empty line skips one.
    """
    open_now = _open(session)
    if text is None and not sys.stdin.isatty():
        raise UsageError("no answer is given", 'sdd question answer N "TEXT"; the numbers: sdd question list')
    items, lines = [], []
    for question in [_wanted(open_now, which)] if which else open_now:
        said = _asked(question) if text is None else text
        if not said and text is None:
            continue
        # Each answer moves the lines below it, so the question is looked up anew.
        now = next((other for other in _open(session) if _is_same(other, question)), question)
        files = list(write_answer(session.top, now, said, date.today().isoformat()))
        session.forget_tree()
        place = {"path": now.path, "line": now.span.line, "question": now.span.text}
        items.append({**place, "answer": said, "files": files})
        lines.append(f"answered {_where(now)}, noted in {now.spec or 'no spec'}")
    left = len(_open(session))
    lines.append(f"{counted(left, 'question')} left{': sdd question list' if left else ''}")
    session.print({"schema": "sdd/question-answer/1", "items": items, "left": left}, lines)


def _asked(question: MarkedQuestion) -> str:
    """The answer that a person types; the empty text skips the question."""
    text = f"{_where(question)}\n{printable(question.span.text)}\n>"
    return str(click.prompt(text, default="", show_default=False, prompt_suffix=" ", err=True))


def _open(session: Session) -> tuple[MarkedQuestion, ...]:
    return read_questions(session.tree, session.reader)


def _is_same(question: MarkedQuestion, other: MarkedQuestion) -> bool:
    return (question.path, question.span.text) == (other.path, other.span.text)


def _wanted(open_ones: Sequence[MarkedQuestion], which: str) -> MarkedQuestion:
    """The question that a number or a path:line names. Raises UsageError where none does, or more than one."""
    numbered = list(enumerate(open_ones, 1))
    path, _, line = which.removeprefix("./").rpartition(":")
    found = [one for number, one in numbered if which == str(number)] or [
        one for _, one in numbered if f"/{one.path}".endswith(f"/{path}") and path and line == str(one.span.line)
    ]
    if len(found) != 1:
        near = ", ".join(f"{number} ({_where(one)})" for number, one in numbered if not found or one in found)
        said = f"more than one question is at {which}" if found else f"there is no open question {which}"
        raise UsageError(said, f"name its number: {near}" if near else "no question is open")
    return found[0]


def _where(question: MarkedQuestion) -> str:
    return f"{printable(question.path)}:{question.span.line}"
