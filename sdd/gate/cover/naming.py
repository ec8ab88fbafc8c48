"""What a PHR names: the paths of its `files`, folders that moved, and whether its prompt asks for anything at all."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from sdd.base import paths
from sdd.records.kinds import is_record_of
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.reading import is_statement
from sdd.records.kinds.waiver import Waiver
from sdd.records.links import path_from_top
from sdd.repo.changes import PathChange

_WILDCARDS = "*?"


def is_trivial(phr: Phr) -> bool:
    """Whether a PHR's prompt asks for nothing."""
    return asks_nothing(phr.prompt or "")


def asks_nothing(prompt: str) -> bool:
    """Whether a prompt asks for nothing: one of a fixed list ("continue", "yes", "weiter"), or no answer at all."""
    return not is_statement(prompt)


def is_vague(root: str, written: str) -> bool:
    """Whether an entry of `files` in a PHR of a root claims too much to name a file: a wildcard, the root, a folder
    above it or at its first level.
    """
    path = path_from_top(root, written)
    if path is None:
        return False
    if not path.strip("/") or any(letter in written for letter in _WILDCARDS):
        return True
    path, own = paths.composed(path), paths.composed(f"{root}/" if root else "")
    return path.endswith("/") and (own.startswith(path) or path.removeprefix(own).count("/") == 1)


def is_waiver(root: str, written: str) -> bool:
    """Whether an entry of `files` in a PHR of a root names a waiver, as one that pays it back does: no file of the work
    is meant.
    """
    return is_record_of(path_from_top(root, written) or "", Waiver)


class MovedFiles:
    """The files that a change removes and those that it adds, to tell which of them only moved."""

    def __init__(self, changes: Iterable[PathChange]) -> None:
        changes = tuple(changes)
        self._removed = {change.path: change.before for change in changes if change.status == "D" and change.before}
        self._added = {change.path: change.after for change in changes if change.status == "A" and change.after}
        self._in_order = sorted(self._removed)

    def between(self, old: str, new: str) -> Mapping[str, str]:
        """Removed path below `old` -> the path below `new` where the very same file is added, for all that moved so.

        Both folders end in a slash.
        """
        moved = {}
        for place in range(bisect_left(self._in_order, old), len(self._in_order)):
            path = self._in_order[place]
            if not path.startswith(old):
                break
            target = new + path.removeprefix(old)
            if self._removed[path] == self._added.get(target):
                moved[path] = target
        return moved


class Named:
    """What one PHR's `files` name: paths from the top, each by itself or by a folder above it below the first level.

    A wildcard, the root and a top-level folder name nothing: they would let one record cover everything. A file whose
    own name contains a wildcard's letter can still be named.

    `old/ -> new/` names what moved so among `moves`, without them all below both folders. `moved`: old path -> new.
    """

    def __init__(self, phr: Phr, moves: MovedFiles | None = None) -> None:
        written = [entry.path for entry in phr.files if not (entry.moved_to and moves)]
        written += [entry.moved_to for entry in phr.files if entry.moved_to and not moves]
        named = [(path, text) for text in written if (path := path_from_top(phr.root, text))]
        self.moved: dict[str, str] = {}
        for old, new in _moved_folders(phr):
            self.moved |= moves.between(old, new) if moves else {}
        self.paths = frozenset(map(paths.composed, (*(path for path, _ in named), *self.moved, *self.moved.values())))
        self.folders = frozenset(
            paths.composed(path) for path, text in named if path[-1] == "/" and not is_vague(phr.root, text)
        )

    def __contains__(self, path: str) -> bool:
        path = paths.composed(path)
        return path in self.paths or any(f"{folder}/" in self.folders for folder in paths.folders_above(path))


def _moved_folders(phr: Phr) -> Iterator[tuple[str, str]]:
    """The folders that a PHR says have moved, from the top: (old, new)."""
    for entry in phr.files:
        old, new = path_from_top(phr.root, entry.path), path_from_top(phr.root, entry.moved_to)
        if entry.moved_to and old and new:
            yield old, new


def linked_paths(phr: Phr) -> tuple[str, ...]:
    """The paths, from the top, that a PHR gives for its contracts."""
    return tuple(filter(None, (path_from_top(phr.root, written) for written in phr.linked("contract"))))
