"""Rows of records, as their tables want them. Nothing here knows the database."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from json.encoder import encode_basestring
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sdd.base import paths
from sdd.index.record_tables import RECORD_TABLES, SHAPES, ColumnField, ItemsField, Shape, by_table, table_of
from sdd.index.terms import storable
from sdd.records.kinds.field import Form
from sdd.records.kinds.reading import line_of
from sdd.records.kinds.record import AnyKind, Prose, Record, Reference
from sdd.records.layout import feature_folder
from sdd.records.links import path_from_top

Row = tuple[Any, ...]

# One reference: the line it stands on, its relation, and what it leads to.
Link = tuple[int, str, str]

# Only an escape, in YAML's quotes or in git's, can write what SQLite cannot hold.
_ESCAPED = re.compile(rb"\\[0-3uUx]")
_COLUMNS_OF = {table.name: [column.name for column in table.columns] for table in RECORD_TABLES}


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
    lists = [(name, _list_rows(name, lists)) for name, lists in by_table(shape.lists).items()]
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
