"""What a name in a record means: the thing itself, and how certain that is."""

import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from sdd.base import paths
from sdd.records.kinds.record import Record
from sdd.records.kinds.spec import Spec
from sdd.records.kinds.tasks import Tasks
from sdd.records.layout import feature_folder, feature_of, features_named, is_feature, root_of_feature, roots_of
from sdd.records.project import Project
from sdd.repo.objects import Tree


class Relation(StrEnum):
    """What sort of thing a record names."""

    FILE = "file"
    FEATURE = "feature"
    REQUIREMENT = "requirement"
    TASK = "task"


class How(StrEnum):
    """How certain a link is.

    STATED is the exact path or id; the gate's cover relies on nothing else. RESOLVED can mean one thing only: a feature
    by its number, a path by its end, a file that was there when the record landed. AMBIGUOUS means one of several
    things, and leads to none of them. INFERRED follows from what stands together, NEAR is a guess by nearness in time.
    NONE leads nowhere.
    """

    STATED = "stated"
    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    INFERRED = "inferred"
    NEAR = "near"
    NONE = "none"


class Link(NamedTuple):
    """Where a name leads: a path from the top, a feature's folder as the usual layout has it, that and an id
    (`specs/001-vat#FR-001`).
    """

    target: str
    how: How

    def __bool__(self) -> bool:
        return self.how != How.NONE


class Place(NamedTuple):
    """Where a name is written: in the record at `path` of a root.

    `feature` is the one that the record belongs to. `was_there` says whether a path that the tree lacks, or one that
    ends in it, was there once the record had landed; `was_removed`, of records, whether it was and did not move. They
    are asked for nothing else.
    """

    project: Project
    path: str
    feature: str | None = None
    was_there: Callable[[str], bool] = lambda _: False
    was_removed: Callable[[str], bool] = lambda _: False

    @property
    def roots(self) -> tuple[str, ...]:
        """The record's root and those above it."""
        return tuple(dict.fromkeys((self.project.root, *roots_of(self.project.tree, self.path))))

    @property
    def tops(self) -> tuple[str, ...]:
        """The roots above the record, and the top of the repository."""
        return tuple(dict.fromkeys((*self.roots, "")))

    @property
    def folders(self) -> tuple[str, ...]:
        """The feature's folder and the record's own."""
        link = _feature(self.feature, self) if self.feature else _NOWHERE
        return (*((_folder(link, self),) if link else ()), self.path.rpartition("/")[0])


_NOWHERE = Link("", How.NONE)
_FILE_WITH_PARTS = {Relation.REQUIREMENT: "spec.md", Relation.TASK: "tasks.md"}


def resolve(relation: Relation, text: str, at: Place) -> Link:
    """What `text` means in a record at a place."""
    if relation == Relation.FILE:
        return _file(text, at)
    if relation == Relation.FEATURE:
        return _feature(text, at)
    return _part(relation, text, at)


def path_from_top(root: str, written: str) -> str | None:
    """A path as a record of `root` writes it, from the top of the repository; None for one that leaves it (`..`).

    A leading slash means the top, a trailing one a folder.
    """
    path = paths.join(root, written)
    if "//" not in path and "/." not in path and not path.startswith("."):
        return path
    parts = path.split("/")
    if ".." in parts:
        return None
    if "." in parts or "//" in path:
        path = "/".join(part for part in parts if part not in ("", ".")) + ("/" if parts[-1] in ("", ".") else "")
    return path


def in_tree(tree: Tree, path: str) -> bool:
    """Whether a tree holds a path, in any form of Unicode. A trailing slash asks for a folder or a submodule."""
    path = path.rstrip("/")
    if path in tree or path.isascii():
        return path in tree
    return paths.composed(path) in tree or unicodedata.normalize("NFD", path) in tree


