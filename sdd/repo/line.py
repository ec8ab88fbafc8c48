"""The line of a branch: its first-parent commits, as each of them landed."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from sdd.base.grouping import grouped
from sdd.repo.history import RawChange, line_changes
from sdd.repo.merges import merge_title
from sdd.repo.objects import Repository

_FORMAT = "%H%n%P%n%cs%n%at%n%ct%n%aN <%aE>%n%cN <%cE>%n%s%n%B"


class LineCommit(NamedTuple):
    """One commit of a line. `day` is the committer's (YYYY-MM-DD, in their own time zone), the times are Unix seconds.

    A merge's `title` is its request's, where its message has it. `author` and `committer` are `Name <mail>` as the
    mailmap has them. `cut` says that its parents are not held here: a shallow clone ends there.
    """

    oid: str
    parents: tuple[str, ...]
    day: str
    authored: int
    committed: int
    author: str
    committer: str
    title: str
    message: str
    cut: bool

    @property
    def base(self) -> str | None:
        """The commit before it on the line; None for a first one."""
        return self.parents[0] if self.parents else None

    @property
    def is_merge(self) -> bool:
        """Whether it brought a branch in."""
        return len(self.parents) > 1


def read_line(repository: Repository, tip: str, beyond: str | None = None) -> tuple[LineCommit, ...]:
    """The first-parent commits of `tip`, the oldest first; those that `beyond` has are left out. Both are ids."""
    options = ("--first-parent", "--reverse", "-z", f"--format={_FORMAT}")
    listed = repository.git("log", *options, *_revisions(tip, beyond))
    cut = repository.cut_off
    return tuple(_commit(record, cut) for record in listed.split("\0") if record)


def count_line(repository: Repository, tip: str, beyond: str | None = None) -> int:
    """How many commits `read_line` would give."""
    return int(repository.git("rev-list", "--first-parent", "--count", *_revisions(tip, beyond)))


def _revisions(tip: str, beyond: str | None) -> tuple[str, ...]:
    return (tip, f"^{beyond}", "--") if beyond else (tip, "--")


def _commit(record: str, cut: frozenset[str]) -> LineCommit:
    oid, parents, day, authored, committed, *texts = record.split("\n", 8)
    author, committer, title, message = texts
    times = int(authored), int(committed)
    title = merge_title(message) if " " in parents else title
    # A commit is the parent of the next one, and most are by few people.
    oid, day, author, committer = map(intern, (oid, day, author, committer))
    above = tuple(map(intern, parents.split()))
    return LineCommit(oid, above, day, *times, author, committer, title, message, oid in cut)


def brought_by(repository: Repository, commits: Collection[str], tip: str) -> tuple[str, ...]:
    """The commits of the line of `tip` by which some commits (ids) came there, the newest first: each itself, or the
    merge that brought it. None for what `tip` does not have.
    """
    line = repository.git("rev-list", "--first-parent", tip, "--").split()
    brought = set(commits).intersection(line)
    for commit in set(commits) - brought:
        later = {*repository.git("rev-list", "--ancestry-path", f"{commit}..{tip}", "--").split()}
        brought.update([oid for oid in line if oid in later][-1:])
    return tuple(oid for oid in line if oid in brought)


class LineHistory(NamedTuple):
    """A target's whole line, read once for all refs of a push: the place of each commit, the oldest first, and what
    the commits changed in each path, the newest first.
    """

    places: Mapping[str, int]
    changes: Mapping[str, Sequence[RawChange]]

    def of(self, paths: Collection[str], tip: str, before: str | None = None) -> Mapping[str, Sequence[RawChange]]:
        """What changed in some paths after a commit of the line (None: the start) up to another one."""
        first, last = self.places[before] + 1 if before else 0, self.places[tip]
        found = {
            path: [change for change in self.changes.get(path, ()) if first <= self.places[change.commit] <= last]
            for path in paths
        }
        return {path: changes for path, changes in found.items() if changes}


@lru_cache(maxsize=1)
def line_history(repository: Repository, tip: str) -> LineHistory:
    """The whole line of `tip` (an id)."""
    listed = repository.git("rev-list", "--first-parent", "--reverse", tip, "--").split()
    changes = line_changes(repository, tip, None, None)
    return LineHistory(
        {oid: place for place, oid in enumerate(listed)}, grouped((change.path, change) for change in changes)
    )
