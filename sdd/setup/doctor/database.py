"""The index as an SQLite file: whether its parts fit together, and who locks it. Nothing is written."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sdd.base.listing import counted
from sdd.index.database import error_code
from sdd.index.schema import BY_NAME
from sdd.records.kinds import KINDS

# Seconds that another process may keep the file to itself before that is worth telling.
_PATIENCE = 1.0

LOCKS, _PROCESSES = Path("/proc/locks"), Path("/proc")

# The bytes that SQLite locks, far behind the content of most files (its documentation, "File Locking").
_FIRST_BYTE, _LAST_BYTE = 0x40000000, 0x40000000 + 511
_LONGEST = 60


def open_file(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to an existing file: `ro` to read it, `rw` to lock it. Raises sqlite3.Error."""
    place = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(place, uri=True, timeout=_PATIENCE, isolation_level=None)


def damage(path: Path, connection: sqlite3.Connection) -> str:
    """What SQLite and its full-text search find wrong with the file, empty for nothing. Raises sqlite3.Error."""
    return next((str(problem).replace("\n", " ") for problem in _damage(path, connection)), "")


def _damage(path: Path, connection: sqlite3.Connection) -> Iterator[str]:
    for (problem,) in connection.execute("PRAGMA integrity_check(1)"):
        if problem != "ok":
            yield problem
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    yield from (f"no table {name}" for name in (*BY_NAME, "search") if name not in tables)
    for table, _, refers, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"a row of {table} refers to a missing one of {refers}"
    yield from _lost_rows(connection)
    yield from _damaged_words(path)


def _lost_rows(connection: sqlite3.Connection) -> Iterator[str]:
    """What has lost the row that belongs to it: a record that of its kind's table, a document its words."""
    for kind in KINDS:
        table = BY_NAME.get(f"{kind.name}s")
        if table and table.key == "record":
            lost = f"SELECT count(*) FROM records WHERE kind = ? AND id NOT IN (SELECT record FROM {table.name})"  # noqa: S608
            (number,) = connection.execute(lost, (kind.name,)).fetchone()
            if number:
                yield f"{counted(number, 'record')} without a row in {table.name}"
    documents, searched = (
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - names of our own
        for table in ("documents", "search_docsize")
    )
    if documents != searched:
        yield f"of {counted(documents, 'document')} {searched} can be searched"


def _damaged_words(path: Path) -> Iterator[str]:
    """What FTS5 finds. It is asked by what looks like an insertion, so a transaction is begun and taken back."""
    with closing(open_file(path, "rw")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            if error_code(error) != sqlite3.SQLITE_CORRUPT:
                raise
            yield f"the words to search for: {error}"
        finally:
            connection.execute("ROLLBACK")


def was_interrupted(error: sqlite3.Error) -> bool:
    """Whether it says that a process was killed while it wrote: whoever may write next takes its half work back."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_ROLLBACK


def holders(file: Path) -> tuple[str, ...]:
    """The processes that hold SQLite's locks on a file, each as `process 123 (its command)`.

    Empty where the system does not tell: only Linux does, and only of processes that are visible from here.
    """
    try:
        inode = str(file.stat().st_ino)
        listed = LOCKS.read_text().splitlines()
    except OSError:
        return ()
    processes = {}
    for line in listed:
        # 1: POSIX ADVISORY WRITE 2172 fe:00:2149361 1073741825 1073741825 (one that still waits has an arrow as well)
        words = line.split()
        if len(words) != 8 or words[5].rpartition(":")[2] != inode or not words[6].isdigit():
            continue
        if _FIRST_BYTE <= int(words[6]) <= _LAST_BYTE and words[4] != str(os.getpid()):
            processes[words[4]] = _named(words[4])
    return tuple(processes.values())


def _named(process: str) -> str:
    try:
        words = (_PROCESSES / process / "cmdline").read_bytes().rstrip(b"\0").replace(b"\0", b" ")
    except OSError:
        return f"process {process}"
    command = os.fsdecode(words)
    return f"process {process} ({command[:_LONGEST]}{'...' if len(command) > _LONGEST else ''})"
