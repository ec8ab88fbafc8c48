"""The index brought up to date: what differs between the records that it holds and those that are there now."""

import json
import sqlite3
from collections.abc import Iterable

from sdd.base.errors import SddError
from sdd.index.links import features_stored, resolve_names
from sdd.index.reading import RecordFile, read_batches
from sdd.index.state import Held, Outcome, Progress, blobs_of, held_by, record_blob
from sdd.index.storing import Storage
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.repo.changes import differences
from sdd.repo.objects import Entry, Repository
from sdd.repo.uncommitted import CheckoutState


def bring_up_to_date(
    connection: sqlite3.Connection, repository: Repository, standing: CheckoutState, progress: Progress | None = None
) -> Outcome:
    """Makes the index say what is there now, within the caller's transaction. Costs what has changed.

    Raises SddError where a blob is not held here.
    """
    held = held_by(connection)
    tree = repository.tree(standing.commit).oid if standing.commit else None
    wanted = _wanted(repository, connection, held, standing, tree)
    known = _known(connection, wanted)
    changed = {stored: file for stored, file in wanted.items() if known.get(stored) != (file.blob if file else None)}
    storage = Storage(connection, empty=not held.tree and not held.uncommitted)
    before, first_new = features_stored(connection), storage.next_record
    removed = [stored for stored in changed if stored in known]
    storage.remove(removed)
    sources = [file for file in changed.values() if file]
    done = 0
    for batch in read_batches(repository, sources, storage.next_record):
        storage.add(batch)
        done += len(batch.tables["records"])
        if progress:
            progress(done, len(sources))
    features = features_stored(connection)
    resolve_names(connection, features, storage.touched if features == before else None, first_new)
    told = json.dumps(blobs_of(standing.uncommitted))
    connection.execute("INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?)", (standing.commit, tree, told))
    return Outcome(len(sources), len(removed))


def _wanted(
    repository: Repository, connection: sqlite3.Connection, held: Held, standing: CheckoutState, tree: str | None
) -> dict[str, RecordFile | None]:
    """Every path, as it is stored, whose record may be another one than the index holds, with what is there now."""
    wanted: dict[str, RecordFile | None] = {}
    if tree != held.tree:
        wanted = _between(repository, connection, held.tree, tree)
    now = repository.tree(tree) if tree else None
    for path in held.uncommitted:
        # What was uncommitted may be as the commit has it by now, whether that commit is another one or not.
        wanted[storable(path)] = _record_file(path, now.get(path) if now else None)
    for path, entry in standing.uncommitted.items():
        wanted[storable(path)] = _record_file(path, entry)
    return wanted


def _between(
    repository: Repository, connection: sqlite3.Connection, old: str | None, new: str | None
) -> dict[str, RecordFile | None]:
    """What may differ between two trees. Where the old one is gone, that is everything that the index holds."""
    if old is not None:
        try:
            found = differences(repository, old, new or repository.empty_tree_oid)
            return {storable(path): _record_file(path, after) for path, (_, after) in found.items() if locate(path)}
        except SddError:
            pass  # rewritten, and collected as garbage: the whole new tree is compared
    wanted: dict[str, RecordFile | None] = dict.fromkeys(
        path for (path,) in connection.execute("SELECT path FROM records")
    )
    for path, entry in repository.files(new) if new else ():
        if locate(path):
            wanted[storable(path)] = _record_file(path, entry)
    return wanted


def _record_file(path: str, entry: Entry | None) -> RecordFile | None:
    blob = record_blob(entry)
    return RecordFile(path, blob) if blob else None


def _known(connection: sqlite3.Connection, wanted: Iterable[str]) -> dict[str, str]:
    """The blob of each of some paths that the index holds a record of."""
    if not connection.execute("SELECT 1 FROM records LIMIT 1").fetchone():
        return {}
    ask = "SELECT blob FROM records WHERE path = ?"
    found = ((path, connection.execute(ask, (path,)).fetchone()) for path in wanted)
    return {path: row[0] for path, row in found if row}
