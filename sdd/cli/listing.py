"""`sdd NOUN list`: the same filters, table and document for every noun."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import click

from sdd.answers.lists import Row, rows
from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.cli.options import Option, rev_option, with_options
from sdd.cli.printing import print_json, print_text
from sdd.cli.session import Session, in_session
from sdd.cli.typed import row_filter
from sdd.index.search import RowFilter
from sdd.index.terms import storable
from sdd.records.kinds.record import Record
from sdd.records.project import located
from sdd.render.documents.records import Keys, item
from sdd.render.text.table import table

Find = TypeVar("Find", bound=Callable[..., Sequence[Any]])


class Items(NamedTuple):
    """How rows become the items of a JSON document: the keys that each has, and what makes them."""

    keys: tuple[str, ...]
    made: Callable[[Session, Sequence[Any]], list[dict[str, Any]]]


def items_of(keys: Keys) -> Items:
    """Items that need nothing but their rows."""
    return Items(tuple(keys), lambda _, rows: [item(keys, row) for row in rows])


def list_command(
    group: click.Group,
    plural: str,
    cells: Callable[[Any], tuple[str, ...]],
    items: Items,
    none: str,
    *filters: Option,
    of_tree: bool = True,
) -> Callable[[Find], Find]:
    """Adds to a noun the command `list` of what `find(session, wanted, **flags)` finds, in its order.

    Its docstring is the help. `cells` are those of a row's line, and `none` is printed where there is nothing at all.
    With `of_tree` the rows are those of a tree, at any `--rev`.
    """

    def decorate(find: Find) -> Find:
        @in_session
        def command(session: Session, limit: int | None, fields: str | None, **asked: Any) -> None:
            chosen = _chosen_fields(items.keys, fields, session.as_json)
            flags = {name: asked[name] for name in asked if name not in RowFilter._fields}
            found = _limited(find(session, row_filter(session, asked), **flags), limit)
            if session.as_json:
                shown = [{key: made[key] for key in chosen or made} for made in items.made(session, found)]
                print_json({"schema": f"sdd/{plural}/1", "items": shown})
            else:
                print_text(table(map(cells, found)) or ("none" if any(asked.values()) else none))

        options = with_options(*filters, *((rev_option,) if of_tree else ()), _limit_option, _fields_option)
        group.command("list", help=find.__doc__)(options(command))
        return find

    return decorate


_limit_option = click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Only N: the newest by date, else the first."
)
_fields_option = click.option("--fields", metavar="A,B", help="Only these keys of the JSON items.")


def indexed(plural: str, text: str) -> Callable[[Session, RowFilter], tuple[Row, ...]]:
    """What finds the rows of one table of the index, for `list_command`; `text` is the help."""

    def find(session: Session, wanted: RowFilter) -> tuple[Row, ...]:
        return session.ask(lambda index: rows(index, plural, wanted))

    find.__doc__ = text
    return find


def records_at(session: Session, rows: Iterable[Any]) -> tuple[Record, ...]:
    """The records at the paths of some rows, as the index stores them."""
    tree, reader = session.tree, session.reader
    paths = [row.path for row in rows]
    # The index cannot keep every letter of a path.
    odd = {} if all(map(tree.file, paths)) else {storable(path): path for path, _ in tree.walk()}
    written = [path if tree.file(path) else odd.get(path, path) for path in paths]
    found = [(path, entry) for path in written if (entry := tree.file(path))]
    reader.contents([entry for _, entry in found])
    records = (reader.record(path, entry, *place) for path, entry in found if (place := located(tree, path)))
    return tuple(record for record in records if record)


def _limited(rows: Sequence[Any], limit: int | None) -> Sequence[Any]:
    """At most `limit` rows, in their order: the newest where they have dates, else the first."""
    dates = [getattr(row, "date", None) or "" for row in rows]
    if limit is None or not any(dates):
        return rows[:limit]
    newest = sorted(range(len(rows)), key=lambda place: (dates[place], place))[-limit:]
    return [rows[place] for place in sorted(newest)]


def _chosen_fields(keys: tuple[str, ...], fields: str | None, as_json: bool) -> list[str]:
    """The keys that are asked for, none for all. Raises UsageError for an unknown one, and without --json."""
    chosen = fields.split(",") if fields else []
    for name in chosen:
        if name not in keys:
            raise UsageError(f"unknown field {name}", nearest(name, keys, f"fields: {', '.join(keys)}"))
    if chosen and not as_json:
        raise UsageError("--fields chooses keys of the JSON document", "add --json")
    return chosen
