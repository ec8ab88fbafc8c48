"""What work is held to: constitutions with who cites them, and agents with the contracts that answer to them."""

from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.lists import Row, rows
from sdd.answers.trail.principles import contracts_citing
from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.index.search import RowFilter
from sdd.records.kinds.agent import KIND, Agent
from sdd.records.kinds.constitution import KIND as CONSTITUTION
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.contract_body import CodeReference, code_reference
from sdd.records.kinds.record import Item
from sdd.records.project import Reader
from sdd.repo.objects import REGULAR, Entry


class AgentPage(NamedTuple):
    """An agent file, and how many contracts answer to it, with how many of them are done."""

    agent: Agent
    contracts: int
    done: int


Citation = tuple[str, CodeReference]
"""The path of a contract, and the lines that its discovery names."""


def constitutions(index: Connection) -> tuple[Row, ...]:
    """Every constitution with its `principles`, in the order of paths.

    A principle is `cited_by` the contracts that cite it by name or number and those whose discovery names its lines,
    a constitution by the contracts whose discovery names no principle of it: paths, each once.
    """
    discovered = index.execute(
        "SELECT path, root, texts.text FROM contract_items JOIN texts ON texts.id = contract_items.text "
        "JOIN records ON records.id = record WHERE part = 'discovery' AND instr(texts.text, 'constitution') "
        "ORDER BY path, position"
    )
    read = ((path, root, code_reference(Item(text, 1))) for path, root, text in discovered)
    cited = grouped((paths.join(root, reference.path), (path, reference)) for path, root, reference in read)
    principles = grouped((row.path, row) for row in rows(index, "principles", RowFilter()))
    named = contracts_citing(index)
    return tuple(
        _with_citations(row, principles.get(row.path, ()), cited.get(row.path, ()), named)
        for row in rows(index, "constitutions", RowFilter())
    )


def _with_citations(
    constitution: Row,
    principles: Sequence[Row],
    cited: Sequence[Citation],
    named: Mapping[tuple[str, int | None], tuple[str, ...]],
) -> Row:
    ends = [*(row.line - 1 for row in principles[1:]), 10**9]
    citing = [
        dict.fromkeys(by for by, lines in cited if 0 < lines.start <= end and lines.end >= principle.line)
        for principle, end in zip(principles, ends, strict=False)
    ]
    placed = set().union(*citing)
    return constitution.but(
        principles=tuple(
            row.but(cited_by=tuple(sorted({*named.get((row.path, row.line), ()), *by})))
            for row, by in zip(principles, citing, strict=True)
        ),
        cited_by=tuple(dict.fromkeys(by for by, _ in cited if by not in placed)),
    )


def unwritten(index: Connection, reader: Reader) -> tuple[str, ...]:
    """The constitutions that are still the template: no principle of their own is written."""
    files = index.execute("SELECT path, root, blob FROM records WHERE kind = 'constitution' ORDER BY path").fetchall()
    read = (reader.record(path, Entry(REGULAR, blob), root, CONSTITUTION) for path, root, blob in files)
    return tuple(
        record.path
        for record in read
        if isinstance(record, Constitution) and record.placeholders and not record.own_principles
    )


def agents(index: Connection, reader: Reader, contracts: Sequence[Row]) -> tuple[AgentPage, ...]:
    """Every agent file; its checklist is read out of the file, for the index does not hold it."""
    files = index.execute("SELECT path, root, blob FROM records WHERE kind = 'agent' ORDER BY path").fetchall()
    pages = []
    for path, root, blob in files:
        agent = reader.record(path, Entry(REGULAR, blob), root, KIND)
        if isinstance(agent, Agent):
            done = [row.status == ContractStatus.DONE for row in contracts if row.agent == agent.known_as]
            pages.append(AgentPage(agent, len(done), sum(done)))
    return tuple(pages)
