"""What the index was read from, and whether that is what is there now: the quick question before every other one."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from sdd.repo.objects import Entry, Repository
from sdd.repo.uncommitted import CheckoutState, read_work_tree

VERSION = 21
"""Counts the changes of the tables (schema.py)."""

PARSER_VERSION = 26
"""Counts the changes in what sdd reads out of a record. What another parser read is read again."""

FILE_VERSION = VERSION * 1000 + PARSER_VERSION
"""The database's user_version: a file of another one is made anew."""

# Of all files, those that may be records by their names (see sdd.records.kinds.locate).
_PATTERNS = ("*.md", "*.specify/sdd.toml")

Progress = Callable[[int, int], None]
"""Told how many of how many records are read."""


Value = TypeVar("Value")


class Held(NamedTuple):
    """What the index was read from: a commit, its tree, and the paths that the work tree held otherwise."""

    commit: str | None
    tree: str | None
    uncommitted: Mapping[str, str | None]


UNFINISHED = ""
"""The commit that a first index was read from as long as only some of its records are stored: no commit's id."""


def keep_unfinished(connection: sqlite3.Connection) -> None:
    """Commits what a first index holds by now, and begins the next transaction: who is stopped keeps that much."""
    connection.execute("INSERT OR REPLACE INTO state VALUES (1, ?, NULL, '{}')", (UNFINISHED,))
    commit_part(connection)


def commit_part(connection: sqlite3.Connection) -> None:
    """Commits, and begins the next transaction. No other process writes in between."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("COMMIT")
    connection.execute("BEGIN IMMEDIATE")


class Outcome(NamedTuple):
    """What was done: how many records were read, and how many earlier ones were taken out."""

    read: int
    removed: int


def standing_now(repository: Repository) -> CheckoutState:
    """HEAD, and the records of the work tree that are not as HEAD has them."""
    return read_work_tree(repository, _PATTERNS, _is_record)


def _is_record(path: str) -> bool:
    from sdd.records.kinds import locate

    return locate(path) is not None


def held_by(connection: sqlite3.Connection) -> Held:
    """What the index was read from; it has never been read where there is no commit and no path."""
    found = connection.execute("SELECT commit_id, tree, uncommitted FROM state").fetchone()
    if not found:
        return Held(None, None, {})
    commit, tree, uncommitted = found
    if uncommitted == "{}":
        return Held(commit, tree, {})
    return Held(commit, tree, stored_json(uncommitted, dict))


def stored_json(text: str | None, kind: type[Value]) -> Value:
    """What a column holds as JSON, a value of some kind. Raises sqlite3.DatabaseError where it holds anything else."""
    import json

    try:
        value = json.loads(text or "")
    except ValueError:
        value = None
    if not isinstance(value, kind):
        raise sqlite3.DatabaseError("a column of the index holds no JSON of its kind")
    return value


def is_current(held: Held, standing: CheckoutState) -> bool:
    """Whether an index that was read from `held` says what is there now."""
    return held.commit == standing.commit and held.uncommitted == blobs_of(standing.uncommitted)


def blobs_of(entries: Mapping[str, Entry | None]) -> dict[str, str | None]:
    """path -> id of the record's content, None where the path holds no record."""
    return {path: record_blob(entry) for path, entry in entries.items()}


def record_blob(entry: Entry | None) -> str | None:
    """The id of what a record at an entry says, None where there is none: only regular files are records."""
    return entry.oid if entry and entry.is_file else None
