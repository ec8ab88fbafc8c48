"""Code within a line, between backticks."""

from typing import NamedTuple

from sdd.base.regex import regex

_TICKS = regex("`+")


class CodeSpan(NamedTuple):
    """A piece of code in a line: where it starts and ends, backticks included, and its text."""

    start: int
    end: int
    text: str


def code_spans(line: str) -> list[CodeSpan]:
    """The pieces of `line` between backticks, as CommonMark pairs them: runs of equal length."""
    if "`" not in line:
        return []
    runs = [found.span() for found in _TICKS.finditer(line)]
    following: dict[int, int] = {}
    partner = [0] * len(runs)
    for place in range(len(runs) - 1, -1, -1):
        length = runs[place][1] - runs[place][0]
        partner[place] = following.get(length, 0)
        following[length] = place
    found = []
    place = 0
    while place < len(runs):
        if partner[place]:
            start, end = runs[place], runs[partner[place]]
            found.append(CodeSpan(start[0], end[1], line[start[1] : end[0]]))
            place = partner[place]
        place += 1
    return found
