"""The constitution: .specify/memory/constitution.md."""

import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from sdd.document import Document
from sdd.records.kinds.field import Field, Form, Items, Title, Written
from sdd.records.kinds.reading import by_line, file_text, led, placeholders
from sdd.records.kinds.record import Item, Kind, Prose, Record

_NUMBER = re.compile(r"(?:Principle\s+)?([IVXLC]+|\d+)[.:)]\s+", re.IGNORECASE)


class Principle(NamedTuple):
    """`### I. Name` below `## Core Principles`, with the text below it."""

    number: Annotated[str | None, Field("as written: IV, 4")]
    name: Annotated[str, Field("its heading without the number")]
    text: Annotated[str, Field("the text below the heading", Form.PROSE)]
    line: int


class Constitution(Record):
    """Constitutions: how a project wants to be built.

    `headings` are all H2 and H3 headings as (level, title) in the file's order.
    """

    title: Title
    version: Written
    ratified: Written
    last_amended: Written
    principles: Annotated[tuple[Principle, ...], Items("principles", "The principles of the constitutions.")]
    headings: tuple[tuple[int, str], ...]
    impact: Annotated[str | None, Field("the note about the last amendment", Form.LONG)]
    placeholders: tuple[Item, ...]

    @property
    def has_own_principle(self) -> bool:
        """Whether a principle is written that holds no text of the template."""
        tokens = [token.text for token in self.placeholders]
        return any(not any(token in f"{own.name}\n{own.text}" for token in tokens) for own in self.principles)


def parse(path: str, content: bytes, root: str) -> Constitution:
    """The constitution file. A project that has not filled in its template has `placeholders`."""
    document = Document.parse(content)
    values, lines = led(document, {"version": "Version", "ratified": "Ratified", "last_amended": "Last Amended"})
    return Constitution(
        path=path,
        root=root,
        problems=document.problems,
        lines=lines,
        **values,
        title=document.title,
        principles=_principles(document),
        headings=tuple((section.level, section.title) for section in document.sections if section.level in (2, 3)),
        impact=_impact(document),
        placeholders=placeholders(document),
    )


def _impact(document: Document) -> str | None:
    """The comment that the file starts with, or one of the first that calls itself a sync impact report."""
    first = next((number for number, line in enumerate(document.lines, 1) if line.strip()), 1)
    for comment in document.blocks.comments[:5]:
        text = "\n".join(document.lines[comment.line - 1 : comment.end - 1]).strip()
        text = text.removeprefix("<!--").removesuffix("-->").strip()
        if comment.line == first or "sync impact" in text[:400].lower():
            return text
    return None


def _principles(document: Document) -> tuple[Principle, ...]:
    """The H3 headings below the H2 that names the principles."""
    found = []
    core = document.section("Core Principles", "Principles", level=2)
    for section in document.subsections(core) if core else ():
        if section.level != 3:
            continue
        number = _NUMBER.match(section.title)
        name = section.title[number.end() :] if number else section.title
        found.append(Principle(number[1] if number else None, name.strip(), document.text(section), section.line))
    return tuple(found)


def _prose(constitution: Constitution, content: bytes) -> Iterator[Prose]:
    for principle in by_line(constitution.principles):
        text = ((principle.line, principle.text),)
        yield Prose("constitution", principle.line, principle.name, principle.number or "", None, text)
    if not constitution.principles:
        yield Prose("constitution", 1, constitution.title, "", None, ((1, file_text(content)),))


_PLACES = ("{mark}memory/constitution.md",)

KIND = Kind("constitution", Constitution, _PLACES, parse, prose=_prose, hits=("constitution",))
