"""sdd why: from a line, a file, a commit or a requirement to the records behind it."""

from functools import partial

import click

from sdd.answers.asked import read_question
from sdd.answers.why.explain import explain
from sdd.base.errors import UsageError
from sdd.cli.options import rev_option
from sdd.cli.printing import remark
from sdd.cli.progress import progress_bar
from sdd.cli.session import Session, in_session
from sdd.cli.typed import below_top
from sdd.render.documents.why import why_document
from sdd.render.text.why import why_text


@click.command()
@click.argument("question", metavar="PATH[:LINE|:A-B]|COMMIT|A..B|BRANCH|FR-003", type=click.Path())
@rev_option
@in_session
def command(session: Session, question: str) -> None:
    """Show the records behind a line, file, change or requirement, and how sdd found each.

    For a line: the commit that it came with (sdd follows moves and renames), the change that landed that commit, what
    was asked for (PHR), what was agreed (contract), and the requirement, story and principle that they name. For a
    file: who added it, and the records that name it. For a commit or a requirement the same; name a requirement that
    several features have as 001-vat#FR-003. For a range of commits, or a branch that has not landed: all its records.

    Exit status: 0 answered, also where there is no record, 2 wrong usage, 3 cannot be answered.
    """
    repository, rev = session.repository, session.rev
    if rev and not session.commit:
        raise UsageError(f"unknown revision: {rev}", "name a commit, branch or tag that this repository holds")
    asked = read_question(repository, question, partial(below_top, session), session.commit if rev else None)
    with progress_bar("reading the history") as progress:
        trace = explain(repository, asked, remark, progress, rev)
    session.show(trace, why_document, why_text)
