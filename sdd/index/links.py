"""What the names of ids mean: each requirement, story and task in the nearest root that has it.

A record names `FR-001` of its feature; the index keeps the name as its own root would have it. Which root does have it
depends on the specs and task lists of all roots, so that is resolved once they are all stored.
"""

import re
import sqlite3
from collections.abc import Collection

from sdd.base import paths
from sdd.records.layout import SPECS, feature_folder
from sdd.records.links import How

HOLDING_IDS = frozenset({"spec", "tasks"})
"""The kinds of record whose parts have ids."""

_IDS = ("requirements", "stories", "tasks")
# root, feature, id
_NAME = re.compile(rf"(?:([^#]*)/)?{SPECS}/([^/#]*)#([^\0]*)")


def is_id(name: str) -> bool:
    """Whether a name is an id in a feature's folder: `specs/001-vat#FR-001`."""
    return "#" in name and _NAME.fullmatch(name) is not None


def feature_in(name: str) -> str:
    """The feature whose folder a name begins with, or a path leads through."""
    return name.rpartition(f"{SPECS}/")[2].partition("#")[0].partition("/")[0]


def resolve_names(connection: sqlite3.Connection, features: Collection[str]) -> None:
    """Stores what the names of ids in some features mean, within the caller's transaction."""
    if not features:
        return
    known = _ids(connection, features)
    named = connection.execute("SELECT id, name, target, how FROM names WHERE instr(name, '#')")
    resolved = [
        (*meaning, number)
        for number, name, target, how in named
        if (meaning := _meaning(name, features, known)) and meaning != (target, how)
    ]
    connection.executemany("UPDATE names SET target = ?, how = ? WHERE id = ?", resolved)


def _ids(connection: sqlite3.Connection, features: Collection[str]) -> frozenset[str]:
    """Every id of a requirement, story or task of some features, below its feature's folder."""
    return frozenset(
        f"{feature_folder(root, feature)}#{name}"
        for table in _IDS
        for root, feature, name in connection.execute(
            f"SELECT root, feature, name FROM {table} JOIN records ON records.id = record WHERE name NOTNULL"  # noqa: S608
        )
        if feature in features
    )


def _meaning(name: str, features: Collection[str], known: Collection[str]) -> tuple[str, How] | None:
    """The id that a name means, in its own root, else in the nearest one above; None for a name that is to stay."""
    parts = _NAME.fullmatch(name)
    if not parts or parts[2] not in features:
        return None
    if name in known:
        return name, How.STATED
    root, feature, part = parts.groups()
    for above in paths.folders_above(root or ""):
        target = f"{feature_folder(above, feature)}#{part}"
        if target in known:
            return target, How.RESOLVED
    return name, How.NONE
