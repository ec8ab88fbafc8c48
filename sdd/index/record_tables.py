"""Records as tables and rows, derived from the fields that their kinds declare. Nothing here knows the database."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from json.encoder import encode_basestring
from typing import Any, NamedTuple, get_type_hints

from sdd.base import paths
from sdd.base.regex import regex
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

# Only an escape in YAML's quotes can write what SQLite cannot hold.
_ESCAPED = regex(rb"\\[0uUx]")
_WHOLE_TEXT = Field("the text", Form.PROSE)
_KIND_OF = {kind.record: kind for kind in KINDS}


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


def shape_of(declared: type) -> Shape:
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
    return (ColumnField("text", _WHOLE_TEXT),) if item is Item else shape_of(item).columns


_SHAPES = {kind.record: shape_of(kind.record) for kind in KINDS}


# -- tables ------------------------------------------------------------------------------------------------


def table_of(record: type[Record]) -> str:
    """The table with a row a record; a kind without columns has none."""
    return f"{_KIND_OF[record].name}s"


_POSITION = Column("position", int, "counted from 1 within the file")


def _tables() -> dict[str, Table]:
    """The tables of all kinds by name, in the order of the kinds."""
    tables: dict[str, Table] = {}
    parts: dict[str, list[str]] = {}
    for kind in KINDS:
        shape = _SHAPES[kind.record]
        if shape.columns:
            meaning = (kind.record.__doc__ or "").partition("\n")[0]
            columns = (RECORD, *_columns(shape.columns))
            name = table_of(kind.record)
            tables[name] = Table(name, meaning, "record", columns, _indexed(shape.columns))
        feature = (FEATURE,) if "feature" in _hints(kind.record) else ()
        for listed in shape.lists:
            name, meaning, part = listed.items.table, listed.items.meaning, listed.items.part
            parts.setdefault(name, []).append(part)
            told = (Column("part", str, ", ".join(parts[name])),) if part else ()
            columns = (RECORD, _POSITION, LINE, *told, *feature, *_columns(listed.columns))
            known = {column.name: column for column in tables[name].columns} if name in tables else {}
            merged = known | {column.name: column for column in columns if column.name not in known or column in told}
            indexed = _indexed(listed.columns)
            tables[name] = Table(name, meaning, ("record", "position"), tuple(merged.values()), indexed)
    return tables


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


RECORD_TABLES = tuple(_tables().values())
"""The tables of all kinds."""

FIELDS = {
    **{table_of(record): shape.columns for record, shape in _SHAPES.items() if shape.columns},
    **{listed.items.table: listed.columns for shape in _SHAPES.values() for listed in shape.lists},
}
"""What the columns of each table are read from, but for what says where a row belongs."""

_COLUMNS_OF = {table.name: tuple(column.name for column in table.columns) for table in RECORD_TABLES}


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
    links = tuple(_link(record, reference) for reference in kind.links(record))
    rows = Rows(tuple(_rows(record, content)), links, tuple(kind.prose(record, content)))
    return _cleaned(rows) if _ESCAPED.search(content) or not _is_storable(record.path) else rows


def _rows(record: Record, content: bytes) -> Iterator[tuple[str, Row]]:
    shape = _SHAPES[type(record)]
    if shape.columns:
        values: list[Any] = []
        for attribute, stored, located in _STORING[type(record)]:
            value = getattr(record, attribute)
            values.append(stored(value) if stored else value)
            if located:
                values.append(line_of(content, value, record.at(attribute)))
        yield table_of(type(record)), tuple(values)
    yield from _list_rows(record, shape.lists)
    for attribute in shape.within:
        inner = getattr(record, attribute)
        if inner:
            yield from _rows(inner, content)


def _list_rows(record: Any, lists: Iterable[ItemsField]) -> Iterator[tuple[str, Row]]:
    """The rows of items, in the order of lines within each table."""
    tables: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for listed in lists:
        part = listed.items.part
        rows = tables.setdefault(listed.items.table, [])
        for item in getattr(record, listed.attribute):
            values: dict[str, Any] = {"part": part}
            for column in listed.columns:
                stored, value = _STORED.get(column.field.form), getattr(item, column.attribute)
                values[column.name] = stored(value) if stored else value
            rows.append((item.line, values))
    for table, rows in tables.items():
        names = _COLUMNS_OF[table][2:]
        for position, (line, values) in enumerate(sorted(rows, key=lambda row: row[0]), 1):
            values |= {"line": line, "feature": getattr(record, "feature", None) or None}
            yield table, (position, *map(values.get, names))


def _listed(values: Iterable[Any]) -> str | None:
    """A list of texts, or of items that begin with theirs, as a column holds it: null where it is empty."""
    texts = [encode_basestring(value if isinstance(value, str) else value[0]) for value in values]
    return f"[{', '.join(texts)}]" if texts else None


def _paired(pairs: Iterable[tuple[str, str]]) -> str | None:
    texts = [f"{encode_basestring(key)}: {encode_basestring(value)}" for key, value in dict(pairs).items()]
    return f"{{{', '.join(texts)}}}" if texts else None


_STORED: dict[Form, Callable[[Any], Any]] = {
    Form.TEXT: lambda value: value or None,
    Form.FLAG: lambda value: None if value is None else int(value),
    Form.LIST: _listed,
    Form.PATHS: _listed,
    Form.PAIRS: _paired,
    Form.COUNT: len,
}
# What becomes of each column's value, looked up once: every record asks.
_STORING = {
    record: [(attribute, _STORED.get(field.form), field.located) for attribute, field in shape.columns]
    for record, shape in _SHAPES.items()
}


def _link(record: Any, reference: Reference) -> Link:
    """A reference as it is looked up: a path from the top, an id below the folder of its feature."""
    relation, text, line = reference
    if relation in ("story", "requirement", "task", "prompt"):
        text = f"{feature_folder(record.root, record.feature)}#{text}"
    elif relation not in ("agent", "closes") and "://" not in text:
        text = path_from_top(record.root, text) or paths.join(record.root, text)
    return line, relation, text


def _is_storable(path: str) -> bool:
    return path.isascii() or storable(path) == path


def _storable(value: Any) -> Any:
    """The same for whatever a row holds."""
    if isinstance(value, str):
        return storable(value)
    return tuple(map(_storable, value)) if type(value) is tuple else value


def _cleaned(rows: Rows) -> Rows:
    return Rows(
        _storable(rows.tables),
        _storable(rows.links),
        tuple(Prose(*_storable(tuple(prose))) for prose in rows.prose),
    )


def text_hash(text: str) -> bytes:
    """What a text that is storable is known by: 16 bytes of BLAKE2b over its UTF-8."""
    return blake2b(text.encode(), digest_size=16).digest()
