"""sdd revert: takes a change back, keeps its landed records, writes the PHR."""

import click

from sdd.authoring.undoing import CommitWords, Undone, undo
from sdd.cli.options import message_option, signoff_option
from sdd.cli.session import Session, writing_session
from sdd.render.words import counted


@click.command()
@click.argument("commit")
@click.option("--reason", metavar="TEXT", default="", help="Why; becomes the prompt of the record.")
@message_option("The first line of the commits.")
@signoff_option
@writing_session
def command(session: Session, commit: str, reason: str) -> None:
    """Undo COMMIT with git revert, keep the records that have landed, and write a PHR of kind revert.

    Two commits are made: what is undone, and the PHR. On top of a commit that reverts COMMIT already (a forge's, or
    one made by hand) only the records are brought back and the PHR is written.
    """
    words = CommitWords(session.commit_message, signoff=session.signoff)
    with session.writing(commit, reason, words) as journal:
        done = undo(session.repository, session.folder, commit, reason, session.today.isoformat(), journal, words)
        _print(session, done)


def _print(session: Session, done: Undone) -> None:
    record = done.record
    document = {
        "schema": "sdd/revert/1",
        "reverts": done.commit,
        "commit": done.by,
        "kept": list(done.kept),
        "phr": record.path if record else None,
        "files": list(record.files) if record else [],
    }
    lines = [f"reverted  {done.commit[:12]} by {done.by[:12]}", *(f"kept      {path}" for path in done.kept)]
    named = f"committed {record.path} (names {counted(len(record.files), 'file')})" if record else ""
    session.print(document, [*lines, named or "no PHR    nothing is left for one to name"])
