"""Where the paths in records lead that are not where they say: told once all records are stored.

A path keeps its own name, which tells what a file was called when the record landed. Where the commit holds no such
path, but one that can only be meant by it, a second mention beside the first leads there.
"""

import json
import sqlite3
import unicodedata
from collections.abc import Iterator, Mapping

from sdd.base import paths
from sdd.base.errors import SddError
from sdd.index.schema import BY_NAME
from sdd.index.terms import storable
from sdd.records.links import How, Link, Place, elsewhere, in_tree
from sdd.records.project import Project, Reader
from sdd.repo.changes import differences
from sdd.repo.objects import Repository, Tree

_TO_FILES = "relation IN ('files', 'discovery', 'spec', 'contract', 'adr')"
_LED_TO = "= "
"""What the name of a path begins with that another one is found as."""


def resolve_files(
    connection: sqlite3.Connection, repository: Repository, old: str | None, new: str | None, first_new: int
) -> None:
    """Stores which named paths are missing in the tree `new`, and where they lead, within the caller's transaction.

    `old` is the tree for which the index says so, None for none. Records from the number `first_new` on are new.
    """
    tree = repository.tree(new or repository.empty_tree_oid)
    came_or_went = _came_or_went(repository, old, tree)
    _note_missing(connection, tree, came_or_went, first_new)
    if came_or_went != set():
        connection.execute("DELETE FROM mentions WHERE position < 0")
        first_new = 0
    found = list(_led_to(connection, tree, first_new))
    targets = sorted({storable(link.target) for *_, link in found})
    connection.executemany(
        "INSERT OR IGNORE INTO names (name, target, how) VALUES (?, ?, ?)",
        [(f"{_LED_TO}{target}", target, How.RESOLVED) for target in targets],
    )
    named = connection.execute(f"SELECT target, id FROM names WHERE name GLOB '{_LED_TO}*'")  # noqa: S608
    numbers = dict(named.fetchall() if targets else ())
    connection.executemany(
        BY_NAME["mentions"].insertion,
        [
            (record, -position, line, relation, numbers[storable(link.target)])
            for record, position, line, relation, link in found
        ],
    )
    connection.execute(
        f"DELETE FROM names WHERE name GLOB '{_LED_TO}*' "  # noqa: S608 - a sign of our own
        "AND NOT EXISTS (SELECT 1 FROM mentions WHERE mentions.name = names.id)"
    )


def _came_or_went(repository: Repository, old: str | None, new: Tree) -> set[str] | None:
    """The files, and the folders above them, of which only one of two trees may hold each; None where any may."""
    if old is None:
        return None
    try:
        changed = [path for path, pair in differences(repository, old, new.oid).items() if None in pair]
    except SddError:
        return None  # rewritten, and collected as garbage
    return {*changed, *(f"{folder}/" for path in changed for folder in paths.folders_above(path) if folder)}


def _note_missing(connection: sqlite3.Connection, tree: Tree, changed: set[str] | None, first_new: int) -> None:
    """Tells of each named path whether the tree holds it: of those of new records, and of those that `changed`."""
    asked = f"SELECT names.id, names.name FROM names JOIN mentions ON mentions.name = names.id WHERE {_TO_FILES}"  # noqa: S608
    if changed is None:
        named = dict(connection.execute(asked))
    else:
        forms = {form for path in changed for form in (path, paths.composed(path), _decomposed(path))}
        listed = json.dumps(sorted(storable(name) for form in forms for name in {form, form.rstrip("/")}))
        these = "AND (record >= ? OR names.name IN (SELECT value FROM json_each(?)))"
        named = dict(connection.execute(f"{asked} {these}", (first_new, listed)))
    named = {number: name for number, name in named.items() if "://" not in name and not name.startswith(_LED_TO)}
    tree.load(name.rstrip("/") for name in named.values())
    connection.executemany(
        "UPDATE names SET how = ? WHERE id = ?",
        [(How.STATED if in_tree(tree, name) else How.NONE, number) for number, name in named.items()],
    )


def _decomposed(path: str) -> str:
    return path if path.isascii() else unicodedata.normalize("NFD", path)


def _led_to(connection: sqlite3.Connection, tree: Tree, first_new: int) -> Iterator[tuple[int, int, int, str, Link]]:
    """Record, position, line, relation of each mention of a missing path that leads elsewhere, and where."""
    asked = (
        "SELECT record, position, line, relation, names.name, path, root FROM mentions "  # noqa: S608
        "JOIN names ON names.id = mentions.name JOIN records ON records.id = record "
        f"WHERE {_TO_FILES} AND position > 0 AND how = ? AND record >= ? ORDER BY record, position"
    )
    missing = connection.execute(asked, (How.NONE, first_new)).fetchall()
    top = Project(tree, "", Reader(tree.repository.beginnings))
    features = _features(connection) if missing else {}
    for record, position, line, relation, name, path, root in missing:
        place = Place(top.at(root), path, features.get(record))
        # A name has lost the slash that it may have begun with.
        links = (elsewhere(text, place) for text in (paths.seen_from(root, name), f"/{name}"))
        link = next((link for link in links if link.how == How.RESOLVED), None)
        if link and "#" not in link.target:
            yield record, position, line, relation, link


def _features(connection: sqlite3.Connection) -> Mapping[int, str]:
    """Record -> the feature that a PHR or contract names."""
    return dict(
        connection.execute(
            "SELECT record, feature FROM contracts WHERE feature NOTNULL "
            "UNION ALL SELECT record, feature FROM phrs WHERE feature NOTNULL"
        )
    )
