"""What SQLite alone needs to store what a cold index stores: the same rows, with their full-text table and indexes.

python bench/inserted.py stage INDEX ROWS        # what is to be stored, from an index of sdd's
python bench/inserted.py insert ROWS DATABASE    # DATABASE is made anew
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

SEARCHED = "rowid, title, names, body, more"
DOCUMENTS = """\
SELECT documents.id, title, names, (
    SELECT group_concat(text, char(10)) FROM (
        SELECT texts.text FROM document_texts JOIN texts ON texts.id = document_texts.text
        WHERE document = documents.id ORDER BY position))
FROM documents"""


def stage(index: Path, rows: Path) -> None:
    """Copies an index to `rows`, and what its full-text table was given, which keeps none of it, to a table there."""
    from sdd.index.storing import searched_columns

    def searched() -> Iterator[tuple[int, str, str, str, str]]:
        for number, title, names, body in connection.execute(DOCUMENTS):
            yield number, *searched_columns(title, names, body or "")

    with closing(sqlite3.connect(index)) as source, closing(sqlite3.connect(rows)) as connection:
        source.backup(connection)
        connection.execute("CREATE TABLE searched (number, title, names, body, more)")
        connection.executemany("INSERT INTO searched VALUES (?, ?, ?, ?, ?)", list(searched()))
        connection.commit()


def insert(rows: Path, database: Path) -> None:
    """Stores them all, as one transaction of a plain Python program."""
    database.unlink(missing_ok=True)
    with closing(sqlite3.connect(rows)) as source, closing(sqlite3.connect(database, isolation_level=None)) as target:
        made = source.execute("SELECT type, name, sql FROM sqlite_master WHERE sql NOTNULL").fetchall()
        target.execute("PRAGMA cache_size = -65536")
        target.execute("BEGIN EXCLUSIVE")
        for kind, name, sql in made:
            if kind == "table" and not name.startswith(("search", "sqlite_")):
                target.execute(sql)
                _copy(source, name, target, name)
        target.execute(next(sql for _, name, sql in made if name == "search"))
        _copy(source, "searched", target, f"search ({SEARCHED})")
        for kind, _, sql in made:
            if kind == "index":
                target.execute(sql)
        target.execute("COMMIT")


def _copy(source: sqlite3.Connection, table: str, target: sqlite3.Connection, into: str) -> None:
    rows = source.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of sdd's own
    places = ", ".join("?" * len(rows.description))
    target.executemany(f"INSERT INTO {into} VALUES ({places})", rows)  # noqa: S608


if __name__ == "__main__":
    {"stage": stage, "insert": insert}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
