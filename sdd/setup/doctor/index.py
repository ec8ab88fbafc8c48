"""The index: whether it is sound, who locks it, and whether it holds what it says it was read from."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sdd.base.errors import SddError
from sdd.base.listing import counted
from sdd.index.database import WAIT, error_code, index_path
from sdd.index.state import FILE_VERSION, UNFINISHED, Held, blobs_of, held_by, is_current, record_blob, standing_now
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.repo.objects import Repository
from sdd.setup.doctor.context import Diagnoses, Diagnosis, DoctorContext, fault, ok, warning
from sdd.setup.doctor.database import damage, holders, open_file, was_interrupted

_REBUILD, _RENEW = "sdd index --rebuild", "sdd index"


def index(context: DoctorContext) -> Diagnoses:
    """Whether the index can be read, is sound, and holds what the tree and the work tree hold."""
    path = index_path(context.repository)
    if not path.exists():
        yield ok(f"not made yet; the first question makes it: {path}")
        return
    try:
        with closing(open_file(path, "ro")) as connection:
            diagnosis = _read(context, path, connection)
    except sqlite3.Error as error:
        diagnosis = _unreadable(path, error)
    yield diagnosis._replace(message=f"{diagnosis.message}: {path}")


def _read(context: DoctorContext, path: Path, connection: sqlite3.Connection) -> Diagnosis:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != FILE_VERSION:
        message = f"made by another sdd (its version is {version}, this one's {FILE_VERSION})"
        return warning(f"{message}; the next question makes it anew", _RENEW)
    if wrong := damage(path, connection):
        return fault(f"damaged: {wrong}", _REBUILD)
    rows = dict(connection.execute("SELECT path, blob FROM records"))
    held = held_by(connection)
    if held.commit == UNFINISHED:
        return warning(f"begun, with {counted(len(rows), 'record')} so far; the next question goes on", _RENEW)
    expected = _expected(context.repository, held)
    if expected is not None and (wrong := _difference(rows, expected)):
        return fault(f"wrong: {wrong}", _REBUILD)
    size = path.stat().st_size / 1e6
    return ok(f"sound, {counted(len(rows), 'record')}, {size:.1f} MB, {_age(context, held, rows)}")


def _unreadable(path: Path, error: sqlite3.Error) -> Diagnosis:
    if was_interrupted(error):
        return warning("a process was killed while it wrote; the next question takes back what it left", _RENEW)
    if error_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        who = ", ".join(holders(path)) or "another process"
        return warning(f"{who} locks it; commands wait {WAIT:.0f} s, then answer without it")
    if error_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
        return fault(f"damaged: {error}", _REBUILD)
    return warning(f"commands answer without it: {error}")


def _difference(rows: dict[str, str], expected: dict[str, str]) -> str:
    """How the records that it holds differ from those that it should hold, empty for not at all."""
    wrong = _differing(rows, expected)
    if not wrong:
        return ""
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return f"{counted(len(rows), 'record')} in it, {len(expected)} in the files; they differ in {min(wrong)}{more}"


def _differing(left: dict[str, str], right: dict[str, str]) -> set[str]:
    """The paths that two indexes do not hold alike."""
    return {path for path, _ in left.items() ^ right.items()}


def _expected(repository: Repository, held: Held) -> dict[str, str] | None:
    """path -> blob as an index read from a state should have it; None where git does not hold that state any more."""
    try:
        files = repository.files(held.tree) if held.tree else ()
        blobs = {storable(path): blob for path, entry in files if locate(path) and (blob := record_blob(entry))}
    except SddError:
        return None
    for path, blob in held.uncommitted.items():
        blobs.pop(storable(path), None)
        if blob:
            blobs[storable(path)] = blob
    return blobs


def _age(context: DoctorContext, held: Held, rows: dict[str, str]) -> str:
    """How far it is behind the repository."""
    standing = standing_now(context.repository)
    tree = context.head.oid if context.head else None
    now = _expected(context.repository, Held(standing.commit, tree, blobs_of(standing.uncommitted)))
    behind = 0 if is_current(held, standing) or now is None else len(_differing(rows, now))
    return f"{counted(behind, 'record')} behind; the next question reads what changed" if behind else "up to date"
