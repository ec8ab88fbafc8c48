"""Folders that moved: what `old/ -> new/` in a PHR's `files` covers in a change."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from sdd.repo.changes import PathChange


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
