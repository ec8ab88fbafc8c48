"""Plain patterns: what most patterns of .gitignore's syntax are made of, matched without loading pathspec.

pathspec matches every other pattern, and decides what these mean.
Measured gain: without this module a gate over 20 commits costs 1.3 times as much (`make bench`).
"""

from collections.abc import Iterator
from typing import NamedTuple, Self

_MORE_THAN_PLAIN = frozenset("?[]\\!#")


class PlainPattern(NamedTuple):
    """The parts of a pattern from the root on: a name, a name with single `*` in it, or `**` for any folders or none.

    `below` says that what matches is what stands in there, and not the place itself (`docs/`, `/src/**`).
    """

    parts: tuple[str, ...]
    below: bool

    @classmethod
    def read(cls, written: str) -> Self | None:
        """A pattern as it was written, None for one that is more than plain."""
        if written.split() != [written] or not _MORE_THAN_PLAIN.isdisjoint(written):
            return None
        parts = written.split("/")
        if not parts[0]:
            del parts[0]
        elif not any(parts[1:]):  # one name, wherever it stands
            parts.insert(0, "**")
        below = parts[-1] in ("", "**")
        if below:
            del parts[-1]
        is_plain = all(part == "**" or "**" not in part for part in parts)
        names_something = all(parts) and any(part.strip("*") for part in parts)
        return cls(tuple(parts), below) if is_plain and names_something else None

    def match(self, path: tuple[str, ...]) -> bool:
        """Whether the parts of a path match, or those of one of the folders that it stands in."""
        return _leads(self.parts, path, int(self.below))


def plain_path(path: str) -> tuple[str, ...] | None:
    """The parts of a path, None for one that the library would read otherwise than it is written."""
    parts = tuple(path.split("/"))
    return parts if all(parts) and parts[0] != "." and "\n" not in path else None


def _leads(pattern: tuple[str, ...], path: tuple[str, ...], left: int) -> bool:
    """Whether the parts of a pattern match the first ones of a path, so that at least `left` of them are left over.

    Nothing is tried twice: behind a `**` the first place that fits leaves most of the path to what follows.
    """
    at, anywhere = 0, False
    for block in _blocks(pattern):
        places = range(at, len(path)) if anywhere else (at,)
        start = next((place for place in places if _fits(path, place, block)), None)
        if start is None:
            return False
        at, anywhere = start + len(block), True
    return len(path) - at >= left


def _blocks(pattern: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The parts between the `**` of a pattern."""
    start = 0
    for place, part in enumerate(pattern):
        if part == "**":
            yield pattern[start:place]
            start = place + 1
    yield pattern[start:]


def _fits(path: tuple[str, ...], place: int, block: tuple[str, ...]) -> bool:
    return place + len(block) <= len(path) and all(map(_is_like, path[place : place + len(block)], block))


def _is_like(name: str, part: str) -> bool:
    start, *inner = part.split("*")
    if not inner:
        return name == part
    end = inner.pop()
    if not (len(name) >= len(start) + len(end) and name.startswith(start) and name.endswith(end)):
        return False
    at, last = len(start), len(name) - len(end)
    for text in inner:
        at = name.find(text, at, last)
        if at < 0:
            return False
        at += len(text)
    return True
