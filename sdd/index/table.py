"""Tables of the index as values: what SQLite is told of them, and what the table `columns` says."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Column(NamedTuple):
    """One column: `kind` is the Python type of its values, `refers` the table whose key it holds."""

    name: str
    kind: type
    meaning: str
    refers: str = ""


@dataclass(frozen=True)
class Table:
    """One table. `key` is its primary key, `indexes` are further columns to look rows up by, `unique` is the one of
    them whose values never repeat.
    """

    name: str
    meaning: str
    key: str | tuple[str, ...]
    columns: tuple[Column, ...]
    indexes: tuple[str, ...] = ()
    unique: str = ""

    @cached_property
    def insertion(self) -> str:
        """The statement that adds one row, all its columns in order."""
        return f"INSERT INTO {self.name} VALUES ({', '.join('?' * len(self.columns))})"  # noqa: S608 - names of our own

    @cached_property
    def text_places(self) -> tuple[int, ...]:
        """Where in a row the numbers of texts stand."""
        return tuple(place for place, column in enumerate(self.columns) if column.refers == "texts")


RECORD = Column("record", int, "the file that says so", "records")
LINE = Column("line", int, "where in the file, counted from 1")
TITLE = Column("title", str, "the title, null where there is none")
FEATURE = Column("feature", str, "the feature's path below specs/, null for none")
