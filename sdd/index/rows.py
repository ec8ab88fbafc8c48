"""From a record to the rows that say the same. Nothing here knows the database: rows may be made in any process."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from sdd.base import paths
from sdd.base.regex import regex
from sdd.index.terms import storable
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.checklist import Checklist
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.reading import by_line, line_of
from sdd.records.kinds.record import AnyKind, Item, Prose, Record, Reference
from sdd.records.kinds.spec import Spec
from sdd.records.kinds.tasks import Tasks
from sdd.records.kinds.waiver import Waiver
from sdd.records.layout import feature_folder
from sdd.records.links import path_from_top

Row = tuple[Any, ...]
Tables = Iterator[tuple[str, Row]]

# Only an escape in YAML's quotes can write what SQLite cannot hold.
_ESCAPED = regex(rb"\\[0uUx]")


# One reference: the line it stands on, its relation, and what it leads to.
Link = tuple[int, str, str]


class Rows(NamedTuple):
    """What one record says. `tables` are rows as their tables want them, but for two things: the record's own number
    is missing at their start, and a text stands where its number will be.
    """

    tables: tuple[tuple[str, Row], ...]
    links: tuple[Link, ...]
    prose: tuple[Prose, ...]


def rows_of(kind: AnyKind, record: Record, content: bytes) -> Rows:
    """The rows of a record of some kind; `content` is its file."""
    make = _MAKERS.get(kind.record)
    tables = tuple(make(record, content)) if make else ()
    links = tuple(_link(record, reference) for reference in kind.links(record))
    rows = Rows(tables, links, tuple(kind.prose(record, content)))
    return _cleaned(rows) if _ESCAPED.search(content) or not _is_storable(record.path) else rows


def _link(record: Any, reference: Reference) -> Link:
    """A reference as it is looked up: a path from the top, an id below the folder of its feature."""
    relation, text, line = reference
    if relation in ("story", "requirement", "task", "prompt"):
        text = f"{feature_folder(record.root, record.feature)}#{text}"
    elif relation not in ("agent", "closes") and "://" not in text:
        text = path_from_top(record.root, text) or paths.join(record.root, text)
    return line, relation, text


def _is_storable(path: str) -> bool:
    return path.isascii() or storable(path) == path


def _storable(value: Any) -> Any:
    """The same for whatever a row holds."""
    if isinstance(value, str):
        return storable(value)
    return tuple(map(_storable, value)) if type(value) is tuple else value


def _cleaned(rows: Rows) -> Rows:
    return Rows(
        _storable(rows.tables),
        _storable(rows.links),
        tuple(Prose(*_storable(tuple(prose))) for prose in rows.prose),
    )


def text_hash(text: str) -> bytes:
    """What a text that is storable is known by: 16 bytes of BLAKE2b over its UTF-8."""
    return blake2b(text.encode(), digest_size=16).digest()


# -- specs, plans, tasks -----------------------------------------------------------------------------------


def _spec(spec: Spec, _: bytes) -> Tables:
    feature = spec.feature or None
    written = (spec.feature_branch, spec.created, spec.status, spec.input)
    yield "specs", (feature, spec.title, *written, len(spec.placeholders))
    for story in by_line(spec.stories):
        name = f"US{story.number}" if story.number is not None else None
        yield "stories", (story.line, feature, name, story.title, story.priority, len(story.scenarios))
    for wanted in by_line((*spec.requirements, *spec.criteria)):
        yield "requirements", (wanted.line, feature, wanted.id, int(wanted in spec.criteria), wanted.text)
    yield from _questions(spec.open_questions, feature)
    for answered in by_line(spec.clarifications):
        yield "clarifications", (answered.line, feature, answered.session, answered.question, answered.answer)


def _plan(plan: Plan, _: bytes) -> Tables:
    feature = plan.feature or None
    yield "plans", (feature, plan.title)
    yield from _questions(plan.open_questions, feature)


def _tasks(tasks: Tasks, _: bytes) -> Tables:
    for task in by_line(tasks.tasks):
        flags = (int(task.done), int(task.skipped), int(task.parallel))
        yield "tasks", (task.line, tasks.feature or None, task.id, *flags, task.story, task.phase, task.text)


def _checklist(checklist: Checklist, _: bytes) -> Tables:
    done = sum(item.done for item in checklist.items)
    yield "checklists", (checklist.feature or None, checklist.title, len(checklist.items), done)


def _questions(questions: Iterable[Item], feature: str | None) -> Tables:
    for place, item in enumerate(questions, 1):
        yield "questions", (place, item.line, feature, item.text)


# -- contracts and PHRs ------------------------------------------------------------------------------------


def _contract_parts(contract: Contract) -> Iterator[tuple[str, int, str, int | None]]:
    for part, items in (
        ("constraint", contract.constraints),
        ("invariant", contract.invariants),
        ("non-goal", contract.non_goals),
    ):
        for item in items:
            yield part, item.line, item.text, None
    for check in contract.checks:
        yield "check", check.line, check.text, int(check.done)
    for reference in contract.discovery:
        yield "discovery", reference.line, reference.written, None
    for item in contract.follow_ups:
        yield "follow-up", item.line, item.text, None


def _contract(contract: Contract, _: bytes) -> Tables:
    own = (contract.line, int(contract.embedded), contract.id, contract.title, contract.kind, contract.surface)
    scope = _json([item.text for item in contract.scope])
    yield "contracts", (*own, contract.agent, contract.feature, contract.status, scope, contract.criteria)
    for place, part in enumerate(_contract_parts(contract), 1):
        yield "contract_items", (place, *part)


def _phr(phr: Phr, content: bytes) -> Tables:
    own: Row = (phr.id, phr.title, phr.stage, phr.stage_written, phr.date, phr.surface, phr.model, phr.feature)
    more: Row = (phr.branch, phr.user, phr.command, phr.kind, _json(phr.labels), _json(phr.tests))
    prompt_line = line_of(content, phr.prompt, phr.at("prompt"))
    response_line = line_of(content, phr.response, phr.at("response"))
    yield "phrs", (*own, *more, phr.prompt, prompt_line, phr.response, response_line)
    if phr.contract:
        yield from _contract(phr.contract, content)


# -- the others --------------------------------------------------------------------------------------------


def _constitution(constitution: Constitution, _: bytes) -> Tables:
    own = (constitution.title, constitution.version, constitution.ratified, constitution.last_amended)
    yield "constitutions", (*own, constitution.impact)
    for principle in by_line(constitution.principles):
        yield "principles", (principle.line, principle.number, principle.name, principle.text)


def _adr(adr: Adr, _: bytes) -> Tables:
    yield "adrs", (adr.id, adr.title, adr.status, adr.status_written, adr.date, adr.feature, adr.body)


def _agent(agent: Agent, _: bytes) -> Tables:
    yield "agents", (agent.known_as, agent.description, agent.model, _json(agent.tools))


def _waiver(waiver: Waiver, _: bytes) -> Tables:
    rules, patterns = [item.text for item in waiver.rules], [item.text for item in waiver.paths]
    own = (waiver.id, waiver.title, _json(rules), _json(patterns))
    yield "waivers", (*own, waiver.reason, waiver.approved_by, waiver.expires)


_MAKERS: dict[type[Record], Callable[[Any, bytes], Tables]] = {
    Spec: _spec,
    Plan: _plan,
    Tasks: _tasks,
    Checklist: _checklist,
    Contract: _contract,
    Phr: _phr,
    Constitution: _constitution,
    Adr: _adr,
    Agent: _agent,
    Waiver: _waiver,
}


def _json(values: Iterable[str]) -> str | None:
    """A list as a column holds it, null where it is empty."""
    listed = ", ".join(map(encode_basestring, values))
    return f"[{listed}]" if listed else None
