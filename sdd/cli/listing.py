"""`sdd NOUN list`: the same filters, table and document for every noun."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from sqlite3 import Connection
from typing import Any, Generic, NamedTuple, TypeVar

import click

from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.cli.asking import ask
from sdd.cli.chosen import feature_name
from sdd.cli.completion import complete_feature
from sdd.cli.session import json_option, open_repository, path_below_top, print_json, print_text, tree_to_read
from sdd.cli.stage import stage_option
from sdd.index.search import RowFilter
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.records.kinds.record import Record
from sdd.records.project import Reader
from sdd.render.text.table import table
from sdd.repo.objects import Repository, Tree

Answer = TypeVar("Answer")
AnyRow = TypeVar("AnyRow")
_Option = Callable[[Callable[..., Any]], Callable[..., Any]]

rev_option = click.option("--rev", metavar="REV", help="Read a commit.  [default: the work tree]")
feature_filter = click.option(
    "--feature", metavar="F", shell_complete=complete_feature, help="Only those of this feature."
)
stage_filter = stage_option
since_filter = click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Only those dated on this day or later."
)
user_filter = click.option("--user", metavar="USER", help="Only those of this user.")
file_filter = click.option("--file", metavar="PATH", help="Only those that name this file, or whose scope matches it.")


def status_filter(statuses: Iterable[str]) -> _Option:
    """The filter by status, one of `statuses`."""
    choice = click.Choice([*map(str, statuses)], case_sensitive=False)
    return click.option("--status", type=choice, help="Only those with this status.")


class ListContext:
    """What a list is read from: a repository at a revision, or its work tree."""

    def __init__(self, ctx: click.Context, rev: str | None) -> None:
        self._ctx = ctx
        self._rev = rev

    @cached_property
    def repository(self) -> Repository:
        """The repository that the command stands in."""
        return open_repository(self._ctx)

    @cached_property
    def tree(self) -> Tree:
        """The tree that is listed."""
        return tree_to_read(self.repository, self._rev)

    @property
    def commit(self) -> str | None:
        """The commit that is listed, or that the work tree stands on; None where there is none yet."""
        return self.repository.commit(self._rev or "HEAD")

    @cached_property
    def reader(self) -> Reader:
        """Reads the records of that tree."""
        return Reader(self.repository.blobs)

    def ask(self, question: Callable[[Connection], Answer], *, history: bool = False) -> Answer:
        """What `question` makes of the index of that tree."""
        revision = None if self._rev is None else self.tree.oid
        return ask(self.repository, question, history=history, revision=revision)

    def records(self, paths: Iterable[str]) -> tuple[Record, ...]:
        """The records at some paths, as the index stores them."""
        found = [(path, entry) for path in map(self._written, paths) if (entry := self.tree.file(path))]
        self.reader.contents([entry for _, entry in found])
        records = (self.reader.record(path, entry, place[0]) for path, entry in found if (place := locate(path)))
        return tuple(record for record in records if record)

    def _written(self, stored: str) -> str:
        """The path whose letters the index could not all keep."""
        return stored if self.tree.file(stored) else self._odd_paths.get(stored, stored)

    @cached_property
    def _odd_paths(self) -> dict[str, str]:
        return {stored: path for path, _ in self.tree.walk() if (stored := storable(path)) != path}


class Listing(NamedTuple, Generic[AnyRow]):
    """How the rows of a noun are found and shown.

    `rows(context, wanted, **flags)` finds them in their order, `cells` are those of the table, `items` make the
    document `sdd/PLURAL/1`, `keys` are those of an item. `none` is said where there is nothing at all.
    """

    plural: str
    rows: Callable[..., Sequence[AnyRow]]
    cells: Callable[[AnyRow], tuple[str, ...]]
    items: Callable[[ListContext, Sequence[AnyRow]], list[dict[str, Any]]]
    keys: tuple[str, ...]
    none: str


def row_items(_: ListContext, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of the index as JSON items."""
    items: list[dict[str, Any]] = [row._asdict() for row in rows]
    return [item | {"root": item["root"] or "."} if "root" in item else item for item in items]


def list_command(listing: Listing[AnyRow], text: str, *filters: _Option, of_tree: bool = True) -> click.Command:
    """The command `list` of a noun; `text` is its help. With `of_tree` its rows are those of a tree, at any `--rev`."""

    @click.pass_context
    def command(ctx: click.Context, /, limit: int | None, fields: str | None, as_json: bool, **asked: Any) -> None:
        chosen = _chosen_fields(listing, fields, as_json)
        context = ListContext(ctx, asked.pop("rev", None))
        wanted, flags = _wanted(ctx, context, asked)
        rows = _limited(listing.rows(context, wanted, **flags), limit)
        if as_json:
            items = listing.items(context, rows)
            shown = [{key: item[key] for key in chosen or item} for item in items]
            print_json({"schema": f"sdd/{listing.plural}/1", "items": shown})
        else:
            print_text(table(map(listing.cells, rows)) or ("none" if any(asked.values()) else listing.none))

    options = (
        *filters,
        *((rev_option,) if of_tree else ()),
        click.option(
            "--limit",
            type=click.IntRange(min=1),
            metavar="N",
            help="Only N: the newest by date, else the first.",
        ),
        click.option("--fields", metavar="A,B", help="Only these keys of the JSON items."),
        json_option,
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


def _wanted(ctx: click.Context, context: ListContext, asked: dict[str, Any]) -> tuple[RowFilter, dict[str, Any]]:
    """The filters as the index understands them, and the flags that only this noun has."""
    flags = {name: value for name, value in asked.items() if name not in RowFilter._fields}
    said = {name: value for name, value in asked.items() if name in RowFilter._fields and value}
    if written := said.get("feature"):
        said["feature"] = context.ask(lambda index: feature_name(index, written))
    if isinstance(day := said.get("since"), datetime):
        said["since"] = day.date().isoformat()
    if file := said.get("file"):
        said["file"] = path_below_top(ctx, context.repository, file)
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
