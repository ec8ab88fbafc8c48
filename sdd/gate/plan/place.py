"""Where the records of a change are written: in which root, and how the reader's command gets there."""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from posixpath import relpath

from sdd.base import paths
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile
from sdd.records.layout import is_root, roots_of
from sdd.records.project import Project, Reader
from sdd.repo.objects import Repository


def moved_away(files: Collection[CoveredFile]) -> frozenset[str]:
    """Those of some files that are there again under another name: the record that covers it covers them, too."""
    come = {file.changed.after.oid for file in files if file.changed.status == "A" and file.changed.after}
    gone = (file.changed for file in files if file.changed.status == "D")
    return frozenset(each.path for each in gone if each.before and each.before.oid in come)


def per_root(
    repository: Repository, changes: Iterable[JudgedChange], feature: str | None
) -> Iterator[tuple[JudgedChange, str | None]]:
    """The changes that need records of their own root, each with the feature where that root or one above it has it."""
    failing = [change for change in changes if change.errors]
    away = moved_away([file for change in failing for file in change.files if file.lacks])
    for change in failing:
        if not {finding.path for finding in change.errors} <= away:
            head, root = repository.tree(change.head), change.root or ""
            reader = Reader(repository.beginnings)
            above = dict.fromkeys((root, *roots_of(head, root)))
            known = feature and any(feature in Project(head, folder, reader).features for folder in above)
            yield change, feature if known else None


def seen_top(folder: str) -> str:
    """The top folder as seen from one below it; empty for the top itself."""
    return relpath(".", folder) if folder else ""


class Place:
    """The nearest root that is above all of some roots: one record there serves them all.

    A root counts that the target has, the change leaves, or the verdict is about, as where another target's policy
    judges; but none of the `decided` ones that the change removes.
    `folder` is the reader's, from the top.
    """

    def __init__(
        self,
        repository: Repository,
        revisions: tuple[str, str | None],
        concerned: Iterable[str | None],
        decided: Collection[str | None],
        folder: str,
    ) -> None:
        head, base = revisions
        self._head = repository.tree(head)
        self._trees = (self._head, repository.tree(base)) if base else (self._head,)
        self._concerned = tuple(dict.fromkeys(root for root in concerned if root is not None))
        self._decided, self._folder = decided, folder

    @cached_property
    def root(self) -> str | None:
        """That root; None where there is none, the top where nothing is concerned."""
        if not self._concerned:
            return ""
        first, *others = map(self._above, self._concerned)
        return next((root for root in first if all(root in above for above in others)), None)

    @property
    def at(self) -> str:
        """The root as seen from the reader's folder; empty where that folder is in it already."""
        here = next(iter(self._above(self._folder)), None)
        return "" if self.root is None or self.root == here else self.seen(self.root)

    @property
    def top(self) -> str:
        """The same for the top folder."""
        return seen_top(self._folder)

    def seen(self, folder: str) -> str:
        """A folder from the top, as the reader sees it."""
        return relpath(folder or ".", self._folder or ".")

    def _above(self, folder: str) -> tuple[str, ...]:
        """The roots at and above a folder, the nearest first."""
        found = {root for tree in self._trees for root in roots_of(tree, paths.join(folder, "x"))}
        found |= {root for root in self._concerned if folder == root or paths.is_below(folder, root)}
        # The top is there to be written to, even where it is a root no more.
        gone = {root for root in self._decided if root and not is_root(self._head, root)}
        known = (root for root in found - gone if not root or root in self._head)
        return tuple(sorted(known, key=len, reverse=True))
