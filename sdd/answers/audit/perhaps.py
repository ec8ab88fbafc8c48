"""Failing changes that perhaps landed together with their neighbours: as one push they pass. A trial, not a grouping.

A line does not say where a push ended. Records that a branch corrected before it landed look like landed ones that were
rewritten, a record that was fixed, or that a refusal of a merge asked for, like one that came too late, and what a
review asked for after the record like a gap.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, takewhile

from sdd.answers.audit.audited import AuditedChange
from sdd.base.errors import SddError
from sdd.gate.check.fast_forwards import neighbours
from sdd.gate.landings import Landing
from sdd.records.kinds import locate
from sdd.repo.history import changes_of
from sdd.repo.objects import Repository

NEAREST = 5
"""So many landings on either side are tried with a failing one."""

_REWRITTEN = "history-rewritten"

_DAY = 24 * 3600
"""Seconds: what a review asks for follows the records of its branch within so many."""

Run = Sequence[Landing]
Judge = Callable[[Sequence[Landing]], Mapping[tuple[str, str], AuditedChange]]
"""The verdicts over some landings, by their keys."""


def pushes_that_pass(
    repository: Repository,
    landed: Sequence[Landing],
    adopted: str | None,
    failing: Mapping[str, AuditedChange],
    judge: Judge,
) -> Mapping[str, Landing]:
    """Head of a failing change -> the shortest stretch of the line around it that passes as one push."""
    if not failing:
        return {}
    runs = [run for run in neighbours(repository, landed, adopted, after_merges=True) if len(run) > 1]
    places = [(run, place) for run in runs for place, own in enumerate(run) if own.head.oid in failing]
    records = _only_records(repository, places)
    found: dict[str, Landing] = {}
    for distance in range(1, NEAREST + 1):
        stretches = [
            run[first : last + 1]
            for run, place in places
            if run[place].head.oid not in found
            for first, last in _around(run, place, distance, failing, records)
            if first >= 0 and last < len(run)
            # A push may begin with a merge only where that fails: one with a merge that passes ended there.
            if not run[first].head.is_merge or run[first].head.oid in failing
            if _may_excuse(run[first : last + 1], place - first, failing, records)
        ]
        pushes = [Landing(tuple(chain.from_iterable(own.commits for own in stretch))) for stretch in stretches]
        verdicts = judge(tuple({push.key: push for push in pushes}.values())) if pushes else {}
        for stretch, push in zip(stretches, pushes, strict=True):
            for place, own in enumerate(stretch) if verdicts[push.key].passed else ():
                if own.head.oid in failing and _may_excuse(stretch, place, failing, records):
                    found.setdefault(own.head.oid, push)
    return found


def _around(
    run: Run, place: int, distance: int, failing: Mapping[str, AuditedChange], records: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """The stretches of so many neighbours that a place ends; of what rewrote a record also those where only records
    follow it: what it wrote is before it, and what it lacks may be behind it.
    """
    yield from ((place, place + distance), (place - distance, place))
    if _REWRITTEN in failing[run[place].head.oid].rules:
        follow = list(takewhile(lambda last: run[last].head.oid in records, range(place + 1, len(run))))
        yield from ((last - distance, last) for last in follow[: distance - 1])


def _may_excuse(push: Run, place: int, failing: Mapping[str, AuditedChange], records: frozenset[str]) -> bool:
    """Whether a push may excuse the failing landing at a place. Where that lacks records, and corrects none, only
    records may follow it, or it is the last and goes on with what passes: what else changes files may name the same
    ones, and says nothing of a gap before.
    """
    change = failing[push[place].head.oid]
    if not change.files_lacking or _REWRITTEN in change.rules:
        return True
    if place < len(push) - 1:
        return all(own.head.oid in records for own in push[place + 1 :])
    goes_on = all(own.head.oid in failing or own.head.oid in records for own in push[1:place])
    passes = push[0].head.oid not in failing
    return passes and goes_on and push[place].head.committed - push[0].head.committed <= _DAY


def _only_records(repository: Repository, places: Sequence[tuple[Run, int]]) -> frozenset[str]:
    """The heads of the landings around some places that change records only."""
    around = (own for run, place in places for own in run[max(0, place - NEAREST) : place + 1 + NEAREST])
    near = {own.head.oid: own for own in around}
    try:
        seen = changes_of(repository, [commit.oid for own in near.values() for commit in own.commits]) if near else {}
    except SddError:
        return frozenset()  # what is not held here cannot be judged either, which the judge reports
    return frozenset(
        head
        for head, own in near.items()
        if all(locate(change.path) for commit in own.commits for change in seen.get(commit.oid, ()))
    )
