"""Folders: what one tree object holds, each entry decoded when it is asked for."""

import os
import re
import stat
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.base.regex import regex

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

    In a large repository a folder holds very many entries, of which few are asked for: the loops over all are C's, and
    there are few of them. Whatever is asked raises SddError where the content is no tree.
    """

    def __init__(self, content: bytes, oid: str) -> None:
        self._content = content
        self._oid = oid
        self._oid_bytes = len(oid) // 2
        self._is_checked = self._is_ascii = False

    def __getitem__(self, name: str) -> Entry:
        return self._entry(self._by_name[name])

    def __contains__(self, name: object) -> bool:
        self._check()
        # The quick check reads the whole folder, which pays until its names are known.
        return ("_by_name" in self.__dict__ or self._may_hold(name)) and name in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._by_name)

    def __bool__(self) -> bool:
        return bool(self._content)  # to count the entries takes long

    def items(self) -> ItemsView[str, Entry]:
        """All of it; decoded once, however often it is asked for."""
        return self._decoded.items()

    @property
    def size(self) -> int:
        """How many bytes it takes: some sixty for an entry."""
        return len(self._content)

    @cached_property
    def ids(self) -> frozenset[bytes]:
        """The binary ids of all that it holds: in a large folder far quicker to have than its entries."""
        return frozenset(written[-self._oid_bytes :] for written in self._written)

    def holding(self, ids: frozenset[bytes]) -> dict[str, Entry]:
        """name -> Entry of what has one of some binary ids."""
        named = self._by_name.items() if ids else ()
        return {name: self._entry(written) for name, written in named if written[-self._oid_bytes :] in ids}

    def against(self, other: "Folder") -> dict[str, Pair]:
        """name -> (entry here, entry there) of what the two hold differently.

        Raises ValueError with a name that is not one thing's alone, as in no sound tree.
        """
        start, end, other_end = self._unequal(other)
        try:
            return self._against(other, self._cut(start, end), other._cut(start, other_end))
        except ValueError:
            if not start and end == len(self._content):
                raise
        return self._against(other, self._written, other._written)  # what stands twice may stand where both are equal

    def _unequal(self, other: "Folder") -> tuple[int, int, int]:
        """Behind which entries the two begin to differ, and where those entries begin, here and there, that they both
        end with. Both are checked on the way.
        """
        here, there = self._content, other._content
        start, is_ascii = self._skip(0, _equal_start(here, there))
        # Ids may hold whatever looks like an entry: where one begins is known from the one before it.
        equal = _equal_end(here, there, start)
        (end, _), (other_end, _) = self._skip(start, len(here) - equal), other._skip(start, len(there) - equal)
        while (left := len(here) - end) != (other_left := len(there) - other_end) or left > equal:
            if left >= other_left:
                end = self._next(end)
            else:
                other_end = other._next(other_end)
        if not (self._is_checked and other._is_checked):
            last, is_end_ascii = self._skip(end, len(here))
            if last != len(here):
                raise self._malformed
            for folder, own_end in ((self, end), (other, other_end)):
                folder._is_checked = True
                folder._is_ascii = is_ascii and folder._skip(start, own_end)[1] and is_end_ascii
        return start, end, other_end

    def _skip(self, start: int, end: int) -> tuple[int, bool]:
        """Where the last whole entry between two places ends, and whether all their names are ASCII."""
        plain = _entries(rb"\1-\x7f", self._oid_bytes).match(self._content, start, end)
        assert plain
        match = _entries(rb"\1-\xff", self._oid_bytes).match(self._content, plain.end(), end)
        assert match
        return match.end(), match.end() == plain.end()

    def _next(self, start: int) -> int:
        match = _entry(self._oid_bytes).match(self._content, start)
        if not match:
            raise self._malformed
        return match.end()

    def _check(self) -> None:
        if not self._is_checked:
            end, self._is_ascii = self._skip(0, len(self._content))
            if end != len(self._content):
                raise self._malformed
            self._is_checked = True

    @property
    def _malformed(self) -> SddError:
        return SddError(f"tree {self._oid} is malformed", "look it over with: git fsck")

    def _against(self, other: "Folder", own: Sequence[bytes], others: Sequence[bytes]) -> dict[str, Pair]:
        here, there = set(own), set(others)
        gone, come = self._named(here - there), other._named(there - here)
        pairs = {}
        for name in gone | come:
            if (name not in gone and name in self) or (name not in come and name in other):
                raise ValueError(name)
            pair = (gone.get(name), come.get(name))
            if pair[0] != pair[1]:  # equal where one entry has two spellings of its mode
                pairs[name] = pair
        return pairs

    def count(self, digits: bytes) -> int:
        """How often some digits occur: at least as often as in its names. A quick answer."""
        return self._content.count(digits)

    def is_alone(self, name: str) -> bool:
        """Whether a name is certainly the only one that is the same in lower case: a quick answer."""
        self._check()
        return self._is_ascii and name.isascii() and self._lowered.count(b" %b\0" % name.lower().encode()) == 1

    @cached_property
    def _lowered(self) -> bytes:
        return self._content.lower()

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

    def _cut(self, start: int, end: int) -> list[bytes]:
        return _entry(self._oid_bytes).findall(self._content, start, end)

    @cached_property
    def _written(self) -> list[bytes]:
        self._check()
        return self._cut(0, len(self._content))

    @cached_property
    def _names(self) -> list[str]:
        self._check()
        names = re.findall(rb"[0-7]++ ([^\0]++)\0.{%d}" % self._oid_bytes, self._content, re.DOTALL)
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


def _equal_start(one: bytes, other: bytes) -> int:
    """How many bytes two texts both begin with: a few comparisons by C."""
    return _most(min(len(one), len(other)), lambda same, more: one[same:more] == other[same:more])


def _equal_end(one: bytes, other: bytes, start: int) -> int:
    """How many bytes two texts both end with, of those behind `start`."""
    size, other_size = len(one), len(other)
    return _most(
        min(size, other_size) - start,
        lambda same, more: one[size - more : size - same] == other[other_size - more : other_size - same],
    )


def _most(most: int, is_same: Callable[[int, int], bool]) -> int:
    """How far all is the same, `most` at most, where `is_same` tells whether what is between two places is."""
    same, more = 0, most + 1
    while more - same > 1:
        middle = (same + more) // 2
        if is_same(same, middle):
            same = middle
        else:
            more = middle
    return same


@cache
def _entry(oid_bytes: int) -> "re.Pattern[bytes]":
    return re.compile(rb"[0-7]++ [^\0]++\0.{%d}" % oid_bytes, re.DOTALL)


@cache
def _entries(letters: bytes, oid_bytes: int) -> "re.Pattern[bytes]":
    """Any number of entries whose names are of some letters: to match them takes half as long as to cut them up."""
    return re.compile(rb"(?:[0-7]++ [%b]++\0.{%d})*+" % (letters, oid_bytes), re.DOTALL)


NOTHING = Folder(b"", "0" * 40)
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
