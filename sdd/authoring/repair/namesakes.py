"""Records and features that a branch made under a name that its target got meanwhile."""

from functools import cached_property

from sdd.base import paths
from sdd.records.kinds import locate
from sdd.records.layout import SPECS
from sdd.repo.changes import Change
from sdd.repo.history import made_apart
from sdd.repo.objects import Repository, Tree


class Namesakes:
    """What a tree has of its own at paths of records where TARGET has something else, `change` being how the two
    differ.
    """

    def __init__(self, repository: Repository, tree: Tree, change: Change) -> None:
        self._tree, self._change = tree, change
        self._forks = tuple(map(repository.tree, change.forks))
        self._target = repository.tree(change.target) if change.target else None

    @cached_property
    def paths(self) -> frozenset[str]:
        """Those paths."""
        change = self._change
        records = {
            changed.path
            for changed in change.paths
            if changed.target and changed.after and changed.path.endswith(".md") and _is_record(changed.path)
        }
        if not records or not change.target:
            return frozenset()
        repository, tip = self._tree.repository, change.commits[-1] if change.commits else ""
        committed = repository.tree(tip) if tip else ()
        new = {path for path in records if path not in committed and not self._is_below(path)}
        return frozenset(new | (made_apart(repository, change.target, tip, records - new) if tip else set()))

    @property
    def features(self) -> frozenset[tuple[str, str]]:
        """(root, name) of the features among them, by their specs; groups of features may each count from one."""
        located = ((path, locate(path)) for path in self.paths if path.endswith("/spec.md"))
        known = ((place[0], paths.relative(place[0], path).split("/")) for path, place in located if place)
        return frozenset((root, parts[1]) for root, parts in known if len(parts) == 3 and parts[0] == SPECS)

    @property
    def replaced(self) -> tuple[str, ...]:
        """Those of the paths whose landed files a merge brought here: they come back when what is here gives way."""
        return tuple(sorted(path for path in self.paths if self._is_below(path)))

    def is_theirs(self, path: str) -> bool:
        """Whether a file is as TARGET landed it, and the branch was made on it or has merged it."""
        return self._target is not None and self._is_below(path) and self._tree.get(path) == self._target.get(path)

    def _is_below(self, path: str) -> bool:
        return any(path in fork for fork in self._forks)


def _is_record(path: str) -> bool:
    return locate(path) is not None or f"/{SPECS}/" in f"/{path}"
