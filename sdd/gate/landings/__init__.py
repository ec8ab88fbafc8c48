"""Landings: which commits of a line landed together, and so are judged as one change.

A merge brings its branch in as one commit. A rebase, or a plain push of a branch, leaves its commits side by side on
the line; those that evidence connects are grouped again, for the gate and for history alike. History assumes more
where the line does not tell (`gate.check.fast_forwards`), and tries what it may not assume (`answers.audit.perhaps`).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from sdd.gate.landings.by_records import joined_by_records
from sdd.gate.landings.evidence import Evidence, by_dates_and_marks, mark_of, may_follow
from sdd.repo.line import LineCommit
from sdd.repo.objects import Repository

__all__ = ["Evidence", "Landing", "alone", "mark_of", "may_follow", "together"]


class Landing(NamedTuple):
    """Neighbouring commits of a line that are judged as one change, the oldest first; mostly it is one.

    `together` is the evidence that several belong together.
    """

    commits: tuple[LineCommit, ...]
    together: tuple[Evidence, ...] = ()

    @property
    def head(self) -> LineCommit:
        """The commit that the line stood at afterwards."""
        return self.commits[-1]

    @property
    def base(self) -> str | None:
        """The commit that it stood at before, None where there was none."""
        return self.commits[0].base

    @property
    def key(self) -> tuple[str, str]:
        """(head, base) as ids, the empty string for no base."""
        return self.head.oid, self.base or ""


def alone(commits: Sequence[LineCommit]) -> tuple[Landing, ...]:
    """Every commit as a landing of its own."""
    return tuple(Landing((commit,)) for commit in commits)


def together(repository: Repository, commits: Sequence[LineCommit], adopted: str | None) -> tuple[Landing, ...]:
    """The commits of a line with those put together that landed together.

    The commit that `adopted` sdd stays alone: what came with it is older than sdd, what came after it is not.
    """
    joined: dict[str, set[Evidence]] = {}
    runs = tuple(_runs(commits, adopted))
    for run in runs:
        for before, after in pairwise(run):
            joined[after.oid] = set(by_dates_and_marks(before, after))
    pieces = [run for run in runs if any(may_follow(*pair) for pair in pairwise(run))]
    for oid, evidence in joined_by_records(repository, pieces):
        joined[oid].add(evidence)
    return tuple(_joined(commits, joined))


def _runs(commits: Sequence[LineCommit], adopted: str | None) -> Iterator[tuple[LineCommit, ...]]:
    """The neighbours that may belong together: neither merges nor the first of all."""
    run: list[LineCommit] = []
    for commit in commits:
        if len(commit.parents) == 1 and not commit.cut and commit.oid != adopted:
            run.append(commit)
            continue
        yield tuple(run)
        run = []
    yield tuple(run)


def _joined(commits: Sequence[LineCommit], joined: Mapping[str, set[Evidence]]) -> Iterator[Landing]:
    """Landings of what is joined to its predecessor; two marks that differ never come into one."""
    group: list[LineCommit] = []
    evidence: set[Evidence] = set()
    mark = ""
    for commit in commits:
        own = mark_of(commit)
        why = joined.get(commit.oid)
        if group and not (why and (not own or not mark or own == mark)):
            yield Landing(tuple(group), tuple(sorted(evidence)))
            group, evidence, mark = [], set(), ""
            why = None
        group.append(commit)
        evidence |= why or set()
        mark = mark or own
    if group:
        yield Landing(tuple(group), tuple(sorted(evidence)))
