"""An audit: what became of every change of a span, and what that says as a whole."""

from itertools import pairwise
from typing import NamedTuple

from sdd.answers.audit.audited import AuditedChange
from sdd.answers.audit.span import Span
from sdd.gate.check import Verdict
from sdd.index.landings import Landing, mark_of
from sdd.repo.line import LineCommit


class Wanted(NamedTuple):
    """What is asked of an audit beside its span.

    `at_the_time` takes the policies that each change found instead of today's; `grouped` puts together what landed
    together; `since` and `until` are the first and the last day (YYYY-MM-DD) on which a change landed, empty for any.
    """

    at_the_time: bool = False
    grouped: bool = True
    since: str = ""
    until: str = ""

    def takes(self, landing: Landing) -> bool:
        """Whether a landing lies within the days that are asked for."""
        day = landing.head.day
        return (not self.since or day >= self.since) and (not self.until or day <= self.until)


class Audit(NamedTuple):
    """What became of the changes of a span, the oldest first. `changes` are those within the days asked for."""

    span: Span
    wanted: Wanted
    changes: tuple[AuditedChange, ...]

    @property
    def judged(self) -> tuple[AuditedChange, ...]:
        """The changes that there is a verdict over: all that a share is made of."""
        return tuple(change for change in self.changes if change.judged)

    @property
    def not_judged(self) -> tuple[AuditedChange, ...]:
        """The changes that could not be judged."""
        return tuple(change for change in self.changes if change.reason)

    @property
    def before_sdd(self) -> int:
        """How many changes landed where there was no root, mostly before there was one."""
        return self.span.before + sum(not (change.judged or change.reason) for change in self.changes)

    @property
    def failing(self) -> tuple[AuditedChange, ...]:
        """The changes that do not pass, the worst gap first: by the lines of the files that lack records, then by the
        number of those files, then by the number of rules that found errors; of equals the latest.
        """
        found = reversed([change for change in self.judged if not change.passed])
        return tuple(sorted(found, key=lambda one: (-one.lines, -len(one.lacking), -len(one.rules))))

    @property
    def grouped(self) -> tuple[Landing, ...]:
        """The landings that were put together of several commits."""
        return tuple(change.landing for change in self.changes if len(change.landing.commits) > 1)

    @property
    def perhaps_together(self) -> tuple[AuditedChange, ...]:
        """The changes that lack records, but may have landed together with a neighbour that holds them.

        Where there are any, a share is only the least that it may be. They are single commits without a mark of their
        own, beside others of that kind: what a rebase or a push of a branch leaves behind.
        """
        near: set[str] = set()
        for before, after in pairwise(self.span.commits):
            if _may_be_a_part(before, self.span) and _may_be_a_part(after, self.span):
                near |= {before.oid, after.oid}
        alone = (change for change in self.judged if len(change.landing.commits) == 1 and not change.complete)
        return tuple(change for change in alone if change.landing.head.oid in near)

    @property
    def verdict(self) -> Verdict:
        """All verdicts as one, for the formats that a verdict has."""
        told = [(change, f"not judged: {change.reason}") for change in self.not_judged]
        told += [(change, change.remark) for change in self.judged if change.remark]
        remarks = tuple(f"{change.landing.head.oid[:12]}: {remark}" for change, remark in told)
        return Verdict(tuple(one for change in self.judged for one in change.verdicts), remarks)


def _may_be_a_part(commit: LineCommit, span: Span) -> bool:
    return len(commit.parents) == 1 and commit.oid != span.adopted and not mark_of(commit)
