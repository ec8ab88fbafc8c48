"""sdd index: bring the index up to date, or say where it is."""

import click

from sdd.base.paths import printable
from sdd.cli.progress import progress_bar
from sdd.cli.session import json_option, open_repository, print_json, print_text, remark
from sdd.index.database import index_path, update
from sdd.render.words import counted


@click.command()
@click.option("--rebuild", is_flag=True, help="Build it again from scratch.")
@click.option("--path", "only_path", is_flag=True, help="Print the path of the database, and do nothing.")
@json_option
@click.pass_context
def command(ctx: click.Context, rebuild: bool, only_path: bool, as_json: bool) -> None:
    """Bring the index of all records up to date: an SQLite database in git's own folder.

    Every command that reads it does so by itself. You may delete it at any time, and read it with any SQL client:
    docs/index.md describes its tables.
    """
    repository = open_repository(ctx)
    path = index_path(repository)
    if only_path:
        print_json({"schema": "sdd/index/1", "path": str(path)}) if as_json else print_text(printable(str(path)))
        return
    with progress_bar("reading records") as progress:
        outcome = update(repository, remark, progress, rebuild=rebuild)
    read, removed = (outcome.read, outcome.removed) if outcome else (0, 0)
    if as_json:
        told = {"path": str(path), "bytes": path.stat().st_size, "read": read, "removed": removed}
        print_json({"schema": "sdd/index/1", **told})
    elif outcome is None:
        print_text("index     up to date")
    else:
        gone = f", {counted(removed, 'earlier one')} removed" if removed else ""
        print_text(f"index     {counted(read, 'record')} read{gone}")
