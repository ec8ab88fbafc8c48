"""Rows of records that a report asks the index for as it needs them: all of them would not fit in memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from sys import intern
from typing import Any, overload

from sdd.answers.lists import Row

AT_ONCE = 200
"""How many rows are read together, and how many of those that were looked up are kept."""


Read = Callable[[Sequence[str]], Iterable[Row]]
"""What reads the rows at some paths, in their order."""


class StoredRows(Sequence[Row]):
    """The rows at some `paths`, in their order. Who goes over them twice reads them twice."""

    def __init__(self, read: Read, paths: Iterable[str]) -> None:
        self.paths = tuple(map(intern, paths))
        self._read = read

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, len(self.paths), AT_ONCE):
            yield from self._read(self.paths[start : start + AT_ONCE])

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> "StoredRows": ...
    def __getitem__(self, place: Any) -> Any:
        return self.at(self.paths[place]) if isinstance(place, slice) else next(iter(self._read([self.paths[place]])))

    def at(self, paths: Iterable[str]) -> "StoredRows":
        """Those of some paths."""
        return StoredRows(self._read, paths)

    def by_path(self) -> "RowsByPath":
        """The same to look up."""
        return RowsByPath(self._read)


class RowsByPath:
    """Path -> row."""

    def __init__(self, read: Read) -> None:
        self.get = lru_cache(maxsize=AT_ONCE)(lambda path: next(iter(read([path])), None))

    def __contains__(self, path: str) -> bool:
        return self.get(path) is not None

    def __getitem__(self, path: str) -> Row:
        if row := self.get(path):
            return row
        raise KeyError(path)
