"""Records that a backport left behind: those that its work landed with on another target."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.gate.change import ChangeView
from sdd.gate.cover.backport import Backports
from sdd.gate.cover.lookup import in_scope
from sdd.gate.cover.naming import Named, is_trivial, linked_paths
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.layout import roots_of
from sdd.records.project import Project
from sdd.repo.changes import PathChange
from sdd.repo.history import absent, line_changes, merge_bases, touched_by

# Targets, the changes of a file on one of them, and the commits behind such a change that may hold its record.
_TARGETS, _CHANGES, _BEHIND = 5, 10, 5


class LeftBehind(NamedTuple):
    """Records at `commit`, the tip of another target, which make a file a backport once a change brings them along."""

    commit: str
    paths: tuple[str, ...]

    @property
    def command(self) -> str:
        """The commands that bring them."""
        named = " ".join(paths.shell_word(f":/{path}") for path in self.paths)
        return f'git checkout {self.commit[:12]} -- {named} && git commit -m "Bring the record along"'


def left_behind(view: ChangeView, backports: Backports, files: Sequence[PathChange]) -> Mapping[str, LeftBehind]:
    """Path -> the records with which another target got what the change gives it. Empty where no target got all of
    `files` so: then the change is more than a backport.
    """
    for tip in view.change.other_targets[:_TARGETS] if view.change.target else ():
        target = _OtherTarget(view, backports, tip, [changed.path for changed in files])
        found: dict[str, LeftBehind] = {}
        for changed in files:
            if not (paths_left := target.records(changed)):
                break
            found[changed.path] = LeftBehind(tip, paths_left)
        else:
            return found
    return {}


class _OtherTarget:
    """A target that a change may come from, by what its own line did to some paths since it parted from TARGET."""

    def __init__(self, view: ChangeView, backports: Backports, tip: str, files: Sequence[str]) -> None:
        self._view, self._backports, self._tip = view, backports, tip
        self._repository = view.repository
        self._tree = view.repository.tree(tip)
        self._brought = cache(self._files_of)
        parted = next(iter(merge_bases(self._repository, view.change.target or "", tip)), None)
        # git leaves out a merge that is made on what is excluded, so that this is one commit before.
        beyond = parted and self._repository.commit(f"{parted}^")
        changes = line_changes(self._repository, tip, beyond, files)
        self._changes = grouped((change.path, change) for change in changes)

    def records(self, changed: PathChange) -> tuple[str, ...]:
        """The paths of the records that are left behind of a file; none where it did not land with a PHR."""
        for commits in self._landings(changed):
            for commit in commits:
                names = self._brought(commit)
                if phr := next(self._naming(names, changed.path), None):
                    found = dict.fromkeys((phr.path, *self._terms(phr, names, changed.path)))
                    return tuple(path for path in found if path not in self._view.head)
        return ()

    def _landings(self, changed: PathChange) -> Iterator[tuple[str, ...]]:
        """The commits that gave a path what the change gives it, the newest first; each with those behind it that may
        hold its record, if the target holds the file so still.
        """
        is_held = changed.after is not None and self._tree.get(changed.path) == changed.after
        for change in self._changes.get(changed.path, ())[:_CHANGES]:
            before, after = (entry if entry != absent(entry.oid) else None for entry in (change.before, change.after))
            if self._backports.is_same((changed.before or changed.target, changed.after), (before, after)):
                yield change.commit, *(self._behind(change.commit) if is_held else ())

    def _behind(self, commit: str) -> list[str]:
        listed = self._repository.git("rev-list", "--first-parent", "--reverse", f"{commit}..{self._tip}")
        return listed.split()[:_BEHIND]

    def _files_of(self, commit: str) -> tuple[str, ...]:
        return tuple(path for path in touched_by(self._repository, commit) if path in self._tree)

    def _naming(self, names: Iterable[str], path: str) -> Iterator[Phr]:
        """The PHRs among some files that name a path and ask for something."""
        for name in names:
            root = next(iter(roots_of(self._tree, name)), None)
            phr = self._project(root).get(Phr, name) if root is not None else None
            if phr and path in Named(phr) and not is_trivial(phr):
                yield phr

    def _terms(self, phr: Phr, names: Iterable[str], path: str) -> Iterator[str]:
        """The contract that a PHR links, else those for a path that landed with it, and the specs of their features."""
        if phr.contract:
            return
        project = self._project(phr.root)
        linked = linked_paths(phr)
        for contract in filter(None, (project.get(Contract, name) for name in linked or names)):
            if linked or in_scope(contract, path):
                yield contract.path
                if contract.feature and (spec := project.spec_path(contract.feature)) in self._tree:
                    yield spec

    def _project(self, root: str) -> Project:
        return Project(self._tree, root, self._view.reader)
