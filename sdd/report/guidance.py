"""What work is held to: constitutions with who cites them, decisions, agents and their checklists."""

from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.lists import Row
from sdd.base import paths
from sdd.base.regex import regex
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.contract import ContractStatus
from sdd.records.project import Reader
from sdd.repo.objects import REGULAR, Entry

_REFERENCE = regex(r"(\d{1,7}):(\d{1,7}):(\S+)")


class PrincipleRow(NamedTuple):
    """One principle of a constitution. `cited_by` are paths of records, each once."""

    line: int
    number: str | None
    name: str
    text: str
    cited_by: tuple[str, ...]


class ConstitutionPage(NamedTuple):
    """A constitution. `cited_by` are the records that cite it without a principle of its own."""

    path: str
    root: str
    title: str | None
    version: str | None
    ratified: str | None
    last_amended: str | None
    impact: str | None
    principles: tuple[PrincipleRow, ...]
    cited_by: tuple[str, ...]


class AgentPage(NamedTuple):
    """An agent file, its checklist, and the contracts that answer to it with how many of them are done."""

    path: str
    name: str
    description: str | None
    model: str | None
    tools: tuple[str, ...]
    checklist: tuple[str, ...]
    demands: tuple[str, ...]
    contracts: int
    done: int


def constitutions(index: Connection) -> tuple[ConstitutionPage, ...]:
    """Every constitution, in the order of paths. A principle is cited by a contract whose discovery names its lines."""
    cited = _citations(index)
    found = []
    for record, path, root, title, version, ratified, amended, impact in index.execute(
        "SELECT record, path, root, title, version, ratified, last_amended, texts.text FROM constitutions "
        "JOIN records ON records.id = record LEFT JOIN texts ON texts.id = impact ORDER BY path"
    ).fetchall():
        rows = index.execute(
            "SELECT line, number, name, texts.text FROM principles LEFT JOIN texts ON texts.id = principles.text "
            "WHERE record = ? ORDER BY line",
            (record,),
        ).fetchall()
        principles, others = _with_citations(rows, cited.get(path, ()))
        found.append(ConstitutionPage(path, root, title, version, ratified, amended, impact, principles, others))
    return tuple(found)


class _Citation(NamedTuple):
    first: int
    last: int
    by: str


def _citations(index: Connection) -> Mapping[str, Sequence[_Citation]]:
    """path of what is cited -> which lines of it are, and by whom."""
    found: dict[str, list[_Citation]] = {}
    for written, path, root in index.execute(
        "SELECT texts.text, path, root FROM contract_items JOIN texts ON texts.id = contract_items.text "
        "JOIN records ON records.id = record WHERE part = 'discovery' AND instr(texts.text, 'constitution') "
        "ORDER BY path, position"
    ):
        for reference in _REFERENCE.finditer(written):
            cited = paths.join(root, reference[3].strip("`").removeprefix("./"))
            found.setdefault(cited, []).append(_Citation(int(reference[1]), int(reference[2]), path))
    return found


def _with_citations(
    rows: Sequence[tuple[int, str | None, str, str]], cited: Sequence[_Citation]
) -> tuple[tuple[PrincipleRow, ...], tuple[str, ...]]:
    """The principles with who cites each, and those who cite none of them."""
    ends = [*(row[0] - 1 for row in rows[1:]), 10**9][: len(rows)]
    principles = []
    placed: set[str] = set()
    for (line, number, name, text), end in zip(rows, ends, strict=True):
        by = tuple(dict.fromkeys(one.by for one in cited if one.first <= end and one.last >= line))
        placed.update(by)
        principles.append(PrincipleRow(line, number, name, text or "", by))
    return tuple(principles), tuple(dict.fromkeys(one.by for one in cited if one.by not in placed))


def with_bodies(index: Connection, rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """Each decision with its text."""
    asked = (
        "SELECT texts.text FROM adrs JOIN records ON records.id = record JOIN texts ON texts.id = body WHERE path = ?"
    )
    for row in rows:
        found = index.execute(asked, (row.path,)).fetchone()
        yield row, found[0] if found else ""


def agents(index: Connection, reader: Reader, contracts: Sequence[Row]) -> tuple[AgentPage, ...]:
    """Every agent file; its checklist is read out of the file, for the index does not hold it."""
    found = []
    rows = index.execute("SELECT path, root, blob FROM records WHERE kind = 'agent' ORDER BY path").fetchall()
    for path, root, blob in rows:
        agent = reader.record(path, Entry(REGULAR, blob), root)
        if not isinstance(agent, Agent):
            continue
        answering = [row for row in contracts if row.agent == agent.known_as]
        found.append(
            AgentPage(
                path,
                agent.known_as,
                agent.description,
                agent.model,
                agent.tools,
                tuple(item.text for item in agent.checklist),
                tuple(item.text for item in agent.output_format),
                len(answering),
                sum(row.status == ContractStatus.DONE for row in answering),
            )
        )
    return tuple(found)
