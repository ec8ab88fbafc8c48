"""Folders: what one tree object holds, each entry decoded when it is asked for."""

import os
import re
import stat
from collections import Counter
from collections.abc import ItemsView, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

REGULAR, EXECUTABLE, SYMLINK, SUBMODULE, FOLDER = "100644", "100755", "120000", "160000", "40000"


class Entry(NamedTuple):
    """What a path holds: git's mode and the object id (hexadecimal)."""

    mode: str
    oid: str

    @property
    def is_file(self) -> bool:
        """Whether this is a regular file, executable or not."""
        return self.mode in (REGULAR, EXECUTABLE)


Pair = tuple[Entry | None, Entry | None]
"""What a path holds on the two sides of a comparison, None where it is not there."""


class Folder(Mapping[str, Entry]):
    """name -> Entry of a raw tree object: `<mode> <name>\\0<binary id>`, one after the other.

    In a large repository a folder holds very many entries, of which few are asked for: the loops over all are C's.
    Raises ValueError where the content is no tree.
    """

    def __init__(self, content: bytes, oid_bytes: int) -> None:
        entry = rb"([0-7]+) ([^\0]+)\0(.{%d})" % oid_bytes
        if not re.fullmatch(rb"(?:%b)*+" % entry, content, re.DOTALL):
            raise ValueError("no tree")
        self._written: list[tuple[bytes, bytes, bytes]] = re.findall(entry, content, re.DOTALL)

    def __getitem__(self, name: str) -> Entry:
        return _entry(self._by_name[name])

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def items(self) -> ItemsView[str, Entry]:
        """All of it; decoded once, however often it is asked for."""
        return self._decoded.items()

    def against(self, other: "Folder") -> dict[str, Pair]:
        """name -> (entry here, entry there) of what the two hold differently."""
        here, there = set(self._written), set(other._written)
        gone = {os.fsdecode(one[1]): _entry(one) for one in here - there}
        come = {os.fsdecode(one[1]): _entry(one) for one in there - here}
        pairs = {name: (gone.get(name), come.get(name)) for name in gone | come}
        # The two are equal where one entry has two spellings of its mode.
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    @cached_property
    def twice(self) -> frozenset[str]:
        """The names that stand there more than once, as in no sound tree."""
        if len(self._by_name) == len(self._written):
            return frozenset()
        counted = Counter(name for _, name, _ in self._written)
        return frozenset(os.fsdecode(name) for name, count in counted.items() if count > 1)

    @cached_property
    def _by_name(self) -> dict[str, tuple[bytes, bytes, bytes]]:
        names = os.fsdecode(b"\0".join([name for _, name, _ in self._written])).split("\0")
        return dict(zip(names, self._written, strict=False))  # the name of nothing, where there is nothing

    @cached_property
    def _decoded(self) -> dict[str, Entry]:
        return {name: _entry(one) for name, one in self._by_name.items()}


NOTHING = Folder(b"", oid_bytes=20)
"""What there is where there is no folder."""


def _entry(written: tuple[bytes, bytes, bytes]) -> Entry:
    mode, _, oid = written
    return Entry(_canonical(mode), oid.hex())


# A tree holds very many entries of very few modes.
@lru_cache(maxsize=16)
def _canonical(written: bytes) -> str:
    """A tree entry's mode as git shows it: old trees hold modes such as 100664 that mean 100644."""
    mode = int(written, 8)
    if stat.S_ISREG(mode):
        return EXECUTABLE if mode & stat.S_IXUSR else REGULAR
    if stat.S_ISLNK(mode):
        return SYMLINK
    return FOLDER if stat.S_ISDIR(mode) else SUBMODULE
