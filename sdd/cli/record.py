"""sdd KIND list and show: what every kind of record has that has no commands of its own."""

from typing import Any

import click

from sdd.answers.lists import Row, rows
from sdd.base.paths import printable
from sdd.cli.chosen import chosen
from sdd.cli.groups import CommandGroup
from sdd.cli.listing import (
    ListContext,
    Listing,
    feature_filter,
    file_filter,
    list_command,
    rev_option,
    since_filter,
    user_filter,
)
from sdd.cli.session import json_option, open_repository, print_json, print_text, tree_to_read
from sdd.index.record_tables import FIELDS, table_of
from sdd.index.search import RowFilter
from sdd.records.kinds import KINDS
from sdd.records.kinds.record import AnyKind
from sdd.records.project import Reader, records_of
from sdd.render.documents.records import document, keys_of
from sdd.render.text.table import short

_FILTERS = {"feature": feature_filter, "date": since_filter, "user": user_filter, "files": file_filter}


def noun_of(name: str) -> click.Group | None:
    """The commands of a kind by its name: `list` with the filters that its fields allow, and `show`."""
    kind = next((kind for kind in KINDS if kind.name == name and table_of(kind.record) in FIELDS), None)
    if kind is None:
        return None
    group = CommandGroup(kind.name, help=(kind.record.__doc__ or "").partition("\n")[0])
    group.add_command(_list(kind))
    group.add_command(_show(kind))
    return group


def _list(kind: AnyKind) -> click.Command:
    plural, keys = table_of(kind.record), keys_of(kind.record)

    def listed(context: ListContext, wanted: RowFilter) -> tuple[Row, ...]:
        return context.ask(lambda index: rows(index, plural, wanted))

    def cells(row: Row) -> tuple[str, ...]:
        facts = (getattr(row, name) or "?" for name in ("id", "status", "date") if name in keys)
        return (*facts, row.path, short(getattr(row, "title", None)))

    def items(context: ListContext, found: Any) -> list[dict[str, Any]]:
        return [document(record) for record in context.records(row.path for row in found)]

    filters = [option for name, option in _FILTERS.items() if name in keys]
    listing = Listing(plural, listed, cells, items, keys, "none")
    return list_command(listing, f"List the records of the kind {kind.name}: path and title.", *filters)


def _show(kind: AnyKind) -> click.Command:
    @click.command("show", help=f"Show RECORD, of the kind {kind.name}: a path, the end of one, or a number.")
    @click.argument("record")
    @rev_option
    @json_option
    @click.pass_context
    def show(ctx: click.Context, record: str, rev: str | None, as_json: bool) -> None:
        repository = open_repository(ctx)
        tree, reader = tree_to_read(repository, rev), Reader(repository.blobs)
        found = chosen([*records_of(tree, reader, kind.record)], record, kind.name, f"sdd {kind.name} list")
        if as_json:
            print_json({"schema": f"sdd/{kind.name}/1", **document(found)})
            return
        entry = tree.file(found.path)
        assert entry, "it was read from this tree"
        text = reader.content(entry).decode("utf-8", "replace")
        print_text(f"{printable(found.path)}\n\n" + "\n".join(map(printable, text.splitlines())))

    return show
