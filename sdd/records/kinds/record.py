"""What every artifact has: its place, its problems, and the line of each of its parts."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from sdd.base.fields import Fields
from sdd.document import Item, Problem

__all__ = ["ChangeKind", "Item", "Problem", "Record", "RecordKind"]


class RecordKind(StrEnum):
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


class Record(Fields):
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
