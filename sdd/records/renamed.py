"""Features whose folder got another name, which records may still call by the former one."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from sdd.base import paths
from sdd.base.regex import regex
from sdd.records.kinds.record import Record
from sdd.records.layout import MARKS_OF_A_FEATURE, feature_of, features_named, roots_of
from sdd.records.lifetimes import moved_records
from sdd.records.project import Project
from sdd.repo.objects import Tree
from sdd.repo.renames import moves_between, renames_between

_FEATURE_FOLDERS = regex(r"(?:\.specify/)?(?:specs|history/(?:prompts|contracts))/|docs/prompts/")


class RenamedFeature(NamedTuple):
    """A feature's folder that gets another name, in one root."""

    root: str
    old: str
    new: str

    def path(self, path: str) -> str:
        """A path (from the top) with the folder renamed in it, wherever records of the feature are."""
        below = paths.relative(self.root, path) if paths.is_below(path, self.root) else ""
        folder = _FEATURE_FOLDERS.match(below)
        if not folder:
            return path
        *folders, name = below[folder.end() :].split("/")
        parts = [self.new if part == self.old else part for part in folders]
        return paths.join(self.root, folder.group() + "/".join([*parts, name]))


def renamed_feature(project: Project, record: Record, stated: str, revision: str) -> RenamedFeature | None:
    """The feature that a record means by a name which none has any more; None where one has it, or none ever had. A
    former name is one even where it may be short for another.

    `revision` is the commit that the project's tree stands on, empty for none.
    """
    if not stated or not revision:
        return None
    roots = dict.fromkeys((record.root, *roots_of(project.tree, record.path)))
    return _renamed(project, tuple(roots), stated, revision)


# Thousands of records state the same few names.
@lru_cache(maxsize=1024)
def _renamed(project: Project, roots: tuple[str, ...], stated: str, revision: str) -> RenamedFeature | None:
    projects = [project.at(root) for root in roots]
    if any(own.feature(stated) for own in projects):
        return None
    is_short = any(features_named(own.features, stated) for own in projects)
    for own in projects:
        renamed = renamed_features(own, revision)
        meant = [name for name in features_named(renamed, stated) if name == stated or not is_short]
        if len(meant) == 1:
            return RenamedFeature(own.root, meant[0], renamed[meant[0]])
    return None


@lru_cache(maxsize=8)
def renamed_features(project: Project, revision: str) -> Mapping[str, str]:
    """Former name -> present name of the features of a root whose spec.md, else plan.md or tasks.md, has moved: on the
    line of `revision`, or from there to the project's tree. Reads all of the history.
    """
    repository, features = project.tree.repository, frozenset(project.features)
    since = renames_between(repository, revision, project.tree.oid)
    moved = {**moved_records(repository, revision), **{old: new for new, old in since.items()}}
    renamed: dict[str, str] = {}
    for mark in MARKS_OF_A_FEATURE:
        for path in (path for path in moved if path.endswith(f"/{mark}")):
            old = _name(project, path)
            new = next((name for each in _followed(path, moved) if (name := _name(project, each)) in features), "")
            if old and new and old not in features:
                renamed.setdefault(old, new)
    return renamed


def renamed_since(project: Project, name: str, forks: Iterable[Tree], target: Tree) -> str:
    """The name that TARGET has given to a feature since a branch that still has it left at `forks`; empty for none."""
    there = Project(target, project.root, project.reader)
    for path in (f"{project.feature_folder(name)}/{mark}" for mark in MARKS_OF_A_FEATURE):
        for fork in (fork for fork in forks if path in fork and path not in target):
            moved = moves_between(target.repository, fork.oid, target.oid)
            if new := _name(there, moved.get(path, "")):
                return new
    return ""


def _followed(path: str, moved: Mapping[str, str]) -> Iterator[str]:
    """The paths that a file got one after the other."""
    seen = {path}
    while (path := moved.get(path, "")) and path not in seen:
        seen.add(path)
        yield path


def _name(project: Project, path: str) -> str:
    """The feature of a root that a file is in the folder of; empty for a file elsewhere."""
    below = project.layout.canonical(paths.relative(project.root, path)) if project.owns(path) else ""
    return feature_of(below) if below.startswith("specs/") else ""
