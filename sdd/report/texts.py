"""The long texts of records, read one by one as their pages are made: all of them would not fit in memory."""

from collections.abc import Iterable, Iterator, Mapping
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.lists import Row
from sdd.base.grouping import grouped

_RECORD = "(SELECT id FROM records WHERE path = ?)"


class PhrText(NamedTuple):
    """What a PHR holds beyond its row. `links` are (relation, what it leads to), without files and contract."""

    prompt: str | None
    response: str | None
    links: tuple[tuple[str, str], ...]


class ContractPage(NamedTuple):
    """A contract with its lists: part -> (text, whether a check is ticked, None for what is no check)."""

    row: Row
    parts: Mapping[str, tuple[tuple[str, bool | None], ...]]


def contract_pages(index: Connection, rows: Iterable[Row]) -> Iterator[ContractPage]:
    """Each contract with its lists."""
    asked = (
        "SELECT part, texts.text, done FROM contract_items JOIN texts ON texts.id = contract_items.text "  # noqa: S608
        f"WHERE record = {_RECORD} ORDER BY position"
    )
    for row in rows:
        items = index.execute(asked, (row.path,))
        yield ContractPage(row, grouped((part, (text, done)) for part, text, done in items))


def with_texts(index: Connection, rows: Iterable[Row]) -> Iterator[tuple[Row, PhrText]]:
    """Each PHR with its texts."""
    asked = (
        "SELECT prompts.text, responses.text FROM phrs LEFT JOIN texts AS prompts ON prompts.id = prompt "  # noqa: S608
        f"LEFT JOIN texts AS responses ON responses.id = response WHERE record = {_RECORD}"
    )
    linked = (
        "SELECT relation, target FROM mentions JOIN names ON names.id = mentions.name "  # noqa: S608
        f"WHERE record = {_RECORD} AND relation IN ('spec', 'adr', 'pr', 'ticket', 'closes') ORDER BY position"
    )
    for row in rows:
        prompt, response = index.execute(asked, (row.path,)).fetchone()
        yield row, PhrText(prompt, response, tuple(index.execute(linked, (row.path,))))


def with_bodies(index: Connection, rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
    """Each decision with its text."""
    asked = f"SELECT texts.text FROM adrs JOIN texts ON texts.id = body WHERE record = {_RECORD}"  # noqa: S608
    for row in rows:
        body = index.execute(asked, (row.path,)).fetchone()
        yield row, body[0] if body else ""
