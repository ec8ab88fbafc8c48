"""Questions to the index about many values at once."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

# SQLite takes only so many values in one question.
_AT_ONCE = 500


def rows_for(connection: sqlite3.Connection, question: str, values: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of a question with one `(?)` in it, in place of which the values are put, some at a time."""
    listed = sorted(set(values))
    for start in range(0, len(listed), _AT_ONCE):
        together = listed[start : start + _AT_ONCE]
        yield from connection.execute(question.replace("(?)", f"({', '.join('?' * len(together))})"), together)


def present(connection: sqlite3.Connection, records: Iterable[str]) -> frozenset[str]:
    """Those of some paths that hold a record."""
    return frozenset(path for (path,) in rows_for(connection, "SELECT path FROM records WHERE path IN (?)", records))
