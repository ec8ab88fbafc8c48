"""Execution contracts: history/contracts/<feature|general>/<id>-<slug>.contract.md, or a section of a PHR."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, NamedTuple

from sdd.base.regex import regex
from sdd.document import Document, FrontMatter, Lead, ListItem, Section, Value
from sdd.document.body import plain_title
from sdd.records.kinds.field import FeatureName, Field, Form, Id, Items, Title, Written
from sdd.records.kinds.file_entries import path_of
from sdd.records.kinds.reading import (
    NAME,
    bullets,
    change_kind,
    code_spans,
    field_lines,
    id_in_name,
    is_left_over,
    placeholders,
    value,
    without_front_matter,
    words,
)
from sdd.records.kinds.record import ChangeKind, Item, Kind, Prose, Record, Reference

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
_CELL_END = regex(r"(?<!\\)\|")
_REFERENCE = regex(r"(?<![\w:/.])(\d{1,7}):(\d{1,7}):(?:(`)([^`\n]+)`|([^\s`]*[^\s`.,;:)]))")


class ContractStatus(StrEnum):
    """A contract is open while its work goes on; an embedded one is always done."""

    OPEN = "open"
    DONE = "done"


class Check(NamedTuple):
    """One acceptance check: a task-list item that may hold one runnable command in backticks."""

    text: Annotated[str, Field("the text", Form.PROSE)]
    command: Annotated[str | None, Field("of a check: the command that it holds")]
    done: Annotated[bool, Field("of a check: 1 where it is ticked; null elsewhere", Form.FLAG)]
    line: int


class Part(NamedTuple):
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
    written: Annotated[str, Field("the text", Form.PROSE, "text")]
    line: int


def _part(name: str) -> Items:
    return Items("contract_items", "The lists of the contracts.", name)


class Contract(Record):
    """Execution contracts: files, and sections of PHRs.

    What will be done for one request, its limits, and how it will be checked.

    `criteria` is the text under Success criteria. `scope` holds patterns anchored at the root. For what an
    agent file demands, `sections` holds every heading and bold lead of the body, `task_items` every task-list item,
    the acceptance checks among them, and `error_marks` the rows of tables and lists under headings about errors.
    `embedded` is true for the section of a PHR: `path` and `line` are then those of the section.
    """

    line: Annotated[int, Field("where in the file, counted from 1", Form.NUMBER)] = 1
    id: Id
    title: Title
    kind: Annotated[ChangeKind | None, Field("feature, fix, refactor, revert or chore")]
    kind_written: str | None
    surface: Annotated[str | None, Field("the part of the system, as written")]
    agent: Annotated[str | None, Field("the agent file that it follows")]
    feature: FeatureName
    spec: Written
    requirements: Annotated[tuple[Item, ...], Field("JSON list of ids", Form.LIST)]
    tasks: Annotated[tuple[Item, ...], Field("JSON list of ids", Form.LIST)]
    scope: Annotated[tuple[Item, ...], Field("JSON list of its patterns", Form.LIST)]
    status: Annotated[ContractStatus | None, Field("open or done")]
    status_written: str | None
    criteria: Annotated[str | None, Field("the success criteria", Form.PROSE, key="success")]
    constraints: Annotated[tuple[Item, ...], _part("constraint")]
    invariants: Annotated[tuple[Item, ...], _part("invariant")]
    non_goals: Annotated[tuple[Item, ...], _part("non-goal")]
    checks: Annotated[tuple[Check, ...], _part("check")]
    discovery: Annotated[tuple[CodeReference, ...], _part("discovery")]
    follow_ups: Annotated[tuple[Item, ...], _part("follow-up")]
    sections: tuple[Part, ...]
    task_items: tuple[Check, ...]
    error_marks: tuple[ErrorMark, ...]
    placeholders: tuple[Item, ...]
    embedded: Annotated[bool, Field("1 for a section of a PHR", Form.FLAG)] = False


class Head(NamedTuple):
    """What an embedded contract takes from the front matter of its PHR."""

    title: str | None
    kind: ChangeKind | None
    kind_written: str | None
    surface: str | None
    feature: str | None
    spec: str | None
    files: tuple[Item, ...]


def parse(path: str, content: bytes, root: str) -> Contract:
    """An execution contract with a file of its own."""
    document = Document.parse(content)
    fields = document.front_matter
    headed, scope, parts = _body(document, document.whole)
    return Contract(
        path=path,
        root=root,
        problems=(*document.problems, *without_front_matter(document)),
        lines=field_lines(
            document, [(name, section) for name, section in headed.items() if name != "scope" or "scope" not in fields]
        ),
        id=fields.text("id") or id_in_name(path),
        title=fields.text("title") or document.title,
        kind=change_kind(fields.text("kind")),
        kind_written=fields.written("kind"),
        surface=fields.text("surface"),
        agent=fields.text("agent"),
        feature=fields.text("feature"),
        spec=fields.text("spec"),
        requirements=_items(fields.listed("requirements")),
        tasks=_items(fields.listed("tasks")),
        scope=_items(fields.listed("scope")) or scope,
        status=_status(fields.text("status")),
        status_written=fields.written("status"),
        **parts,
        placeholders=(*_left_over(fields), *placeholders(document)),
    )


def embedded(document: Document, section: Section, path: str, root: str, head: Head) -> Contract:
    """The contract in a section of a PHR. It is done, and `head` gives what only the PHR says."""
    headed, scope, parts = _body(document, section)
    return Contract(
        path=path,
        root=root,
        line=section.line,
        lines={name: part.line for name, part in headed.items()},
        id=None,
        title=head.title,
        kind=head.kind,
        kind_written=head.kind_written,
        surface=head.surface,
        agent=_agent(document, section),
        feature=head.feature,
        spec=head.spec,
        requirements=(),
        tasks=(),
        scope=scope or head.files,
        status=ContractStatus.DONE,
        status_written=None,
        **parts,
        placeholders=placeholders(document, section),
        embedded=True,
    )


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


def _body(document: Document, whole: Section) -> tuple[dict[str, Section], tuple[Item, ...], dict[str, Any]]:
    """What the sections of a contract say, headings of whatever level or bold leads.

    The headings by the fields that they stand for, the scope, which front matter may hold too, and all other fields.
    """
    inner, leads = document.subsections(whole), tuple(document.leads(whole))
    headed = _headed(inner)
    parts = _led(leads, inner, whole) | headed
    criteria, checks = parts.get("criteria"), parts.get("checks")
    items = document.items(whole)

    def listed(name: str) -> tuple[Item, ...]:
        return bullets(document, parts.get(name), items)

    scope = tuple(Item(_pattern(item.text), item.line) for item in listed("scope"))
    fields = {
        "criteria": _criteria(document, criteria) if criteria else None,
        "constraints": listed("constraints"),
        "invariants": listed("invariants"),
        "non_goals": listed("non_goals"),
        "checks": _checks(document.items(checks, items)) if checks else (),
        "discovery": tuple(map(code_reference, listed("discovery"))),
        "follow_ups": listed("follow_ups"),
        "sections": _sections(document, whole, inner, leads),
        "task_items": _checks(items),
        "error_marks": _error_marks(document, inner),
    }
    return {name: headed[name] for name in _TITLES if name in headed}, scope, fields


def _headed(inner: tuple[Section, ...]) -> dict[str, Section]:
    """The first section for each field that has a heading."""
    found: dict[str, Section] = {}
    for section in inner:
        name = _fields_by_title().get(plain_title(section.title))
        if name:
            found.setdefault(name, section)
    return found


def _led(leads: tuple[Lead, ...], inner: tuple[Section, ...], whole: Section) -> dict[str, Section]:
    """What follows the first bold lead for each field, up to the next lead or heading."""
    found: dict[str, Section] = {}
    for place, lead in enumerate(leads):
        name = _fields_by_title().get(plain_title(lead.name))
        if name and name not in found:
            end = leads[place + 1].line if place + 1 < len(leads) else whole.end
            heading = next((section.line for section in inner if section.line > lead.line), end)
            found[name] = Section(lead.name, 0, lead.line, lead.line, min(end, heading))
    return found


def _criteria(document: Document, section: Section) -> str | None:
    """The text of the section without comments; of a bold lead, what follows the name."""
    text = document.shown(section.start, section.end)
    if section.level == 0:
        text = re.sub(r"^\s*(?:[-*+]\s+)?\*\*[^*]+\*\*\s*:?\s*", "", text)
    return text or None


def _checks(items: tuple[ListItem, ...]) -> tuple[Check, ...]:
    return tuple(_check(item) for item in items if item.done is not None)


def _check(item: ListItem) -> Check:
    commands = code_spans(item.text)
    return Check(item.text, commands[0].text.strip() or None if commands else None, bool(item.done), item.line)


def _pattern(text: str) -> str:
    quoted = re.match(r"(`+|[\"'])(.+?)\1", text)
    return quoted[2].strip() if quoted else path_of(text) or text.strip()


def _items(values: tuple[Value, ...]) -> tuple[Item, ...]:
    return tuple(Item(value.text.strip().strip("`"), value.line) for value in values)


def _status(text: str | None) -> ContractStatus | None:
    return ContractStatus(text.lower()) if text and text.lower() in ("open", "done") else None


def _agent(document: Document, section: Section) -> str | None:
    lead = document.lead("Agent", within=section)
    return value(lead.value) if lead else None


def _sections(
    document: Document, whole: Section, inner: tuple[Section, ...], leads: tuple[Lead, ...]
) -> tuple[Part, ...]:
    """Every heading and bold lead with its text, in the file's order."""
    found = [Part(one.title, one.line, document.shown(one.start, one.end)) for one in inner]
    if leads:
        starts = sorted({*(one.line for one in inner), *(lead.line for lead in leads), whole.end})
        for lead in leads:
            below = document.shown(lead.line + 1, starts[bisect_right(starts, lead.line)])
            found.append(Part(lead.name, lead.line, f"{lead.value}\n{below}".strip()))
        found.sort(key=lambda part: part.line)
    return tuple(found)


