"""Failing changes that perhaps landed together with their neighbours: as one push they pass. A trial, not a grouping.

A line does not say where a push ended. Records that a branch corrected before it landed look like landed ones that were
rewritten, a record that was fixed, or that a refusal of a merge asked for, like one that came too late, and what a
review asked for after the record like a gap.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain, takewhile
from typing import NamedTuple

from sdd.answers.audit.audited import AuditedChange
from sdd.base.errors import SddError
from sdd.gate.check.fast_forwards import neighbours
from sdd.gate.landings import Landing
from sdd.records.kinds import locate
from sdd.records.kinds.waiver import KIND as WAIVER
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
    runs = [run for run in neighbours(repository, landed, adopted, one_push=True) if len(run) > 1]
    places = [(run, place) for run in runs for place, own in enumerate(run) if own.head.oid in failing]
    try:
        trial = _Trial(failing, _changed(repository, places))
    except SddError:
        return {}  # what is not held here cannot be judged either, which the judge reports
    found: dict[str, Landing] = {}
    for distance in range(1, NEAREST + 1):
        left = failing.keys() - found.keys()
        stretches = [
            run[first : last + 1]
            for run, place in places
            if run[place].head.oid in left
            for first, last in trial.around(run, place, distance)
            if first >= 0 and last < len(run)
            if _goes_on(run[first:last], left)
            if trial.may_excuse(run[first : last + 1], place - first)
        ]
        pushes = [Landing(tuple(chain.from_iterable(own.commits for own in stretch))) for stretch in stretches]
        verdicts = judge(tuple({push.key: push for push in pushes}.values())) if pushes else {}
        for stretch, push in zip(stretches, pushes, strict=True):
            for place, own in enumerate(stretch) if verdicts[push.key].passed else ():
                if own.head.oid in failing and trial.may_excuse(stretch, place):
                    found.setdefault(own.head.oid, push)
    return found


def _goes_on(before: Run, failing: Collection[str]) -> bool:
    """Whether a push may go on after some landings: a merge ends one that passes, so one of them fails up to there."""
    heads = (own.head for own in before)
    return next((head.oid in failing for head in heads if head.is_merge or head.oid in failing), True)


class _Changed(NamedTuple):
    """What a landing changed: its files that are no records, whether records too, and whether it is `waived` by one."""

    files: frozenset[str]
    records: bool
    waived: bool


class _Trial:
    """What pushes may excuse of the failing landings, by what those and their neighbours changed, by their heads."""

    def __init__(self, failing: Mapping[str, AuditedChange], changed: Mapping[str, _Changed]) -> None:
        self._failing = failing
        self._changed = changed
        self._lacking: dict[str, frozenset[str]] = {}

    def around(self, run: Run, place: int, distance: int) -> Iterator[tuple[int, int]]:
        """The stretches of so many neighbours that a place ends; of what rewrote a record also those where only records
        follow it: what it wrote is before it, and what it lacks may be behind it.
        """
        yield from ((place, place + distance), (place - distance, place))
        if _REWRITTEN in self._failing[run[place].head.oid].rules:
            near = range(place + 1, min(place + 1 + NEAREST, len(run)))
            follow = list(takewhile(lambda last: self._is_record(run[last]), near))
            yield from ((last - distance, last) for last in follow[: distance - 1])

    def may_excuse(self, push: Run, place: int) -> bool:
        """Whether a push may excuse the failing landing at a place. Where that lacks records, and corrects none, only
        records may follow it, or it is the last and goes on with what passes: what else changes files may name the
        same ones, and says nothing of a gap before. Over merges nothing is put together: there work may follow that
        changes other files, up to what brings a record.
        """
        change = self._failing[push[place].head.oid]
        if not change.files_lacking or _REWRITTEN in change.rules:
            return True
        if after := push[place + 1 :]:
            over_merges = any(own.head.is_merge for own in push[place:]) and self._changed[after[-1].head.oid].records
            return all(self._is_record(own) or (over_merges and self._is_other(own, change)) for own in after)
        goes_on = all(own.head.oid in self._failing or self._is_record(own) for own in push[1:place])
        passes = push[0].head.oid not in self._failing
        return passes and goes_on and push[place].head.committed - push[0].head.committed <= _DAY

    def _is_other(self, own: Landing, before: AuditedChange) -> bool:
        """Whether a landing has no records for files that one before it lacks them for."""
        changed = self._changed[own.head.oid]
        lacking = self._lacks(before) - self._lacks(self._failing.get(own.head.oid))
        return not changed.waived and changed.files.isdisjoint(lacking)

    def _lacks(self, change: AuditedChange | None) -> frozenset[str]:
        if not change:
            return frozenset()
        head = change.landing.head.oid
        if head not in self._lacking:
            self._lacking[head] = frozenset(lack.file.path for lack in change.lacking)
        return self._lacking[head]

    def _is_record(self, own: Landing) -> bool:
        """Whether a landing changed records only."""
        return not self._changed[own.head.oid].files


def _changed(repository: Repository, places: Sequence[tuple[Run, int]]) -> Mapping[str, _Changed]:
    """Head -> what it changed, of the landings around some places; a merge against the line before it."""
    around = (own for run, place in places for own in run[max(0, place - NEAREST) : place + 1 + NEAREST])
    near = {own.head.oid: own for own in around}
    asked = [commit for own in near.values() for commit in own.commits]
    ids = [f"{commit.oid} {commit.base}" if commit.is_merge else commit.oid for commit in asked]
    seen = changes_of(repository, ids) if ids else {}
    found: dict[str, _Changed] = {}
    for head, own in near.items():
        at = {change.path: locate(change.path) for commit in own.commits for change in seen.get(commit.oid, ())}
        kinds = [place[1] for place in at.values() if place]
        found[head] = _Changed(frozenset(path for path in at if not at[path]), bool(kinds), WAIVER in kinds)
    return found
