"""The matrix of requirements, and the trail of each: from the story to the files that its PHRs name."""

from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.lists import ContractRow, PhrRow
from sdd.answers.requirements import RequirementRow, requirements
from sdd.report.landings import Landing


class Trail(NamedTuple):
    """A requirement with all that leads on from it, and which of it leads to which (`edges`).

    An end of an edge is (layer, name): ("story", "US1"), ("task", "T004"), ("contract", path), ("phr", path),
    ("commit", id), ("file", path); the requirement itself is ("requirement", its id).
    """

    row: RequirementRow
    files: tuple[str, ...]
    edges: tuple[tuple["End", "End"], ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """The layers that hold nothing."""
        held = {
            "story": self.row.stories,
            "task": self.row.tasks,
            "contract": self.row.contracts,
            "phr": self.row.phrs,
            "commit": self.row.commits,
            "file": self.files,
        }
        return tuple(layer for layer, found in held.items() if not found)


End = tuple[str, str]


def trails(
    index: Connection, phrs: Sequence[PhrRow], contracts: Sequence[ContractRow], landed: Mapping[str, Landing]
) -> tuple[Trail, ...]:
    """The trail of every requirement and success criterion, in the order of specs."""
    by_path = {row.path: row for row in phrs}
    contract_of = {row.path: row.contract or row.path for row in phrs}
    own = {row.path: row for row in contracts}
    tasks, stories = _tasks_of_contracts(index), _stories_of_tasks(index)
    commits = {path: landing.commit for path, landing in landed.items()}
    found = []
    for row in requirements(index):
        named = [by_path[path].files for path in row.phrs if path in by_path]
        files = tuple(dict.fromkeys(file for group in named for file in group))
        edges = _Edges(row, own, tasks, stories, contract_of, by_path, commits).all
        found.append(Trail(row, files, edges))
    return tuple(found)


class _Edges:
    """What leads to what in one trail."""

    def __init__(
        self,
        row: RequirementRow,
        contracts: Mapping[str, ContractRow],
        tasks: Mapping[str, tuple[str, ...]],
        stories: Mapping[tuple[str, str], str],
        contract_of: Mapping[str, str],
        phrs: Mapping[str, PhrRow],
        commits: Mapping[str, str],
    ) -> None:
        start: End = ("requirement", row.id)
        found: list[tuple[End, End]] = [(start, ("story", story)) for story in row.stories]
        for task in row.tasks:
            story = stories.get((row.path.rpartition("/")[0], task))
            found.append((("story", story) if story in row.stories and story else start, ("task", task)))
        for path in row.contracts:
            served = [task for task in tasks.get(path, ()) if task in row.tasks]
            contract = contracts.get(path)
            if not served or (contract and row.id in contract.requirements and not row.tasks):
                found.append((start, ("contract", path)))
            found += [(("task", task), ("contract", path)) for task in served]
        for path in row.phrs:
            contract_path = contract_of.get(path, path)
            before: End = ("contract", contract_path) if contract_path in row.contracts else start
            found.append((before, ("phr", path)))
            if path in commits:
                found.append((("phr", path), ("commit", commits[path])))
            last: End = ("commit", commits[path]) if path in commits else ("phr", path)
            found += [(last, ("file", file)) for file in (phrs[path].files if path in phrs else ())]
        self.all = tuple(dict.fromkeys(found))


def _stories_of_tasks(index: Connection) -> Mapping[tuple[str, str], str]:
    """(folder of the feature, id of a task) -> the story that the task is for."""
    rows = index.execute(
        "SELECT path, name, story FROM tasks JOIN records ON records.id = record WHERE name NOTNULL AND story NOTNULL"
    )
    return {(path.rpartition("/")[0], name): story for path, name, story in rows}


def _tasks_of_contracts(index: Connection) -> Mapping[str, tuple[str, ...]]:
    """Contract -> the ids of the tasks that it serves."""
    found: dict[str, tuple[str, ...]] = {}
    for path, name in index.execute(
        "SELECT path, names.name FROM links JOIN names ON names.id = links.name "
        "JOIN contracts ON contracts.record = links.record JOIN records ON records.id = links.record "
        "WHERE how = 'task' ORDER BY path, position"
    ):
        found[path] = (*found.get(path, ()), name.rpartition("#")[2])
    return found
