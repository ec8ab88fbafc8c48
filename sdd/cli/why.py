"""sdd why: from a line, a file, a commit or a requirement to the records behind it."""

from typing import Any

import click

from sdd.answers.why import Part, Step, StepKind, Trace, explain, read_question
from sdd.cli.progress import progress_bar
from sdd.cli.session import json_option, open_repository, path_below_top, print_json, print_text, remark
from sdd.render.text.why import why_text


@click.command()
@click.argument("question", metavar="PATH[:LINE|:A-B]|COMMIT|FR-003", type=click.Path())
@json_option
@click.pass_context
def command(ctx: click.Context, question: str, as_json: bool) -> None:
    """Say why something is as it is, by the records behind it, each with how it was found.

    Of a line: the commit that it came with, moves and renames followed, the change that landed that commit, what was
    asked for then (PHR), what was agreed (contract), and the requirement, story and principle that they name. Of a
    file: who brought it, and the records that name it. Of a commit, and of a requirement (of several features:
    001-vat#FR-003), the same.

    Exit status: 0 answered, also where there is no record, 2 wrong usage, 3 cannot be answered.
    """
    repository = open_repository(ctx)
    asked = read_question(repository, question, lambda path: path_below_top(ctx, repository, path))
    with progress_bar("reading the history") as told:
        trace = explain(repository, asked, remark, told)
    print_json(_document(trace)) if as_json else print_text(why_text(trace))


def _document(trace: Trace) -> dict[str, Any]:
    remarks = [part.remark for part in trace.parts if part.remark]
    following = [part.next for part in trace.parts if part.next]
    return {
        "schema": "sdd/why/1",
        "question": trace.question,
        "asked": trace.asked,
        "chain": [_item(link, part, trace.asked) for part in trace.parts for link in part.chain],
        "remarks": list(dict.fromkeys(remarks)),
        "next": list(dict.fromkeys(following)),
    }


def _item(link: Step, part: Part, asked: StepKind) -> dict[str, Any]:
    is_commit = link.kind in (StepKind.COMMIT, StepKind.LANDING)
    of_a_commit = asked in (StepKind.LINE, StepKind.COMMIT)
    commit = next((one.place for one in part.chain if of_a_commit and one.kind == StepKind.COMMIT), None)
    return {
        "kind": link.kind,
        "path": None if is_commit else link.place,
        "oid": link.place or None if is_commit else None,
        "line": link.line,
        "title": link.title or None,
        "how": link.how,
        "detail": link.detail or None,
        "text": link.text or None,
        "day": link.day or None,
        "author": link.author or None,
        "commit": commit,
        "lines": list(part.lines) if link.kind == StepKind.LINE else None,
    }
