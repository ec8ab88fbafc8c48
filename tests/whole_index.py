"""The whole content of an index in a form that two indexes of the same records share, and what must hold within one.

Numbers depend on the order in which records came in, so that none of them is kept: a record is its path, a text its
words, a document its place. The words of the full-text table are compared too, each with the place it was found at.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from sdd.answers import lists
from sdd.answers.trail.requirements import trails
from sdd.answers.trail.things import all_requirements
from sdd.index.record_tables import FIELDS
from sdd.index.schema import TABLES
from sdd.index.search import RowFilter, search
from sdd.index.storing import text_hash
from sdd.index.table import Table

Content = dict[str, list[tuple[Any, ...]]]

# What follows from the records that are there now: history and its verdicts are another matter.
_OF_HISTORY = ("columns", "landings", "commits", "landed", "edited", "verdicts")
OF_RECORDS = tuple(table for table in TABLES if table.name not in _OF_HISTORY)


def whole(connection: sqlite3.Connection) -> Content:
    """Table -> its rows, sorted, every number replaced by what it stands for."""
    named = {
        "records": dict(connection.execute("SELECT id, path FROM records")),
        "texts": dict(connection.execute("SELECT id, text FROM texts")),
        "names": dict(connection.execute("SELECT id, name FROM names")),
    }
    described = connection.execute("SELECT id, record, kind, line, title, names FROM documents").fetchall()
    named["documents"] = {number: (named["records"][record], *own) for number, record, *own in described}
    assert len(set(named["documents"].values())) == len(described)
    found = {table.name: _rows(connection, table, named) for table in OF_RECORDS}
    # The order of what is uncommitted means nothing.
    found["state"] = [(*own, *sorted(json.loads(paths).items())) for *own, paths in found["state"]]
    places = _found_words(connection)
    return found | {"search": sorted((named["documents"][document], *own) for document, *own in places)}


def _rows(connection: sqlite3.Connection, table: Table, named: dict[str, dict[int, Any]]) -> list[tuple[Any, ...]]:
    kept = [column for column in table.columns if column.name != "id"]
    rows = connection.execute(f"SELECT {', '.join(column.name for column in kept)} FROM {table.name}")
    filled = [
        tuple(
            named[column.refers][value] if column.refers and value is not None else value
            for column, value in zip(kept, row, strict=True)
        )
        for row in rows
    ]
    return sorted(filled, key=repr)


def _found_words(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab('main', 'search', 'instance')")
    return connection.execute("SELECT doc, term, col, offset FROM temp.words").fetchall()


def assert_sound(connection: sqlite3.Connection) -> None:
    """That nothing in an index contradicts something else in it."""
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    used: dict[int, int] = {}
    for table in TABLES:
        for place in table.text_places:
            column = table.columns[place].name
            for (text,) in connection.execute(f"SELECT {column} FROM {table.name} WHERE {column} NOTNULL"):
                used[text] = used.get(text, 0) + 1
    assert used == dict(connection.execute("SELECT id, uses FROM texts"))
    assert all(known == text_hash(text) for known, text in connection.execute("SELECT hash, text FROM texts"))
    linked = {name for (name,) in connection.execute("SELECT name FROM mentions")}
    assert linked == {number for (number,) in connection.execute("SELECT id FROM names")}
    searched = {number for (number,) in connection.execute("SELECT rowid FROM search_docsize")}
    assert searched == {number for (number,) in connection.execute("SELECT id FROM documents")}


def sound_and_whole(connection: sqlite3.Connection) -> Content:
    """Both: the question that tests put to an index."""
    assert_sound(connection)
    return whole(connection)


def every_list(connection: sqlite3.Connection, queries: Iterable[str]) -> list[Any]:
    """Every list that an index is asked for, and what some searches find."""
    return [
        *(rows(connection, RowFilter()) for rows in (lists.phrs, lists.contracts)),
        *(lists.rows(connection, table, RowFilter()) for table in FIELDS),
        lists.follow_ups(connection, {}),
        *(trail.row for trail in trails(connection, all_requirements(connection), {}, {}, files=False)),
        *(search(connection, query, RowFilter(), limit) for query in queries for limit in (3, 100)),
    ]


def assert_same(one: Content, other: Content) -> None:
    """That two indexes say the same, told table by table."""
    assert one.keys() == other.keys()
    for name in one:
        assert one[name] == other[name], name


def none_expected(told: str) -> None:
    """In place of a remark where there must be none."""
    raise AssertionError(told)
