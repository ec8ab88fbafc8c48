"""Folders: what one tree object holds, each entry decoded when it is asked for."""

import os
import re
import stat
from collections.abc import ItemsView, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from sdd.base.regex import regex
from sdd.base.tuples import NamedTuple

REGULAR, EXECUTABLE, SYMLINK, SUBMODULE, FOLDER = "100644", "100755", "120000", "160000", "40000"


class Entry(NamedTuple):
    """What a path holds: git's mode and the object id (hexadecimal)."""

    mode: str
    oid: str

    @property
    def is_file(self) -> bool:
        """Whether this is a regular file, executable or not."""
        return self.mode in (REGULAR, EXECUTABLE)


# A mark of UTF-8 may stand before it; Rust's `#![attribute]` names no interpreter.
_SHEBANG = regex(rb"(?:\xef\xbb\xbf)?#![ \t]*[^ \t\[]")


def is_run(content: bytes) -> bool:
    """Whether a file names the program that runs it (`#!/bin/sh`)."""
    return _SHEBANG.match(content) is not None


Pair = tuple[Entry | None, Entry | None]
"""What a path holds on the two sides of a comparison, None where it is not there."""


class Folder(Mapping[str, Entry]):
    """name -> Entry of a raw tree object: `<mode> <name>\\0<binary id>`, one after the other.

    In a large repository a folder holds very many entries, of which few are asked for: the loops over all are C's.
    Raises ValueError where the content is no tree.
    """

    def __init__(self, content: bytes, oid_bytes: int) -> None:
        self._content = content
        self._oid_bytes = oid_bytes
        self._written: list[bytes] = re.findall(rb"[0-7]+ [^\0]+\0.{%d}" % oid_bytes, content, re.DOTALL)
        if b"".join(self._written) != content:
            raise ValueError("no tree")

    def __getitem__(self, name: str) -> Entry:
        return self._entry(self._by_name[name])

    def __contains__(self, name: object) -> bool:
        # The quick check reads the whole folder, which pays until its names are known.
        return ("_by_name" in self.__dict__ or self._may_hold(name)) and name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._by_name)

    def items(self) -> ItemsView[str, Entry]:
        """All of it; decoded once, however often it is asked for."""
        return self._decoded.items()

    def against(self, other: "Folder") -> dict[str, Pair]:
        """name -> (entry here, entry there) of what the two hold differently.

        Raises ValueError with a name that is not one thing's alone, as in no sound tree.
        """
        here, there = set(self._written), set(other._written)
        gone, come = self._named(here - there), other._named(there - here)
        pairs = {}
        for name in gone | come:
            if (name not in gone and name in self) or (name not in come and name in other):
                raise ValueError(name)
            pair = (gone.get(name), come.get(name))
            if pair[0] != pair[1]:  # equal where one entry has two spellings of its mode
                pairs[name] = pair
        return pairs

    def _named(self, written: Iterable[bytes]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for entry in written:
            name = self._name(entry)
            if name in found or "/" in name:  # with a slash it would be the path of something else
                raise ValueError(name)
            found[name] = self._entry(entry)
        return found

    def _may_hold(self, name: object) -> bool:
        """Whether the folder holds the bytes of a name at all: a quick check."""
        try:
            return isinstance(name, str) and b" %b\0" % os.fsencode(name) in self._content
        except UnicodeEncodeError:  # half a surrogate pair, as YAML's escapes can write it: no name of git's
            return False

    @cached_property
    def _names(self) -> list[str]:
        names = re.findall(rb"[0-7]+ ([^\0]+)\0.{%d}" % self._oid_bytes, self._content, re.DOTALL)
        return os.fsdecode(b"\0".join(names)).split("\0") if names else []

    @cached_property
    def _by_name(self) -> dict[str, bytes]:
        return dict(zip(self._names, self._written, strict=True))

    @cached_property
    def _decoded(self) -> dict[str, Entry]:
        return {name: self._entry(entry) for name, entry in self._by_name.items()}

    def _name(self, written: bytes) -> str:
        return os.fsdecode(written[written.index(b" ") + 1 : -1 - self._oid_bytes])

    def _entry(self, written: bytes) -> Entry:
        return Entry(_canonical(written[: written.index(b" ")]), written[-self._oid_bytes :].hex())


NOTHING = Folder(b"", oid_bytes=20)
"""What there is where there is no folder."""


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
