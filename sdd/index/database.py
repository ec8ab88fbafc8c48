"""Where the index lies, how it is opened, and what is done where that fails: a fault of the index costs no answer.

It is one file in git's common folder, so that all worktrees share it and nothing of it is ever committed. It shows what
the worktree that asked last holds; to ask from another one costs what the two differ in.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

from sdd.errors import SddError
from sdd.index.state import FILE_VERSION, Outcome, Progress, held_by, is_current, standing_now
from sdd.repo.objects import Repository
from sdd.repo.uncommitted import Standing

Answer = TypeVar("Answer")
Question = Callable[[sqlite3.Connection], Answer]
Remark = Callable[[str], None]

WAIT = 10.0
"""Seconds that another process may keep the index to itself before it is done without."""

# What a process that was killed left behind: nobody takes longer than that to make an index.
_ABANDONED = 6 * 3600


def index_path(repository: Repository) -> Path:
    """The database file, whether it is there or not."""
    return repository.common_dir / "sdd" / "index.db"


def answer(
    repository: Repository, question: Question[Answer], remark: Remark, progress: Progress | None = None
) -> Answer:
    """What `question` makes of the index, which says what is there now while it is asked.

    A damaged index is made anew; where it can be neither read nor written, the question is put to one in memory. Both
    are told by `remark`. Raises SddError where the repository itself cannot be read.
    """
    standing = standing_now(repository)
    for last_try in (False, True):
        try:
            return _ask_file(repository, standing, question, progress)
        except (sqlite3.Error, OSError) as error:
            if not last_try and _is_damage(error):
                remark("the index was damaged; it is made anew")
                with suppress(OSError):
                    index_path(repository).unlink(missing_ok=True)
                continue
            remark(f"answered without the index: {_reason(repository, error)}")
            break
    return answer_in_memory(repository, standing, question, progress)


def answer_in_memory(
    repository: Repository, standing: Standing, question: Question[Answer], progress: Progress | None = None
) -> Answer:
    """The same without any file: everything is read anew."""
    from sdd.index import schema
    from sdd.index.sync import bring_up_to_date

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        schema.create_tables(connection)
        bring_up_to_date(connection, repository, standing, progress)
        schema.create_indexes(connection)
        return question(connection)


def update(repository: Repository, progress: Progress | None = None, *, rebuild: bool = False) -> Outcome | None:
    """Brings the file up to date, or with `rebuild` makes it anew; None where there was nothing to do.

    Raises SddError where that cannot be done.
    """
    standing = standing_now(repository)
    try:
        connection = None if rebuild else _opened(index_path(repository))
        if not connection:
            return _build(repository, standing, progress)
        with closing(connection):
            if is_current(held_by(connection), standing):
                return None
            return _bring_up_to_date(connection, repository, standing, progress)
    except (sqlite3.Error, OSError) as error:
        if not rebuild and _is_damage(error):
            return update(repository, progress, rebuild=True)
        raise SddError(
            f"the index cannot be brought up to date: {_reason(repository, error)}",
            f"see to {index_path(repository)}; commands answer without it meanwhile",
        ) from None


def _ask_file(
    repository: Repository, standing: Standing, question: Question[Answer], progress: Progress | None
) -> Answer:
    path = index_path(repository)
    connection = _opened(path)
    if not connection:
        _build(repository, standing, progress)
        connection = _connect(path)
    with closing(connection):
        connection.execute("BEGIN")
        if not is_current(held_by(connection), standing):
            connection.execute("ROLLBACK")
            _bring_up_to_date(connection, repository, standing, progress)
            connection.execute("BEGIN")
            if not is_current(held_by(connection), standing):
                # A process in another worktree was quicker: it has to wait this time.
                from sdd.index.sync import bring_up_to_date

                connection.execute("ROLLBACK")
                connection.execute("BEGIN IMMEDIATE")
                bring_up_to_date(connection, repository, standing, progress)
        found = question(connection)
        connection.execute("COMMIT")
        return found


def _opened(path: Path) -> sqlite3.Connection | None:
    """The file where one of this version is there. Raises sqlite3.Error where what is there is no database."""
    if not path.exists():
        return None
    connection = _connect(path)
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] == FILE_VERSION:
            return connection
    except sqlite3.Error:
        connection.close()
        raise
    connection.close()
    return None


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that begins and ends transactions only where it is told to."""
    return sqlite3.connect(path, timeout=WAIT, isolation_level=None)


def _bring_up_to_date(
    connection: sqlite3.Connection, repository: Repository, standing: Standing, progress: Progress | None
) -> Outcome:
    from sdd.index.sync import bring_up_to_date

    connection.execute("BEGIN IMMEDIATE")
    try:
        outcome = bring_up_to_date(connection, repository, standing, progress)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    return outcome


def _build(repository: Repository, standing: Standing, progress: Progress | None) -> Outcome:
    """Makes the whole file beside its place and moves it there: whoever is killed meanwhile leaves no half of one."""
    import secrets

    from sdd.index import schema
    from sdd.index.sync import bring_up_to_date

    path = index_path(repository)
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear_away(path)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with closing(_connect(beside)) as connection:
            for setting in (
                "journal_mode = OFF",
                "synchronous = OFF",
                "locking_mode = EXCLUSIVE",
                "cache_size = -65536",
            ):
                connection.execute(f"PRAGMA {setting}")
            schema.create_tables(connection)
            connection.execute("BEGIN")
            outcome = bring_up_to_date(connection, repository, standing, progress)
            connection.execute("COMMIT")
            schema.create_indexes(connection)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
        # A journal belongs to the file that was there before.
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    finally:
        beside.unlink(missing_ok=True)
    return outcome


def _clear_away(path: Path) -> None:
    """Removes what was begun beside the index and never finished."""
    for left in path.parent.glob(f"{path.name}.*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()


def _is_damage(error: Exception) -> bool:
    """Whether the file holds what is no index: bytes that are no database, or a database with parts missing."""
    if isinstance(error, OSError):
        return False
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def _reason(repository: Repository, error: Exception) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"another process keeps it to itself, and did so for {WAIT:.0f} s"
    said = error.strerror if isinstance(error, OSError) else str(error)
    return f"{index_path(repository)}: {said}"
