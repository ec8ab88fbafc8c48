"""Text that is known again where a formatter breaks its lines otherwise: wraps a long one, or joins several."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import accumulate
from typing import NamedTuple

from sdd.records.edits import line_digest

_SHORTEST = 16
"""Characters of a line that is worth to be known again; what is shorter stays on its line."""
_LONGEST = 40
"""Lines from one bracket to the one that closes it."""

_OPENING, _CLOSING = "([{", ")]}"
# What formatters add and take away where they break a line, and the quotes that they differ about.
_SQUEEZED = str.maketrans("'`", '""', "(),;\\")


class Fold(NamedTuple):
    """A line, or lines that brackets hold together: digest and length without breaks, and its first `line`'s digest."""

    line: str
    digest: str
    length: int


def new_folds(before: str, after: str) -> tuple[Fold, ...]:
    """The folds that came from one text to another."""
    known = {(fold.digest, fold.length) for fold in _folds(before)}
    return tuple(dict.fromkeys(fold for fold in _folds(after) if (fold.digest, fold.length) not in known))


def lines_of_folds(text: str, wanted: Iterable[Fold]) -> dict[Fold, tuple[str, ...]]:
    """Those of some folds that a text holds, each with the digests of the lines that it is broken into there."""
    lines = text.splitlines()
    squeezed = [_squeezed(line) for line in lines]
    whole, starts = "".join(squeezed), [0, *accumulate(map(len, squeezed))]
    ends = {start: number for number, start in enumerate(starts)}
    by_length: defaultdict[int, dict[str, Fold]] = defaultdict(dict)
    for each in wanted:
        by_length[each.length][each.digest] = each
    found: dict[Fold, tuple[str, ...]] = {}
    for number, start in enumerate(starts[:-1]):
        for length, folds in by_length.items() if squeezed[number] else ():
            end = ends.get(start + length)
            if end and (fold := folds.get(_digest(whole[start : start + length]))):
                found[fold] = tuple(filter(None, map(line_digest, lines[number:end])))
    return found


def _folds(text: str) -> Iterator[Fold]:
    unit: list[str] = []
    depth = 0
    for line in text.splitlines():
        yield from _fold([line])
        depth += sum(map(line.count, _OPENING)) - sum(map(line.count, _CLOSING))
        unit.append(line)
        if depth <= 0 or len(unit) > _LONGEST:
            if 1 < len(unit) <= _LONGEST:
                yield from _fold(unit)
            unit, depth = [], 0


def _fold(lines: list[str]) -> Iterator[Fold]:
    text = "".join(map(_squeezed, lines))
    if len(text) >= _SHORTEST and (line := next(filter(None, map(line_digest, lines)), "")):
        yield Fold(line, _digest(text), len(text))


def _squeezed(line: str) -> str:
    return "".join(line.split()).translate(_SQUEEZED)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
