"""Where the index lies, how it is opened, and what is done where that fails: a fault of the index costs no answer.

It is one file in git's common folder, so that all worktrees share it and nothing of it is ever committed. It shows what
the worktree that asked last holds; to ask from another one costs what the two differ in. After each of SQLite's
transactions it is true, or says that it is unfinished: who is killed at it leaves what was there, or a part to go on
from, and two at once wait for each other.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sdd.base.errors import SddError
from sdd.index.state import FILE_VERSION, Outcome, Progress, held_by, is_current, standing_now
from sdd.repo.objects import Repository
from sdd.repo.uncommitted import CheckoutState

if TYPE_CHECKING:
    from sdd.index.mainline import Mainline

Answer = TypeVar("Answer")
Question = Callable[[sqlite3.Connection], Answer]
Remark = Callable[[str], None]

WAIT = 10.0
"""Seconds that another process may keep the index to itself before it is done without."""

# KiB of pages that SQLite holds while the index is written, and sorts with afterwards.
_CACHE = 8192


def index_path(repository: Repository) -> Path:
    """The database file, whether it is there or not."""
    return repository.common_dir / "sdd" / "index.db"


class Wanted(NamedTuple):
    """What the index has to say: the records as they stand, and the history of the mainline where that is asked for."""

    standing: CheckoutState
    mainline: "Mainline | None" = None


def answer(
    repository: Repository,
    question: Question[Answer],
    remark: Remark,
    progress: Progress | None = None,
    *,
    history: bool = False,
    committed: bool = False,
    standing: CheckoutState | None = None,
    wanted: Wanted | None = None,
) -> Answer:
    """What `question` makes of the index, which says what is `wanted` while it is asked, else what is there now.

    With `history` its history tables do too. With `committed` the records are those of HEAD, whatever the work tree
    holds: that spares a look at all of it; with `standing` what somebody saw who has looked. A damaged index is made
    anew; where it can be neither read nor written, the question is put to one in memory. Both are told by `remark`.
    Raises SddError where the repository itself cannot be read.
    """
    if not wanted and standing:
        wanted = _with_history(repository, standing, history)
    wanted = wanted or wanted_now(repository, history=history, committed=committed)
    pending = _Update(repository, wanted, progress)
    try:
        return _with_file(repository, remark, lambda connection: _ask(connection, pending, question))
    except (sqlite3.Error, OSError) as error:
        remark(f"answered without the index: {_reason(repository, error)}")
    return answer_in_memory(repository, wanted, question, progress)


def answer_in_memory(
    repository: Repository, wanted: Wanted, question: Question[Answer], progress: Progress | None = None
) -> Answer:
    """The same without any file: everything is read anew."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        _Update(repository, wanted, progress).run(connection)
        return question(connection)


def update(
    repository: Repository, remark: Remark, progress: Progress | None = None, *, rebuild: bool = False
) -> Outcome | None:
    """Brings the file up to date, or with `rebuild` makes it anew; None where there was nothing to do.

    `remark` is told of a damaged one. Raises SddError where that cannot be done.
    """
    pending = _Update(repository, wanted_now(repository), progress, rebuild)
    try:
        return _with_file(
            repository, remark, lambda connection: pending.run(connection) if pending.is_due(connection) else None
        )
    except (sqlite3.Error, OSError) as error:
        raise SddError(
            f"the index cannot be brought up to date: {_reason(repository, error)}",
            f"see to {index_path(repository)}; commands answer without it meanwhile",
        ) from None


def use_file(repository: Repository, work: Question[Answer], remark: Remark) -> Answer | None:
    """What `work` makes of the file as it is, whatever records it holds; None where the file cannot be used.

    One that is missing, or of another version, is made without any record. `remark` is told of all but the former.
    """

    def used(connection: sqlite3.Connection) -> Answer:
        if not _is_usable(connection):
            _Update(repository, Wanted(CheckoutState(None, {}))).run(connection)
        return work(connection)

    try:
        return _with_file(repository, remark, used)
    except (sqlite3.Error, OSError) as error:
        remark(f"answered without the index: {_reason(repository, error)}")
    return None


def wanted_now(repository: Repository, *, history: bool = False, committed: bool = False) -> Wanted:
    """What is there now: records, uncommitted ones left out with `committed`, and with `history` the mainline."""
    if committed:
        return wanted_at(repository, repository.commit("HEAD"), history=history)
    return _with_history(repository, standing_now(repository), history)


def wanted_at(repository: Repository, revision: str | None, *, history: bool = False) -> Wanted:
    """What a commit or tree holds, nothing for None; with `history` the mainline as it is now."""
    return _with_history(repository, CheckoutState(revision, {}), history)


