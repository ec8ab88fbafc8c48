"""sdd KIND list and show: what every kind of record has that has no commands of its own."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import click

from sdd.answers.lists import Row
from sdd.cli.chosen import chosen
from sdd.cli.groups import CommandGroup
from sdd.cli.listing import Items, indexed, list_command, records_at
from sdd.cli.options import Option, feature_filter, file_filter, rev_option, since_filter, until_filter, user_filter
from sdd.cli.session import Session, in_session
from sdd.gate.check.tree import rules_broken
from sdd.index.record_tables import FIELDS, table_of
from sdd.records.kinds import KINDS
from sdd.records.kinds.record import Record
from sdd.records.project import records_of
from sdd.render.documents.records import document, keys_of
from sdd.render.words import one_line

_FILTERS: tuple[tuple[str, Option], ...] = (
    ("feature", feature_filter),
    ("date", since_filter),
    ("date", until_filter),
    ("user", user_filter),
    ("files", file_filter),
)


def noun_of(name: str) -> click.Group | None:
    """The commands of a kind by its name: `list` with the filters that its fields allow, and `show`."""
    kind = next((kind for kind in KINDS if kind.name == name and table_of(kind.record) in FIELDS), None)
    if kind is None:
        return None
    group = CommandGroup(kind.name, help=(kind.record.__doc__ or "").partition("\n")[0])
    plural, items = table_of(kind.record), record_items(kind.record)

    def cells(row: Row) -> tuple[str, ...]:
        facts = (getattr(row, name) or "?" for name in ("id", "status", "date") if name in items.keys)
        return (*facts, row.path, one_line(getattr(row, "title", None)))

    filters = [option for name, option in _FILTERS if name in items.keys]
    listed = list_command(group, plural, cells, items, "none", *filters)
    listed(indexed(plural, f"List the records of the kind {kind.name}: path and title."))
    text = f"Show RECORD, of the kind {kind.name}: a path, the end of one, or a number."
    show_command(group, kind.record, kind.name, text)
    return group


def record_items(record: type[Record], *, judged: bool = False) -> Items:
    """The records of a kind as JSON items; those that are `judged` also name the rules that they break."""

    def made(session: Session, rows: Sequence[Row]) -> list[dict[str, Any]]:
        return documents(session, records_at(session, rows), judged=judged)

    return Items((*keys_of(record), *(("findings",) if judged else ())), made)


def documents(session: Session, records: Sequence[Record], *, judged: bool) -> list[dict[str, Any]]:
    """Records as JSON, with the rules that they break where they are `judged`."""
    if not judged:
        return [*map(document, records)]
    broken = rules_broken(session.tree, session.reader, records, session.today)
    return [document(record) | {"findings": broken.get(record.path, [])} for record in records]


def show_command(
    group: click.Group, record: type[Record], noun: str, text: str, metavar: str = "RECORD", *, judged: bool = False
) -> None:
    """Adds the command `show` of a kind of record to its group; `text` is its help."""
    name = noun.lower()

    @group.command("show", help=text)
    @click.argument("wanted", metavar=metavar)
    @rev_option
    @in_session
    def show(session: Session, wanted: str) -> None:
        session.show(
            chosen([*records_of(session.tree, session.reader, record)], wanted, noun, f"sdd {name} list"),
            lambda found: {"schema": f"sdd/{name}/1", **documents(session, [found], judged=judged)[0]},
            partial(record_lines, session),
        )


def record_lines(session: Session, record: Record) -> Iterator[str]:
    """A record's path, and its file."""
    entry = session.tree.file(record.path)
    assert entry, "it was read from this tree"
    yield from (record.path, "", *session.reader.content(entry).decode("utf-8", "replace").splitlines())
