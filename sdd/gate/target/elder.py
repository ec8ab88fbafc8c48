"""The target whose policy holds on another one that is older than sdd."""

from typing import NamedTuple

from sdd.gate.target.adoption import adoption
from sdd.gate.target.branches import targets_here
from sdd.records.layout import has_root
from sdd.repo.history import is_covered
from sdd.repo.line import LineCommit, read_line
from sdd.repo.objects import Repository


class Elder(NamedTuple):
    """A target that adopted sdd, with its line since then, the oldest first."""

    name: str
    line: tuple[LineCommit, ...]

    @property
    def tip(self) -> str:
        """Where it is now."""
        return self.line[-1].oid

    def at(self, moment: int) -> str:
        """Where it was at a time (Unix seconds), as its commits are dated."""
        return next((commit.oid for commit in reversed(self.line) if commit.committed <= moment), self.line[0].oid)


def elder_of(repository: Repository, tip: str) -> Elder | None:
    """The target whose policy judges what is pushed to another that has `tip` and no root; None for a commit that is on
    no such target, or where none has adopted sdd.
    """
    targets = targets_here(repository).ours
    adopting = [target for target in targets if has_root(repository.tree(target.oid))]
    if not is_covered(repository, [target.oid for target in targets if target not in adopting], tip):
        return None
    elder = next(iter(adopting), None)
    adopted = adoption(repository, elder.oid, None)[0] if elder else None
    if not elder or not adopted:
        return None
    return Elder(elder.name, read_line(repository, elder.oid, repository.commit(f"{adopted}^1")))
