"""The body of a contract: its headings and bold leads, the lists below them, and what is said of errors."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, NamedTuple

from sdd.base.regex import regex
from sdd.document import Document, Lead, ListItem, Section, with_sublists
from sdd.document.body import plain_title
from sdd.document.code_spans import code_spans
from sdd.records.kinds import evidence
from sdd.records.kinds.field import Field, Form
from sdd.records.kinds.file_entries import path_of
from sdd.records.kinds.reading import bullets, is_answer
from sdd.records.kinds.record import Item

_TITLES = {
    "criteria": ("Success criteria", "Success criterion"),
    "constraints": ("Constraints",),
    "invariants": ("Invariants",),
    "non_goals": ("Non-goals", "Nongoals"),
    "checks": ("Acceptance checks", "Acceptance check"),
    "discovery": ("Discovery",),
    "follow_ups": ("Follow-ups", "Followups"),
    "scope": ("Scope",),
}
_ERRORS = regex(r"\berrors?\b", re.IGNORECASE)
_WILD = regex(r"[`\"'\s]*[*?/.!\[\]]+[`\"'\s]*")
_CELL_END = regex(r"(?<!\\)\|")
_REFERENCE = regex(r"(?<![\w:/.])(\d{1,7}):(\d{1,7}):(?:(`)([^`\n]+)`|([^\s`]*[^\s`.,;:)]))")


class Check(NamedTuple):
    """One acceptance check: a task-list item that may hold one runnable command in backticks."""

    text: Annotated[str, Field("the text", Form.PROSE)]
    command: Annotated[str | None, Field("of a check: the command that it holds")]
    done: Annotated[bool, Field("of a check: 1 where it is ticked; null elsewhere", Form.FLAG)]
    line: int


class ContractPart(NamedTuple):
    """A heading or bold lead of a contract, and the text below it without comments."""

    title: str
    line: int
    text: str


class ErrorMark(NamedTuple):
    """A code of an error taxonomy: whether the work uses it, None where nobody has said so."""

    code: str
    used: bool | None
    line: int


class CodeReference(NamedTuple):
    """`start:end:path`, the lines that were read before they were changed. start is 0 where it is malformed."""

    start: int
    end: int
    path: str
    written: Annotated[str, Field("the text", Form.PROSE, name="text")]
    line: int


def own_part(title: str) -> str | None:
    """The field of a Contract that a heading such as "Success criteria" or "Follow-ups / Risks" stands for."""
    names = {_fields_by_title().get(plain_title(part)) for part in (title, title.partition("/")[0])}
    return next((name for name in _TITLES if name in names), None)


@cache
def _fields_by_title() -> dict[str, str]:
    return {plain_title(title): name for name, titles in _TITLES.items() for title in titles}


def code_reference(item: Item) -> CodeReference:
    """`start:end:path` out of a list item, in backticks or bare, whatever is said around it."""
    found = _REFERENCE.search(item.text[:4096])
    if not found:
        return CodeReference(0, 0, "", item.text, item.line)
    start, end = int(found[1]), int(found[2])
    path = (found[4] or found[5]).removeprefix("./")
    return CodeReference(start if 0 < start <= end else 0, end, path, item.text, item.line)


def contract_body(document: Document, whole: Section) -> tuple[dict[str, Section], tuple[Item, ...], dict[str, Any]]:
    """What the sections of a contract say, headings of whatever level or bold leads.

    The headings by the fields that they stand for, the scope, which front matter may hold too, and all other fields.
    """
    inner, leads = document.subsections(whole), tuple(document.leads(whole))
    starts = sorted({*(part.line for part in inner), *(lead.line for lead in leads), whole.end})
    ends = {lead.line: starts[bisect_right(starts, lead.line)] for lead in leads}
    led = tuple(Section(lead.name, 0, lead.line, lead.line, ends[lead.line]) for lead in leads)
    headed = _by_field(inner)
    parts = _by_field(led) | headed
    criteria = parts.get("criteria")
    # Every section of checks counts: a reader sees the boxes of them all.
    headed_checks = [part for part in inner if own_part(part.title) == "checks"]
    checks = headed_checks or [part for name, part in parts.items() if name == "checks"]
    items = document.items(whole)

    def listed(name: str) -> tuple[Item, ...]:
        return bullets(document, parts.get(name), items)

    scope = tuple(
        Item(_pattern(item.text), item.line) for item in bullets(document, parts.get("scope"), items, _is_scope)
    )
    fields = {
        "criteria": _criteria(document, criteria) if criteria else None,
        "constraints": listed("constraints"),
        "invariants": listed("invariants"),
        "non_goals": listed("non_goals"),
        "checks": _checks(tuple(item for part in checks for item in document.items(part, items))),
        "evidence": _evidence(document, inner, items),
        "discovery": tuple(map(code_reference, listed("discovery"))),
        "follow_ups": _follow_ups(document, parts.get("follow_ups"), items),
        "sections": _sections(document, inner, leads, ends),
        "task_items": _checks(items),
        "error_marks": _error_marks(document, inner),
    }
    return headed, scope, fields


def _by_field(sections: tuple[Section, ...]) -> dict[str, Section]:
    """The first section for each field that a heading or bold lead stands for."""
    names = ((_fields_by_title().get(plain_title(section.title)), section) for section in reversed(sections))
    return {name: section for name, section in names if name}


def _criteria(document: Document, section: Section) -> str | None:
    """The text of the section without comments; of a bold lead, what follows the name."""
    text = document.shown(section.start, section.end)
    if section.level == 0:
        text = re.sub(r"^\s*(?:[-*+]\s+)?\*\*[^*]+\*\*\s*:?\s*", "", text)
    return text or None


def _checks(items: tuple[ListItem, ...]) -> tuple[Check, ...]:
    # A command in a sub-list explains a check, and is not what is run.
    commands = {item.line: code_spans(item.text)[:1] for item in items}
    return tuple(
        Check(item.text, next((span.text.strip() or None for span in commands[item.line]), None), item.done, item.line)
        for item in with_sublists(items)
        if item.done is not None
    )


def _evidence(
    document: Document, inner: tuple[Section, ...], around: tuple[ListItem, ...]
) -> tuple[evidence.Evidence, ...]:
    """The runs below the first heading that says Evidence."""
    section = next((part for part in inner if plain_title(part.title) == plain_title(evidence.TITLE)), None)
    return evidence.evidence_in(document.items(section, around)) if section else ()


def _follow_ups(document: Document, section: Section | None, around: tuple[ListItem, ...]) -> tuple[Item, ...]:
    """The outermost of several items, each with its sub-list; where these only introduce lists, every item."""
    listed, items = bullets(document, section, around), document.items(section, around) if section else ()
    whole = {item.line: item.text for item in with_sublists(items)}
    if len(whole) < 2 or all(item.text.rstrip("*_ ").endswith(":") for item in items if item.line in whole):
        return listed
    return tuple(item._replace(text=whole[item.line]) for item in listed if item.line in whole)


def _is_scope(text: str) -> bool:
    """Whether a text may be a scope: wildcards alone (`/**`) are no answer to a reader, but match everything."""
    return is_answer(text) or _WILD.fullmatch(text) is not None


def _pattern(text: str) -> str:
    quoted = re.match(r"(`++|[\"'])(.+?)\1", text)
    return quoted[2].strip() if quoted else path_of(text) or text.strip()


def _sections(
    document: Document, inner: tuple[Section, ...], leads: tuple[Lead, ...], ends: Mapping[int, int]
) -> tuple[ContractPart, ...]:
    """Every heading and bold lead with its text, in the file's order."""
    parts = [ContractPart(part.title, part.line, document.shown(part.start, part.end)) for part in inner]
    for lead in leads:
        below = document.shown(lead.line + 1, ends[lead.line])
        parts.append(ContractPart(lead.name, lead.line, f"{lead.value}\n{below}".strip()))
    return tuple(sorted(parts, key=lambda part: part.line))


def _error_marks(document: Document, inner: tuple[Section, ...]) -> tuple[ErrorMark, ...]:
    """What tables and lists under a heading about errors say of each code: its last cell, or what follows a colon."""
    marks: dict[int, ErrorMark] = {}
    for part in inner:
        title = part.title[:300]
        if "error" not in title.lower() or not _ERRORS.search(title):
            continue
        for number, line in document.prose(part):
            row = line.strip()
            cells = _CELL_END.split(row.removeprefix("|").removesuffix("|"))
            if row.startswith("|") and len(cells) > 1:
                marks[number] = ErrorMark(cells[0].replace("\\|", "|").strip(), _is_used(cells[-1]), number)
        for item in document.items(part):
            code, colon, mark = item.text.partition(":")
            if colon:
                marks[item.line] = ErrorMark(code, _is_used(mark), item.line)
    return tuple(marks[line] for line in sorted(marks))


def _is_used(mark: str) -> bool | None:
    words = mark.strip("*_` ").casefold()
    if words.startswith(("not applicable", "n/a")):
        return False
    return True if words.startswith("used") else None
