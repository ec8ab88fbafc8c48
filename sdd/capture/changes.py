"""What changed in a work tree while a shell command ran."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from sdd.capture.places import Place
from sdd.repo.objects import Repository

# How much later than a program's clock a file system's may be, and how much earlier an agent may say that it began.
_SLACK = 0.05
# Where a time has no fraction, all of its second is meant.
_SECOND = 1.0
_UNTRACKED = ("ls-files", "-z", "--others", "--exclude-standard")
_UNSTAGED = ("diff-files", "--name-only", "-z", "--no-renames", "--ignore-submodules")
_STAGED = ("diff-index", "--cached", "--name-only", "-z", "--no-renames", "--ignore-submodules")


class WorkTree:
    """A work tree as it is now: asked once, however many commands ran in it."""

    def __init__(self, place: Place) -> None:
        self.top = place.top
        self.repository = Repository(Path(place.git_dir), Path(place.common_dir), Path(place.top))
        # An agent's word starts git here: nothing that the repository's configuration names may run.
        self.repository.fetch_nothing()

    @cached_property
    def branch(self) -> str:
        """The branch that is checked out, empty where none is."""
        return self.repository.git_answer("symbolic-ref", "--quiet", "--short", "HEAD") or ""

    @cached_property
    def head(self) -> str:
        """The commit that is checked out, empty before the first one."""
        return self.repository.git_answer("rev-parse", "--verify", "--quiet", "HEAD^{commit}") or ""

    def changed_within(self, start: float, end: float) -> tuple[str, ...]:
        """The paths that differ from HEAD and changed last between two times, in seconds since 1970."""
        first = start - (_SECOND if start.is_integer() else _SLACK)
        last = end + (_SECOND if end.is_integer() else _SLACK)
        return tuple(path for path in self._changed if first <= _changed_at(Path(self.top, path)) <= last)

    @cached_property
    def _changed(self) -> tuple[str, ...]:
        if any(key.startswith("filter.") and "=" in key for key in self.repository.config):
            return ()  # no option can turn such a filter off
        staged = (*_STAGED, self.head or self.repository.empty_tree_oid)
        listed = (self.repository.git_answer(*self._unfiltered, *asked) for asked in (_UNTRACKED, _UNSTAGED, staged))
        paths = (path for answer in listed if answer for path in answer.split("\0") if path and not path.endswith("/"))
        return tuple(dict.fromkeys(paths))

    @cached_property
    def _unfiltered(self) -> tuple[str, ...]:
        """Options that keep git from starting a filter: an agent's word shall run no program."""
        return tuple(self._without_filters())

    def _without_filters(self) -> Iterator[str]:
        for key in self.repository.config:
            if key.startswith("filter."):
                yield from ("-c", f"{key}={'false' if key.endswith('.required') else ''}")


def _changed_at(path: Path) -> float:
    """When a file changed last; when the folder did that it is gone from."""
    for place in (path, *path.parents):
        with suppress(OSError):
            return place.lstat().st_mtime
    return 0.0
