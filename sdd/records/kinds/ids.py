"""The ids of requirements and success criteria as people write them, and where an item that starts with one ends."""

import re
from collections.abc import Collection, Iterator
from itertools import zip_longest
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.document import Document, Section
from sdd.records.kinds.extent import Shape, indent_of, whole_text

_AS_HYPHEN = str.maketrans("\u2010\u2011", "--")
_TAIL = r"(?:\.\d{1,4}|-(?!(?:FR|NFR|SC)\b)[A-Z0-9]{1,4}(?![^\W_]))*[a-z]?(?![^\W_])"
_FAMILY = r"(?:[A-Z][A-Z0-9]{0,11}-){0,2}(?:FR|NFR|SC)(?:-[A-Z]{1,15}|[A-Z]{1,4}){0,2}-?"
_KNOWN = rf"{_FAMILY}\d{{1,9}}{_TAIL}"
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
_KNOWN_FAMILY = regex(rf"{_START}(?P<id>{_KNOWN}){_AFTER}")
_ANY_FAMILY = regex(rf"{_START}(?P<id>{ANY_ID}|(?i:fr|nfr|sc)[-_ ]?\d{{1,9}}{_TAIL}){_AFTER}")
_IN_TEXT = regex(rf"(?<![\w-]){_KNOWN}(?![\w-])")
# FR-001 to FR-004, FR-001\u2013004, FR-001..FR-004; a hyphen may be a dash of the sentence.
_RANGE = regex(
    rf"(?<![\w-])(?P<family>{_FAMILY})(?P<first>\d{{1,6}})[*_`]*\s*"
    r"(?:to|through|thru|[\u2013\u2014\u2026~]|\.{2,3}|-(?=\s*[*_`]*(?P=family)))\s*[*_`]*(?P<again>(?P=family)?)"
    r"(?P<last>\d{1,6})(?![\w-])"
)
_LONGEST_RANGE = 100
_DIGIT = regex(r"\d")
# What makes an id one of a list or a range of ids.
_MENTION = regex(rf"[ \t]*[,;/&+\u2192]|(?:[\s*_`\u2013\u2014-]|and\b|or\b|to\b|through\b){{0,8}}(?:{_KNOWN})")
# Columns of a table that say something about a requirement, not what it demands: "(P1)" of an item is left out, too.
_ATTRIBUTES = regex(r"[\W_]*(?:prio(?:rity)?|status|moscow)[\W_]*", re.IGNORECASE)
_LONGEST_HEAD = 400
"""The characters of a line within which its id is looked for."""


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
    shape: Shape
    firm: bool


def known_ids(text: str) -> tuple[str, ...]:
    """The ids of requirements and criteria that a text names, each once; a range names all that it spans."""
    if "FR" not in text and "SC" not in text:
        return ()
    return tuple(dict.fromkeys(_IN_TEXT.findall(_RANGE.sub(_spanned, text))))


def _spanned(written: "re.Match[str]") -> str:
    """The ids of a range, one after the other; what is none stays as it is written."""
    family, first, again, last = written.groups()
    numbers = range(int(first), int(last) + 1)
    if not 1 < len(numbers) <= _LONGEST_RANGE or not (again or len(first) == len(last)):
        return written[0]
    return ", ".join(f"{family}{number:0{len(first)}}" for number in numbers)


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
            text, end = whole_text(document, start.line, start.rest, start.shape, start.indent, stops)
            yield Definition(start.id, text, start.line, end, start.firm)


def _starts(document: Document, loose: Collection[int]) -> Iterator[_Start]:
    header, below = "", 0
    for number, line in document.prose(document.whole):
        if line[:1] == "|":
            header, below = header if below == number else line, number + 1
        if ("FR" in line or "SC" in line or number in loose) and _DIGIT.search(line, 0, _LONGEST_HEAD):
            start = _start(number, line, number in loose)
            if start and start.shape == Shape.ROW:
                start = start._replace(rest=_demanded(start.rest, header if below == number + 1 else ""))
            if start:
                yield start


def _demanded(rest: str, header: str) -> str:
    """The cells of a row from its id on, without those of columns that are attributes by the table's header."""
    if not any(map(_ATTRIBUTES.fullmatch, names := header.split("|")[1:])):
        return rest
    cells = zip_longest(rest.split("|"), names, fillvalue="")
    return "|".join(cell for cell, name in cells if not _ATTRIBUTES.fullmatch(name))


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
    shape = Shape.ITEM if item else Shape.HEADING if heading else Shape.ROW if row else Shape.PARAGRAPH
    firm = sign is not None and not row
    is_apart = bool(sign or close or more or heading or row)
    if not (firm or is_loose) or not (known or is_apart) or not (is_apart or gap or not rest):
        return None
    if sign not in (":", "\uff1a") and _MENTION.match(rest):
        return None
    name = name if known else re.sub("[_ ]", "-", name).upper()
    return _Start(name, rest, number, indent_of(indent), shape, firm)
