"""What a repair would do: files to be written anew or moved, and what is refused, with the reason."""

import difflib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import NamedTuple, Self

from sdd.base.errors import SddError
from sdd.gate.check.verdict import Finding
from sdd.records.renamed import RenamedFeature
from sdd.repo.objects import EXECUTABLE, REGULAR, Entry, Tree
from sdd.repo.worktree import move_file, remove_file, require_places, write_whole


class Refusal(NamedTuple):
    """Something that is wrong and stays as it is: its path from the top, its line, and why."""

    path: str
    line: int
    reason: str


class Cleared(NamedTuple):
    """How many findings of a rule go, and in how many files."""

    rule: str
    findings: int
    files: int


@dataclass(frozen=True)
class Repair:
    """One file that is written anew, moved, or both. Paths are from the top; `done` says what is done in few words.

    A file that becomes empty is deleted: its `to` is the empty string.
    """

    path: str
    to: str
    before: bytes
    after: bytes
    done: tuple[str, ...]
    executable: bool = False

    @classmethod
    def nothing(cls, path: str, content: bytes, entry: Entry) -> Self:
        """A file of a tree as it is, which a step of the repair may replace."""
        return cls(path, path, content, content, (), entry.mode == EXECUTABLE)

    def diff(self) -> Iterator[str]:
        """The lines of a unified diff, as git prints one, without line ends."""
        yield f"diff --git a/{self.path} b/{self.to or self.path}"
        if self.to and self.path != self.to:
            yield from (f"rename from {self.path}", f"rename to {self.to}")
        # Only a line feed ends a line: what else Unicode calls a line end belongs to the text.
        before, after = (
            [*StringIO(content.decode("utf-8", "replace"), newline="\n")] for content in (self.before, self.after)
        )
        lines = difflib.unified_diff(before, after, f"a/{self.path}", f"b/{self.to}" if self.to else "/dev/null", n=2)
        for line in lines:
            yield line.removesuffix("\n")
            if not line.endswith("\n"):
                yield "\\ No newline at end of file"


@dataclass(frozen=True)
class RepairPlan:
    """All that a run would do, in the order of paths. `left` is what it leaves as it is, `cleared` the findings that
    go, `refused` what the gate would refuse in a commit of the repairs, and `renamed` the features whose records get
    the name of their folder.
    """

    repairs: tuple[Repair, ...] = ()
    left: tuple[Refusal, ...] = ()
    cleared: tuple[Cleared, ...] = ()
    refused: tuple[Finding, ...] = ()
    renamed: tuple[RenamedFeature, ...] = ()

    def applied(self, tree: Tree) -> Tree:
        """A tree as it is once the plan is written."""
        return repaired_tree(tree, self.repairs) if self.repairs else tree


def repaired_tree(tree: Tree, repairs: Sequence[Repair]) -> Tree:
    """A tree as it is with some repairs."""
    files: dict[str, tuple[str, bytes] | None] = {repair.path: None for repair in repairs}
    for repair in repairs:
        if repair.to:
            files[repair.to] = (EXECUTABLE if repair.executable else REGULAR, repair.after)
    return tree.repository.tree(tree.repository.tree_with(tree.oid, files))


def write(top: Path, plan: RepairPlan) -> None:
    """Writes a plan into the work tree at `top`, each file whole or not at all: all contents first, then all moves, so
    that a run that was stopped leaves no file at two places.

    Raises SddError where something is in the way or the disk refuses; the next run does the rest.
    """
    for repair in plan.repairs:
        # With core.autocrlf the work tree has other line ends than git has kept.
        present = (top / repair.path).read_bytes() if (top / repair.path).is_file() else b""
        if present.replace(b"\r\n", b"\n") != repair.before.replace(b"\r\n", b"\n"):
            raise SddError(f"{repair.path} has changed meanwhile", "nothing was written; run the command again")
    require_places(top, [path for repair in plan.repairs for path in (repair.path, repair.to) if path])
    for repair in plan.repairs:
        if repair.to and repair.after != repair.before:
            mode = 0o777 if repair.executable else 0o666
            write_whole(top / repair.path, repair.after, mode, replace=True)
    for repair in _in_free_places(top, [repair for repair in plan.repairs if repair.path != repair.to]):
        if repair.to:
            move_file(top, repair.path, repair.to)
        else:
            remove_file(top, repair.path)


def _in_free_places(top: Path, moves: list[Repair]) -> Iterator[Repair]:
    """Moves in an order in which none comes to a place that another one is still to leave."""
    while moves:
        ready = [repair for repair in moves if not repair.to or not os.path.lexists(top / repair.to)]
        yield from ready or moves[:1]
        moves = [repair for repair in moves if repair not in (ready or moves[:1])]
