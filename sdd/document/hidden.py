"""Lines that no reader sees: an unseen element opens above them and closes below, or they are an attribute's value.

Markdown hands tags on as they are written, so an element that opens in one block hides the next ones with their blank
lines and headings. Where that depends on what Markdown takes for code, the text counts as hidden: a tag in backticks is
none if the backticks of its paragraph pair on each line.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from heapq import merge
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.document.blocks import Blocks
from sdd.document.code_spans import code_spans
from sdd.document.elements import LONG_VALUE, RAW, TITLE, UNSEEN, VOID, is_hidden, may_hide
from sdd.document.text import Problem

_VALUE = regex(r"=\s*+(?:\"[^\"]*+\"|'[^']*+'|(?P<open>[\"']))")
_TOKEN = regex(r"<(?:!--|[?!]|/?(?P<tag>[A-Za-z][A-Za-z0-9-]*+)(?=[\s/>]|\Z))")
_ATTRIBUTES = regex(r"[^<>=]*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')?+[^<>=]*+){0,20}+[^<>]*+")
_END_TAG = regex(r"</([A-Za-z][A-Za-z0-9-]*+)\s*+>")
_BLOCK_MARKS = regex(r"[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])(?:[ \t]++|\Z)(?:\[[ xX]\](?:[ \t]++|\Z))?)*+")
_HTML_START = regex(r"[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)*+<[A-Za-z/!?]")
_ITEM = regex(r"[ \t>]*+(?:[-*+]|\d{1,9}[.)])(?:[ \t]|\Z)")
_ENDS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", "?>"))
# Blocks that go on to their end tag, whatever is in them.
_LASTING = frozenset(("script", "style", "textarea"))
_CODE_INDENT = 4


class _Paragraph(NamedTuple):
    """Lines between blank ones: where they start and end, the code spans in them, whether these are certain, and where
    HTML may begin, in which nothing is code.
    """

    start: int
    end: int
    code: tuple[tuple[int, int], ...]
    is_certain: bool
    html: int


class _Span(NamedTuple):
    """What is hidden: from an opening tag to behind the closing one, or to the end of the text."""

    start: int
    end: int
    opening: str
    is_closed: bool


def seen_lines(lines: tuple[str, ...], first: int, end: int, blocks: Blocks) -> tuple[tuple[str, ...], Problem | None]:
    """The `lines` of a file without what elements hide over several of them, and the element that never ends.

    The body has the lines from `first` up to `end`, counted from 1. A line that is hidden becomes an empty one.
    """
    body = [line if line.strip() else "" for line in lines[first - 1 : end - 1]]
    for start, stop in (*((fence.line, fence.end) for fence in blocks.fences), *blocks.comments):
        for number in range(start - first, min(stop - first, len(body))):
            body[number] = ""
    text = "\n".join(body)
    if not may_hide(text):
        return lines, None
    walk = _Walk(text, body)
    seen, problem = list(lines), None
    for span in reversed(list(walk.spans())):
        above, below = walk.line_at(span.start), walk.line_at(span.end - 1)
        if not span.is_closed:
            message = f"{span.opening} starts here and hides all below: close it, or quote it as code"
            problem = Problem(first + above, message)
        if above < below:
            place = first - 1 + above
            before = seen[place][: span.start - walk.starts[above]]
            seen[place] = "" if _BLOCK_MARKS.fullmatch(before) else before
            place = first - 1 + below
            indent, after = _indent(seen[place]), seen[place][span.end - walk.starts[below] :]
            seen[place] = indent + after if after.strip() else ""
            seen[first + above : place] = [""] * (below - above - 1)
    return tuple(seen), problem


class _Walk:
    """One pass from tag to tag over a text whose fences and comments are blank, and over its lines."""

    def __init__(self, text: str, body: Sequence[str]) -> None:
        self.text, self.body = text, body
        self.starts = [0]
        for line in body:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self._paragraph = _Paragraph(0, 0, (), True, 0)
        self._comment_end = 0
        self._marked = -1, 0
        self._last = {quote: text.rfind(quote) for quote in "\"'"}
        self._written: dict[str, list[int]] = {}
        """Tag -> where end tags are written, be they code or not, and those that are certainly none."""
        self._ends: dict[str, list[int]] = {}
        for match in _END_TAG.finditer(text):
            self._written.setdefault(match[1].lower(), []).append(match.start())
            if self._paragraph_at(match.start()).is_certain and not self._is_code(match.start()):
                self._ends.setdefault(match[1].lower(), []).append(match.start())

    def line_at(self, place: int) -> int:
        """The number of a place's line, counted from 0."""
        return bisect_right(self.starts, place) - 1

    def spans(self) -> Iterator[_Span]:
        """What is hidden, in the text's order."""
        place = 0
        for span in merge(self._elements(), self._titles()):
            if span.start >= place:
                yield span
                place = span.end

    def _titles(self) -> Iterator[_Span]:
        for match in TITLE.finditer(self.text):
            if "\n" in match["title"] and not self._is_code(match.start()):
                yield _Span(*match.span("title"), "", True)

    def _elements(self) -> Iterator[_Span]:
        place = 0
        while match := _TOKEN.search(self.text, place):
            place = match.end()
            if span := self._hidden_from(match):
                yield span
                place = span.end
            elif match[0] == "<!--":
                place = self._behind_comment(match, self._paragraph_at(match.start()).end)

    def _hidden_from(self, match: "re.Match[str]") -> _Span | None:
        start, opening, tag = match.start(), match[0], (match["tag"] or "").lower()
        is_html = start >= self._paragraph_at(start).html
        if not is_html and self._is_code(start):
            return None
        if not tag:
            return self._without_element(start, opening, is_html)
        end = self._behind_attributes(match.end())
        is_whole = self.text[end : end + 1] == ">"
        if not (is_whole or is_html):
            return None
        if opening[1] == "/" or tag in VOID or not (tag in UNSEEN or is_hidden(self.text[start:end])):
            return self._in_attributes(match, end + is_whole, is_html)
        is_block = self._begins_block(start, tag, end + is_whole)
        close = self._close(tag, end, is_block)
        if close is not None:
            return _Span(start, close, opening, True)
        # Prose that names a tag goes on behind it.
        return _Span(start, len(self.text), f"<{tag}>", False) if is_block or tag not in UNSEEN else None

    def _in_attributes(self, match: "re.Match[str]", end: int, is_html: bool) -> _Span | None:
        """What is hidden as an attribute's value of several lines; in HTML one may go on to the end of the text."""
        written = self.text[match.end() : end]
        values = _VALUE.finditer(written) if is_html else ()
        if any(value["open"] and self._last[value["open"]] < match.end() + value.end() for value in values):
            return _Span(match.start(), len(self.text), f"an attribute of {match[0]}>", False)
        is_long = LONG_VALUE.search(written) and (is_html or "\n\n" not in written)
        return _Span(match.start(), end, match[0], True) if is_long else None

    def _without_element(self, start: int, opening: str, is_html: bool) -> _Span | None:
        """What a comment within HTML hides, or an instruction or a declaration."""
        if not (is_html if opening == "<!--" else self._begins_block(start)):
            return None
        end = next(end for sign, end in _ENDS if self.text.startswith(sign, start))
        close = self.text.find(end, start + 2)
        return _Span(start, close + len(end) if close >= 0 else len(self.text), opening, close >= 0)

    def _close(self, tag: str, place: int, is_block: bool) -> int | None:
        """Where an element ends that opens before `place`; where tags do not pair, with its last end tag."""
        ends = (self._written if is_block and tag in _LASTING else self._ends).get(tag, [])
        number = bisect_left(ends, place)
        if number == len(ends):
            return None
        depth = 1
        while tag not in RAW and (match := _TOKEN.search(self.text, place, ends[-1])):
            place, inner = match.end(), (match["tag"] or "").lower()
            if match[0] == "<!--":
                place = self._behind_comment(match, len(self.text))
            elif match[0][1] != "/":
                depth += inner == tag
                place = self._behind_attributes(place)
                place = self._close(inner, place, False) or place if inner in RAW else place
            elif inner == tag and ends[bisect_left(ends, match.start())] == match.start():
                depth -= 1
                if not depth:
                    return self._behind_tag(match.start())
        return self._behind_tag(ends[number if tag in RAW else -1])

    def _begins_block(self, start: int, tag: str = "", end: int = 0) -> bool:
        """Whether a block begins with what starts there; with a tag alone on its line, if it has a place to `end`."""
        number = self.line_at(start)
        if start != self._text_of_line(number):
            return False
        line, column = self.body[number], start - self.starts[number]
        before, after = line[:column], line[end - self.starts[number] :] if tag else ""
        if after.strip() and (tag not in _LASTING or before.strip()):
            return False
        return len(before.expandtabs(4)) < _CODE_INDENT or bool(before.strip()) or self._in_list[number]

    def _text_of_line(self, number: int) -> int:
        """Where a line's text starts, behind the marks of lists and quotations."""
        if self._marked[0] != number:
            marks = _BLOCK_MARKS.match(self.body[number])
            self._marked = number, self.starts[number] + (marks.end() if marks else 0)
        return self._marked[1]

    @cached_property
    def _in_list(self) -> list[bool]:
        """For each line whether a list may be open."""
        is_open, found = False, []
        for line in self.body:
            is_open = _ITEM.match(line) is not None or (is_open and (not line or line[0] in " \t"))
            found.append(is_open)
        return found

    def _behind_tag(self, start: int) -> int:
        return self.text.index(">", start) + 1

    def _behind_attributes(self, place: int) -> int:
        match = _ATTRIBUTES.match(self.text, place)
        return match.end() if match else place

    def _behind_comment(self, opening: "re.Match[str]", end: int) -> int:
        """Behind a comment that is closed before `end`, else behind its opening. `<!-->` is one."""
        place = opening.start() + 2
        if 0 <= self._comment_end < place:
            self._comment_end = self.text.find("-->", place)
        return self._comment_end + 3 if 0 <= self._comment_end < end else opening.end()

    def _is_code(self, place: int) -> bool:
        """Whether a tag is certainly code, or its sign is escaped."""
        before = place
        while before and self.text[before - 1] == "\\":
            before -= 1
        if (place - before) % 2:
            return True
        code = self._paragraph_at(place).code
        number = bisect_right(code, (place, len(self.text))) - 1
        return number >= 0 and place < code[number][1]

    def _paragraph_at(self, place: int) -> _Paragraph:
        if not self._paragraph.start <= place < self._paragraph.end:
            first = last = self.line_at(place)
            while first and self.body[first - 1]:
                first -= 1
            while last < len(self.body) and self.body[last]:
                last += 1
            self._paragraph = self._read_paragraph(first, last)
        return self._paragraph

    def _read_paragraph(self, first: int, last: int) -> _Paragraph:
        """The lines from `first` up to `last`. Code is certain where the backticks of each line pair."""
        code: list[tuple[int, int]] = []
        is_certain, html = True, self.starts[last]
        for start, line in zip(self.starts[first:last], self.body[first:last], strict=True):
            if html > start and _HTML_START.match(line):
                html = start
            if "`" in line:
                spans, left = code_spans(line), 0
                for span in spans:
                    is_certain = is_certain and "`" not in line[left : span.start]
                    code.append((start + span.start, start + span.end))
                    left = span.end
                is_certain = is_certain and "`" not in line[left:] and "\\`" not in line
        return _Paragraph(self.starts[first], self.starts[last], tuple(code) if is_certain else (), is_certain, html)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
