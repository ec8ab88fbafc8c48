"""Tables of records, derived from the fields that their kinds declare. Nothing here knows the database."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, get_type_hints

from sdd.base.grouping import grouped
from sdd.index.table import FEATURE, LINE, RECORD, Column, Table
from sdd.records.kinds import KINDS
from sdd.records.kinds.field import Field, Form, Items
from sdd.records.kinds.record import Item, Record

_WHOLE_TEXT = Field("the text", Form.PROSE)
_NAMES = {kind.record: f"{kind.name}s" for kind in KINDS}


class ColumnField(NamedTuple):
    """A field or property of a class that is a column."""

    attribute: str
    field: Field

    @property
    def name(self) -> str:
        """The column's name."""
        return self.field.name or self.attribute


class ItemsField(NamedTuple):
    """A field of a record whose items are rows of a table of their own, with the columns of such an item."""

    attribute: str
    items: Items
    columns: tuple[ColumnField, ...]


class Shape(NamedTuple):
    """What a class declares: its columns, its lists with tables of their own, and the records within it."""

    columns: tuple[ColumnField, ...]
    lists: tuple[ItemsField, ...]
    within: tuple[str, ...]


def _shape_of(declared: type) -> Shape:
    """What the fields and properties of a class declare, in their order."""
    columns: list[ColumnField] = []
    lists: list[ItemsField] = []
    within: list[str] = []
    for attribute, hint in _hints(declared).items():
        for meaning in getattr(hint, "__metadata__", ()):
            if isinstance(meaning, Field):
                columns.append(ColumnField(attribute, meaning))
            elif isinstance(meaning, Items):
                lists.append(ItemsField(attribute, meaning, _item_columns(hint.__origin__.__args__[0])))
            elif meaning is Form.RECORD:
                within.append(attribute)
    return Shape(tuple(columns), tuple(lists), tuple(within))


def _hints(declared: type) -> dict[str, Any]:
    hints = get_type_hints(declared, include_extras=True)
    for name, member in vars(declared).items():
        if isinstance(member, property):
            hints[name] = get_type_hints(member.fget, include_extras=True).get("return")
    return hints


def _item_columns(item: type) -> tuple[ColumnField, ...]:
    return (ColumnField("text", _WHOLE_TEXT),) if item is Item else _shape_of(item).columns


_POSITION = Column("position", int, "counted from 1 within the file")


def table_of(record: type[Record]) -> str:
    """The table with a row a record; a kind without columns has none."""
    return _NAMES[record]


def _list_table(name: str, lists: Sequence[ItemsField], *, of_feature: bool) -> Table:
    """The table that some lists share: the columns of all, each once."""
    parts = [listed.items.part for listed in lists if listed.items.part]
    part = (Column("part", str, ", ".join(parts)),) if parts else ()
    feature = (FEATURE,) if of_feature else ()
    own = {column.name: column for listed in lists for column in _columns(listed.columns)}
    columns = (RECORD, _POSITION, LINE, *part, *feature, *own.values())
    return Table(name, lists[0].items.meaning, ("record", "position"), columns, _indexed(lists[0].columns))


def _indexed(columns: Iterable[ColumnField]) -> tuple[str, ...]:
    return tuple(column.name for column in columns if column.field.indexed)


def _columns(columns: Iterable[ColumnField]) -> Iterator[Column]:
    for column in columns:
        meaning, form = column.field.meaning, column.field.form
        if form in (Form.PROSE, Form.LONG):
            yield Column(column.name, int, meaning, "texts")
        else:
            yield Column(column.name, int if form in (Form.NUMBER, Form.FLAG, Form.COUNT) else str, meaning)
        if column.field.located:
            yield Column(f"{column.name}_line", int, "where it begins in the file")


def by_table(lists: Iterable[ItemsField]) -> dict[str, tuple[ItemsField, ...]]:
    """Name of a table -> the lists whose items are its rows."""
    return grouped((listed.items.table, listed) for listed in lists)


SHAPES = {record: _shape_of(record) for record in _NAMES}
"""What each kind of record declares."""

_LISTS = by_table(listed for shape in SHAPES.values() for listed in shape.lists)


def _tables() -> Iterator[Table]:
    """The tables of all kinds in their order, each kind's own before those of its lists."""
    for record, (columns, lists, _) in SHAPES.items():
        if columns:
            meaning = (record.__doc__ or "").partition("\n")[0]
            yield Table(table_of(record), meaning, "record", (RECORD, *_columns(columns)), _indexed(columns))
        for listed in lists:
            sharing = _LISTS[listed.items.table]
            if listed is sharing[0]:
                yield _list_table(listed.items.table, sharing, of_feature="feature" in _hints(record))


RECORD_TABLES = tuple(_tables())
"""The tables of all kinds."""

FIELDS = {table_of(record): shape.columns for record, shape in SHAPES.items() if shape.columns}
"""What the columns of each table are read from, but for what says where a row belongs."""

FIELDS |= {name: lists[0].columns for name, lists in _LISTS.items()}