def _file(text: str, at: Place) -> Link:
    path = path_from_top(at.project.root, text)
    if path is not None and in_tree(at.project.tree, path):
        return Link(path, How.STATED)
    if link := elsewhere(text, at):
        return link
    from sdd.records import files

    for absent in files.seen_from(files.folder_of_pattern(text) or files.plain(text), (*at.tops, *at.folders)):
        if files.is_ignored(at.project.tree, absent) or at.was_there(absent):
            return Link(absent, How.RESOLVED)
    return next(
        (Link(tail, How.RESOLVED) for tail in files.tails(at.project.tree, text) if at.was_there(tail)), _NOWHERE
    )


def elsewhere(text: str, at: Place) -> Link:
    """Where a path leads that is not where it says, among what the tree holds."""
    if not text.strip("./"):
        return _NOWHERE
    from sdd.records import files  # a missing path is rare

    meant = files.elsewhere(at.project.tree, text, at.path, at.tops, at.folders)
    if meant or (meant := tuple(_in_feature_as_named(files.plain(text), at))):
        return Link(meant[0], How.RESOLVED) if len(meant) == 1 else Link("", How.AMBIGUOUS)
    return _NOWHERE


def _in_feature_as_named(path: str, at: Place) -> Iterator[str]:
    """A path below `specs/` in the feature that its folder's name means: by its slug, or under its former number."""
    name = feature_of(path)
    link = _feature(name, at) if name else _NOWHERE
    target = f"{_folder(link, at)}/{path.rpartition(f'{name}/')[2]}" if link else ""
    if target and in_tree(at.project.tree, target):
        yield target


def _feature(text: str, at: Place) -> Link:
    for root in at.roots:
        name = text.strip("/")
        if is_feature(at.project.tree, at.project.at(root).feature_folder(name)):
            return Link(feature_folder(root, name), How.STATED)
    for root in at.roots:
        meant = features_named(at.project.at(root).features, text)
        if len(meant) == 1:
            return Link(feature_folder(root, meant[0]), How.RESOLVED)
        if not meant and at.was_removed(f"{at.project.at(root).feature_folder(name)}/spec.md"):
            return Link(feature_folder(root, name), How.RESOLVED)
    return _NOWHERE


def _folder(feature: Link, at: Place) -> str:
    """Where the files of a feature are."""
    return at.project.at(root_of_feature(feature.target)).feature_folder(feature_of(f"{feature.target}/"))


def _part(relation: Relation, text: str, at: Place) -> Link:
    """A requirement or task of the record's own feature."""
    feature = _feature(at.feature, at) if at.feature else _NOWHERE
    if not feature:
        return _NOWHERE
    folder = _folder(feature, at)
    if text in ids_known(relation, at):
        return Link(f"{folder}#{text}", How.STATED)
    is_gone = at.was_removed(f"{folder}/{_FILE_WITH_PARTS[relation]}")
    return Link(f"{folder}#{text}", How.RESOLVED) if is_gone else _NOWHERE


def ids_known(relation: Relation, at: Place) -> frozenset[str]:
    """The ids of the requirements or tasks that a record at a place can name."""
    return ids_of(_record_with_parts(relation, at))


def ids_of(record: Record | None) -> frozenset[str]:
    """The ids of the requirements and criteria of a spec, or of the tasks of a list; none of any other record."""
    if isinstance(record, Tasks):
        return frozenset(task.id for task in record.tasks if task.id)
    if isinstance(record, Spec):
        return frozenset(item.id for item in (*record.requirements, *record.criteria))
    return frozenset()


def _record_with_parts(relation: Relation, at: Place) -> Record | None:
    """The spec or task list of the record's feature, in its root or the nearest one above."""
    feature = _feature(at.feature, at) if at.feature else _NOWHERE
    path = f"{_folder(feature, at)}/{_FILE_WITH_PARTS[relation]}" if feature else ""
    return at.project.at(root_of_feature(feature.target)).record(path) if feature else None
