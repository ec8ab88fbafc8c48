"""What a trail leads through, as the index has it: requirements, tasks, contracts and PHRs."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sdd.answers.asking import Edge, edges_to, rows_for
from sdd.answers.trail.steps import Step, StepKind, Via
from sdd.records.layout import feature_folder
from sdd.records.links import How


class Requirement(NamedTuple):
    """A requirement or success criterion. `record` is the number of its spec, `path` where that is."""

    record: int
    path: str
    root: str
    line: int
    name: str
    text: str
    feature: str | None
    criterion: bool

    @property
    def folder(self) -> str:
        """Where its feature's specification is."""
        return self.path.rpartition("/")[0]

    @property
    def key(self) -> str:
        """What links to it lead to: `specs/001-vat#FR-001`."""
        return f"{feature_folder(self.root, self.feature)}#{self.name}"

    def step(self, via: Via, detail: str = "") -> Step:
        """The step that leads to it."""
        return Step(StepKind.REQUIREMENT, self.path, self.line, self.name, via, detail, self.text)


class Task(NamedTuple):
    """A task. `name` is empty for a checkbox without an id, `story` is US1, None for none."""

    path: str
    root: str
    line: int
    name: str
    feature: str | None
    story: str | None
    done: bool
    text: str

    @property
    def folder(self) -> str:
        """Its feature's folder, as links have it."""
        return feature_folder(self.root, self.feature)

    @property
    def key(self) -> str:
        """What links to it lead to: `specs/001-vat#T001`."""
        return f"{self.folder}#{self.name}"

    def step(self, via: Via, detail: str = "") -> Step:
        """The step that leads to it."""
        words = ", ".join(filter(None, ("done" if self.done else "open", detail)))
        return Step(StepKind.TASK, self.path, self.line, self.name, via, words, self.text)


class StoredPhr(NamedTuple):
    """A PHR as the index has it; `line` is where its prompt begins."""

    record: int
    path: str
    root: str
    title: str
    day: str
    feature: str | None
    prompt: str
    line: int
    stage: str

    @property
    def folder(self) -> str:
        """Its feature's folder, empty for none."""
        return feature_folder(self.root, self.feature) if self.feature else ""

    @property
    def says_nothing(self) -> bool:
        """Whether its prompt is "continue" and the like, or the template's."""
        # Slow to import, and only asked for PHRs that are shown.
        from sdd.gate.cover import asks_nothing

        return asks_nothing(self.prompt)

    def step(self, via: Via, detail: str = "") -> Step:
        """The step that leads to it; a prompt that says nothing is left out."""
        said = "" if self.says_nothing else self.prompt
        return Step(StepKind.PHR, self.path, self.line, self.title, via, detail, said, self.day)


class StoredContract(NamedTuple):
    """A contract as the index has it, one inside a PHR included; `scope` is a JSON list."""

    record: int
    path: str
    root: str
    line: int
    title: str
    feature: str | None
    scope: str | None
    criteria: str
    embedded: int

    def step(self, via: Via, detail: str = "") -> Step:
        """The step that leads to it."""
        return Step(StepKind.CONTRACT, self.path, self.line, self.title, via, detail, self.criteria)


_REQUIREMENTS = (
    "SELECT record, path, root, line, name, ifnull(texts.text, ''), feature, criterion FROM requirements "
    "JOIN records ON records.id = record LEFT JOIN texts ON texts.id = requirements.text"
)
_TASKS = (
    "SELECT path, root, tasks.line, ifnull(name, ''), feature, story, done, ifnull(texts.text, '') FROM tasks "
    "JOIN records ON records.id = record LEFT JOIN texts ON texts.id = tasks.text"
)
_PHRS = (
    "SELECT records.id, path, root, ifnull(title, ''), ifnull(date, ''), feature, ifnull(text, ''), prompt_line, "
    "ifnull(stage, '') FROM records JOIN phrs ON record = records.id LEFT JOIN texts ON texts.id = prompt "
    "WHERE path IN (?)"
)
_CONTRACTS = (
    "SELECT records.id, path, root, line, ifnull(title, ''), feature, scope, ifnull(text, ''), embedded "
    "FROM records JOIN contracts ON record = records.id LEFT JOIN texts ON texts.id = criteria WHERE path IN (?)"
)


def all_requirements(connection: sqlite3.Connection, feature: str = "") -> tuple[Requirement, ...]:
    """The requirements and criteria of all specs, or of one feature, in the order of paths and lines."""
    ask = f"{_REQUIREMENTS} WHERE ? IN ('', feature) ORDER BY path, line"
    return tuple(Requirement(*row) for row in connection.execute(ask, (feature,)))


def requirements_named(connection: sqlite3.Connection, names: Iterable[str]) -> tuple[Requirement, ...]:
    """The requirements and criteria of all features with one of some names; where a spec has one twice, the first."""
    found: dict[tuple[int, str], Requirement] = {}
    for row in rows_for(connection, f"{_REQUIREMENTS} WHERE name IN (?) ORDER BY path, line", names):
        found.setdefault((row[0], row[4]), Requirement(*row))
    return tuple(found.values())


def requirements_at(connection: sqlite3.Connection, keys: Sequence[str]) -> tuple[Requirement, ...]:
    """The requirements that some links lead to, in the order of the links."""
    named = {one.key: one for one in reversed(requirements_named(connection, [key.rpartition("#")[2] for key in keys]))}
    return tuple(named[key] for key in dict.fromkeys(keys) if key in named)


def tasks_of(connection: sqlite3.Connection, edges: Iterable[Edge]) -> dict[Edge, Task]:
    """Edge -> the task whose line it is, for edges that begin at tasks."""
    edges = tuple(edges)
    rows = rows_for(connection, f"{_TASKS} WHERE path IN (?)", (edge.path for edge in edges if edge.kind == "tasks"))
    at = {(row[0], row[2]): Task(*row) for row in rows}
    return {edge: at[edge.path, edge.line] for edge in edges if (edge.path, edge.line) in at}


def tasks_naming(connection: sqlite3.Connection, files: Iterable[str]) -> tuple[Task, ...]:
    """The tasks whose lines name some files: those that name the exact path first, then in the order of their lists."""
    edges = sorted(edges_to(connection, "files", files), key=lambda edge: edge.how != How.STATED)
    return tuple(dict.fromkeys(tasks_of(connection, edges).values()))


def tasks_in(connection: sqlite3.Connection, lists: Iterable[str]) -> tuple[Task, ...]:
    """The tasks of some task lists (paths)."""
    return tuple(Task(*row) for row in rows_for(connection, f"{_TASKS} WHERE path IN (?)", lists))


def tasks_at(connection: sqlite3.Connection, keys: Sequence[str]) -> tuple[Task, ...]:
    """The tasks that some links lead to, in the order of the links."""
    rows = rows_for(connection, f"{_TASKS} WHERE name IN (?)", (key.rpartition("#")[2] for key in keys))
    named = {task.key: task for task in (Task(*row) for row in rows)}
    return tuple(named[key] for key in dict.fromkeys(keys) if key in named)


def phrs_at(connection: sqlite3.Connection, records: Iterable[str]) -> dict[str, StoredPhr]:
    """Path -> PHR, for those of some paths that hold one."""
    return {row[1]: StoredPhr(*row) for row in rows_for(connection, _PHRS, records)}


def contracts_at(connection: sqlite3.Connection, records: Iterable[str]) -> dict[str, StoredContract]:
    """Path -> contract, for those of some paths that hold one: a contract file, or a PHR with a contract in it."""
    return {row[1]: StoredContract(*row) for row in rows_for(connection, _CONTRACTS, records)}
