"""sdd KIND list and show: what every kind of record has that has no commands of its own."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import click

from sdd.answers.lists import Row
from sdd.cli.chosen import chosen
from sdd.cli.groups import CommandGroup
from sdd.cli.listing import Listing, list_command, records_at, rows_of
from sdd.cli.options import feature_filter, file_filter, rev_option, since_filter, user_filter
from sdd.cli.session import Session, in_session
from sdd.index.record_tables import FIELDS, table_of
from sdd.records.kinds import KINDS
from sdd.records.kinds.record import AnyKind, Record
from sdd.records.project import records_of
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
    text = f"Show RECORD, of the kind {kind.name}: a path, the end of one, or a number."
    group.add_command(show_command(kind.record, kind.name, text))
    return group


def _list(kind: AnyKind) -> click.Command:
    plural, keys = table_of(kind.record), keys_of(kind.record)

    def cells(row: Row) -> tuple[str, ...]:
        facts = (getattr(row, name) or "?" for name in ("id", "status", "date") if name in keys)
        return (*facts, row.path, short(getattr(row, "title", None)))

    filters = [option for name, option in _FILTERS.items() if name in keys]
    listing = Listing(plural, rows_of(plural), cells, record_items, keys, "none")
    return list_command(listing, f"List the records of the kind {kind.name}: path and title.", *filters)


def record_items(session: Session, found: Any) -> list[dict[str, Any]]:
    """Rows of the index as JSON items of their records."""
    return [document(record) for record in records_at(session, found)]


def show_command(
    record: type[Record],
    noun: str,
    text: str,
    metavar: str = "RECORD",
    shown: Callable[[Session, Any], dict[str, Any]] = lambda _, found: document(found),
) -> click.Command:
    """The command `show` of a kind of record; `text` is its help, and `shown` makes the document of a record."""
    name = noun.lower()

    @click.command("show", help=text)
    @click.argument("wanted", metavar=metavar)
    @rev_option
    @in_session
    def show(session: Session, wanted: str) -> None:
        found = chosen([*records_of(session.tree, session.reader, record)], wanted, noun, f"sdd {name} list")
        session.show(
            found,
            lambda found: {"schema": f"sdd/{name}/1", **shown(session, found)},
            partial(record_lines, session),
        )

    return show


def record_lines(session: Session, record: Record) -> Iterator[str]:
    """A record's path, and its file."""
    entry = session.tree.file(record.path)
    assert entry, "it was read from this tree"
    yield from (record.path, "", *session.reader.content(entry).decode("utf-8", "replace").splitlines())
