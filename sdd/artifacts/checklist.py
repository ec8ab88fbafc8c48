"""Checklists: specs/<feature>/checklists/*.md."""

from dataclasses import dataclass
from typing import NamedTuple

from sdd.artifacts.artifact import Artifact


class ChecklistItem(NamedTuple):
    """`- [ ] CHK001 text`."""

    id: str | None
    text: str
    done: bool
    line: int


@dataclass(frozen=True, kw_only=True)
class Checklist(Artifact):
    """Questions about a spec's quality, ticked as they are answered."""

    feature: str
    title: str | None
    items: tuple[ChecklistItem, ...]
