"""Files that the target moved while a branch was at work: the path by which the records of the branch know each.

git merges a branch's change of `src/a.py` into the place where the target has moved that file. A record that names the
old path covers the new one as far as content proves it. Where a merge joins the branch, head must hold what merging
its file with the target's gives, and nothing else. A squash or a rebase keeps no trace of the branch: there the
target's own line must have moved the file, and the edit must fit what it moved.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, cached_property, partial
from itertools import islice
from typing import NamedTuple

from sdd.base import paths
from sdd.base.limits import BRANCHES, FORMER
from sdd.gate.change import ChangeView
from sdd.gate.cover.lookup import Steps
from sdd.gate.target.advice import not_enough_history
from sdd.records.kinds.contract import Contract
from sdd.repo.changes import PathChange
from sdd.repo.history import RawChange, line_changes, merge_bases, merged_branches
from sdd.repo.merging import Merger
from sdd.repo.objects import Entry, Tree
from sdd.repo.renames import moves, renames_between

# Times that a file may have moved since a record named it.
_MOVES = 5


class FormerPath(NamedTuple):
    """A path by which the records of a change know a file. `base` is what the branch that had it was made from, where a
    merge joined that and the target moved this very file: a contract that had landed there was meant for it.
    """

    path: str
    base: Tree | None = None

    def is_meant_by(self, contract: Contract) -> bool:
        """Whether a contract in a file that has landed, with the path in its scope, was meant for the file."""
        return self.base is not None and contract.path in self.base


class _Branch:
    """A branch that a merge joins, with what the target moved since it was made: new path -> old one."""

    def __init__(self, tip: Tree, base: Tree, fork: Tree, moved: Mapping[str, str]) -> None:
        self.tip = tip
        self.base = base
        self.moved = moved
        self._gone = frozenset(moved.values())
        # As git has it: a folder moved to where the most of its files are, once none is left.
        pairs = ((old.rpartition("/")[0], new.rpartition("/")[0]) for new, old in moved.items())
        counted = Counter((old, new) for old, new in pairs if old and old not in fork)
        found = {old: new for (old, new), _ in reversed(counted.most_common())}
        self._folders = {new: old for old, new in found.items()}

    def former(self, path: str) -> str:
        """The path that a file, or a new one of its folder, has on the branch; empty where it has no other."""
        if path in self.moved:
            return self.moved[path]
        folder = next((folder for folder in paths.folders_above(path) if folder in self._folders), None)
        old = "" if folder is None else f"{self._folders[folder]}/{path.removeprefix(folder).lstrip('/')}"
        return "" if old in self._gone else old


class FormerPaths:
    """The former paths of the files of a change. `named` are the paths that its records name, `is_named` tells whether
    they name one, by itself or by a folder.
    """

    def __init__(self, view: ChangeView, named: frozenset[str], is_named: Callable[[str], bool], steps: Steps) -> None:
        self._view = view
        self._repository = view.repository
        self._named = named
        self._is_named = is_named
        self._steps = steps
        self._merger = Merger(view.repository)
        self._renames = cache(partial(renames_between, view.repository))

    def of(self, changed: PathChange) -> FormerPath | None:
        """The path by which the records of the change know a file; None where they know it by no other."""
        change = self._view.change
        # A first push has no target, and after a criss-cross merge there is not one state that it was at.
        if not change.target or len(change.forks) > 1 or not change.commits:
            return None
        ours = self._fork.get(changed.path)
        self._steps.take(len(self._branches))
        for branch in self._branches:
            old = branch.former(changed.path)
            if not old or old in self._view.head or not self._is_named(old):
                continue
            if self._merger.gives(changed.after, ours, branch.base.get(old), branch.tip.get(old)):
                return FormerPath(old, branch.base if changed.path in branch.moved else None)
        old, held = self._moved_by_target.get(changed.path, ("", None))
        return FormerPath(old) if ours and held and self._merger.fits(held, ours, changed.after) else None

    @property
    def _fork(self) -> Tree:
        """What the target held where the change begins."""
        return self._view.forks[0]

    @cached_property
    def _branches(self) -> tuple[_Branch, ...]:
        change, fork = self._view.change, self._view.change.forks[0]
        tips = merged_branches(self._repository, fork, change.commits[-1])[:BRANCHES]
        return tuple(branch for tip in tips for branch in self._branch(fork, tip))

    def _branch(self, fork: str, tip: str) -> Iterator[_Branch]:
        bases = merge_bases(self._repository, fork, tip)
        if len(bases) == 1 and bases[0] != fork:
            moved = self._renames(bases[0], fork)
            yield _Branch(self._repository.tree(tip), self._repository.tree(bases[0]), self._fork, moved)

    @cached_property
    def _moved_by_target(self) -> Mapping[str, tuple[str, Entry]]:
        """Path -> (the one that a record names, what that held) of what the target's own line has moved, where no
        merged branch had it.
        """
        known = [tree for branch in self._branches for tree in (branch.tip, branch.base)]
        here = (self._view.head, self._fork)
        gone = islice((path for path in sorted(self._named) if not any(path in tree for tree in here)), FORMER)
        found: dict[str, tuple[str, Entry]] = {}
        left: dict[str, tuple[str, Entry | None]]
        left = {path: (path, None) for path in gone if not any(path in tree for tree in known)}
        for _ in range(_MOVES):
            moved = {new: (left[old][0], left[old][1] or held) for old, held, new in self._moves_of(left)}
            found |= {new: its for new, its in moved.items() if new in self._fork}
            left = {new: its for new, its in moved.items() if new not in self._fork}
        return found

    def _moves_of(self, wanted: Collection[str]) -> Iterator[tuple[str, Entry, str]]:
        """(path, what it held, new path) of those of some paths which the landing that removed them last has moved."""
        removals: dict[str, RawChange] = {}
        for change in line_changes(self._repository, self._view.change.forks[0], None, wanted) if wanted else ():
            removals.setdefault(change.path, change)
        if len(removals) < len(wanted) and self._repository.is_shallow:
            raise not_enough_history(self._repository, self._view.change.head, None)
        moved = {commit: moves(self._repository, commit) for commit in {change.commit for change in removals.values()}}
        for path, change in removals.items():
            if new := moved[change.commit].get(path):
                yield path, change.before, new
