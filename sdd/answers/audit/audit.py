"""An audit: what became of every change of a span, and what that says as a whole."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from sdd.answers.audit.audited import AuditedChange
from sdd.answers.audit.counting import Shares, shares_by
from sdd.base.errors import SddError
from sdd.gate.check.verdict import Verdict
from sdd.gate.landings import Landing, mark_of
from sdd.gate.rules import ALL
from sdd.gate.target.span import Span
from sdd.repo.line import LineCommit

Authors = Mapping[str, tuple[str, ...]]
"""The id of a change's head -> the names of those who wrote it; None where nobody may be named."""


class AuditOptions(NamedTuple):
    """How a span is audited.

    `at_the_time` judges by the policies that each change found instead of today's; `grouped` puts together what landed
    together; `since` and `until` are the first and the last day (YYYY-MM-DD) on which a change landed, empty for any;
    `everything` counts what landed before the policy's `since` too.
    """

    at_the_time: bool = False
    grouped: bool = True
    since: str = ""
    until: str = ""
    everything: bool = False

    def takes(self, landing: Landing) -> bool:
        """Whether a change landed within the days."""
        day = landing.head.day
        return (not self.since or day >= self.since) and (not self.until or day <= self.until)


class Audit(NamedTuple):
    """The verdicts over the changes of a span, the oldest first. `changes` are those within the options' days.

    `since` is the earliest day that a root's policy counts from, None where nothing is left out for one.
    """

    span: Span
    options: AuditOptions
    changes: tuple[AuditedChange, ...]
    since: str | None = None

    def during(self, since: str, until: str) -> "Audit":
        """The same over the changes that landed from one day to another, either of them empty for any."""
        options = self.options._replace(since=since, until=until)
        return self._replace(
            options=options, changes=tuple(filter(lambda own: options.takes(own.landing), self.changes))
        )

    @property
    def judged(self) -> tuple[AuditedChange, ...]:
        """The changes that there is a verdict over: all that a share is made of."""
        return tuple(change for change in self.changes if change.judged)

    @property
    def not_judged(self) -> tuple[AuditedChange, ...]:
        """The changes that could not be judged."""
        return tuple(change for change in self.changes if change.reason)

    @property
    def answered(self) -> tuple[AuditedChange, ...]:
        """The changes that do not pass, and that a waiver answers for."""
        return tuple(change for change in self.changes if change.answer)

    @property
    def actor_shaped(self) -> tuple[AuditedChange, ...]:
        """The changes without records that are an actor's update by their shape."""
        return tuple(change for change in self.changes if change.actor and not change.answer)

    @property
    def perhaps(self) -> tuple[AuditedChange, ...]:
        """The changes that fail alone, and pass as one push with the neighbours that they may have landed with."""
        return tuple(change for change in self.changes if change.perhaps)

    @property
    def before_sdd(self) -> int:
        """How many changes landed where there was no root, mostly before there was one."""
        aside = len(self.answered) + len(self.actor_shaped) + len(self.perhaps) + len(self.not_judged)
        told = len(self.judged) + aside + self.before
        return self.span.before + len(self.changes) - told

    @property
    def before(self) -> int:
        """How many changes landed before the day that the policy counts from."""
        return sum(change.before for change in self.changes)

    @property
    def failing(self) -> tuple[AuditedChange, ...]:
        """The changes that do not pass, the worst gap first: by the lines of the files that lack records, then by the
        number of those files, then by the number of rules that found errors; of equals the latest.
        """
        found = reversed([change for change in self.judged if not change.passed])
        return tuple(sorted(found, key=lambda change: (-change.lines, -change.files_lacking, -len(change.rules))))

    @property
    def by_rule(self) -> Mapping[str, int]:
        """Rule -> in how many changes it found an error, the most frequent first."""
        counted = Counter(rule for change in self.judged for rule in change.rules)
        in_order = (rule.name for rule in ALL if rule.name in counted)
        # The sort keeps the order of the rule book where rules are equally frequent.
        return {name: counted[name] for name in sorted(in_order, key=lambda name: -counted[name])}

    def tables(self, authors: Authors | None) -> Mapping[str, tuple[Shares, ...]]:
        """What the shares are by -> the shares: `month`, the oldest first, `feature`, and `author`."""
        months = shares_by(self.judged, lambda change: [change.landing.head.day[:7]])
        found = {
            "month": tuple(sorted(months, key=lambda row: row.name)),
            "feature": shares_by(self.judged, lambda change: change.features),
        }
        if authors is not None:
            found["author"] = shares_by(self.judged, lambda change: authors.get(change.landing.head.oid, ()))
        return found

    @property
    def grouped(self) -> tuple[Landing, ...]:
        """The landings that were put together of several commits."""
        return tuple(change.landing for change in self.changes if len(change.landing.commits) > 1)

    @property
    def at_least(self) -> tuple[AuditedChange, ...]:
        """The changes that lack records, but may have landed together with a neighbour that holds them.

        Where there are any, a share is only the least that it may be. They are single commits without a mark of their
        own, beside others of that kind: what a rebase or a push of a branch leaves behind.
        """
        near: set[str] = set()
        for before, after in pairwise(self.span.commits):
            if _may_be_a_part(before, self.span) and _may_be_a_part(after, self.span):
                near |= {before.oid, after.oid}
        alone = (change for change in self.judged if len(change.landing.commits) == 1 and change.files_lacking)
        return tuple(change for change in alone if change.landing.head.oid in near)

    def require_judged(self) -> None:
        """Raises SddError where no change was judged, or one could not be: then no share can be relied on."""
        if self.not_judged:
            first = self.not_judged[0]
            many = f"{len(self.not_judged)} of {len(self.judged) + len(self.not_judged)} changes cannot be judged"
            fix = "git fetch --unshallow" if first.landing.head.cut else "see them all: sdd audit -v"
            raise SddError(f"{many}, the first is {first.landing.head.oid[:12]}: {first.reason}", fix)
        if not self.judged:
            raise SddError(*self._why_nothing())

    def _why_nothing(self) -> tuple[str, str]:
        """Why no change was judged, and what to do about it."""
        name, days = self.span.name, "--since and --until"
        if self.before:
            return (
                f"nothing has landed on {name} since {self.since}, from which the policy counts",
                "correct `since` in .specify/sdd.toml, or count all: sdd audit --all",
            )
        if any(change.governed for change in self.changes):
            return f"no change on {name} counts in a share", "see why: sdd audit -v"
        if self.changes or (self.span.before and not self.span.commits):
            return f"no change on {name} is governed by sdd", "adopt it first: sdd init"
        if self.span.commits:
            last = self.span.commits[-1].day
            return f"nothing landed on {name} in the days of {days}", f"the last change landed on {last}"
        return f"no change lies in {name}", "name a branch, or A..B: what B has and A has not (sdd audit HEAD)"

    @property
    def verdict(self) -> Verdict:
        """All verdicts as one, for the formats that a verdict has."""
        told = [(change, f"not judged: {change.reason}") for change in self.not_judged]
        told += [(change, f"answered by {change.answer.path}") for change in self.answered if change.answer]
        told += [(change, f"the update of {change.actor}, by its shape") for change in self.actor_shaped]
        told += [(change, f"perhaps landed together: {change.push} passes") for change in self.perhaps]
        told += [(change, change.remark) for change in self.judged if change.remark]
        remarks = tuple(f"{change.landing.head.oid[:12]}: {remark}" for change, remark in told)
        return Verdict(tuple(verdict for change in self.judged for verdict in change.verdicts), remarks)


def _may_be_a_part(commit: LineCommit, span: Span) -> bool:
    return len(commit.parents) == 1 and commit.oid != span.adopted and not mark_of(commit)
