"""PHRs as their pages show them, and how many there are of each stage over time."""

import json
from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.lists import Row
from sdd.records.kinds.phr import Stage
from sdd.report.period import Buckets, buckets


class PhrText(NamedTuple):
    """What a PHR holds beyond its row. `links` are (relation, what it leads to), without files and contract."""

    surface: str | None
    branch: str | None
    command: str | None
    labels: tuple[str, ...]
    tests: tuple[str, ...]
    prompt: str | None
    response: str | None
    links: tuple[tuple[str, str], ...]


class Timeline(NamedTuple):
    """How many PHRs of each stage there are in each piece of time: a row a stage, in the order in which work goes."""

    cut: Buckets
    rows: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def most(self) -> int:
        """The highest count."""
        return max((count for _, counts in self.rows for count in counts), default=0)


def with_texts(index: Connection, rows: Iterable[Row]) -> Iterator[tuple[Row, PhrText]]:
    """Each PHR with its texts, read one by one: those of ten thousand would not fit where a report is made."""
    asked = (
        "SELECT record, surface, branch, command, labels, tests, prompts.text, responses.text FROM phrs "
        "LEFT JOIN texts AS prompts ON prompts.id = prompt LEFT JOIN texts AS responses ON responses.id = response "
        "WHERE record = (SELECT id FROM records WHERE path = ?)"
    )
    linked = (
        "SELECT relation, target FROM mentions JOIN names ON names.id = mentions.name WHERE record = ? "
        "AND relation IN ('spec', 'adr', 'pr', 'ticket', 'closes') ORDER BY position"
    )
    for row in rows:
        record, surface, branch, command, labels, tests, prompt, response = index.execute(asked, (row.path,)).fetchone()
        links = tuple(index.execute(linked, (record,)))
        listed = (tuple(json.loads(labels or "[]")), tuple(json.loads(tests or "[]")))
        yield row, PhrText(surface, branch, command, *listed, prompt, response, links)


def timeline(rows: Sequence[Row], today: str) -> Timeline:
    """The counts of the PHRs that have a day; a row for "other" where some have no stage that is known."""
    dated = [(row.stage or "other", row.date) for row in rows if row.date]
    cut = buckets((day for _, day in dated), today)
    counts = {stage: [0] * len(cut.pieces) for stage in (*map(str, Stage), "other")}
    for stage, day in dated:
        counts[stage][cut.place(day)] += 1
    return Timeline(cut, tuple((stage, tuple(counted)) for stage, counted in counts.items() if any(counted)))
