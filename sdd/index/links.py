"""What the names of features and ids mean: each feature, requirement, story and task in the nearest root that has it.

A record names `FR-001` of its feature, and the feature by its path, number or slug; the index keeps both as the
record's own root would have them. What is meant depends on the specs and task lists of all roots, so that is resolved
once they are all stored.
"""

import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Set
from functools import cache
from typing import NamedTuple

from sdd.base import paths
from sdd.index.schema import TABLES
from sdd.records.layout import SPECS, feature_folder, feature_of, features_named
from sdd.records.links import How

OF_A_FEATURE = ("plan", "spec", "tasks")
"""The kinds of record that make a folder a feature."""

Features = Mapping[str, tuple[str, ...]]
"""Root -> the names of its features."""

_IDS = ("requirements", "stories", "tasks")
# root, feature, id
_NAME = re.compile(rf"(?:([^#]*)/)?{SPECS}/([^#]*)#([^\0]*)")
_WITH_FEATURE = tuple(
    table.name for table in TABLES if {"record", "feature"} <= {column.name for column in table.columns}
)


class _Name(NamedTuple):
    """A name that is stored under a number: of a feature, where `part` is empty, or of an id in one."""

    number: int
    root: str
    feature: str
    part: str
    target: str
    how: str

    @property
    def folder(self) -> str:
        """The folder of the feature, as the name has it."""
        return feature_folder(self.root, self.feature)

    def meaning(self, candidates: Iterable[str], known: Collection[str]) -> tuple[str, How]:
        """The first candidate that has the id, the nearest first; the name itself where none has it."""
        for folder in candidates:
            if not self.part or f"{folder}#{self.part}" in known:
                target = f"{folder}#{self.part}" if self.part else folder
                return target, How.STATED if folder == self.folder else How.RESOLVED
        return f"{self.folder}#{self.part}", How.NONE


def folder_in(name: str) -> str:
    """The folder of the feature that a name is in (`specs/001-vat#FR-001`); empty for a name of something else."""
    return name.partition("#")[0] if "#" in name and _NAME.fullmatch(name) else ""


def features_stored(connection: sqlite3.Connection) -> Features:
    """The features that the index holds records of."""
    found: dict[str, set[str]] = {}
    marks = ", ".join("?" * len(OF_A_FEATURE))
    for root, path in connection.execute(f"SELECT root, path FROM records WHERE kind IN ({marks})", OF_A_FEATURE):  # noqa: S608
        found.setdefault(root, set()).add(feature_of(path))
    return {root: tuple(sorted(names)) for root, names in found.items()}


def resolve_names(connection: sqlite3.Connection, features: Features, touched: Set[str] | None, first_new: int) -> None:
    """Stores what names of features and ids mean, within the caller's transaction.

    `touched` are the folders of features in which ids, or names of ids, came or went; None where features did.
    Records from the number `first_new` on have not been told which feature they belong to.
    """

    @cache
    def candidates(root: str, feature: str) -> tuple[str, ...]:
        """The folders of the features that a name may mean, in its own root and in each above it."""
        roots = dict.fromkeys((root, *paths.folders_above(root)))
        meant = ((above, features_named(features.get(above, ()), feature)) for above in roots)
        return tuple(feature_folder(above, names[0]) for above, names in meant if len(names) == 1)

    def is_touched(name: _Name) -> bool:
        return touched is None or bool({name.folder, *candidates(name.root, name.feature)} & touched)

    names = [name for name in _names(connection) if is_touched(name)] if touched != set() else []
    known = _ids(connection, {folder for name in names for folder in candidates(name.root, name.feature)})
    resolved = [
        (name, *meaning)
        for name in names
        if (meaning := name.meaning(candidates(name.root, name.feature), known)) != (name.target, name.how)
    ]
    connection.executemany(
        "UPDATE names SET target = ?, how = ? WHERE id = ?",
        [(target, how, name.number) for name, target, how in resolved],
    )
    changed = [name.number for name, _, how in resolved if not name.how == how == How.STATED]
    _tell_records(connection, changed, first_new)


def _names(connection: sqlite3.Connection) -> Iterable[_Name]:
    stored = connection.execute("SELECT id, name, target, how FROM names WHERE instr(name, '#')")
    for number, name, target, how in stored:
        if parts := _NAME.fullmatch(name):
            yield _Name(number, parts[1] or "", parts[2], parts[3], target, how)


def _ids(connection: sqlite3.Connection, folders: Collection[str]) -> frozenset[str]:
    """Every id of a requirement, story or task of the features in some folders, below its feature's folder."""
    return frozenset(
        f"{folder}#{name}"
        for table in _IDS
        for root, feature, name in connection.execute(
            f"SELECT root, feature, name FROM {table} JOIN records ON records.id = record WHERE name NOTNULL"  # noqa: S608
        )
        if (folder := feature_folder(root, feature)) in folders
    )


def _tell_records(connection: sqlite3.Connection, changed: Collection[int], first_new: int) -> None:
    """Puts the feature that is meant in place of the name that a record has for it, or that name back."""
    asked = (
        "SELECT record, root, names.name, target, how FROM mentions JOIN names ON names.id = mentions.name "
        "JOIN records ON records.id = record WHERE relation = 'feature' AND "
    )
    told = connection.execute(f"{asked} record >= ? AND how = ?", (first_new, How.RESOLVED)).fetchall()
    for number in changed:
        told += connection.execute(f"{asked} mentions.name = ?", (number,)).fetchall()
    rows = [
        (feature_of(f"{target}/") if how == How.RESOLVED else _written(root, name), record)
        for record, root, name, target, how in told
    ]
    for table in _WITH_FEATURE if rows else ():
        connection.executemany(f"UPDATE {table} SET feature = ? WHERE record = ?", rows)  # noqa: S608


def _written(root: str, name: str) -> str:
    """What a record of a root calls its feature."""
    return name.removeprefix(feature_folder(root, "")).removesuffix("#")
