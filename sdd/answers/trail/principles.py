"""Which principles of the constitution the records behind a change cite, by name or by number."""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sdd.answers.trail.steps import Step, StepKind, Via
from sdd.answers.trail.things import StoredContract, StoredPhr, contracts_at
from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.records.layout import root_of_feature
from sdd.records.project import CONSTITUTION_PATH

_CONSTITUTIONS = (CONSTITUTION_PATH, "memory/constitution.md")
_CHECK = re.compile(r"^(#{1,6})[ \t](?=[^\n]*?\bConstitution Check\b)[^\n]*$", re.IGNORECASE | re.MULTILINE)
_NUMBER = r"(?:[IVXLC]+|\d{1,3})"
_NUMBERS = re.compile(rf"\bPrinciples?\s+({_NUMBER}(?:\s*(?:,|and|&|/)\s*{_NUMBER})*)\b", re.IGNORECASE)
_REMARK = re.compile(r"(?<!\s)\s*+\([^()]*+\)\s*+$")
_NO_WORD = re.compile(r"[\W_]+")


class _Text(NamedTuple):
    """A text that may cite a principle, and where it stands. `free` is prose in which one word may be chance."""

    path: str
    line: int
    text: str
    free: bool = True


class _Principle(NamedTuple):
    path: str
    line: int
    number: str
    name: str


def principles_cited(
    connection: sqlite3.Connection,
    contracts: Sequence[StoredContract],
    phrs: Sequence[StoredPhr],
    features: Sequence[str],
) -> tuple[Step, ...]:
    """The principles that the contracts cite, else the PHRs, else the Constitution Check of the features' plans.

    `features` are folders from the top.
    """
    above = [root_of_feature(folder) for folder in features]
    records: list[StoredContract | StoredPhr] = [*contracts, *phrs]
    roots = dict.fromkeys([*(record.root for record in records), *above])
    principles = tuple(dict.fromkeys(one for root in roots for one in _principles(connection, root)))
    if not principles:
        return ()
    sources = (
        [text for contract in contracts for text in _of_contract(connection, contract)],
        [text for phr in phrs for text in _of_phr(connection, phr)],
        [text for folder in features for text in _of_plan(connection, folder)],
    )
    for texts in sources:
        if cited := [step for principle in principles if (step := _cited(principle, texts))]:
            return tuple(step._replace(how=Via.BY_PLAN) if texts is sources[-1] else step for step in cited)
    return ()


def contracts_citing(connection: sqlite3.Connection) -> Mapping[tuple[str, int | None], tuple[str, ...]]:
    """Path and line of a principle -> the contracts that cite it by name or by number, in the order of paths."""
    listed = connection.execute("SELECT path FROM records JOIN contracts ON record = records.id ORDER BY path")
    stored = contracts_at(connection, [path for (path,) in listed])
    return grouped(
        ((step.place, step.line), path)
        for path in sorted(stored)
        for step in principles_cited(connection, [stored[path]], (), ())
    )


def _principles(connection: sqlite3.Connection, root: str) -> Iterator[_Principle]:
    """Those of the nearest constitution at or above a root."""
    ask = (
        "SELECT path, line, ifnull(number, ''), name FROM principles JOIN records ON records.id = record "
        "WHERE path = ? ORDER BY line"
    )
    for folder in [root, *paths.folders_above(root)]:
        for place in _CONSTITUTIONS:
            if rows := connection.execute(ask, (paths.join(folder, place),)).fetchall():
                yield from map(_Principle._make, rows)
                return


def _of_contract(connection: sqlite3.Connection, contract: StoredContract) -> Iterator[_Text]:
    yield _Text(contract.path, contract.line, contract.criteria)
    ask = (
        "SELECT line, texts.text FROM contract_items JOIN texts ON texts.id = contract_items.text "
        "WHERE record = ? ORDER BY position"
    )
    yield from (_Text(contract.path, line, text) for line, text in connection.execute(ask, (contract.record,)))


def _of_phr(connection: sqlite3.Connection, phr: StoredPhr) -> Iterator[_Text]:
    yield from _lines(phr.path, phr.line, phr.prompt)
    ask = "SELECT response_line, text FROM phrs JOIN texts ON texts.id = response WHERE record = ?"
    for line, text in connection.execute(ask, (phr.record,)):
        yield from _lines(phr.path, line, text)


def _of_plan(connection: sqlite3.Connection, folder: str) -> Iterator[_Text]:
    """The lines of a plan's Constitution Check."""
    path = f"{folder}/plan.md"
    ask = (
        "SELECT texts.text FROM records JOIN documents ON record = records.id AND documents.kind = 'plan' "
        "JOIN document_texts ON document = documents.id JOIN texts ON texts.id = document_texts.text WHERE path = ?"
    )
    for (text,) in connection.execute(ask, (path,)):
        if heading := _CHECK.search(text):
            end = re.compile(rf"^#{{1,{len(heading[1])}}}[ \t]", re.MULTILINE).search(text, heading.end())
            section = text[heading.end() : end.start() if end else len(text)]
            yield from _lines(path, text.count("\n", 0, heading.end()) + 1, section, free=False)


def _lines(path: str, first: int, text: str, *, free: bool = True) -> Iterator[_Text]:
    return (_Text(path, line, words, free) for line, words in enumerate(text.split("\n"), first))


def _cited(principle: _Principle, texts: Sequence[_Text]) -> Step | None:
    """The first of some texts that cites a principle, None where none does."""
    plain = _REMARK.sub("", principle.name)
    words = _NO_WORD.sub(" ", plain).strip().casefold()
    title = f"{principle.number}. {plain}" if principle.number else plain
    for text in texts:
        how = None
        if words and (not text.free or " " in words) and f" {words} " in f" {_NO_WORD.sub(' ', text.text).casefold()} ":
            how = Via.BY_NAME
        elif principle.number and any(
            principle.number.casefold() in re.split(r"\W+|and", listed.casefold())
            for listed in _NUMBERS.findall(text.text)
        ):
            how = Via.BY_NUMBER
        if how:
            return Step(StepKind.PRINCIPLE, principle.path, principle.line, title, how, f"{text.path}:{text.line}")
    return None
