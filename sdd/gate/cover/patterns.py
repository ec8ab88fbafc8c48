"""Path patterns of contracts and policies, in the syntax of .gitignore."""

import contextlib
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from sdd.base.grouping import grouped
from sdd.base.regex import regex
from sdd.base.wildcards import has_dots, is_too_costly
from sdd.gate.cover.plain_pattern import PlainPattern, plain_path

# What is not plain is matched by an expression: the time of that grows with this power of a name's length.
_MOST_IN_PART = 2
_NOTHING = "#"
# Stands for a line's end wherever the library is asked: its expressions would take one at a name's end for nothing.
_LINE_END = "\ue000"
_STARS = regex(r"\*+")
_HIDDEN = regex(r"\\.|\[[^\]/]*\]")
_LITERAL_SEGMENT = regex(r"/?(?!!|\.{1,2}/)(?:\\.|\[ \]|[^/*?\[\]\\])+(/.*)?")


def begins_literally(pattern: str) -> bool:
    """Whether a pattern begins with a literal folder or file name, not with a wildcard."""
    return _LITERAL_SEGMENT.fullmatch(pattern) is not None


def is_matched(pattern: str) -> bool:
    """Whether sdd matches a path pattern at all: not where that could take too long, or where no path is like it."""
    if has_dots(pattern) or is_too_costly(pattern):
        return False
    return PlainPattern.read(pattern) is not None or not _has_many_stars(pattern)


class Patterns:
    """Some patterns, of which the last that matches decides. One that is malformed or too costly matches nothing."""

    def __init__(self, written: Iterable[str]) -> None:
        self._written = tuple(pattern if is_matched(pattern) else _NOTHING for pattern in written)
        self._plain = tuple(map(PlainPattern.read, self._written))
        self._all_plain = None not in self._plain

    def match(self, path: str, parts: tuple[str, ...] | None = None) -> bool:
        """Whether a path matches, or one of the folders that it stands in. `parts` are its parts, where known."""
        if parts and self._all_plain:
            return any(plain.match(parts) for plain in self._plain if plain)
        matching = self._matching(path)
        return bool(self._spec.match_file(path.replace("\n", _LINE_END))) if matching is None else bool(matching)

    def match_file(self, path: str) -> bool:
        """Whether a file matches by its own name: a folder counts only for a pattern that ends in `/` or `**`.

        So `*.lock` matches files, and nothing in a folder `x.lock/`.
        """
        matching = self._matching(path)
        if matching is None:
            decided = self._spec.check_file(path.replace("\n", _LINE_END))
            matching = [self._written[decided.index]] if decided.include and decided.index is not None else []
        folder = path.rpartition("/")[0]
        return any(
            written.rstrip().endswith(("/", "**")) or not (folder and _is_within(written, folder))
            for written in matching
        )

    def _matching(self, path: str) -> list[str] | None:
        """Every pattern that matches, None where the patterns or the path are not plain."""
        parts = plain_path(path)
        if parts is None or not self._all_plain:
            return None
        named = {place for part in parts for place in self._names.get(part, ())}
        others = {place for place, pattern in self._others if pattern.match(parts)}
        return [self._written[place] for place in sorted(named | others)]

    @cached_property
    def _names(self) -> Mapping[str, tuple[int, ...]]:
        """Name -> the places of the patterns that are this name and nothing else: most of a policy's are."""
        return grouped((plain.name, place) for place, plain in enumerate(self._plain) if plain and plain.name)

    @cached_property
    def _others(self) -> Sequence[tuple[int, PlainPattern]]:
        return [(place, pattern) for place, pattern in enumerate(self._plain) if pattern and not pattern.name]

    @cached_property
    def _spec(self) -> Any:
        # Any, since pathspec's types differ from one series to the next.
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec(map(_compiled, self._written))


# Many files are in the same few folders.
@lru_cache(maxsize=10_000)
def _is_within(written: str, folder: str) -> bool:
    """Whether a pattern matches a folder, or one that it stands in."""
    return Patterns((written,)).match(folder)


def _compiled(written: str) -> Any:
    with contextlib.suppress(ValueError, re.error, OverflowError, RecursionError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _pattern(written)
    return _pattern(_NOTHING)


def _has_many_stars(written: str) -> bool:
    return any(len(_STARS.findall(part)) > _MOST_IN_PART for part in _HIDDEN.sub("x", written).split("/"))


def _pattern(written: str) -> Any:
    from pathspec import GitIgnoreSpec

    written = written.rstrip("\n").replace("\n", _LINE_END)
    (pattern,) = GitIgnoreSpec.from_lines([written or _NOTHING]).patterns
    return pattern


# A change asks the same few patterns about each of its files.
@lru_cache(maxsize=256)
def patterns(written: tuple[str, ...]) -> Patterns:
    """The patterns that are written so."""
    return Patterns(written)
