"""What changed in a work tree while a shell command ran."""

import os
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from itertools import dropwhile
from pathlib import Path

from sdd.base.errors import SddError
from sdd.capture.at_commit import STAGED
from sdd.capture.edited_lines import changed_lines, content_of
from sdd.capture.exchanges import REMOVED, ChangedFile, How
from sdd.capture.folds import new_folds
from sdd.capture.places import Place, place_of
from sdd.repo.changes import differences
from sdd.repo.objects import Repository
from sdd.repo.reflog import Move, moves_of_head

# How much later than a program's clock a file system's may be, and how much earlier an agent may say that it began.
_SLACK = 0.05
# By how much a file's time may be behind the clock.
_TICK = 0.02
# Where a time has no fraction, all of its second is meant.
_SECOND = 1.0
# Of more files than these that a command changed no line is looked at.
_MOST_READ = 200
# Of more moves of HEAD than these the older ones are not looked at.
_MOST_MOVES = 500
_UNTRACKED = ("ls-files", "-z", "--others", "--exclude-standard")
_UNSTAGED = ("diff-files", "--name-only", "-z", "--no-renames", "--ignore-submodules")


class WorkTree:
    """A work tree as it is now: asked once, however many commands ran in it."""

    def __init__(self, place: Place) -> None:
        self.top = place.top
        self.repository = Repository(Path(place.git_dir), Path(place.common_dir), Path(place.top))
        # An agent's word starts git here: nothing that the repository's configuration names may run.
        self.repository.fetch_nothing()
        self.repository.use_own_index()
        self._moved: dict[Move, frozenset[str]] = {}

    @cached_property
    def branch(self) -> str:
        """The branch that is checked out, empty where none is."""
        return self.repository.git_answer("symbolic-ref", "--quiet", "--short", "HEAD") or ""

    @cached_property
    def head(self) -> str:
        """The commit that is checked out, empty before the first one."""
        return self.repository.git_answer("rev-parse", "--verify", "--quiet", "HEAD^{commit}") or ""

    def changed_within(self, start: float, end: float) -> dict[str, str]:
        """The paths that changed last between two times, in seconds since 1970, and differ from HEAD or were committed
        since then: each with the commit that it differs from, empty for none. Raises SddError where git cannot tell.
        """
        first = start - (_SECOND if start.is_integer() else _SLACK)
        last = end + (_SECOND if end.is_integer() else _SLACK)
        changed = dict.fromkeys(self._changed, self.head) | self._committed_since(int(first))
        return {path: was for path, was in changed.items() if self._came_within(path, start, end, first, last)}

    def _committed_since(self, time: float) -> dict[str, str]:
        """The paths that commits made since a time changed, each with the commit before the first of these; without
        those that git itself wrote later, as a checkout, a merge or a rebase does: what time they have is git's.
        """
        committed: dict[str, str] = {}
        for move in dropwhile(lambda move: move.time < time, self._moves):
            if move.is_commit:
                committed = dict.fromkeys(self._paths_of(move), move.before) | committed
            elif committed:
                committed = {path: was for path, was in committed.items() if path not in self._paths_of(move)}
        return committed

    @cached_property
    def _moves(self) -> tuple[Move, ...]:
        return tuple(moves_of_head(self.repository, _MOST_MOVES))[::-1]

    def _paths_of(self, move: Move) -> frozenset[str]:
        if move not in self._moved:
            self._moved[move] = frozenset()
            with suppress(SddError), self.repository:  # a commit that was amended may be gone
                before = move.before or self.repository.empty_tree_oid
                self._moved[move] = frozenset(differences(self.repository, before, move.after))
        return self._moved[move]

    def _came_within(self, path: str, start: float, end: float, first: float, last: float) -> bool:
        """Whether a file changed last between `first` and `last`, or came with an older time while a command ran, as by
        `mv` or `cp -p`; where it is gone, whether the folder did that it is gone from.
        """
        at = Path(self.top, path)
        for place in (at, *at.parents):
            with suppress(OSError):
                about = place.lstat()
                return first <= about.st_mtime <= last or (place == at and start - _TICK <= about.st_ctime <= end)
        return False

    def changed(self, names: Sequence[tuple[str, str, str]]) -> tuple[ChangedFile, ...]:
        """The lines that a shell left in files (name, path, commit) and that the commit of each does not have."""
        with self.repository:
            read = [self._changed_file(*each) for each in names[:_MOST_READ]]
        return (*read, *(ChangedFile(name, How.SHELL) for name, _, _ in names[_MOST_READ:]))

    def _changed_file(self, name: str, path: str, was: str) -> ChangedFile:
        place = Path(self.top, path)
        if not os.path.lexists(place):
            return ChangedFile(name, How.SHELL, gone=(REMOVED,))
        now = content_of(place)
        if now is None:
            return ChangedFile(name, How.SHELL)
        try:
            entry = self.repository.tree(was).file(path) if was else None
            before = (self.repository.blob(entry.oid) if entry else b"").decode("utf-8", "surrogateescape")
        except SddError:  # a partial clone does not hold it
            return ChangedFile(name, How.SHELL)
        seen, gone = changed_lines(before, now)
        return ChangedFile(name, How.SHELL, gone=gone, seen=seen, folds=new_folds(before, now))

    @cached_property
    def _changed(self) -> tuple[str, ...]:
        filters = [key for key in self.repository.config if key.startswith("filter.")]
        if any("=" in key for key in filters):
            return ()  # no option can turn such a filter off
        # An agent's word shall run no program: git starts no filter.
        off = [part for key in filters for part in ("-c", f"{key}={'false' if key.endswith('.required') else ''}")]
        staged = (*STAGED, self.head or self.repository.empty_tree_oid)
        listed = (self.repository.git(*off, *asked) for asked in (_UNTRACKED, _UNSTAGED, staged))
        paths = (path for answer in listed for path in answer.split("\0") if path and not path.endswith("/"))
        return tuple(dict.fromkeys(paths))


class WorkTrees:
    """The work trees of the repository with a common folder, each asked once."""

    def __init__(self, common_dir: str) -> None:
        self.common_dir = common_dir
        self._trees: dict[str, WorkTree] = {}

    def place(self, folder: str) -> Place | None:
        """The work tree of this repository that a folder is in, None for none; the folder itself may be gone."""
        if not folder.startswith("/") or "\0" in folder:
            return None
        place = place_of(folder)
        return place if place and place.common_dir == self.common_dir else None

    def at(self, place: Place) -> WorkTree:
        """The work tree at a place."""
        if place.top not in self._trees:
            self._trees[place.top] = WorkTree(place)
        return self._trees[place.top]
