"""Contracts as their pages show them: the row with all that the contract holds."""

from collections.abc import Iterable, Iterator
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.lists import Row

PARTS = ("constraint", "invariant", "non-goal", "check", "discovery", "follow-up")
"""The lists of a contract, in the order in which they are written."""


class ContractItem(NamedTuple):
    """One entry of a list. `done` is whether a check is ticked, None elsewhere."""

    part: str
    text: str
    done: bool | None


class ContractPage(NamedTuple):
    """A contract with its lists; `tasks` are the ids of those that it serves."""

    row: Row
    items: tuple[ContractItem, ...]
    tasks: tuple[str, ...]

    def of(self, part: str) -> tuple[ContractItem, ...]:
        """The entries of one list."""
        return tuple(item for item in self.items if item.part == part)


def contract_pages(index: Connection, rows: Iterable[Row]) -> Iterator[ContractPage]:
    """Each contract with its lists, read one by one."""
    items = (
        "SELECT part, texts.text, done FROM contract_items JOIN texts ON texts.id = contract_items.text "
        "WHERE record = ? ORDER BY position"
    )
    tasks = "SELECT target FROM mentions JOIN names ON names.id = mentions.name WHERE record = ? AND relation = 'task'"
    for row in rows:
        (record,) = index.execute("SELECT id FROM records WHERE path = ?", (row.path,)).fetchone()
        found = (
            ContractItem(part, text, None if done is None else bool(done))
            for part, text, done in index.execute(items, (record,))
        )
        served = (name.rpartition("#")[2] for (name,) in index.execute(tasks, (record,)))
        yield ContractPage(row, tuple(found), tuple(dict.fromkeys(served)))
