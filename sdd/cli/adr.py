"""sdd adr: make, list and show architecture decision records."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from sdd.answers.lists import Row, rows
from sdd.authoring.decisions import write_adr
from sdd.base.paths import printable
from sdd.cli.chosen import chosen
from sdd.cli.filled_in import filled_in
from sdd.cli.groups import noun
from sdd.cli.listing import ListContext, Listing, feature_filter, list_command, rev_option, since_filter, status_filter
from sdd.cli.session import folder_below_top, json_option, open_repository, print_json, print_text, tree_to_read
from sdd.gate.preview import ChangeState
from sdd.index.search import RowFilter
from sdd.records.kinds.adr import Adr, AdrStatus
from sdd.records.packaged import ADR
from sdd.records.project import Reader, records_of
from sdd.render.documents.records import document, keys_of
from sdd.render.text.lists import adr_cells


@noun
def command() -> None:
    """Make, list and show architecture decision records (ADRs)."""


@command.command()
@click.argument("title", callback=filled_in)
@click.option(
    "--status",
    type=click.Choice([status.value for status in AdrStatus], case_sensitive=False),
    default=AdrStatus.PROPOSED.value,
    show_default=True,
    help="The status of the decision.",
)
@click.option("--supersedes", "older", multiple=True, metavar="ADR", help="An ADR that it replaces.")
@click.option("--feature", metavar="F", callback=filled_in, help="The feature it belongs to.")
@click.option("--commit", is_flag=True, help="Commit the ADR and those that it supersedes, and nothing else.")
@json_option
@click.pass_context
def new(
    ctx: click.Context,
    title: str,
    status: str,
    older: tuple[str, ...],
    feature: str | None,
    commit: bool,
    as_json: bool,
) -> None:
    """Write an ADR from the template, with the next free number, beside the existing ones.

    With --supersedes the older ADR becomes Superseded, and each links to the other.
    """
    repository = open_repository(ctx)
    state = ChangeState.read(repository, folder_below_top(ctx, repository))
    known = [*records_of(state.tree, state.reader, Adr)]
    superseded = {found.path: found for wanted in older for found in [chosen(known, wanted, "ADR", "sdd adr list")]}
    number, path = write_adr(
        state, title, AdrStatus(status), feature, tuple(superseded.values()), date.today().isoformat()
    )
    if commit:
        from sdd.repo.porcelain import commit_files

        commit_files(repository, (path, *superseded), f"ADR: {title}")
    if as_json:
        fields = {"id": number, "path": path, "template": ADR}
        print_json({"schema": "sdd/adr-new/1", **fields, "superseded": list(superseded)})
        return
    lines = [f"{'committed' if commit else 'wrote'} {printable(path)}"]
    lines += [f"superseded {printable(path)}" for path in superseded]
    print_text("\n".join(lines))


def _rows(context: ListContext, wanted: RowFilter) -> Sequence[Row]:
    return context.ask(lambda index: rows(index, "adrs", wanted))


def _items(context: ListContext, rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [document(record) for record in context.records(row.path for row in rows)]


_LISTING = Listing("adrs", _rows, adr_cells, _items, keys_of(Adr), 'no ADR yet: sdd adr new "TITLE"')

command.add_command(
    list_command(
        _LISTING,
        "List the ADRs of every root: number, status, date, path and title.",
        feature_filter,
        status_filter(status.value.lower() for status in AdrStatus),
        since_filter,
    )
)


@command.command()
@click.argument("record", metavar="ADR")
@rev_option
@json_option
@click.pass_context
def show(ctx: click.Context, record: str, rev: str | None, as_json: bool) -> None:
    """Show ADR: a path, the end of one, or a number."""
    repository = open_repository(ctx)
    tree, reader = tree_to_read(repository, rev), Reader(repository.blobs)
    found = chosen([*records_of(tree, reader, Adr)], record, "ADR", "sdd adr list")
    if as_json:
        print_json({"schema": "sdd/adr/1", **document(found)})
        return
    entry = tree.file(found.path)
    assert entry, "it was read from this tree"
    text = reader.content(entry).decode("utf-8", "replace")
    print_text(f"{printable(found.path)}\n\n" + "\n".join(printable(line) for line in text.splitlines()))
