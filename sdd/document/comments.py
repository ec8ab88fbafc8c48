"""Comments that were never closed: Markdown would hide all that follows, sdd reads on at the next heading."""

import re
from bisect import bisect_right

from sdd.base.regex import regex
from sdd.document.blocks import Blocks, Comment

_OPENING = regex(r"^ {0,3}<!--", re.MULTILINE)
_END = regex(r"^(?:#{1,6}[ \t]| {0,3}(?:```|~~~|<!--))", re.MULTILINE)
_TEXT = regex(r"[^\n]+")


def without_unclosed(lines: list[str], first: int = 1) -> tuple[list[str], tuple[Comment, ...]]:
    """`lines` with comments that are never closed blanked out up to the next heading, and where these are.

    A comment within which another one starts was never closed either. No line is added or taken away; the first has
    the number `first`.
    """
    text = "\n".join(lines)
    openings = [(found.start(), found.end()) for found in _OPENING.finditer(text)]
    close = 0
    unclosed: list[tuple[int, int]] = []
    for place, (start, opening) in enumerate(openings):
        close = text.find("-->", opening) if 0 <= close < opening else close
        following = openings[place + 1][0] if place + 1 < len(openings) else len(text)
        if close < 0 or close > following:
            heading = _END.search(text, opening)
            unclosed.append((start, heading.start() if heading else len(text)))
    if not unclosed:
        return lines, ()
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    pieces: list[str] = []
    done = 0
    for start, end in unclosed:
        pieces += [text[done:start], _TEXT.sub("", text[start:end])]
        done = end
    comments = (
        Comment(first - 1 + bisect_right(starts, start), first + bisect_right(starts, max(start, end - 1)))
        for start, end in unclosed
    )
    return "".join((*pieces, text[done:])).split("\n"), tuple(comments)


def with_unclosed(blocks: Blocks, unclosed: tuple[Comment, ...]) -> Blocks:
    """`blocks` with the `unclosed` comments, but for those that are code."""
    code = {line for fence in blocks.fences for line in range(fence.line, fence.end)}
    found = [comment for comment in unclosed if comment.line not in code]
    return blocks._replace(comments=tuple(sorted((*blocks.comments, *found))))
