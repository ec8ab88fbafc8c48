"""Which landing added or changed which record: the tables `landed` and `edited`, filled from what each one did.

A record that moves keeps its landing under its new path, whether it is the same file or only says the same. So does one
that comes back with the content that it went with: a revert that a forge made takes records along, and its mending
brings them back.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from sdd.index.schema import BY_NAME
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.records.kinds.reading import id_in_name
from sdd.repo.objects import Entry, Repository

_DIFF = (
    "-r", "--root", "--raw", "-z", "--no-abbrev", "--no-renames", "--diff-filter=ADMT", "--ignore-submodules=none",
    "--no-ext-diff", "--no-textconv",
)  # fmt: skip


Key = TypeVar("Key")


class MainlineCommit(NamedTuple):
    """A commit of the mainline's first-parent chain, its place there counted from 1, and its first parent."""

    position: int
    commit: str
    parent: str | None


class _Changes(NamedTuple):
    """What a landing did to records: path -> what it holds now, path -> what it held, and which it changed."""

    added: dict[str, Entry]
    gone: dict[str, Entry]
    edited: list[str]


def add_records(connection: sqlite3.Connection, repository: Repository, chain: Sequence[MainlineCommit]) -> None:
    """Stores what some landings, the oldest first, did to records."""
    ended = {path for (path,) in connection.execute("SELECT path FROM landed WHERE until NOTNULL")}
    cut = repository.cut_off
    # What a shallow clone begins with may have been there before.
    seen = [landing for landing in chain if landing.commit not in cut]
    changes = _changes(repository, seen)
    for landing in seen:
        if landing.commit in changes:
            _note(connection, repository, landing.position, changes[landing.commit], ended)


def moved_records(repository: Repository, before: str, after: str) -> Mapping[str, str]:
    """Old path -> new path, as the index stores them, of the records that moved between two commits."""
    changes = _changes(repository, [MainlineCommit(0, after, before)]).get(after)
    moves = _moves(repository, changes) if changes and changes.gone and changes.added else {}
    return {storable(old): storable(new) for new, old in moves.items()}


def paths_now(connection: sqlite3.Connection, paths: Iterable[str]) -> Mapping[str, str]:
    """Former path -> present one of those of some paths from which a landing moved a record, whose name it kept but for
    its number. A path that holds a record is none.
    """
    ask = """SELECT new.path FROM landed old JOIN landed new ON new.landing = old.landing AND new.since = old.until
             WHERE old.path = ?1 AND NOT EXISTS (SELECT 1 FROM landed WHERE path = ?1 AND until ISNULL)"""
    found = {}
    for path in dict.fromkeys(paths):
        name, way = _without_number(path), [path]
        while way[-1] not in way[:-1]:
            moved = [new for (new,) in connection.execute(ask, (way[-1],)) if _without_number(new) == name]
            if len(moved) != 1:
                break
            way.append(moved[0])
        if way[-1] not in way[:-1] and way[-1] != path:
            found[path] = way[-1]
    return found


def _without_number(path: str) -> str:
    return path.rpartition("/")[2].replace(id_in_name(path) or "", "", 1)


def _changes(repository: Repository, batch: Iterable[MainlineCommit]) -> Mapping[str, _Changes]:
    """What each of some landings did to records against its first parent; those that did nothing are left out."""
    asked = (f"{landing.commit} {landing.parent or ''}".rstrip() for landing in batch)
    parts = iter(repository.diff_trees(asked, *_DIFF).split("\0"))
    found: dict[str, _Changes] = {}
    commit = ""
    for part in parts:
        if not part.startswith(":"):
            commit = part
            continue
        path = next(parts)
        if not locate(path):
            continue
        old_mode, new_mode, old_oid, new_oid, _ = part[1:].split(" ")
        before, after = Entry(old_mode, old_oid), Entry(new_mode, new_oid)
        # A change of type may make a link of a file, and a link is no record.
        if after.is_file and not before.is_file:
            found.setdefault(commit, _Changes({}, {}, [])).added[path] = after
        elif before.is_file and not after.is_file:
            found.setdefault(commit, _Changes({}, {}, [])).gone[path] = before
        elif before.is_file and after.is_file and old_oid != new_oid:
            found.setdefault(commit, _Changes({}, {}, [])).edited.append(path)
    return found


def _note(
    connection: sqlite3.Connection, repository: Repository, position: int, changes: _Changes, ended: set[str]
) -> None:
    """Stores what one landing did to records; `ended` are the paths that some record has left."""
    moved = _moves(repository, changes) if changes.gone and changes.added else {}
    for path in map(storable, changes.edited):
        connection.execute(BY_NAME["edited"].insertion, (path, position))
    for path in map(storable, changes.gone):
        connection.execute("UPDATE landed SET until = ? WHERE path = ? AND until ISNULL", (position, path))
        ended.add(path)
    for path, entry in changes.added.items():
        stored = storable(path)
        landing: int | None = position
        if path in moved:
            landing = _landing_until(connection, storable(moved[path]), position)
        elif stored in ended:
            landing = _come_back(connection, repository, path, entry) or position
        # Where a shallow clone has not seen it added, nobody knows when a record that moves has landed.
        if landing is not None:
            connection.execute(BY_NAME["landed"].insertion, (stored, position, landing, None))


def _landing_until(connection: sqlite3.Connection, path: str, until: int) -> int | None:
    """The landing of the record that a path held until some landing."""
    found = connection.execute("SELECT landing FROM landed WHERE path = ? AND until = ?", (path, until)).fetchone()
    return found[0] if found else None


def _come_back(connection: sqlite3.Connection, repository: Repository, path: str, entry: Entry) -> int | None:
    """The landing of the record that a path held last, where it held the very same content; None for another one."""
    found = connection.execute(
        "SELECT landing, commit_id FROM landed JOIN landings ON position = until - 1 WHERE path = ? "
        "ORDER BY since DESC LIMIT 1",
        (storable(path),),
    ).fetchone()
    before = repository.tree(found[1]).get(path) if found else None
    return found[0] if before and before.oid == entry.oid else None


def _moves(repository: Repository, changes: _Changes) -> Mapping[str, str]:
    """New path -> old path of the records that a landing moved: the same file, or one that says the same."""
    added, gone = ([(path, entry.oid) for path, entry in side.items()] for side in (changes.added, changes.gone))
    moved = _paired(added, gone)
    old_paths = frozenset(moved.values())
    left = {path: entry for path, entry in changes.gone.items() if path not in old_paths}
    came = {path: entry for path, entry in changes.added.items() if path not in moved}
    return moved | _paired(_said(repository, came), _said(repository, left)) if left and came else moved


def _paired(new: Iterable[tuple[str, Key]], old: Iterable[tuple[str, Key]]) -> dict[str, str]:
    """New path -> an old path with the same key; each old path belongs to one new path at most."""
    waiting: dict[Key, list[str]] = {}
    for path, key in old:
        waiting.setdefault(key, []).append(path)
    return {path: waiting[key].pop() for path, key in new if waiting.get(key)}


def _said(repository: Repository, files: Mapping[str, Entry]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What some records say, however it is set; those that say nothing of their own are left out."""
    contents = repository.beginnings([entry.oid for entry in files.values()])
    for path, content in zip(files, contents, strict=True):
        located = locate(path)
        assert located, "only records are asked for"
        root, kind = located
        prose = kind.prose(kind.parse(path, content, root), content)
        words = tuple(" ".join(text.split()) for *_, texts in prose for _, text in texts)
        if any(words):
            yield path, (kind.name, *words)
