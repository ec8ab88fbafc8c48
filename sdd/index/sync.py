"""The index brought up to date: what differs between the records that it holds and those that are there now."""

import json
import sqlite3
from collections.abc import Iterable

from sdd.base.errors import SddError
from sdd.index.files import resolve_files
from sdd.index.links import features_stored, resolve_names
from sdd.index.reading import RecordFile, read_batches
from sdd.index.schema import create_indexes
from sdd.index.state import Held, Outcome, Progress, blobs_of, held_by, keep_unfinished, record_blob
from sdd.index.storing import Storage
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.records.kinds.policy import POLICY_PATH, is_policy
from sdd.records.kinds.record import AnyKind
from sdd.records.project import layouts_of
from sdd.repo.changes import differences
from sdd.repo.objects import Entry, Repository
from sdd.repo.uncommitted import CheckoutState

# So many records of a first index are read and then kept together: little is lost by an interruption.
_KEPT_AT_ONCE = 1000

Wanted = dict[str, RecordFile | None]
"""Path, as it is stored -> the record to read there, None for none."""


def bring_up_to_date(
    connection: sqlite3.Connection, repository: Repository, standing: CheckoutState, progress: Progress | None = None
) -> Outcome:
    """Makes the index say what is there now, within the caller's transaction. Costs what has changed.

    A first index is committed part by part, and one of which a part is there goes on from that. Raises SddError where a
    blob is not held here.
    """
    held = held_by(connection)
    is_first = not held.tree and not held.uncommitted
    tree = repository.tree(standing.commit).oid if standing.commit else None
    wanted = _wanted(repository, connection, held, standing, tree)
    if held.tree and any(map(is_policy, wanted)):
        # Its layout may give another root to any record.
        wanted = {**_everything(repository, connection, tree), **wanted}
    wanted = _with_roots(repository, connection, wanted, tree)
    known = _all_known(connection) if is_first else _known(connection, wanted)
    changed = {
        stored: file for stored, file in wanted.items() if known.get(stored) != (file and (file.blob, file.root))
    }
    storage = Storage(connection)
    before, first_new = features_stored(connection), storage.next_record
    removed = [stored for stored in changed if stored in known]
    storage.remove(removed)
    if is_first:
        first_new = 1
        storage.know_all()
    sources = [file for file in changed.values() if file]
    done = kept = 0
    for batch in read_batches(repository, sources, storage.next_record):
        storage.add(batch)
        done += len(batch.tables["records"])
        if is_first and done - kept >= _KEPT_AT_ONCE:
            keep_unfinished(connection)
            kept = done
        if progress:
            progress(done, len(sources))
    features = features_stored(connection)
    touched = storage.touched if features == before and not is_first else None
    resolve_names(connection, features, touched, first_new)
    resolve_files(connection, repository, held.tree, tree, first_new)
    if is_first and (tree or standing.uncommitted):
        create_indexes(connection)
    told = json.dumps(blobs_of(standing.uncommitted))
    connection.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?)", (standing.commit, tree, told))
    return Outcome(len(sources), len(removed))


def _wanted(
    repository: Repository, connection: sqlite3.Connection, held: Held, standing: CheckoutState, tree: str | None
) -> Wanted:
    """Every path, as it is stored, whose record may be another one than the index holds, with what is there now."""
    wanted: Wanted = {}
    if tree != held.tree:
        wanted = _between(repository, connection, held.tree, tree)
    now = repository.tree(tree) if tree else None
    for path in held.uncommitted:
        # What was uncommitted may be as the commit has it by now, whether that commit is another one or not.
        wanted[storable(path)] = _record_file(path, now.get(path) if now else None, locate(path))
    for path, entry in standing.uncommitted.items():
        wanted[storable(path)] = _record_file(path, entry, locate(path))
    return wanted


def _with_roots(repository: Repository, connection: sqlite3.Connection, wanted: Wanted, tree: str | None) -> Wanted:
    """The same, each file with the root whose layout it is in."""
    stored = (path for (path,) in connection.execute("SELECT path FROM records WHERE kind = 'policy'"))
    roots = {path.removesuffix(POLICY_PATH).rstrip("/") for path in (*stored, *filter(is_policy, wanted))}
    places = layouts_of(repository.tree(tree), sorted(roots)) if tree else {}
    return {path: file and file._replace(root=places.get(file.root, file.root)) for path, file in wanted.items()}


def _between(repository: Repository, connection: sqlite3.Connection, old: str | None, new: str | None) -> Wanted:
    """What may differ between two trees. Where the old one is gone, that is everything that the index holds."""
    if old is not None:
        try:
            found = differences(repository, old, new or repository.empty_tree_oid)
            located = ((path, after, locate(path)) for path, (_, after) in found.items())
            return {storable(path): _record_file(path, after, place) for path, after, place in located if place}
        except SddError:
            pass  # rewritten, and collected as garbage: the whole new tree is compared
    return _everything(repository, connection, new)


def _everything(repository: Repository, connection: sqlite3.Connection, tree: str | None) -> Wanted:
    """Every path that the index or a tree holds a record of."""
    wanted: Wanted = dict.fromkeys(path for (path,) in connection.execute("SELECT path FROM records"))
    for path, entry in repository.files(tree) if tree else ():
        if place := locate(path):
            wanted[storable(path)] = _record_file(path, entry, place)
    return wanted


def _record_file(path: str, entry: Entry | None, place: tuple[str, AnyKind] | None) -> RecordFile | None:
    blob = record_blob(entry)
    return RecordFile(path, blob, place[0], place[1].name) if blob and place else None


def _known(connection: sqlite3.Connection, wanted: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The blob and the root of each of some paths that the index holds a record of."""
    ask = "SELECT blob, root FROM records WHERE path = ?"
    found = ((path, connection.execute(ask, (path,)).fetchone()) for path in wanted)
    return {path: row for path, row in found if row}


def _all_known(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """The same of every path: what rows are looked up by comes when all of them are there."""
    return {path: (blob, root) for path, blob, root in connection.execute("SELECT path, blob, root FROM records")}
