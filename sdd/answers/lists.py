"""Lists: the rows of one kind, as `sdd NOUN list` and reports show them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any, NamedTuple

from sdd.answers.asking import rows_for
from sdd.base.fields import Fields
from sdd.base.grouping import grouped
from sdd.gate.check.asking import RULE_NAMES
from sdd.gate.rules.waiver import WaiverState, state_of
from sdd.index.record_tables import FIELDS
from sdd.index.schema import BY_NAME
from sdd.index.search import PHR_COLUMNS, RowFilter, records_about
from sdd.index.state import stored_json
from sdd.records.followups import Closing, FollowUp, settle
from sdd.records.kinds.field import Form
from sdd.records.kinds.record import Item
from sdd.records.kinds.waiver import Waiver


class Row(Fields):
    """A record, or an item of one, as a list shows it: where it is, and the fields that its kind declares, by name.

    Long texts are left out. It is read like a named tuple.
    """

    path: str
    root: str

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def _asdict(self) -> dict[str, Any]:
        return dict(vars(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.path)


class _ListColumn(NamedTuple):
    """What a list shows of a row: its name there, how SQL asks for it, and what becomes of the value."""

    name: str
    asked: str
    read: Callable[[Any], Any] | None = None


def rows(index: Connection, table: str, wanted: RowFilter, *, newest_first: bool = False) -> tuple[Row, ...]:
    """The rows of one table of records or of their items; a filter that the table has no column for is not asked.

    They are in the order of paths and positions, with `newest_first` in that of their dates before.
    """
    conditions = _conditions(index, table, wanted)
    where = " AND ".join(["true", *(text for text, _ in conditions)])
    asked = f"{_asked(table)} WHERE {where} ORDER BY {_order(table, newest_first)}"
    return tuple(map(_maker(table), index.execute(asked, [value for _, value in conditions])))


def rows_at(index: Connection, table: str, paths: Sequence[str]) -> Iterator[Row]:
    """The rows of one table at some paths, in the order of the paths, for a table with one row a record."""
    found = map(_maker(table), rows_for(index, f"{_asked(table)} WHERE records.path IN (?)", paths))
    at = {row.path: row for row in found}
    return (at[path] for path in paths if path in at)


def _asked(table: str) -> str:
    """The question for all rows of a table."""
    texts = [field.name for field in FIELDS[table] if field.field.form == Form.PROSE]
    joined = " ".join(f"LEFT JOIN texts AS {name}_text ON {name}_text.id = {table}.{name}" for name in texts)
    selected = ", ".join(column.asked for column in _columns(table))
    return f"SELECT {selected} FROM {table} JOIN records ON records.id = {table}.record {joined}"  # noqa: S608


def _maker(table: str) -> Callable[[tuple[Any, ...]], Row]:
    """What makes a row of the values that are asked for."""
    columns = tuple(_columns(table))

    def made(stored: tuple[Any, ...]) -> Row:
        values = zip(columns, stored, strict=True)
        return Row(**{column.name: column.read(value) if column.read else value for column, value in values})

    return made


def keys(table: str) -> tuple[str, ...]:
    """The names of what a row of a table shows."""
    return tuple(column.name for column in _columns(table))


def _columns(table: str) -> Iterator[_ListColumn]:
    fields = [field for field in FIELDS[table] if field.field.form != Form.LONG]
    own = {field.name for field in fields}
    yield _ListColumn("path", "records.path")
    yield _ListColumn("root", "records.root")
    for column in BY_NAME[table].columns:
        if column.name in ("line", "part", "feature") and column.name not in own:
            yield _ListColumn(column.name, f"{table}.{column.name}")
    for field in fields:
        form = field.field.form
        asked = f"{field.name}_text.text" if form == Form.PROSE else f"{table}.{field.name}"
        yield _ListColumn(field.attribute, asked, _READ.get(form))


def _order(table: str, newest_first: bool) -> str:
    dated = f"{table}.date IS NULL, {table}.date DESC, " if newest_first else ""
    names = {column.name for column in BY_NAME[table].columns}
    return f"{dated}records.path{f', {table}.position' if 'position' in names else ''}"


_READ: dict[Form, Callable[[Any], Any]] = {
    Form.FLAG: lambda value: None if value is None else bool(value),
    Form.LIST: lambda value: tuple(stored_json(value, list)) if value else (),
    Form.PATHS: lambda value: tuple(stored_json(value, list)) if value else (),
    Form.PAIRS: lambda value: stored_json(value, dict) if value else {},
}


def phrs(index: Connection, wanted: RowFilter) -> tuple[Row, ...]:
    """The PHRs, the newest first, with the files that they name, from the top, and the contract that they carry out."""
    return _with_names(index, rows(index, "phrs", wanted, newest_first=True))


def phrs_at(index: Connection, paths: Sequence[str]) -> tuple[Row, ...]:
    """The same of some paths, in their order."""
    return _with_names(index, tuple(rows_at(index, "phrs", paths)))


def _with_names(index: Connection, listed: Sequence[Row]) -> tuple[Row, ...]:
    paths = [row.path for row in listed]
    files, contracts = (named_by(index, relation, paths) for relation in ("files", "contract"))
    return tuple(
        row.but(files=files.get(row.path, ()), contract=next(iter(contracts.get(row.path, ())), None)) for row in listed
    )


def contracts(index: Connection, wanted: RowFilter) -> tuple[Row, ...]:
    """The contracts, with how many checks each has and how many of them were `made`."""
    return _with_checks(index, rows(index, "contracts", wanted))


def contracts_at(index: Connection, paths: Sequence[str]) -> tuple[Row, ...]:
    """The same of some paths, in their order."""
    return _with_checks(index, tuple(rows_at(index, "contracts", paths)))


def _with_checks(index: Connection, listed: Sequence[Row]) -> tuple[Row, ...]:
    counted = (
        "SELECT path, count(*), sum(done) FROM records CROSS JOIN contract_items ON records.id = record "
        "WHERE part = 'check' AND path IN (?) GROUP BY record"
    )
    found = rows_for(index, counted, (row.path for row in listed))
    checks = {path: {"checks": number, "made": made} for path, number, made in found}
    none = {"checks": 0, "made": 0}
    return tuple(row.but(**checks.get(row.path, none)) for row in listed)


def follow_ups(index: Connection, reverted: Mapping[str, str]) -> tuple[FollowUp, ...]:
    """The follow-ups of all contracts with the PHRs that settled them, in the order of paths. `reverted` is each record
    whose landing was reverted -> the PHR that did: it settles what a contract left to do.
    """
    left = index.execute(
        "SELECT path, root, contract_items.line, row_number() OVER (PARTITION BY records.id ORDER BY position), "
        "texts.text, contracts.title, contracts.feature FROM contract_items "
        "JOIN records ON records.id = contract_items.record JOIN contracts ON contracts.record = records.id "
        "JOIN texts ON texts.id = contract_items.text WHERE part = 'follow-up' ORDER BY path, position"
    ).fetchall()
    closes = named_by(index, "closes")
    phrs_in_order = index.execute("SELECT path, root FROM records WHERE kind = 'phr' ORDER BY path")
    closing = (Closing(path, root, closes[path]) for path, root in phrs_in_order if path in closes)
    return tuple(
        replace(each, closed_by=(*each.closed_by, reverted[each.path])) if each.path in reverted else each
        for each in settle((FollowUp(*row) for row in left), closing)
    )


def _conditions(index: Connection, table: str, wanted: RowFilter) -> list[tuple[str, Any]]:
    """What the rows of a table must be."""
    wanted = wanted.stored()
    names = {column.name for column in BY_NAME[table].columns}
    own = (name for name in ("feature", *PHR_COLUMNS, "status", "kind") if name in names)
    found: list[tuple[str, Any]] = [*wanted.matches(table, own)]
    if "date" in names:
        day = f"{table}.date"
        found += [(f"{day} {sign} ?", value) for sign, value in ((">=", wanted.since), ("<=", wanted.until)) if value]
    if wanted.file:
        about = json.dumps(sorted(records_about(index, wanted.file)))
        found.append((f"{table}.record IN (SELECT value FROM json_each(?))", about))  # noqa: S608
    return found


def named_by(index: Connection, relation: str, records: Iterable[str] | None = None) -> Mapping[str, tuple[str, ...]]:
    """The path of a record, of some or of every one -> what it refers to by one relation, in its order."""
    asked = (
        "SELECT path, target FROM records CROSS JOIN mentions ON records.id = record "  # noqa: S608 - words of our own
        f"JOIN names ON names.id = mentions.name WHERE relation = '{relation}' AND position > 0"
    )
    order = "ORDER BY record, position"
    if records is None:
        return grouped(index.execute(f"{asked} {order}"))
    return grouped(rows_for(index, f"{asked} AND path IN (?) {order}", records))


def waiver_state(row: Row, today: date) -> WaiverState:
    """What becomes of a waiver on a day, as the gate has it."""
    items = {name: tuple(Item(text, 1) for text in getattr(row, name)) for name in ("rules", "paths", "secrets")}
    return state_of(Waiver(**row.but(**items)._asdict()), today, RULE_NAMES)
