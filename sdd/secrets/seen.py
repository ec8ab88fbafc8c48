"""A text as its reader sees it: escapes and entities are signs, emphasis, tags and what has no width are nothing."""

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from sdd.base.regex import regex

_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
_WIDE = "\uff0d\uff0e\uff10-\uff19\uff21-\uff3a\uff3f\uff41-\uff5a\U0001d400-\U0001d7ff"
_BESIDE = "[A-Za-z0-9_.~+/=-]"
# A run of marks begins behind a sign that is no mark itself: begun anew within itself, a long one takes quadratic time.
_BEFORE = "[A-Za-z0-9_.+/=-]"
_TAG = "(?:!--[^>]{0,400}?-->|/?[A-Za-z][^<>]{0,200}>)"
_INLINE = "a|b|code|em|font|i|kbd|mark|s|samp|small|span|strong|sub|sup|tt|u|var"
_BLOCK = "blockquote|dd|div|dl|dt|h[1-6]|li|ol|p|pre|table|tbody|td|th|thead|tr|ul"


def _spelling(unseen: str, wide: str) -> str:
    """A pattern of what is shown otherwise than it is written, where some characters have no width and some are wide.

    Begins with the set of what it looks for, and so runs over prose at the speed of memory. A mark that is nothing to a
    reader counts between two signs of a token.
    """
    return (
        rf"[\\&%<\]*`~{unseen}{wide}](?:"
        r"(?<=\\)(?:[_.~-]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
        r"|(?<=&)(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|lowbar|period|hyphen|dash|shy|ZeroWidthSpace|NoBreak|zwn?j);"
        r"|(?<=%)[2-7][0-9a-fA-F]"
        rf"{f'|(?<=[{wide}])' if wide else ''}"
        rf"|(?<={_BESIDE}\])\([^()\s]{{0,200}}\)(?={_BESIDE})"
        rf"|(?:(?<={_BEFORE}[*`~{unseen}])|(?<={_BEFORE}<){_TAG})(?:[*`~{unseen}]|<{_TAG})*+(?={_BESIDE})"
        rf"|(?<=<)/?(?:{_INLINE}|{_BLOCK})(?:\s[^<>]{{0,200}})?>)"
    )


_SPELLING = regex(_spelling(_UNSEEN, _WIDE))
# The same for a text that holds none of these characters, which is compiled in less than half of the time.
_PLAIN_SPELLING = regex(_spelling("", ""))
_IS_ODD = regex(f"[{_UNSEEN}{_WIDE}]")
_PARTS = regex(rf"</?(?:{_BLOCK})(?:\s[^<>]*)?>", re.IGNORECASE)
_IS_UNSEEN = regex(f"[{_UNSEEN}]")
_URL_SIGNS = "_.~-+/=:@"


class Seen(NamedTuple):
    """The lines of a text that a reader sees otherwise than they are written, and where each piece of them begins in
    `text` and in what is written.
    """

    text: str
    shown: list[int]
    written: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in what is written a stretch of `text` is, without the marks around it."""
        first, last = bisect_right(self.shown, start) - 1, bisect_right(self.shown, end) - 1
        if self.shown[last] == end:
            last = bisect_left(self.shown, end)
        return self.written[first] + start - self.shown[first], self.written[last] + end - self.shown[last]


def seen(text: str) -> Seen | None:
    """What a reader sees of the lines that hold an escape, an entity or a mark; None where none does."""
    pieces: list[str] = []
    shown, written, length, at, line_end = [0], [0], 0, 0, -1

    def take(start: int, end: int, sign: str | None = None) -> None:
        nonlocal length
        piece = text[start:end] if sign is None else sign
        shown.append(length)
        written.append(start)
        pieces.append(piece)
        length += len(piece)

    is_odd = not text.isascii() and _IS_ODD.search(text)
    for match in (_SPELLING if is_odd else _PLAIN_SPELLING).finditer(text):
        sign = _sign(match[0])
        if sign is None or match.start() < at:
            continue
        if match.start() > line_end:
            if line_end >= 0:
                take(at, line_end + 1)
            at = text.rfind("\n", max(at, 0), match.start()) + 1 or at
        take(at, match.start())
        take(match.start(), match.end(), sign)
        at = match.end()
        if at > line_end:
            end = text.find("\n", at)
            line_end = end if end >= 0 else len(text)
    if not pieces:
        return None
    take(at, line_end)
    take(line_end, line_end, "")
    return Seen("".join(pieces), shown, written)


def _sign(spelling: str) -> str | None:
    """What a spelling stands for; None for nothing that a token holds."""
    first = spelling[0]
    if first == "&":
        from html import unescape

        sign = unescape(spelling)
        return "" if _IS_UNSEEN.match(sign) else sign if sign.isascii() else None
    if first == "\\":
        number = int(spelling[2:], 16) if len(spelling) > 2 else ord(spelling[1])
        return chr(number) if number < 128 else "" if number < 0x110000 and _IS_UNSEEN.match(chr(number)) else None
    if first == "%":
        sign = chr(int(spelling[1:], 16))
        return sign if sign.isalnum() or sign in _URL_SIGNS else None
    if len(spelling) == 1 and not spelling.isascii() and not _IS_UNSEEN.match(spelling):
        from unicodedata import normalize

        return normalize("NFKC", spelling)
    return "\n" if "<" in spelling and _PARTS.search(spelling) else ""
