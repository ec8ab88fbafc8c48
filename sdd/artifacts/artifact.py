"""What every artifact has: its place, its problems, and the line of each of its parts."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self, dataclass_transform

from sdd.document import Item, Problem

__all__ = ["Artifact", "ArtifactKind", "ChangeKind", "Item", "Problem"]


class ArtifactKind(StrEnum):
    """The kinds of record that sdd reads, and agent files."""

    CONSTITUTION = "constitution"
    SPEC = "spec"
    PLAN = "plan"
    TASKS = "tasks"
    CHECKLIST = "checklist"
    CONTRACT = "contract"
    PHR = "phr"
    ADR = "adr"
    AGENT = "agent"
    WAIVER = "waiver"
    POLICY = "policy"


class ChangeKind(StrEnum):
    """What sort of change a contract or PHR declares; the policy says what each kind needs."""

    FEATURE = "feature"
    FIX = "fix"
    REFACTOR = "refactor"
    REVERT = "revert"
    CHORE = "chore"


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False)
class Fields:
    """Values by name, as the class declares them: to a type checker a frozen data class.

    Python's own would write and compile the methods of every kind of artifact at every start, which takes as long as
    judging a small change.
    """

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)

    def but(self, **values: Any) -> Self:
        """The same with other values for some of the names."""
        return type(self)(**(vars(self) | values))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be set: an artifact is what its file says")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


class Artifact(Fields):
    """A file (or a section of one) that sdd understands. `path` is relative to the top of the repository.

    `root` is the folder that holds the `.specify/` the file belongs to, the empty string for the top.
    """

    path: str
    line: int = 1
    root: str = ""
    problems: tuple[Problem, ...] = ()
    lines: Mapping[str, int] = MappingProxyType({})

    def at(self, part: str) -> int:
        """The line of a front-matter key or section by its field name, else the artifact's own first line."""
        return self.lines.get(part, self.line)
