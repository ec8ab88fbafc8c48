"""The one way to ask the index: about many values at once, and along the edges between records."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

# SQLite takes only so many values in one question.
_AT_ONCE = 500


class Edge(NamedTuple):
    """One name in a record: the record's path, the name's place in it, the record's kind, the line, what is named, and
    how certain that is.
    """

    path: str
    position: int
    kind: str
    line: int
    target: str
    how: str


def rows_for(connection: sqlite3.Connection, question: str, values: Iterable[str | int]) -> Iterator[tuple[Any, ...]]:
    """The rows of a question with one `(?)` in it, in place of which the values are put, some at a time."""
    listed = sorted(set(values), key=str)
    for start in range(0, len(listed), _AT_ONCE):
        together = listed[start : start + _AT_ONCE]
        yield from connection.execute(question.replace("(?)", f"({', '.join('?' * len(together))})"), together)


def present(connection: sqlite3.Connection, records: Iterable[str]) -> frozenset[str]:
    """Those of some paths that hold a record."""
    return frozenset(path for (path,) in rows_for(connection, "SELECT path FROM records WHERE path IN (?)", records))


def edges_to(connection: sqlite3.Connection, relation: str, targets: Iterable[str]) -> tuple[Edge, ...]:
    """Where records name some targets in one relation, in the order of paths and then of places."""
    return _edges(connection, f"names {_TO_MENTIONS} {_TO_RECORDS} WHERE relation = '{relation}' AND target", targets)


def edges_from(connection: sqlite3.Connection, relation: str, records: Iterable[str]) -> tuple[Edge, ...]:
    """What some records (paths) name in one relation, in the order of paths and then of places."""
    return _edges(connection, f"records {_FROM_RECORDS} WHERE relation = '{relation}' AND path", records)


# CROSS JOIN: SQLite is to begin with the values that are asked for.
_TO_MENTIONS = "CROSS JOIN mentions ON mentions.name = names.id"
_TO_RECORDS = "JOIN records ON records.id = record"
_FROM_RECORDS = "CROSS JOIN mentions ON record = records.id JOIN names ON names.id = mentions.name"


def _edges(connection: sqlite3.Connection, which: str, values: Iterable[str]) -> tuple[Edge, ...]:
    ask = f"SELECT path, position, kind, line, target, how FROM {which} IN (?)"  # noqa: S608 - words of our own
    return tuple(map(Edge._make, sorted(rows_for(connection, ask, values))))
