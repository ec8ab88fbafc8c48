"""sdd why: from a line, a file, a commit or a requirement to the records behind it."""

import click

from sdd.answers.asked import read_question
from sdd.answers.why import explain
from sdd.cli.printing import remark
from sdd.cli.progress import progress_bar
from sdd.cli.session import Session, in_session
from sdd.render.documents.why import why_document
from sdd.render.text.why import why_text


@click.command()
@click.argument("question", metavar="PATH[:LINE|:A-B]|COMMIT|FR-003", type=click.Path())
@in_session
def command(session: Session, question: str) -> None:
    """Show the records behind a line, file, commit or requirement, and how sdd found each.

    For a line: the commit that it came with (sdd follows moves and renames), the change that landed that commit, what
    was asked for (PHR), what was agreed (contract), and the requirement, story and principle that they name. For a
    file: who added it, and the records that name it. For a commit or a requirement the same; name a requirement that
    several features have as 001-vat#FR-003.

    Exit status: 0 answered, also where there is no record, 2 wrong usage, 3 cannot be answered.
    """
    asked = read_question(session.repository, question, session.below_top)
    with progress_bar("reading the history") as progress:
        trace = explain(session.repository, asked, remark, progress)
    session.show(trace, why_document, why_text)
