"""Execution contracts: history/contracts/<feature|general>/<id>-<slug>.contract.md, or a section of a PHR."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sdd.artifacts.artifact import Artifact, ChangeKind, Item


class ContractStatus(StrEnum):
    """A contract is open while its work goes on; an embedded one is always done."""

    OPEN = "open"
    DONE = "done"


class Check(NamedTuple):
    """One acceptance check: a task-list item that may hold one runnable command in backticks."""

    text: str
    command: str | None
    done: bool
    line: int


class CodeReference(NamedTuple):
    """`start:end:path`, the lines that were read before they were changed. start is 0 where it is malformed."""

    start: int
    end: int
    path: str
    written: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Contract(Artifact):
    """What will be done for one request, its limits, and how it will be checked.

    `criteria` is the text under Success criteria. `scope` holds patterns anchored at the root. `sections` holds
    every heading and bold lead of the body, for what an agent's output format demands. `embedded` is true for
    the section of a PHR: `path` and `line` are then those of the section.
    """

    id: str | None
    title: str | None
    kind: ChangeKind | None
    kind_written: str | None
    surface: str | None
    agent: str | None
    feature: str | None
    spec: str | None
    requirements: tuple[Item, ...]
    tasks: tuple[Item, ...]
    scope: tuple[Item, ...]
    status: ContractStatus | None
    status_written: str | None
    criteria: str | None
    constraints: tuple[Item, ...]
    invariants: tuple[Item, ...]
    non_goals: tuple[Item, ...]
    checks: tuple[Check, ...]
    discovery: tuple[CodeReference, ...]
    follow_ups: tuple[Item, ...]
    sections: tuple[Item, ...]
    placeholders: tuple[Item, ...]
    embedded: bool = False