def _error_marks(document: Document, inner: tuple[Section, ...]) -> tuple[ErrorMark, ...]:
    """What tables and lists under a heading about errors say of each code: its last cell, or what follows a colon."""
    found: dict[int, ErrorMark] = {}
    for part in inner:
        title = part.title[:300]
        if "error" not in title.lower() or not _ERRORS.search(title):
            continue
        for number, line in document.prose(part):
            row = line.strip()
            cells = _CELL_END.split(row.removeprefix("|").removesuffix("|"))
            if row.startswith("|") and len(cells) > 1:
                found[number] = ErrorMark(cells[0].replace("\\|", "|").strip(), _is_used(cells[-1]), number)
        for item in document.items(part):
            code, colon, mark = item.text.partition(":")
            if colon:
                found[item.line] = ErrorMark(code, _is_used(mark), item.line)
    return tuple(found[line] for line in sorted(found))


def _is_used(mark: str) -> bool | None:
    words = mark.strip("*_` ").casefold()
    if words.startswith(("not applicable", "n/a")):
        return False
    return True if words.startswith("used") else None


def _left_over(fields: FrontMatter) -> list[Item]:
    return [Item(entry.text, entry.line) for entry in fields.values.values() if is_left_over(entry)]


def links(contract: Contract) -> Iterator[Reference]:
    """What a contract names; the spec of an embedded one is its PHR's to name."""
    if contract.spec and not contract.embedded:
        yield Reference("spec", contract.spec, contract.at("spec"))
    for item in contract.requirements:
        yield Reference("requirement", item.text, item.line)
    for item in contract.tasks:
        yield Reference("task", item.text, item.line)
    for reference in contract.discovery:
        if reference.path:
            yield Reference("discovery", reference.path, reference.line)
    if contract.agent:
        yield Reference("agent", contract.agent, contract.at("agent"))


def texts(contract: Contract) -> Iterator[tuple[int, str]]:
    """(line, text) of what a contract says in words."""
    if contract.criteria:
        yield contract.at("criteria"), contract.criteria
    lists = (contract.constraints, contract.invariants, contract.non_goals, contract.checks, contract.follow_ups)
    for items in lists:
        yield from ((item.line, item.text) for item in items)


def _prose(contract: Contract, _: bytes) -> Iterator[Prose]:
    names = words(contract.id, *(item.text for item in (*contract.requirements, *contract.tasks)))
    yield Prose("contract", 1, contract.title, names, contract.feature, tuple(texts(contract)))


_PATH = regex(rf"(?:\.specify/)?history/contracts/(?:.+/)?{NAME}\.contract\.md")

KIND = Kind("contract", Contract, _PATH, parse, links, _prose, hits=("contract",))
