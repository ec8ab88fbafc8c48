"""The block structure of Markdown, as far as sdd needs it: top headings, fenced code, comments. One pass, linear.

What a line at the left margin is depends on fences, comments and HTML blocks at the margin alone: no list item and
no quotation can hold it. Where something indented or an underlined heading makes that unsure, markdown-it decides.

Measured gain: without this scan a gate over 20 commits costs 1.5 times as much (`make bench`).
"""

import re
from collections.abc import Sequence

from sdd.base.regex import regex
from sdd.document.blocks import Blocks, Comment, Fence, Heading

_COMMONMARK_LIMIT = 128 * 1024
_STARTS = frozenset(" \t#`~<=-*+>0123456789")
"""What a line with a mark starts with: most lines are plain text, and need no pattern to tell."""
_MARK = regex(
    r"""(?P<indent>[ \t]*+)(?:
      (?P<hash>\#{1,6}+)(?=[ \t]|$)
    | (?P<fence>`{3,}+|~{3,}+)
    | (?P<html><[A-Za-z/?!])
    | (?P<under>=++|-++)(?=[ \t]*+$)
    | (?P<nested>(?:(?:[-*+>]|[0-9]{1,9}[.)])[ \t]*+)++(?:```|~~~|<!--))
    )""",
    re.VERBOSE,
)
_CLOSING = regex(r" {0,3}(`{3,}|~{3,})[ \t]*")
_LIST = regex(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)])(?:[ \t]|$)")
_LASTING_HTML = regex(r"<(?:[?!]|(?:script|pre|style|textarea)(?:[\s>]|$))", re.IGNORECASE)


def scan(lines: Sequence[str], first: int = 1) -> Blocks:
    """The blocks of `lines`, by the quick scan where it is sure, else by markdown-it (but for very long texts).

    `first` is the number that the first line has in its file.
    """
    blocks = quick_scan(lines, first)
    if blocks.sure:
        return blocks
    text = "\n".join(lines)
    if len(text) > _COMMONMARK_LIMIT:
        return blocks
    from sdd.document.commonmark import parse

    return parse(text, first)


def quick_scan(lines: Sequence[str], first: int = 1) -> Blocks:
    """The blocks of `lines` in one pass; `sure` says whether they are certainly right."""
    return _Scan(lines, first).run()


class _Scan:
    """The state of one pass. Lines count from 0 here, and from `first` in the blocks that are found."""

    def __init__(self, lines: Sequence[str], first: int) -> None:
        self.lines = lines
        self.first = first
        self.headings: list[Heading] = []
        self.fences: list[Fence] = []
        self.comments: list[Comment] = []
        self.sure = True
        # The line after the last block at the margin: what comes before it is taken in.
        self.margin = 0
        self.searched = 0
        self.list_open = False

    def run(self) -> Blocks:
        """Goes from mark to mark."""
        for number, line in enumerate(self.lines):
            mark = _MARK.match(line) if line and line[0] in _STARTS and number >= self.margin else None
            if mark:
                self._take_in(number, line, mark)
        return Blocks(tuple(self.headings), tuple(self.fences), tuple(self.comments), self.sure)

    def _take_in(self, number: int, line: str, mark: "re.Match[str]") -> None:
        kind, indent = mark.lastgroup, mark["indent"]
        if indent and kind != "under":
            if self._in_list(number):
                self.sure = False
            if "\t" in indent or len(indent) > 3:
                return
        if kind == "hash":
            self._heading(number, line, mark)
        elif kind == "fence":
            self._fence(number, line, mark)
        elif kind == "html":
            self._html(number, line, mark.end() - 2)
        elif kind == "nested":
            self.sure = self.sure and not indent and line[0] == ">"
        elif self._is_underline(number, indent):
            self.sure = False

    def _in_list(self, number: int) -> bool:
        """Whether a list may still be open. Only something at the margin that is no paragraph surely ends one."""
        if self.searched < self.margin:
            self.searched, self.list_open = self.margin, False
        if not self.list_open:
            self.list_open = any(_LIST.match(line) for line in self.lines[self.searched : number])
            self.searched = number
        return self.list_open

    def _is_underline(self, number: int, indent: str) -> bool:
        """Whether the dashes may make a heading of the line above them."""
        if number == self.margin or "\t" in indent or (len(indent) > 3 and not self._in_list(number)):
            return False
        return bool(self.lines[number - 1].strip(" \t"))

    def _heading(self, number: int, line: str, mark: "re.Match[str]") -> None:
        text = line[mark.end() :].rstrip(" \t")
        bare = text.rstrip("#")
        if bare != text and bare[-1:] in ("", " ", "\t"):
            text = bare
        self.margin = number + 1
        self.headings.append(Heading(len(mark["hash"]), text.strip(), self.first + number, self.first + self.margin))

    def _fence(self, number: int, line: str, mark: "re.Match[str]") -> None:
        fence, info = mark["fence"], line[mark.end() :].strip()
        if fence[0] == "`" and "`" in info:
            return
        self.margin = self._after(number, fence, _CLOSING)
        self.fences.append(Fence(self.first + number, self.first + self.margin, info))

    def _html(self, number: int, line: str, start: int) -> None:
        if line.startswith("<!--", start):
            is_closed = line.find("-->", start) >= 0
            self.margin = number + 1 if is_closed else self._after(number, "-->")
            self.comments.append(Comment(self.first + number, self.first + self.margin))
        elif _LASTING_HTML.match(line, start):
            self.sure = False
        else:
            # Tags end at a blank line, whatever they are: only a mark before it could be swallowed by them.
            for below in range(number + 1, len(self.lines)):
                line = self.lines[below]
                if not line.strip(" \t"):
                    break
                if line[:1] in _STARTS and _MARK.match(line):
                    self.sure = False
                    break

    def _after(self, number: int, end: str, pattern: "re.Pattern[str] | None" = None) -> int:
        """The line after the first one below line `number` that holds `end` (and fits `pattern`), or after the last."""
        for below in range(number + 1, len(self.lines)):
            if end in self.lines[below] and (pattern is None or pattern.fullmatch(self.lines[below])):
                return below + 1
        return len(self.lines)
