"""Which part of a line counts: since it adopted sdd or, for a target older than sdd, since another target did."""

from itertools import dropwhile
from typing import NamedTuple

from sdd.gate.target.adoption import adoption
from sdd.gate.target.elder import Elder, elder_of
from sdd.repo.history import new_commits
from sdd.repo.line import LineCommit, count_line, read_line
from sdd.repo.objects import Repository


class Span(NamedTuple):
    """The commits of one line that are audited, the oldest first.

    `name` is how the range is written, `tip` its last commit. `adopted` is the commit that brought sdd in, None where
    that lies before the range (or cannot be told in a shallow clone); `before` is how many commits came before it.
    `is_past` says that more has landed since. On a target that is older than sdd the policy of its `elder` holds, and
    commits count from the first that is no older than the adoption there.
    """

    name: str
    tip: str
    commits: tuple[LineCommit, ...]
    adopted: str | None
    before: int
    is_past: bool = False
    elder: Elder | None = None


def span_of(repository: Repository, name: str, tip: str, beyond: str | None = None) -> Span:
    """The span of a commit's line, called `name`, without what `beyond` has."""
    adopted, is_later = adoption(repository, tip, beyond)
    if adopted is None and is_later:
        return _by_elder(repository, name, tip, beyond)
    before = repository.commit(f"{adopted}^1") if adopted else None
    commits = read_line(repository, tip, before or beyond)
    return Span(name, tip, commits, adopted, count_line(repository, before, beyond) if before else 0)


def _by_elder(repository: Repository, name: str, tip: str, beyond: str | None) -> Span:
    """The span of a line without sdd: of a target those commits that another one's policy judges."""
    elder = elder_of(repository, tip)
    if not elder:
        return Span(name, tip, (), None, count_line(repository, tip, beyond))
    line, adopted = read_line(repository, tip, beyond), elder.line[0]
    own = {*new_commits(repository, (adopted.base,) if adopted.base else (), tip)}
    later = tuple(dropwhile(lambda commit: commit.oid not in own or commit.committed < adopted.committed, line))
    return Span(name, tip, later, None, len(line) - len(later), elder=elder)
