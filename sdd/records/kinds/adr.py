"""Architecture decision records: history/adr/NNNN-slug.md."""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby
from typing import Annotated

from sdd.base.numbers import whole_number
from sdd.base.regex import regex
from sdd.document import Document
from sdd.document.visible import exact_key
from sdd.records.kinds.dates import DATE_IN_NAME, date_as_people_write_it
from sdd.records.kinds.field import Day, FeatureName, Field, Form, Title, Written
from sdd.records.kinds.reading import headings, placeholders, value
from sdd.records.kinds.record import Item, Kind, Prose, Record, Reference
from sdd.records.kinds.words import DECIDED, STATUS
from sdd.records.layout import ADRS

# What is named by its day has no number.
_NAME = regex(rf"(?:adr[-_ ]?)?(?!{DATE_IN_NAME})(\d+)(?=[-_. ]|\Z)", re.IGNORECASE)
# The title as `ADR-001: Use it`, `1. Use it` or `0001 Use it`, but not `3 ways to do it`.
_NUMBERED_TITLE = regex(
    r"\s*(#[ \t]+(?:ADR[-_ ]?(?=\d+\b)|(?=0\d+\b)|(?=\d+(?:[.:)]|[ \t]+[-\u2013\u2014])[ \t])))(\d+)",
    re.IGNORECASE,
)
_HEADING = regex(r"(Status|Date|Feature)[ \t]*(?::|[-\u2013\u2014][ \t])[ \t]*+(.*\S)", re.IGNORECASE)
_BETWEEN_CELLS = regex(r"(?<!\\)\|")
_RULE_OF_TABLE = regex(r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[-: |\t]*+)?")
_LEAD = regex(
    rf"[ \t]*(?:[-*+>][ \t]+)?(?:\*\*)?(Date|Feature|{'|'.join(STATUS)})(?:\*\*)?[ \t]*[:\uff1a](?:\*\*)?[ \t]*(.*)",
    re.IGNORECASE,
)


class AdrStatus(StrEnum):
    """Where a decision stands."""

    PROPOSED = "Proposed"
    ACCEPTED = "Accepted"
    SUPERSEDED = "Superseded"
    REJECTED = "Rejected"
    DEPRECATED = "Deprecated"


_ALSO = {
    "draft": AdrStatus.PROPOSED,
    "pending": AdrStatus.PROPOSED,
    "on hold": AdrStatus.PROPOSED,
    "in review": AdrStatus.PROPOSED,
    "under review": AdrStatus.PROPOSED,
    "deferred": AdrStatus.PROPOSED,
    "approved": AdrStatus.ACCEPTED,
    "adopted": AdrStatus.ACCEPTED,
    "implemented": AdrStatus.ACCEPTED,
    "declined": AdrStatus.REJECTED,
    "replaced": AdrStatus.SUPERSEDED,
    "obsolete": AdrStatus.DEPRECATED,
    "retired": AdrStatus.DEPRECATED,
}
"""What people write for one of them: a decision that rests is not taken yet."""

_IN_OTHER_LANGUAGES = {word: AdrStatus(status) for status, words in DECIDED.items() for word in words}
_FIELDS = ("status", "date", "feature", "deciders", "author", "authors", "owner", "version")


class Adr(Record):
    """Architecture decision records.

    `body` is the text without front matter and status.
    """

    id: Annotated[str | None, Field("as the file's name has it", name="number")]
    title: Title
    status: Annotated[
        AdrStatus | None,
        Field("Proposed, Accepted, Superseded, Rejected or Deprecated; null where none can be told"),
    ]
    status_written: Written
    date: Day
    feature: FeatureName
    sections: tuple[Item, ...]
    placeholders: tuple[Item, ...]
    body: Annotated[str, Field("the text", Form.LONG)]


def parse(path: str, content: bytes, root: str) -> Adr:
    """A decision record. Its status is taken from the front matter, a lead or a heading, whichever is there."""
    document = Document.parse(content)
    number = _NAME.match(path.rpartition("/")[2])
    fields = {name: _field(document, name) for name in ("status", "date", "feature")}
    written = {name: found.text if found else None for name, found in fields.items()}
    status = fields["status"].line if fields["status"] else 0
    body = "\n".join(
        line for at, line in enumerate(document.lines, 1) if document.body <= at < document.end and at != status
    )
    return Adr(
        path=path,
        root=root,
        problems=document.problems,
        lines={name: found.line for name, found in fields.items() if found},
        id=number[1] if number else None,
        title=document.title or document.front_matter.text("title"),
        status=_status(written["status"]),
        status_written=written["status"],
        date=date_as_people_write_it(written["date"]),
        feature=written["feature"],
        sections=headings(document, 2),
        placeholders=placeholders(document),
        body=body.strip(),
    )


