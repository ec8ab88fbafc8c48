"""Landings as the index has them, and which of them brought a record."""

import sqlite3
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sdd.answers.asking import rows_for
from sdd.answers.trail.steps import Step, StepKind, Via


class StoredLanding(NamedTuple):
    """A landing as the index has it; `commits` is how many it brought, itself included."""

    position: int
    commit: str
    commits: int
    day: str
    author: str
    subject: str

    def step(self, how: Via, detail: str = "") -> Step:
        """The step that leads to it."""
        return Step(StepKind.LANDING, self.commit, None, self.subject, how, detail, "", self.day, self.author)


def landings_of(connection: sqlite3.Connection, records: Iterable[str]) -> dict[str, int]:
    """Path of a record -> where on the chain it landed; none for one that has not."""
    ask = "SELECT path, landing FROM landed WHERE path IN (?) ORDER BY since"
    return dict(rows_for(connection, ask, records))


def landing_of_each(connection: sqlite3.Connection, records: Iterable[str]) -> dict[str, StoredLanding]:
    """Path of a record -> the landing that brought it; none for one that has not landed."""
    positions = landings_of(connection, records)
    landings = landings_at(connection, positions.values())
    return {path: landings[position] for path, position in positions.items()}


def spans_of(
    connection: sqlite3.Connection, records: Collection[str]
) -> dict[str, tuple[StoredLanding, StoredLanding]]:
    """Path of a record -> the landing that brought it, and the last one that changed it or gave it its path; none for
    one that has not landed.
    """
    first = landings_of(connection, records)
    last = dict(rows_for(connection, "SELECT path, max(since) FROM landed WHERE path IN (?) GROUP BY path", records))
    for path, position in rows_for(
        connection, "SELECT path, max(landing) FROM edited WHERE path IN (?) GROUP BY path", records
    ):
        last[path] = max(position, last[path])
    landings = landings_at(connection, (*first.values(), *last.values()))
    return {path: (landings[position], landings[last[path]]) for path, position in first.items()}


def landings_at(connection: sqlite3.Connection, positions: Iterable[int]) -> dict[int, StoredLanding]:
    """Place on the chain -> the landing there."""
    ask = "SELECT * FROM landings WHERE position IN (?)"
    return {row[0]: StoredLanding(*row) for row in rows_for(connection, ask, positions)}


def landings_with(connection: sqlite3.Connection, commits: Iterable[str]) -> tuple[StoredLanding, ...]:
    """The landings that some commits (ids) are."""
    ask = "SELECT * FROM landings WHERE commit_id IN (?)"
    return tuple(StoredLanding(*row) for row in rows_for(connection, ask, commits))


def first_and_last(landings: Iterable[StoredLanding]) -> tuple[str | None, str | None]:
    """The days on which the first and the last of some landings came; None for both where there are none."""
    in_order = sorted(landings)
    return (in_order[0].day, in_order[-1].day) if in_order else (None, None)


class LandedNow(NamedTuple):
    """The landings of the records that the mainline holds, each read as it is asked for."""

    connection: sqlite3.Connection

    def get(self, path: str) -> StoredLanding | None:
        """The landing that brought a record; None for one that has not landed."""
        ask = "SELECT landings.* FROM landed JOIN landings ON position = landing WHERE path = ? AND until ISNULL"
        row = self.connection.execute(ask, (path,)).fetchone()
        return StoredLanding(*row) if row else None

    def records(self, commit: str) -> tuple[str, ...]:
        """The records that a landing brought, by the names that they have now."""
        return tuple(path for (path,) in self.connection.execute(_CAME_WITH, (commit,)))

    def subject(self, commit: str) -> str:
        """What the first line of a landing's message is; empty for what is none."""
        row = self.connection.execute(f"SELECT subject {_AT_COMMIT}", (commit,)).fetchone()
        return row[0] if row else ""


_AT_COMMIT = (
    "FROM (SELECT landing AS asked FROM commits WHERE commit_id = ?1) "
    "JOIN landings ON position = asked AND landings.commit_id = ?1"
)
_CAME_WITH = f"SELECT path {_AT_COMMIT} JOIN landed ON landing = position WHERE until ISNULL ORDER BY path"
