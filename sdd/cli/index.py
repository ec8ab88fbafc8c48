"""sdd index: bring the index up to date, or say where it is."""

import click

from sdd.base.listing import counted
from sdd.cli.printing import remark
from sdd.cli.progress import progress_bar
from sdd.cli.session import Session, in_session
from sdd.index.database import index_path, update


@click.command()
@click.option("--rebuild", is_flag=True, help="Build it again from scratch.")
@click.option("--path", "only_path", is_flag=True, help="Print the path of the database, and do nothing.")
@in_session
def command(session: Session, *, rebuild: bool, only_path: bool) -> None:
    """Bring the index of all records up to date: an SQLite database in git's own folder.

    Every command that reads it does so by itself. You may delete it at any time, and read it with any SQL client:
    its table `columns` says what each column holds.
    """
    path = index_path(session.repository)
    document = {"schema": "sdd/index/1", "path": str(path)}
    if only_path:
        session.print(document, [str(path)])
        return
    with progress_bar("reading records") as progress:
        outcome = update(session.repository, remark, progress, rebuild=rebuild)
    read, removed = (outcome.read, outcome.removed) if outcome else (0, 0)
    gone = f", {counted(removed, 'earlier one')} removed" if removed else ""
    session.print(
        {**document, "bytes": path.stat().st_size, "read": read, "removed": removed},
        f"index     {counted(read, 'record')} read{gone}" if outcome else "index     up to date",
    )
