"""The constitution: .specify/memory/constitution.md."""

import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from sdd.base.regex import regex
from sdd.document import Document, ListItem, Section
from sdd.document.body import plain_title
from sdd.records.kinds.field import Field, Form, Items, Title, Written
from sdd.records.kinds.reading import by_line, file_text, led, placeholders
from sdd.records.kinds.record import Item, Kind, Prose, Record

_NUMBER = regex(
    r"(?:(?:Principle|Article)\s+)?([IVXLC]+|\d+|[一二三四五六七八九十]+)"
    r"(?:[.:)\uff1a\u3001]|\s+[-\u2013\u2014](?=\s))\s*",
    re.IGNORECASE,
)
_NUMBERED_PRINCIPLE = regex(r"(?:Principle|Article)\s+(?:[IVXLC]+|\d+)\b", re.IGNORECASE)
# What the section of the principles is called, in English and elsewhere.
_PRINCIPLES = regex(
    r"\bprinciples?\b|\bphilosoph(?:y|ies)\b|\bnon negotiables?\b|\bprincipios?\b|\bprincípios?\b|\bprincipes?\b"
    r"|\bgrundsätze\b|\bprinzipien\b|\bprincipi\b|\bilkeler\b|принцип|原則|原则|원칙"
)
_NAME_AND_TEXT = regex(r"\*\*(.+?)\*\*|(.+?)(?=(?<!\s)\s++[-\u2013\u2014]\s|:\s|\n|$)", re.DOTALL)
_VERSION = (
    "Version", "Constitution Version", "版本", "版本号", "版本號",
    "バージョン", "버전", "Версия", "Versão", "Versión",
)  # fmt: skip
_RATIFIED = ("Ratified", "批准日期", "批准", "制定日", "비준일", "제정일")
_AMENDED = ("Last Amended", "最後修訂", "最后修订", "最終改訂", "최종 수정일", "최종 개정일")


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
    def own_principles(self) -> tuple[Principle, ...]:
        """The principles that are written: they hold no text of the template."""
        tokens = [token.text for token in self.placeholders]
        return tuple(own for own in self.principles if not any(token in f"{own.name}\n{own.text}" for token in tokens))


def parse(path: str, content: bytes, root: str) -> Constitution:
    """The constitution file. A project that has not filled in its template has `placeholders`."""
    document = Document.parse(content)
    values, lines = led(document, {"version": _VERSION, "ratified": _RATIFIED, "last_amended": _AMENDED})
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
    """The H3 headings, else the list, below each H2 that is about principles, and all headings "Principle N"."""
    found: list[Principle] = []
    about = [part for part in document.sections if part.level == 2 and _PRINCIPLES.search(plain_title(part.title))]
    for part in about:
        headings = [inner for inner in document.subsections(part) if inner.level == 3]
        found += [_principle(document, heading) for heading in headings]
        listed = () if headings or _NUMBERED_PRINCIPLE.match(part.title) else document.items(document.own(part))
        outermost = min((item.indent for item in listed), default=0)
        found += [_from_item(item) for item in listed if item.indent == outermost]
    known = {principle.line for principle in found}
    found += [
        _principle(document, section)
        for section in document.sections
        if section.level in (2, 3) and _NUMBERED_PRINCIPLE.match(section.title) and section.line not in known
    ]
    return by_line(found)


def _principle(document: Document, section: Section) -> Principle:
    number = _NUMBER.match(section.title)
    name = section.title[number.end() :] if number else section.title
    return Principle(number[1] if number else None, name.strip(), document.text(section), section.line)


def _from_item(item: ListItem) -> Principle:
    name = _NAME_AND_TEXT.match(item.text)
    number = item.marker.rstrip(".)")
    text = (name[1] or name[2] if name else item.text).strip(" :*")
    return Principle(number if number.isdigit() else None, text, item.text, item.line)


def _prose(constitution: Constitution, content: bytes) -> Iterator[Prose]:
    for principle in by_line(constitution.principles):
        text = ((principle.line, principle.text),)
        yield Prose("constitution", principle.line, principle.name, principle.number or "", None, text)
    if not constitution.principles:
        yield Prose("constitution", 1, constitution.title, "", None, ((1, file_text(content)),))


_PLACES = ("{mark}memory/constitution.md",)

KIND = Kind("constitution", Constitution, _PLACES, parse, prose=_prose, hits=("constitution",))