def apart_from_number(text: str) -> tuple[str, str, str]:
    """The text of an ADR, from its title on: what is before the number in the title, the number, and what follows. The
    first two are empty where the title begins with none.
    """
    title = _NUMBERED_TITLE.match(text)
    return (text[: title.start(2)], title[2], text[title.end(2) :]) if title else ("", "", text)


def is_filled_in(before: Adr, after: Adr) -> bool:
    """Whether an ADR says what it said but for the lines that held its template's text: nothing was decided there."""
    tokens = {token.text for token in before.placeholders}
    by_lines = groupby(["", *before.body.splitlines(), ""], lambda line: any(token in line for token in tokens))
    kept = [exact_key("\n".join(lines)) for is_template, lines in by_lines if not is_template]
    text, place = exact_key(after.body), len(kept[0])
    if len(kept) < 2 or not (text.startswith(kept[0]) and text.endswith(kept[-1])):
        return False
    for part in kept[1:]:
        at = text.find(part, place)
        if at < 0:
            return False
        place = at + len(part)
    return True


def unnumbered(text: str) -> str:
    """What an ADR says from its title on, without a number there: that of two ADRs may have clashed."""
    before, _, after = apart_from_number(text)
    return exact_key(before + after)


def is_numbered_as_named(adr: Adr) -> bool:
    """Whether the number in an ADR's title is that of its file."""
    return whole_number(apart_from_number(adr.body)[1]) == whole_number(adr.id or "") is not None


def _field(document: Document, name: str) -> Item | None:
    """A field by its front-matter key, its lead before the first section, or the first line below its heading."""
    text, key = document.front_matter.text(name), document.front_matter.find(name)
    if text and key:
        return Item(text, key.line)
    for number, line in document.prose(document.preamble):
        lead = _LEAD.match(line)
        called = "status" if lead and lead[1].lower() in STATUS else lead and lead[1].lower()
        found = value(lead[2].partition(" | ")[0]) if lead and called == name else None
        if found:
            return Item(found, number)
    for section in document.sections:
        titled = _HEADING.match(section.title) if section.level < 4 else None
        if titled and titled[1].lower() == name:
            return Item(titled[2].strip("*_` "), section.line)
    own = document.section(name, level=2)
    for number, line in document.prose(document.own(own)) if own else ():
        if line.strip():
            return Item(line.strip().strip("*_` "), number)
    return _in_table(document, name)


def _in_table(document: Document, name: str) -> Item | None:
    """A field that a table holds: in the row that begins with its name, or in the row below a head with it."""
    rows = [(number, line) for number, line in document.prose(document.whole) if line.lstrip().startswith("|")]
    for place, (number, line) in enumerate(rows):
        cells = _cells(line)
        if name not in [cell.lower() for cell in cells]:
            continue
        is_head = len(rows) > place + 2 and _RULE_OF_TABLE.fullmatch(rows[place + 1][1])
        if cells[0].lower() == name and len(cells) == 2 and not (is_head and cells[1].lower() in _FIELDS):
            return Item(cells[1], number) if cells[1] else None
        if is_head:
            below = _cells(rows[place + 2][1])
            column = [cell.lower() for cell in cells].index(name)
            return Item(below[column], rows[place + 2][0]) if len(below) > column and below[column] else None
    return None


def _cells(row: str) -> list[str]:
    return [cell.strip().strip("*_`: ") for cell in _BETWEEN_CELLS.split(row.strip().strip("|"))]


def _status(written: str | None) -> AdrStatus | None:
    """The status that a text starts with, whatever sign stands before it, by its own name or by one that people use."""
    words = re.search(r"([^\W\d_]+)(?:[ -]+([^\W\d_]+))?", (written or "").lower())
    said = (f"{words[1]} {words[2]}", words[1]) if words else ()
    known = {status.lower(): status for status in AdrStatus} | _ALSO | _IN_OTHER_LANGUAGES
    return next((known[word] for word in said if word in known), None)


def _links(adr: Adr) -> Iterator[Reference]:
    if adr.feature:
        yield Reference("feature", adr.feature, adr.at("feature"))


def _prose(adr: Adr, _: bytes) -> Iterator[Prose]:
    yield Prose("adr", 1, adr.title, adr.id or "", adr.feature, ((1, adr.body),))


_PLACES = (
    *(f"{{mark}}{folder}/{{name}}.md" for folder in (ADRS, f"{ADRS}s")),
    *(f"docs/{folder}/{{numbered}}.md" for folder in ("adr", "adrs", "decisions")),
)

KIND = Kind("adr", Adr, _PLACES, parse, _links, _prose, hits=("adr",))
