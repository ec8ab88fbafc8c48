"""The ids of requirements and success criteria as people write them, and where an item that starts with one ends."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from sdd.document import Document, Section

_AS_HYPHEN = str.maketrans("\u2010\u2011", "--")
_TAIL = r"(?:\.\d{1,4}|-(?!(?:FR|NFR|SC)\b)[A-Z0-9]{1,4}(?![^\W_]))*[a-z]?(?![^\W_])"
_KNOWN = rf"(?:[A-Z][A-Z0-9]{{0,11}}-){{0,2}}(?:FR|NFR|SC)(?:-[A-Z]{{1,15}}|[A-Z]{{1,4}}){{0,2}}-?\d{{1,9}}{_TAIL}"
# Names of other things that look like an id: stories, tasks, questions, standards.
_NO_FAMILY = (
    r"(?!(?:US|T|TASK|P|Q|CHK|H|V|ADR|PHR|UTF|ISO|RFC|SHA|AES|MD|HTTP|TLS|IPV|WCAG|PEP|CVE|GPT|ES|OAUTH|PHASE)-?\d)"
)
ANY_ID = rf"{_NO_FAMILY}[A-Z]{{1,8}}(?:-[A-Z]{{1,15}}){{0,2}}-?\d{{1,9}}{_TAIL}"
"""A pattern of the ids of requirements and criteria, of whatever family."""
_DECORATION = r"(?:<a\b[^>\n]{0,200}>(?:</a>)?|[^\w|:;,.<>#()\n-]|_){0,12}"
_START = (
    r"(?P<indent>[ \t]*)(?:>[ \t]?)*(?:(?P<item>[-*+]|\d{1,9}[.)])[ \t]+|(?P<heading>\#{2,6})[ \t]+|(?P<row>\|)[ \t]*)?"
    rf"(?:\[[^\]\n]?\][ \t]+)?{_DECORATION}(?:(?:(?:Non-)?Functional[ ])?Requirement[ ])?"
)
_AFTER = (
    r"(?P<close>[*_`~\])]*)(?:[ \t]*(?:\([^()\n]{0,200}\)|\uff08[^\uff08\uff09\n]{0,200}\uff09))?(?P<more>[*_`~]*)"
    r"(?P<gap>[ \t]*)(?P<sign>[:\uff1a]|\.(?=[\s*_]|$)|[\u2013\u2014]|-(?=[\s*_]))?[*_`~]*"
)
_KNOWN_FAMILY = re.compile(rf"{_START}(?P<id>{_KNOWN}){_AFTER}")
_ANY_FAMILY = re.compile(rf"{_START}(?P<id>{ANY_ID}|(?i:fr|nfr|sc)[-_ ]?\d{{1,9}}{_TAIL}){_AFTER}")
_IN_TEXT = re.compile(rf"(?<![\w-]){_KNOWN}(?![\w-])")
_DIGIT = re.compile(r"\d")
# What makes an id one of a list or a range of ids.
_MENTION = re.compile(rf"[ \t]*[,;/&+\u2192]|(?:[\s*_`\u2013\u2014-]|and\b|or\b|to\b|through\b){{0,8}}(?:{_KNOWN})")
_ENDS_TEXT = re.compile(r"[ \t]*(?:[#|>]|(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$))")
_LONGEST_HEAD = 400
"""The characters of a line within which its id is looked for."""
_MARKERS = re.compile(r"\*\*|__")


class Definition(NamedTuple):
    """An item that starts with an id: its text to its end, its first line, and the first line after it.

    A `firm` one has a sign that sets the id apart from its text; the others may only name what is defined elsewhere.
    """

    id: str
    text: str
    line: int
    end: int
    firm: bool


class _Start(NamedTuple):
    id: str
    rest: str
    line: int
    indent: int
    shape: str
    firm: bool


def known_ids(text: str) -> tuple[str, ...]:
    """The ids of requirements and criteria that a text names, each once."""
    return tuple(dict.fromkeys(_IN_TEXT.findall(text))) if "FR" in text or "SC" in text else ()


def definitions(document: Document, of_any_family: Collection[Section]) -> Iterator[Definition]:
    """What a document defines, in its order: FR, NFR and SC everywhere, ids of any family within some sections.

    A mention that is no firm definition counts where it is the first of its id, and nothing defines that firmly.
    """
    starts = list(_starts(document, {line for part in of_any_family for line in range(part.start - 1, part.end)}))
    known = {start.id for start in starts if start.firm}
    stops = {start.line for start in starts}
    for start in starts:
        if start.firm or start.id not in known:
            known.add(start.id)
            text, end = _whole(document, start, stops)
            yield Definition(start.id, text, start.line, end, start.firm)


def _starts(document: Document, loose: Collection[int]) -> Iterator[_Start]:
    for number, line in document.prose(document.whole):
        if ("FR" in line or "SC" in line or number in loose) and _DIGIT.search(line, 0, _LONGEST_HEAD):
            start = _start(number, line, number in loose)
            if start:
                yield start


def _start(number: int, line: str, is_loose: bool) -> _Start | None:
    """The item that starts on a line, if it starts with an id."""
    head = line[:_LONGEST_HEAD]
    head = head if head.isascii() else head.translate(_AS_HYPHEN)
    known = _KNOWN_FAMILY.match(head)
    match = known or (_ANY_FAMILY.match(head) if is_loose else None)
    if not match:
        return None
    indent, item, heading, row, name, close, more, gap, sign = match.groups()
    rest = line[match.end() :]
    shape = "item" if item else "heading" if heading else "row" if row else ""
    firm = sign is not None and not row
    is_apart = bool(sign or close or more or heading or row)
    if not (firm or is_loose) or not (known or is_apart) or not (is_apart or gap or not rest):
        return None
    if sign not in (":", "\uff1a") and _MENTION.match(rest):
        return None
    name = name if known else re.sub("[_ ]", "-", name).upper()
    return _Start(name, rest, number, len(indent.expandtabs(4)), shape, firm)


def _whole(document: Document, start: _Start, stops: Collection[int]) -> tuple[str, int]:
    """The text of an item over its lines and its sub-list, without its id, and the first line after it."""
    if start.shape == "row":
        cells = (cell.strip() for cell in start.rest.split("|"))
        return " | ".join(filter(None, cells)), start.line + 1
    texts, end = [start.rest.strip()], start.line + 1
    for number, text in _below(document, start, stops):
        texts.append(text)
        end = number + 1
    text = " ".join(filter(None, texts)).strip().lstrip("*_:\uff1a ")
    if len(_MARKERS.findall(text)) % 2:
        # What opened before the id closes here.
        text = _MARKERS.sub("", text, count=1)
    return text.strip("~ "), end


def _below(document: Document, start: _Start, stops: Collection[int]) -> Iterator[tuple[int, str]]:
    """The further lines of an item: those of its paragraph and its sub-list, of a heading those up to the next one."""
    blank = False
    for number in range(start.line + 1, document.end):
        line = document.lines[number - 1]
        text = line.strip()
        if number in stops or (text and line[0] == "#"):
            return
        if not text:
            if not start.shape:
                return
            blank = True
        elif number in document.hidden:
            continue
        elif start.shape == "item":
            indent = len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4))
            if indent <= start.indent and (blank or _ENDS_TEXT.match(line)):
                return
            yield number, text
        elif start.shape or line[0] not in "|>":
            yield number, text
        else:
            return
