"""`sdd NOUN list`: the same filters, table and document for every noun."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

import click

from sdd.answers.lists import Row, rows
from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.cli.chosen import feature_name
from sdd.cli.options import Option, rev_option
from sdd.cli.printing import print_json, print_text
from sdd.cli.session import Session, in_session
from sdd.index.search import RowFilter
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.records.kinds.record import Record
from sdd.render.text.table import table

AnyRow = TypeVar("AnyRow")


def records_at(session: Session, rows: Iterable[Any]) -> tuple[Record, ...]:
    """The records at the paths of some rows, as the index stores them."""
    tree, reader = session.tree, session.reader
    paths = [row.path for row in rows]
    # The index cannot keep every letter of a path.
    odd = {} if all(map(tree.file, paths)) else {storable(path): path for path, _ in tree.walk()}
    written = [path if tree.file(path) else odd.get(path, path) for path in paths]
    found = [(path, entry) for path in written if (entry := tree.file(path))]
    reader.contents([entry for _, entry in found])
    records = (reader.record(path, entry, place[0]) for path, entry in found if (place := locate(path)))
    return tuple(record for record in records if record)


class Listing(NamedTuple, Generic[AnyRow]):
    """How the rows of a noun are found and shown.

    `rows(session, wanted, **flags)` finds them in their order, `cells` are those of the table, `items` make the
    document `sdd/PLURAL/1`, `keys` are those of an item. `none` is said where there is nothing at all.
    """

    plural: str
    rows: Callable[..., Sequence[AnyRow]]
    cells: Callable[[AnyRow], tuple[str, ...]]
    items: Callable[[Session, Sequence[AnyRow]], list[dict[str, Any]]]
    keys: tuple[str, ...]
    none: str


def rows_of(table: str) -> Callable[[Session, RowFilter], tuple[Row, ...]]:
    """What asks the index for the rows of one table."""
    return lambda session, wanted: session.ask(lambda index: rows(index, table, wanted))


def row_items(_: Session, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of the index as JSON items."""
    items: list[dict[str, Any]] = [row._asdict() for row in rows]
    return [item | {"root": item["root"] or "."} if "root" in item else item for item in items]


def list_command(listing: Listing[AnyRow], text: str, *filters: Option, of_tree: bool = True) -> click.Command:
    """The command `list` of a noun; `text` is its help. With `of_tree` its rows are those of a tree, at any `--rev`."""

    @in_session
    def command(session: Session, limit: int | None, fields: str | None, **asked: Any) -> None:
        chosen = _chosen_fields(listing, fields, session.as_json)
        wanted, flags = _wanted(session, asked)
        found = _limited(listing.rows(session, wanted, **flags), limit)
        if session.as_json:
            items = listing.items(session, found)
            shown = [{key: item[key] for key in chosen or item} for item in items]
            print_json({"schema": f"sdd/{listing.plural}/1", "items": shown})
        else:
            print_text(table(map(listing.cells, found)) or ("none" if any(asked.values()) else listing.none))

    options = (
        *filters,
        *((rev_option,) if of_tree else ()),
        click.option(
            "--limit", type=click.IntRange(min=1), metavar="N", help="Only N: the newest by date, else the first."
        ),
        click.option("--fields", metavar="A,B", help="Only these keys of the JSON items."),
    )
    function: Callable[..., Any] = command
    for option in reversed(options):
        function = option(function)
    return click.command("list", help=text)(function)


def _limited(rows: Sequence[AnyRow], limit: int | None) -> Sequence[AnyRow]:
    """At most `limit` rows, in their order: the newest where they have dates, else the first."""
    dates = [getattr(row, "date", None) or "" for row in rows]
    if limit is None or not any(dates):
        return rows[:limit]
    newest = sorted(range(len(rows)), key=lambda place: (dates[place], place))[-limit:]
    return [rows[place] for place in sorted(newest)]


def _wanted(session: Session, asked: dict[str, Any]) -> tuple[RowFilter, dict[str, Any]]:
    """The filters as the index understands them, and the flags that only this noun has."""
    flags = {name: value for name, value in asked.items() if name not in RowFilter._fields}
    said = {name: value for name, value in asked.items() if name in RowFilter._fields and value}
    if written := said.get("feature"):
        said["feature"] = session.ask(lambda index: feature_name(index, written))
    if isinstance(day := said.get("since"), datetime):
        said["since"] = day.date().isoformat()
    if file := said.get("file"):
        said["file"] = session.below_top(file)
    return RowFilter(**said), flags


def _chosen_fields(listing: Listing[AnyRow], fields: str | None, as_json: bool) -> list[str]:
    """The keys that are asked for, none for all. Raises UsageError for an unknown one, and without --json."""
    chosen = fields.split(",") if fields else []
    for name in chosen:
        if name not in listing.keys:
            raise UsageError(f"unknown field {name}", nearest(name, listing.keys, f"fields: {', '.join(listing.keys)}"))
    if chosen and not as_json:
        raise UsageError("--fields chooses keys of the JSON document", "add --json")
    return chosen
