"""sdd revert: takes a change back, keeps its landed records, writes the PHR."""

from datetime import date

import click

from sdd.authoring.undoing import undo
from sdd.base.paths import printable
from sdd.cli.session import folder_below_top, json_option, open_repository, print_json, print_text
from sdd.render.words import counted


@click.command()
@click.argument("commit")
@click.option("--reason", metavar="TEXT", default="", help="Why; becomes the prompt of the record.")
@json_option
@click.pass_context
def command(ctx: click.Context, commit: str, reason: str, as_json: bool) -> None:
    """Undo COMMIT with git revert, keep the records that have landed, and write a PHR of kind revert.

    Two commits are made: what is undone, and the PHR. On top of a commit that reverts COMMIT already (a forge's, or
    one made by hand) only the records are brought back and the PHR is written.
    """
    repository = open_repository(ctx)
    done = undo(repository, folder_below_top(ctx, repository), commit, reason, date.today().isoformat())
    if as_json:
        document = {
            "schema": "sdd/revert/1",
            "reverts": done.commit,
            "commit": done.by,
            "kept": list(done.kept),
            "phr": done.record.path if done.record else None,
            "files": list(done.record.files) if done.record else [],
        }
        print_json(document)
        return
    lines = [f"reverted  {done.commit[:12]} by {done.by[:12]}"]
    lines += [f"kept      {printable(path)}" for path in done.kept]
    if done.record:
        lines.append(f"committed {printable(done.record.path)} (names {counted(len(done.record.files), 'file')})")
    else:
        lines.append("no PHR    nothing is left for one to name")
    print_text("\n".join(lines))