def _with_history(repository: Repository, standing: CheckoutState, history: bool) -> Wanted:
    if not history:
        return Wanted(standing)
    from sdd.index.mainline import mainline_now

    return Wanted(standing, mainline_now(repository))


def _with_file(repository: Repository, remark: Remark, use: Question[Answer]) -> Answer:
    """What `use` makes of the file; where that finds it damaged, of a new one. Another version of sdd may have made it:
    `use` makes its tables anew.

    Raises sqlite3.Error and OSError where there can be no such file.
    """
    path = index_path(repository)
    path.parent.mkdir(parents=True, exist_ok=True)
    there = _identity(path)
    is_foreign = False
    try:
        with closing(_connect(path)) as connection:
            is_foreign = _version(connection) not in (0, FILE_VERSION)
            if is_foreign:
                remark("the index is of another version of sdd; it is made anew")
            return use(connection)
    except UnicodeDecodeError:
        pass  # sqlite3 quotes a schema that is no text
    except sqlite3.Error as error:
        if _is_of_the_place(error):
            raise
    if not is_foreign:
        remark("the index was damaged; it is made anew")
    if _identity(path) == there:  # else another process has found that too
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    with closing(_connect(path)) as connection:
        return use(connection)


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from the one that takes its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that begins and ends transactions only where it is told to. A file that is not there is made."""
    return sqlite3.connect(path, timeout=WAIT, isolation_level=None)


def _ask(connection: sqlite3.Connection, pending: "_Update", question: Question[Answer]) -> Answer:
    connection.execute("BEGIN")
    if pending.is_due(connection):
        connection.execute("ROLLBACK")
        pending.run(connection)
        connection.execute("BEGIN")
        if pending.is_due(connection):
            # A process in another worktree was quicker: it has to wait this time.
            connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            pending.fill(connection)
    answered = question(connection)
    connection.execute("COMMIT")
    return answered


class _Update(NamedTuple):
    """What a database has to be brought to. Closing a connection takes back what was not committed."""

    repository: Repository
    wanted: Wanted
    progress: Progress | None = None
    rebuild: bool = False

    def is_due(self, connection: sqlite3.Connection) -> bool:
        """Whether the database is of another version, or says anything else than what is wanted of it."""
        standing, mainline = self.wanted
        if self.rebuild or not _is_usable(connection) or not is_current(held_by(connection), standing):
            return True
        if mainline is None:
            return False
        from sdd.index.mainline import held_mainline

        return held_mainline(connection) != mainline

    def run(self, connection: sqlite3.Connection) -> Outcome:
        """Makes it say what is wanted, in a transaction of its own."""
        # A larger one made no index quicker: the system keeps the pages of the file.
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        # A new one is more than fits into memory: nobody may read while it is written.
        connection.execute("BEGIN IMMEDIATE" if not self.rebuild and _is_usable(connection) else "BEGIN EXCLUSIVE")
        outcome = self.fill(connection)
        connection.execute("COMMIT")
        connection.execute("PRAGMA locking_mode = NORMAL")
        _version(connection)  # whatever is read next lets others in again
        return outcome

    def fill(self, connection: sqlite3.Connection) -> Outcome:
        """The same within the caller's transaction; with all tables where there are none."""
        from sdd.index import schema
        from sdd.index.history import bring_history_up_to_date
        from sdd.index.sync import bring_up_to_date

        if self.rebuild or not _is_usable(connection):
            schema.drop_tables(connection)
            schema.create_tables(connection)
        outcome = bring_up_to_date(connection, self.repository, self.wanted.standing, self.progress)
        if self.wanted.mainline:
            bring_history_up_to_date(connection, self.repository, self.wanted.mainline, self.progress)
        return outcome


def _is_usable(connection: sqlite3.Connection) -> bool:
    return _version(connection) == FILE_VERSION


def _version(connection: sqlite3.Connection) -> int:
    """The version of a database, 0 for a new one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_of_the_place(error: sqlite3.Error) -> bool:
    """Whether the place is at fault, or another process. Every other error says that the file holds no whole index."""
    return isinstance(error, sqlite3.OperationalError) and error_code(error) != sqlite3.SQLITE_ERROR


def error_code(error: Exception) -> int:
    """What an error is about: one of SQLite's primary result codes, SQLITE_ERROR where it tells none."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _reason(repository: Repository, error: sqlite3.Error | OSError) -> str:
    if error_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"another process keeps it to itself, and did so for {WAIT:g} s"
    said = error.strerror if isinstance(error, OSError) else str(error)
    return f"{index_path(repository)}: {said or type(error).__name__}"
