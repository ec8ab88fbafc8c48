"""From an artifact to the rows that say the same. Nothing here knows the database: rows may be made in any process."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from sdd.base import paths
from sdd.base.regex import regex
from sdd.document import decode
from sdd.index.terms import storable
from sdd.records.kinds.adr import Adr
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.checklist import Checklist
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.record import Item, Record
from sdd.records.kinds.spec import Spec, plain_title, requirements_in
from sdd.records.kinds.tasks import Tasks
from sdd.records.kinds.waiver import Waiver
from sdd.records.layout import feature_folder

Row = tuple[Any, ...]

# Only an escape in YAML's quotes can write what SQLite cannot hold.
_ESCAPED = regex(rb"\\[0uUx]")


class Document(NamedTuple):
    """One thing that is searched for. `texts` are (line, text) pairs; `names` are ids and paths."""

    kind: str
    line: int
    title: str | None
    names: str
    feature: str | None
    texts: tuple[tuple[int, str], ...]


# One reference: the line it stands on, what sort it is of, and what it leads to.
Link = tuple[int, str, str]


class Rows(NamedTuple):
    """What one record says. `tables` are rows as their tables want them, but for two things: the record's own number
    is missing at their start, and a text stands where its number will be.
    """

    tables: tuple[tuple[str, Row], ...]
    links: tuple[Link, ...]
    documents: tuple[Document, ...]


def rows_of(artifact: Record, content: bytes) -> Rows:
    """The rows of an artifact; `content` is its file, of which some kinds are searched as a whole."""
    make = _MAKERS.get(type(artifact))
    rows = make(artifact, content) if make else Rows((), (), ())
    return _cleaned(rows) if _ESCAPED.search(content) or not _is_storable(artifact.path) else rows


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
        tuple(Document(*_storable(tuple(document))) for document in rows.documents),
    )


def text_hash(text: str) -> bytes:
    """What a text that is storable is known by: 16 bytes of BLAKE2b over its UTF-8."""
    return blake2b(text.encode(), digest_size=16).digest()


# -- specs, plans, tasks -----------------------------------------------------------------------------------


def _spec(spec: Spec, content: bytes) -> Rows:
    feature = spec.feature or None
    written = (spec.feature_branch, spec.created, spec.status, spec.input)
    tables: list[tuple[str, Row]] = [("specs", (feature, spec.title, *written, len(spec.placeholders)))]
    documents = []
    for story in _by_line(spec.stories):
        name = f"US{story.number}" if story.number is not None else None
        tables.append(("stories", (story.line, feature, name, story.title, story.priority, len(story.scenarios))))
    for wanted in _by_line((*spec.requirements, *spec.criteria)):
        is_criterion = wanted in spec.criteria
        tables.append(("requirements", (wanted.line, feature, wanted.id, int(is_criterion), wanted.text)))
        documents.append(Document("requirement", wanted.line, None, wanted.id, feature, ((wanted.line, wanted.text),)))
    tables += _questions(spec.open_questions, feature)
    for answered in _by_line(spec.clarifications):
        tables.append(
            ("clarifications", (answered.line, feature, answered.session, answered.question, answered.answer))
        )
    taken = {wanted.line for wanted in (*spec.requirements, *spec.criteria)}
    whole = Document("spec", 1, plain_title(spec.title), spec.feature, feature, ((1, _body(content, taken)),))
    return Rows(tuple(tables), (), (whole, *documents))


def _plan(plan: Plan, content: bytes) -> Rows:
    feature = plan.feature or None
    tables = [("plans", (feature, plan.title)), *_questions(plan.open_questions, feature)]
    document = Document("plan", 1, plan.title, plan.feature, feature, ((1, _body(content)),))
    return Rows(tuple(tables), (), (document,))


def _tasks(tasks: Tasks, _content: bytes) -> Rows:
    feature = tasks.feature or None
    folder = feature_folder(tasks.root, tasks.feature)
    tables, links, documents = [], [], []
    for task in _by_line(tasks.tasks):
        flags = (int(task.done), int(task.skipped), int(task.parallel))
        tables.append(("tasks", (task.line, feature, task.id, *flags, task.story, task.phase, task.text)))
        if task.story:
            links.append((task.line, "story", f"{folder}#{task.story}"))
        links += [(task.line, "requirement", f"{folder}#{name}") for name in dict.fromkeys(task.requirements)]
        links += [(task.line, "files", paths.join(tasks.root, path)) for path in task.paths]
        names = " ".join(filter(None, (task.id, task.story)))
        documents.append(Document("task", task.line, None, names, feature, ((task.line, task.text),)))
    return Rows(tuple(tables), tuple(links), tuple(documents))


def _checklist(checklist: Checklist, content: bytes) -> Rows:
    feature = checklist.feature or None
    done = sum(item.done for item in checklist.items)
    tables = (("checklists", (feature, checklist.title, len(checklist.items), done)),)
    document = Document("checklist", 1, checklist.title, checklist.feature, feature, ((1, _body(content)),))
    return Rows(tables, (), (document,))


def _questions(questions: Iterable[Item], feature: str | None) -> list[tuple[str, Row]]:
    return [("questions", (place, item.line, feature, item.text)) for place, item in enumerate(questions, 1)]


# -- contracts and PHRs ------------------------------------------------------------------------------------


def _contract(contract: Contract, _content: bytes) -> Rows:
    document = Document(
        "contract",
        1,
        contract.title,
        " ".join(filter(None, (contract.id, *(item.text for item in (*contract.requirements, *contract.tasks))))),
        contract.feature,
        tuple(_contract_texts(contract)),
    )
    return Rows(tuple(_contract_tables(contract)), tuple(_contract_links(contract)), (document,))


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


def _contract_tables(contract: Contract) -> Iterator[tuple[str, Row]]:
    own = (contract.line, int(contract.embedded), contract.id, contract.title, contract.kind, contract.surface)
    scope = _json([item.text for item in contract.scope])
    yield "contracts", (*own, contract.agent, contract.feature, contract.status, scope, contract.criteria)
    for place, part in enumerate(_contract_parts(contract), 1):
        yield "contract_items", (place, *part)


def _contract_texts(contract: Contract) -> Iterator[tuple[int, str]]:
    if contract.criteria:
        yield contract.at("criteria"), contract.criteria
    for part, line, text, _ in _contract_parts(contract):
        if part != "discovery":
            yield line, text


def _contract_links(contract: Contract) -> Iterator[Link]:
    root = contract.root
    folder = feature_folder(root, contract.feature)
    if contract.spec and not contract.embedded:
        yield contract.at("spec"), "spec", _place(root, contract.spec)
    for item in contract.requirements:
        yield item.line, "requirement", f"{folder}#{item.text}"
    for item in contract.tasks:
        yield item.line, "task", f"{folder}#{item.text}"
    for reference in contract.discovery:
        if reference.path:
            yield reference.line, "discovery", _place(root, reference.path)
    if contract.agent:
        yield contract.at("agent"), "agent", contract.agent


def _phr(phr: Phr, content: bytes) -> Rows:
    own: Row = (phr.id, phr.title, phr.stage, phr.stage_written, phr.date, phr.surface, phr.model, phr.feature)
    more: Row = (phr.branch, phr.user, phr.command, phr.kind, _json(phr.labels), _json(phr.tests))
    prompt_line = _line_of(content, phr.prompt, phr.at("prompt"))
    response_line = _line_of(content, phr.response, phr.at("response"))
    said: Row = (phr.prompt, prompt_line, phr.response, response_line)
    tables: list[tuple[str, Row]] = [("phrs", (*own, *more, *said))]
    links = [(phr.at("links"), how, _place(phr.root, written)) for how, written in phr.links]
    links += [(entry.line, "files", _place(phr.root, entry.path)) for entry in phr.files if entry.path]
    links += [(phr.at("closes"), "closes", written) for written in phr.closes]
    if phr.feature:
        folder = feature_folder(phr.root, phr.feature)
        links += [(prompt_line, "prompt", f"{folder}#{name}") for name in requirements_in(phr.prompt)]
    texts = [(line, text) for line, text in ((prompt_line, phr.prompt), (response_line, phr.response)) if text]
    if phr.contract:
        tables += _contract_tables(phr.contract)
        links += _contract_links(phr.contract)
        texts += _contract_texts(phr.contract)
    texts += [(item.line, item.text) for item in phr.follow_ups]
    names = " ".join(filter(None, (phr.id, phr.command, *phr.labels, *(entry.path for entry in phr.files))))
    document = Document("phr", 1, phr.title, names, phr.feature, tuple(texts))
    return Rows(tuple(tables), tuple(links), (document,))


def _line_of(content: bytes, text: str | None, heading: int) -> int:
    """The line that a text begins on in its file; that of its heading where it does not stand there to the letter."""
    first = (text or "").partition("\n")[0]
    wanted = b"\n" + first.encode("utf-8", "surrogatepass")
    found = content.find(wanted) if first else -1
    line = content.count(b"\n", 0, found) + 2
    while found >= 0 and line <= heading:
        # A title, or what was asked before, may begin with the same words.
        before, found = found, content.find(wanted, found + 1)
        line += content.count(b"\n", before, found)
    return line if found >= 0 else heading


def _place(root: str, written: str) -> str:
    """A path as a record writes it, from the top; a link to the web stays as it is."""
    return written if "://" in written else paths.join(root, written.removeprefix("./"))


# -- the others --------------------------------------------------------------------------------------------


def _constitution(constitution: Constitution, content: bytes) -> Rows:
    own = (constitution.title, constitution.version, constitution.ratified, constitution.last_amended)
    tables: list[tuple[str, Row]] = [("constitutions", (*own, constitution.impact))]
    documents = []
    for principle in _by_line(constitution.principles):
        tables.append(("principles", (principle.line, principle.number, principle.name, principle.text)))
        text = ((principle.line, principle.text),)
        documents.append(Document("constitution", principle.line, principle.name, principle.number or "", None, text))
    if not documents:
        documents.append(Document("constitution", 1, constitution.title, "", None, ((1, _body(content)),)))
    return Rows(tuple(tables), (), tuple(documents))


def _adr(adr: Adr, _content: bytes) -> Rows:
    own = (adr.id, adr.title, adr.status, adr.status_written, adr.date, adr.feature, adr.body)
    document = Document("adr", 1, adr.title, adr.id or "", adr.feature, ((1, adr.body),))
    return Rows((("adrs", own),), (), (document,))


def _agent(agent: Agent, _content: bytes) -> Rows:
    return Rows((("agents", (agent.known_as, agent.description, agent.model, _json(agent.tools))),), (), ())


def _waiver(waiver: Waiver, _content: bytes) -> Rows:
    rules, patterns = [item.text for item in waiver.rules], [item.text for item in waiver.paths]
    own = (waiver.id, waiver.title, _json(rules), _json(patterns), waiver.reason, waiver.approved_by, waiver.expires)
    texts = ((waiver.at("reason"), waiver.reason),) if waiver.reason else ()
    document = Document("waiver", 1, waiver.title, " ".join((*rules, *patterns)), None, texts)
    return Rows((("waivers", own),), (), (document,))


_MAKERS: dict[type[Record], Callable[[Any, bytes], Rows]] = {
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


def _body(content: bytes, without: Iterable[int] = ()) -> str:
    """The text of a file as it is searched, some of its lines left out but not the places of the others."""
    text, _ = decode(content)
    left_out = set(without)
    if not left_out:
        return text
    return "\n".join("" if number in left_out else line for number, line in enumerate(text.split("\n"), 1))


def _by_line(parts: Iterable[Any]) -> Iterator[Any]:
    """The parts of a record in the order of lines, one a line: what shares its line with another is the same part."""
    seen = set()
    for part in sorted(parts, key=lambda part: part.line):
        if part.line not in seen:
            seen.add(part.line)
            yield part


def _json(values: Iterable[str]) -> str | None:
    """A list as a column holds it, null where it is empty."""
    listed = ", ".join(map(encode_basestring, values))
    return f"[{listed}]" if listed else None
