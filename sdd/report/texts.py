"""The long texts of records, read one by one as their pages are made: all of them would not fit in memory."""

from collections.abc import Iterable, Iterator, Mapping
from sqlite3 import Connection

from sdd.answers.lists import Row
from sdd.answers.trail.rewritten import Rewritten
from sdd.base.grouping import grouped
from sdd.records.kinds.phr import Phr
from sdd.report.evidence import Evidences

_RECORD = "(SELECT id FROM records WHERE path = ?)"


def with_parts(index: Connection, contracts: Iterable[Row], evidence: Evidences) -> Iterator[Row]:
    """Each contract with its `parts`: name -> (text, whether a check is ticked, else None), and the `runs` that its
    evidence tells of: text of a check -> the last.
    """
    asked = (
        "SELECT part, texts.text, done FROM contract_items JOIN texts ON texts.id = contract_items.text "  # noqa: S608
        f"WHERE record = {_RECORD} ORDER BY position"
    )
    for row in contracts:
        parts = grouped((part, entry) for part, *entry in index.execute(asked, (row.path,)))
        runs = {
            text: run for text, _ in parts.get("check", ()) for run in evidence.get(row.path, ()) if run.check in text
        }
        yield row.but(parts=parts, runs=runs)


def with_texts(index: Connection, phrs: Iterable[Row], changed: Mapping[str, Rewritten]) -> Iterator[Row]:
    """Each PHR with its `prompt`, its `response`, its `other_sections` and its `links`: (relation, what it leads to),
    without its files and its contract. What was `changed` after it landed has the words that it landed with.
    """
    asked = (
        "SELECT prompts.text, responses.text, others.text FROM phrs "  # noqa: S608
        "LEFT JOIN texts AS prompts ON prompts.id = prompt LEFT JOIN texts AS responses ON responses.id = response "
        f"LEFT JOIN texts AS others ON others.id = other_sections WHERE record = {_RECORD}"
    )
    linked = (
        "SELECT relation, target FROM mentions JOIN names ON names.id = mentions.name "  # noqa: S608
        f"WHERE record = {_RECORD} AND relation IN ('spec', 'adr', 'pr', 'ticket', 'closes') "
        # Where a path leads elsewhere, only there.
        "AND NOT EXISTS (SELECT 1 FROM mentions AS led WHERE led.record = mentions.record AND led.position < 0 "
        "AND led.position = -mentions.position) ORDER BY abs(position)"
    )
    for row in phrs:
        prompt, response, others = index.execute(asked, (row.path,)).fetchone()
        if row.path in changed and isinstance(first := changed[row.path].first, Phr):
            prompt, response, others = first.prompt, first.response, first.other_sections
        links = index.execute(linked, (row.path,)).fetchall()
        yield row.but(prompt=prompt, response=response, other_sections=others, links=links)


def with_bodies(index: Connection, decisions: Iterable[Row]) -> Iterator[Row]:
    """Each decision with its text as its `body`."""
    asked = f"SELECT texts.text FROM adrs JOIN texts ON texts.id = body WHERE record = {_RECORD}"  # noqa: S608
    for row in decisions:
        (body,) = index.execute(asked, (row.path,)).fetchone() or ("",)
        yield row.but(body=body)


def prompt_of(index: Connection, path: str) -> str:
    """How the prompt of a PHR begins."""
    asked = f"SELECT substr(texts.text, 1, 2000) FROM phrs JOIN texts ON texts.id = prompt WHERE record = {_RECORD}"  # noqa: S608
    return (index.execute(asked, (path,)).fetchone() or ("",))[0]
