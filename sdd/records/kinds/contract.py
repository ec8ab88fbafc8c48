"""Execution contracts: history/contracts/<feature|general>/<id>-<slug>.contract.md, or a section of a PHR."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

from sdd.document import Document, Section, Value
from sdd.records.kinds import reading
from sdd.records.kinds.contract_body import Check, CodeReference, ContractPart, ErrorMark, contract_body
from sdd.records.kinds.evidence import Evidence
from sdd.records.kinds.field import FeatureName, Field, Form, Id, Items, Title, Written
from sdd.records.kinds.record import ChangeKind, Item, Kind, Prose, Record, Reference
from sdd.records.layout import CONTRACTS


class ContractStatus(StrEnum):
    """A contract is open while its work goes on; an embedded one is always done."""

    OPEN = "open"
    DONE = "done"


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
    surface: Annotated[str | None, Field("the part of the system, as written")]
    agent: Annotated[str | None, Field("the agent file that it follows")]
    feature: FeatureName
    spec: Written
    requirements: Annotated[tuple[Item, ...], Field("JSON list of ids", Form.LIST)]
    tasks: Annotated[tuple[Item, ...], Field("JSON list of ids", Form.LIST)]
    scope: Annotated[tuple[Item, ...], Field("JSON list of its patterns", Form.LIST)]
    status: Annotated[ContractStatus | None, Field("open or done")]
    criteria: Annotated[str | None, Field("the success criteria", Form.PROSE, key="success")]
    constraints: Annotated[tuple[Item, ...], _part("constraint")]
    invariants: Annotated[tuple[Item, ...], _part("invariant")]
    non_goals: Annotated[tuple[Item, ...], _part("non-goal")]
    checks: Annotated[tuple[Check, ...], _part("check")]
    evidence: Annotated[tuple[Evidence, ...], Items("evidence", "What contracts tell of their checks' runs.")]
    discovery: Annotated[tuple[CodeReference, ...], _part("discovery")]
    follow_ups: Annotated[tuple[Item, ...], _part("follow-up")]
    sections: tuple[ContractPart, ...]
    task_items: tuple[Check, ...]
    error_marks: tuple[ErrorMark, ...]
    placeholders: tuple[Item, ...]
    embedded: Annotated[bool, Field("1 for a section of a PHR", Form.FLAG)] = False

    @property
    def effective_kind(self) -> ChangeKind:
        """The kind that decides what its files need: a contract that names none is a feature's."""
        return self.kind or ChangeKind.FEATURE

    @property
    def own_scope(self) -> tuple[Item, ...]:
        """The patterns that it says itself: none where the files of its PHR are the scope."""
        return self.scope if not self.embedded or "scope" in self.lines else ()


def parse(path: str, content: bytes, root: str) -> Contract:
    """An execution contract with a file of its own."""
    document = Document.parse(content)
    fields = document.front_matter
    headed, scope, parts = contract_body(document, document.whole)
    return Contract(
        path=path,
        root=root,
        problems=(*document.problems, *reading.without_front_matter(document)),
        lines=reading.field_lines(
            document, [(name, section) for name, section in headed.items() if name != "scope" or "scope" not in fields]
        ),
        id=fields.text("id") or reading.id_in_name(path),
        title=fields.text("title") or document.title,
        kind=reading.change_kind(fields.text("kind")),
        **reading.named_texts(fields, "surface", "agent", "feature", "spec"),
        requirements=_items(fields.listed("requirements")),
        tasks=_items(fields.listed("tasks")),
        scope=_items(fields.listed("scope")) or scope,
        status=_status(fields.text("status")),
        **parts,
        placeholders=(
            *(Item(entry.text, entry.line) for entry in fields.values.values() if reading.is_left_over(entry)),
            *reading.placeholders(document),
        ),
    )


def embedded(
    document: Document, section: Section, path: str, root: str, files: tuple[Item, ...], **said: Any
) -> Contract:
    """The contract in a section of a PHR. It is done; `files` and the fields that are `said` are those of the PHR."""
    headed, scope, parts = contract_body(document, section)
    scope = _items(document.front_matter.listed("scope")) or scope
    lines = {name: part.line for name, part in headed.items() if name != "scope"}
    agent = document.lead("Agent", within=section)
    return Contract(
        path=path,
        root=root,
        line=section.line,
        lines=lines | ({"scope": scope[0].line} if scope else {}),
        id=None,
        agent=reading.value(agent.value) if agent else None,
        requirements=(),
        tasks=(),
        scope=scope or files,
        status=ContractStatus.DONE,
        **parts,
        placeholders=reading.placeholders(document, section),
        embedded=True,
        **said,
    )


def _items(values: tuple[Value, ...]) -> tuple[Item, ...]:
    return tuple(Item(value.text.strip().strip("`"), value.line) for value in values)


def _status(text: str | None) -> ContractStatus | None:
    return ContractStatus(text.lower()) if text and text.lower() in ("open", "done") else None


def links(contract: Contract) -> Iterator[Reference]:
    """What a contract names; the feature and the spec of an embedded one are its PHR's to name."""
    if contract.feature and not contract.embedded:
        yield Reference("feature", contract.feature, contract.at("feature"))
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


def _texts(contract: Contract) -> Iterator[tuple[int, str]]:
    """(line, text) of what a contract says in words."""
    if contract.criteria:
        yield contract.at("criteria"), contract.criteria
    lists = (contract.constraints, contract.invariants, contract.non_goals, contract.checks, contract.follow_ups)
    for items in lists:
        yield from ((item.line, item.text) for item in items)


def _prose(contract: Contract, _: bytes) -> Iterator[Prose]:
    names = reading.words(contract.id, *(item.text for item in (*contract.requirements, *contract.tasks)))
    yield Prose("contract", 1, contract.title, names, contract.feature, tuple(_texts(contract)))


_PLACES = (f"{{mark}}{CONTRACTS}/{{folders}}{{name}}.contract.md",)

KIND = Kind("contract", Contract, _PLACES, parse, links, _prose, hits=("contract",))
