"""Records as tables and rows, derived from the fields that their kinds declare. Nothing here knows the database."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from json.encoder import encode_basestring
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, get_type_hints

from sdd.base import paths
from sdd.index.table import FEATURE, LINE, RECORD, Column, Table
from sdd.index.terms import storable
from sdd.records.kinds import KINDS
from sdd.records.kinds.field import Field, Form, Items
from sdd.records.kinds.reading import line_of
from sdd.records.kinds.record import AnyKind, Item, Prose, Record, Reference
from sdd.records.layout import feature_folder
from sdd.records.links import path_from_top

Row = tuple[Any, ...]

# One reference: the line it stands on, its relation, and what it leads to.
Link = tuple[int, str, str]

# Only an escape, in YAML's quotes or in git's, can write what SQLite cannot hold.
_ESCAPED = re.compile(rb"\\[0-3uUx]")
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


# -- tables ------------------------------------------------------------------------------------------------

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


def _by_table(lists: Iterable[ItemsField]) -> dict[str, list[ItemsField]]:
    tables: dict[str, list[ItemsField]] = {}
    for listed in lists:
        tables.setdefault(listed.items.table, []).append(listed)
    return tables


SHAPES = {record: _shape_of(record) for record in _NAMES}
"""What each kind of record declares."""

_LISTS = _by_table(listed for shape in SHAPES.values() for listed in shape.lists)


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

_COLUMNS_OF = {table.name: [column.name for column in table.columns] for table in RECORD_TABLES}


# -- rows --------------------------------------------------------------------------------------------------


class Rows(NamedTuple):
    """What one record says. `tables` are rows as their tables want them, but for two things: the record's own number
    is missing at their start, and a text stands where its number will be.
    """

    tables: tuple[tuple[str, Row], ...]
    links: tuple[Link, ...]
    prose: tuple[Prose, ...]


def rows_of(kind: AnyKind, record: Record, content: bytes) -> Rows:
    """The rows of a record of some kind; `content` is its file."""
    links = tuple([_link(record, reference) for reference in kind.links(record)])
    rows = Rows(tuple(_rows(record, content)), links, tuple(kind.prose(record, content)))
    return Rows(*_storable(rows)) if _ESCAPED.search(content) or storable(record.path) != record.path else rows


def _rows(record: Record, content: bytes) -> Iterator[tuple[str, Row]]:
    own, lists, within = _READERS[type(record)]
    if own:
        yield table_of(type(record)), own(record, content)
    for table, rows in lists:
        for row in rows(record):
            yield table, row
    for attribute in within:
        inner = getattr(record, attribute)
        if inner:
            yield from _rows(inner, content)


class _Reader(NamedTuple):
    """What reads the rows of a kind: its own, those of its lists by their tables, and the records within it."""

    own: Callable[[Record, bytes], Row] | None
    lists: tuple[tuple[str, Callable[[Record], list[Row]]], ...]
    within: tuple[str, ...]


def _reader(shape: Shape) -> _Reader:
    own = _own_row(shape.columns) if shape.columns else None
    lists = [(name, _list_rows(name, lists)) for name, lists in _by_table(shape.lists).items()]
    return _Reader(own, tuple(lists), shape.within)


def _own_row(columns: Sequence[ColumnField]) -> Callable[[Record, bytes], Row]:
    read = _values(columns)
    located = [(place, column.attribute) for place, column in enumerate(columns) if column.field.located]

    def row(record: Record, content: bytes) -> Row:
        values = read(record)[:-1]
        for place, attribute in reversed(located):
            values.insert(place + 1, line_of(content, values[place], record.at(attribute)))
        return tuple(values)

    return row


def _list_rows(table: str, lists: Iterable[ItemsField]) -> Callable[[Record], list[Row]]:
    """What reads the rows of one table from the lists of a record, in the order of lines."""
    parts = []
    for listed in lists:
        names = [*(column.name for column in listed.columns), "line", "part", "feature"]
        # The last value, which is None, stands for a column that these items do not have.
        arranged = itemgetter(*(names.index(name) if name in names else -1 for name in _COLUMNS_OF[table][2:]))
        parts.append((attrgetter(listed.attribute), _values(listed.columns), listed.items.part, arranged))

    def rows(record: Record) -> list[Row]:
        feature = getattr(record, "feature", None) or None
        found = [
            arranged((*values(item), part, feature, None))
            for items, values, part, arranged in parts
            for item in items(record)
        ]
        found.sort(key=itemgetter(0))
        return [(position, *row) for position, row in enumerate(found, 1)]

    return rows


def _values(columns: Sequence[ColumnField]) -> Callable[[Any], list[Any]]:
    """What reads some fields of a record or an item, as their columns hold them, and its line behind them."""
    read = attrgetter(*(column.attribute for column in columns), "line")
    forms = [column.field.form for column in columns]
    stored = [(place, _STORED[form]) for place, form in enumerate(forms) if form in _STORED]

    def values(subject: Any) -> list[Any]:
        read_values = read(subject)
        found = [value or None for value in read_values]
        for place, made in stored:
            found[place] = made(read_values[place])
        return found

    return values


def texts_of(values: Iterable[Any]) -> list[str]:
    """The texts of a list, which holds them or items that begin with theirs."""
    return [value if isinstance(value, str) else value[0] for value in values]


def _listed(values: Sequence[Any]) -> str | None:
    """A list as a column holds it: null where it is empty."""
    return f"[{', '.join(map(_json_text, texts_of(values)))}]" if values else None


def _paired(pairs: Sequence[tuple[str, str]]) -> str | None:
    texts = (f"{_json_text(key)}: {_json_text(value)}" for key, value in dict(pairs).items())
    return f"{{{', '.join(texts)}}}" if pairs else None


def _json_text(text: str) -> str:
    return encode_basestring(paths.without_raw_bytes(text))


def as_is(value: Any) -> Any:
    """The value itself."""
    return value


# What a column holds of a value; null in place of an empty one where nothing is said here.
_STORED: dict[Form, Callable[[Any], Any]] = {
    Form.NUMBER: as_is,
    Form.PROSE: as_is,
    Form.LONG: as_is,
    Form.FLAG: int,
    Form.LIST: _listed,
    Form.PATHS: _listed,
    Form.PAIRS: _paired,
    Form.COUNT: len,
}
_READERS = {record: _reader(shape) for record, shape in SHAPES.items()}


def _link(record: Any, reference: Reference) -> Link:
    """A reference as it is looked up: a path from the top, an id below the folder of its feature."""
    relation, text, line = reference
    if relation == "feature":
        text = f"{feature_folder(record.root, text)}#"
    elif relation in ("story", "requirement", "task", "prompt"):
        text = f"{feature_folder(record.root, record.feature)}#{text}"
    elif relation not in ("agent", "closes") and "://" not in text:
        text = path_from_top(record.root, text) or paths.join(record.root, text)
    return line, relation, text


def _storable(value: Any) -> Any:
    """Whatever a row holds as SQLite can hold it."""
    if isinstance(value, str):
        return storable(value)
    return tuple(map(_storable, value)) if isinstance(value, tuple) else value
