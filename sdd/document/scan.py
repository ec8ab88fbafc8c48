"""The block structure of Markdown, as far as sdd needs it: top headings, fenced code, comments. One pass, linear.

What a line at the left margin is depends on fences, comments and HTML blocks at the margin alone: no list item and
no quotation can hold it. Where something indented or an underlined heading makes that unsure, markdown-it decides.
"""

import re
from bisect import bisect_right

from sdd.document.blocks import Blocks, Comment, Fence, Heading
from sdd.regex import regex

_COMMONMARK_LIMIT = 128 * 1024
_MARK = regex(
    r"""^(?P<indent>[ \t]*)(?:
      (?P<hash>\#{1,6})(?=[ \t\n]|\Z)
    | (?P<fence>`{3,}|~{3,})
    | (?P<html><[A-Za-z/?!])
    | (?P<under>=+|-+)(?=[ \t]*$)
    | (?P<nested>(?:[-*+>]|\d{1,9}[.)])[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]*)*(?:```|~~~|<!--))
    )""",
    re.MULTILINE | re.VERBOSE,
)
_CLOSING = regex(r"^ {0,3}(`{3,}|~{3,})[ \t]*$", re.MULTILINE)
_BLANK = regex(r"^[ \t]*\n", re.MULTILINE)
_LIST = regex(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)", re.MULTILINE)
_LASTING_HTML = regex(r"<(?:[?!]|(?:script|pre|style|textarea)(?:[\s>]|$))", re.IGNORECASE)


def scan(text: str) -> Blocks:
    """The blocks of `text`, by the quick scan where it is sure, else by markdown-it (but for very long texts)."""
    blocks = quick_scan(text)
    if blocks.sure or len(text) > _COMMONMARK_LIMIT:
        return blocks
    from sdd.document.commonmark import parse

    return parse(text)


def quick_scan(text: str) -> Blocks:
    """The blocks of `text` in one pass; `sure` says whether they are certainly right."""
    return _Scan(text).run()


class _Scan:
    """The state of one pass."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        for line in text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.headings: list[Heading] = []
        self.fences: list[Fence] = []
        self.comments: list[Comment] = []
        self.sure = True
        self.margin = 0
        self.searched = 0
        self.list_open = False

    def run(self) -> Blocks:
        """Goes from mark to mark."""
        position = 0
        while mark := _MARK.search(self.text, position):
            position = self._step(mark)
            if position > len(self.text):
                break
        return Blocks(tuple(self.headings), tuple(self.fences), tuple(self.comments), self.sure)

    def _line(self, position: int) -> int:
        return bisect_right(self.starts, position)

    def _next(self, position: int) -> int:
        """The start of the line after the one that `position` is on."""
        return self.starts[self._line(position)]

    def _step(self, mark: "re.Match[str]") -> int:
        """Takes in what stands at `mark`; where to go on."""
        indent = mark["indent"]
        if indent and mark["under"] is None:
            if self._in_list(mark.start()):
                self.sure = False
            if "\t" in indent or len(indent) > 3:
                return self._next(mark.start())
        if mark["hash"]:
            return self._heading(mark)
        if mark["fence"]:
            return self._fence(mark)
        if mark["html"]:
            return self._html(mark)
        if mark["nested"]:
            self.sure = self.sure and indent == "" and mark["nested"][0] == ">"
        elif self._is_underline(mark):
            self.sure = False
        return self._next(mark.start())

    def _in_list(self, position: int) -> bool:
        """Whether a list may still be open. Only something at the margin that is no paragraph surely ends one."""
        if self.searched < self.margin:
            self.searched, self.list_open = self.margin, False
        if not self.list_open:
            self.list_open = _LIST.search(self.text, self.searched, position) is not None
            self.searched = max(self.searched, position)
        return self.list_open

    def _is_underline(self, mark: "re.Match[str]") -> bool:
        """Whether the dashes may make a heading of the line above them."""
        line = self._line(mark.start())
        if line == 1 or "\t" in mark["indent"] or (len(mark["indent"]) > 3 and not self._in_list(mark.start())):
            return False
        above = self.text[self.starts[line - 2] : self.starts[line - 1]]
        if not above.strip(" \t\n"):
            return False
        return not (self.headings and self.headings[-1].line == line - 1) and self.starts[line - 1] != self.margin

    def _heading(self, mark: "re.Match[str]") -> int:
        end = self._next(mark.start())
        text = self.text[mark.end() : end].rstrip("\n").rstrip(" \t")
        bare = text.rstrip("#")
        if bare != text and bare[-1:] in ("", " ", "\t"):
            text = bare if bare else ""
        line = self._line(mark.start())
        self.headings.append(Heading(len(mark["hash"]), text.strip(), line, line + 1))
        self.margin = end
        return end

    def _fence(self, mark: "re.Match[str]") -> int:
        end = self._next(mark.start())
        info = self.text[mark.end() : end].strip()
        fence = mark["fence"]
        if fence[0] == "`" and "`" in info:
            return end
        position = end
        closed = len(self.text) + 1
        while closing := _CLOSING.search(self.text, position):
            position = self._next(closing.start())
            if closing[1][0] == fence[0] and len(closing[1]) >= len(fence):
                closed = position
                break
        last = self._line(closed - 1) + 1 if closed <= len(self.text) else len(self.starts)
        self.fences.append(Fence(self._line(mark.start()), last, info))
        self.margin = closed
        return closed

    def _html(self, mark: "re.Match[str]") -> int:
        start = mark.end() - 2
        if self.text.startswith("<!--", start):
            end = self.text.find("-->", start)
            after = self._next(end) if end >= 0 else len(self.text) + 1
            self.comments.append(
                Comment(self._line(start), self._line(after - 1) + 1 if end >= 0 else len(self.starts))
            )
            self.margin = after
            return after
        if _LASTING_HTML.match(self.text, start):
            self.sure = False
            return self._next(start)
        after = self._next(start)
        following = _MARK.search(self.text, after) if after <= len(self.text) else None
        # Tags end at a blank line, whatever they are: only a mark before it could be swallowed by them.
        if following and not _BLANK.search(self.text, after, following.start()):
            self.sure = False
        return after
