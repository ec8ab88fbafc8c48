"""sdd why: from a line, a file, a commit or a requirement to the records behind it."""

import click

from sdd.answers.asked import read_question
from sdd.answers.why import explain
from sdd.cli.progress import progress_bar
from sdd.cli.session import json_option, open_repository, path_below_top, print_json, print_text, remark
from sdd.render.documents.why import why_document
from sdd.render.text.why import why_text


@click.command()
@click.argument("question", metavar="PATH[:LINE|:A-B]|COMMIT|FR-003", type=click.Path())
@json_option
@click.pass_context
def command(ctx: click.Context, question: str, as_json: bool) -> None:
    """Show the records behind a line, file, commit or requirement, and how sdd found each.

    For a line: the commit that it came with (sdd follows moves and renames), the change that landed that commit, what
    was asked for (PHR), what was agreed (contract), and the requirement, story and principle that they name. For a
    file: who added it, and the records that name it. For a commit or a requirement the same; name a requirement that
    several features have as 001-vat#FR-003.

    Exit status: 0 answered, also where there is no record, 2 wrong usage, 3 cannot be answered.
    """
    repository = open_repository(ctx)
    asked = read_question(repository, question, lambda path: path_below_top(ctx, repository, path))
    with progress_bar("reading the history") as told:
        trace = explain(repository, asked, remark, told)
    print_json(why_document(trace)) if as_json else print_text(why_text(trace))
