"""Task lists: specs/<feature>/tasks.md."""

from dataclasses import dataclass
from typing import NamedTuple

from sdd.artifacts.artifact import Artifact, Item


class Task(NamedTuple):
    """`- [ ] T001 [P] [US1] text with a path`. `paths` and `requirements` are what the text names."""

    id: str | None
    done: bool
    skipped: bool
    parallel: bool
    story: str | None
    text: str
    paths: tuple[str, ...]
    requirements: tuple[str, ...]
    phase: str | None
    line: int


@dataclass(frozen=True, kw_only=True)
class Tasks(Artifact):
    """A feature's task list. A checkbox without a task id is a Task whose `id` is None."""

    feature: str
    title: str | None
    phases: tuple[Item, ...]
    tasks: tuple[Task, ...]
    placeholders: tuple[Item, ...]
