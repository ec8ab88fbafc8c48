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
from sdd.cli.listing import ListContext, Listing, feature_filter, list_command, row_items
from sdd.cli.session import json_option, open_repository, print_json, print_text, top_of, tree_to_read
from sdd.index.search import RowFilter
from sdd.records.project import Reader
from sdd.render.words import counted
from sdd.repo.objects import Repository


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


def _rows(context: ListContext, wanted: RowFilter) -> Sequence[QuestionRow]:
    rows = [
        QuestionRow(number, found.path, found.span.line, found.feature, found.span.text)
        for number, found in enumerate(read_questions(context.tree, context.reader), 1)
    ]
    return [row for row in rows if wanted.feature in ("", row.feature)]


_LISTING = Listing(
    "questions",
    _rows,
    lambda row: (str(row.number), f"{row.path}:{row.line}", " ".join(row.question.split())),
    row_items,
    QuestionRow._fields,
    "no open question",
)

command.add_command(
    list_command(_LISTING, "List every [NEEDS CLARIFICATION: ...]: its number, path:line and question.", feature_filter)
)


@command.command()
@click.argument("which", metavar="[N|PATH:LINE]", required=False)
@click.argument("text", required=False)
@json_option
@click.pass_context
def answer(ctx: click.Context, which: str | None, text: str | None, as_json: bool) -> None:
    """Answer a question: the number that `question list` gives, or path:line, and the TEXT of the answer.

    The answer replaces the mark, and the spec notes it under Clarifications, in today's session. On a terminal sdd asks
    for a TEXT that is left out, and without N for the answer to every question; an empty line skips one.
    """
    repository = open_repository(ctx)
    open_ones = _open(repository)
    if text is None and not sys.stdin.isatty():
        raise UsageError("no answer is given", 'sdd question answer N "TEXT"; the numbers: sdd question list')
    asked = [_wanted(open_ones, which)] if which else list(open_ones)
    done: list[tuple[MarkedQuestion, str, tuple[str, ...]]] = []
    for question in asked:
        said = (
            text
            if text is not None
            else click.prompt(
                f"{_where(question)}\n{printable(question.span.text)}\n>",
                default="",
                show_default=False,
                prompt_suffix=" ",
                err=True,
            )
        )
        if said or text is not None:
            # Each answer moves the lines below it, so the question is looked up anew.
            now = next((one for one in _open(repository) if _is_same(one, question)), question)
            done.append((now, said, write_answer(top_of(repository), now, said, date.today().isoformat())))
    left = len(_open(repository))
    if as_json:
        items = [
            {"path": one.path, "line": one.span.line, "question": one.span.text, "answer": said, "files": list(files)}
            for one, said, files in done
        ]
        print_json({"schema": "sdd/question-answer/1", "items": items, "left": left})
        return
    lines = [f"answered {_where(one)}, noted in {printable(one.spec or 'no spec')}" for one, _, _ in done]
    print_text("\n".join([*lines, f"{counted(left, 'question')} left{': sdd question list' if left else ''}"]))


def _open(repository: Repository) -> tuple[MarkedQuestion, ...]:
    return read_questions(tree_to_read(repository, None), Reader(repository.blobs))


def _is_same(one: MarkedQuestion, other: MarkedQuestion) -> bool:
    return (one.path, one.span.text) == (other.path, other.span.text)


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
