"""Architecture decision records: history/adr/NNNN-slug.md."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from sdd.document import Document
from sdd.records.kinds.field import Day, FeatureName, Field, Form, Title, Written
from sdd.records.kinds.reading import date_as_people_write_it, headings, value
from sdd.records.kinds.record import Item, Kind, Prose, Record, Reference
from sdd.records.layout import ADRS

_NAME = re.compile(r"(?:adr[-_ ]?)?(\d+)(?=[-_. ]|$)", re.IGNORECASE)
_LEAD = re.compile(
    r"[ \t]*(?:[-*+>][ \t]+)?(?:\*\*)?(Status|Date|Feature)(?:\*\*)?[ \t]*:(?:\*\*)?[ \t]*(.*)", re.IGNORECASE
)


class AdrStatus(StrEnum):
    """Where a decision stands."""

    PROPOSED = "Proposed"
    ACCEPTED = "Accepted"
    SUPERSEDED = "Superseded"
    REJECTED = "Rejected"
    DEPRECATED = "Deprecated"


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
        body=body.strip(),
    )


def _field(document: Document, name: str) -> Item | None:
    """A field by its front-matter key, its lead before the first section, or the first line below its heading."""
    text, key = document.front_matter.text(name), document.front_matter.find(name)
    if text and key:
        return Item(text, key.line)
    for number, line in document.prose(document.preamble):
        lead = _LEAD.match(line)
        found = value(lead[2].partition(" | ")[0]) if lead and lead[1].lower() == name else None
        if found:
            return Item(found, number)
    section = document.section(name, level=2)
    for number, line in document.prose(document.own(section)) if section else ():
        if line.strip():
            return Item(line.strip().strip("*_` "), number)
    return None


def _status(written: str | None) -> AdrStatus | None:
    """The status that a text starts with, whatever sign stands before it."""
    word = re.search(r"[^\W\d_]+", written or "")
    return next((status for status in AdrStatus if word and status == word[0].capitalize()), None)


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
