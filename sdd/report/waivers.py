"""Waivers as their page shows them: those that the commit holds and those that let something pass and are gone."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sdd.answers.lists import Row, waiver_state
from sdd.base import paths
from sdd.gate.check.verdict import COVERAGE_RULES
from sdd.gate.rules.waiver import WaiverState
from sdd.records.kinds.waiver import Waiver
from sdd.report.changes import ReportedChange

if TYPE_CHECKING:
    from sdd.report.reading import Report


class PaidBack(NamedTuple):
    """The PHR that told of what a waiver had let pass, and the day (YYYY-MM-DD) on which it landed."""

    path: str
    title: str
    day: str


class ReportedWaiver(NamedTuple):
    """A waiver and the changes that it let pass or answers for, the newest first. `paths` are patterns. `paid` are the
    records that followed, None where none is owed.
    """

    path: str
    state: WaiverState
    reason: str
    approved_by: str
    expires: str | None
    rules: tuple[str, ...]
    paths: tuple[str, ...]
    landing: str | None
    changes: tuple[ReportedChange, ...]
    paid: tuple[PaidBack, ...] | None = None
    root: str = ""

    @property
    def let_pass(self) -> tuple[str, ...]:
        """The files that landed without a record by it, as its root sees them."""
        own = (entry for change in self.changes for entry in change.waived if entry.waiver.path == self.path)
        files = (entry.finding.path for entry in own if entry.finding.rule in COVERAGE_RULES)
        return tuple(paths.relative(self.root, file) for file in dict.fromkeys(files))


def waivers_of(report: "Report") -> tuple[ReportedWaiver, ...]:
    """Every waiver, those in force first; within a state the last to end first."""
    passed: dict[str, dict[str, ReportedChange]] = {}
    gone: dict[str, tuple[Waiver, tuple[str, ...]]] = {}
    for change in report.every_change:
        for waiver, rules in change.excuses:
            passed.setdefault(waiver.path, {})[change.commit] = change
            gone.setdefault(waiver.path, (waiver, rules))
    rows, day = report.waivers, date.fromisoformat(report.subject.today)
    held = [
        _reported(row, waiver_state(row, day), row.rules, row.paths, passed.get(row.path, {}).values()) for row in rows
    ]
    for path in {row.path for row in held} & gone.keys():
        del gone[path]
    removed = (
        _reported(waiver, WaiverState.REMOVED, rules, (item.text for item in waiver.paths), passed[path].values())
        for path, (waiver, rules) in gone.items()
    )
    order = [*WaiverState]
    told = [waiver._replace(paid=_paid(report, waiver)) for waiver in (*held, *removed)]
    by_end = sorted(told, key=lambda waiver: (waiver.expires or "", waiver.path), reverse=True)
    return tuple(sorted(by_end, key=lambda waiver: order.index(waiver.state)))


def _paid(report: "Report", waiver: ReportedWaiver) -> tuple[PaidBack, ...] | None:
    """The PHRs of other changes that name the waiver and what it let pass without a record."""
    files = {paths.join(waiver.root, file) for file in waiver.let_pass}
    if not files:
        return None
    came = {path for change in waiver.changes for path in report.records_of(change)}
    told = report.naming_waivers.get(waiver.path, {})
    return tuple(
        PaidBack(path, phr.title or path, landing.day)
        for path, named in told.items()
        if path not in came
        and not files.isdisjoint(named)
        and (phr := report.phr_at.get(path))
        and (landing := report.landed.get(path))
    )


def _reported(
    waiver: Row | Waiver,
    state: WaiverState,
    rules: Iterable[str],
    patterns: Iterable[str],
    changes: Iterable[ReportedChange],
) -> ReportedWaiver:
    return ReportedWaiver(
        waiver.path,
        state,
        waiver.reason or waiver.title or "",
        waiver.approved_by or "",
        waiver.expires,
        tuple(rules),
        tuple(patterns),
        waiver.landing,
        tuple(changes),
        root=waiver.root,
    )
