"""The part of docs/index.md that names the tables, made from the index itself.

python -m tests.index_page --write     brings the page up to date
"""

import sqlite3
import textwrap
from contextlib import closing
from pathlib import Path

from sdd.index.schema import create_indexes, create_tables
from tests.generated import Part

PAGE = Path(__file__).resolve().parent.parent / "docs" / "index.md"
_PART = Part(PAGE, "<!-- tables: made by python -m tests.index_page --write -->\n", "<!-- end of tables -->\n")


def tables_text() -> str:
    """The names of all tables and views that a new database says something of."""
    with closing(sqlite3.connect(":memory:")) as connection:
        create_tables(connection)
        create_indexes(connection)
        made = connection.execute(
            "SELECT name FROM sqlite_master JOIN columns ON table_name = name AND column_name = '' AND meaning != ''"
            " ORDER BY sqlite_master.rowid"
        )
        return textwrap.fill(", ".join(f"`{name}`" for (name,) in made), 120) + "\n"


def page_text(page: str) -> str:
    """The whole page, its tables as the index has them."""
    return _PART.put_into(page, tables_text())


if __name__ == "__main__":
    _PART.write(tables_text(), __doc__)
