"""The part of docs/index.md that describes the tables, made from the index itself.

python -m tests.index_page --write     brings the page up to date
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sdd.index.schema import create_indexes, create_tables
from tests.generated import Part

PAGE = Path(__file__).resolve().parent.parent / "docs" / "index.md"
_PART = Part(PAGE, "<!-- tables: made by python -m tests.index_page --write -->\n", "<!-- end of tables -->\n")


def tables_text() -> str:
    """A section a table, out of what a new database says of itself."""
    with closing(sqlite3.connect(":memory:")) as connection:
        create_tables(connection)
        create_indexes(connection)
        return "\n".join(_sections(connection))


def _sections(connection: sqlite3.Connection) -> Iterator[str]:
    meanings = {(table, column): text for table, column, text in connection.execute("SELECT * FROM columns")}
    made = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid")
    for table in [name for (name,) in made.fetchall() if (name, "") in meanings]:
        rows = ["| column | type | what it holds |", "|---|---|---|"]
        refers = {row[3]: row[2] for row in connection.execute(f"PRAGMA foreign_key_list({table})")}
        for _, name, kind, _, _, key in connection.execute(f"PRAGMA table_info({table})"):
            told = [meanings[table, name], *(["key"] if key else [])]
            told += [f"refers to `{refers[name]}`"] if name in refers else []
            rows.append(f"| `{name}` | {kind.lower()} | {'; '.join(told)} |")
        yield f"### `{table}`\n\n{meanings[table, '']}\n\n" + "\n".join(rows) + "\n"


def page_text(page: str) -> str:
    """The whole page, its tables as the index has them."""
    return _PART.put_into(page, tables_text())


if __name__ == "__main__":
    _PART.write(tables_text(), __doc__)
