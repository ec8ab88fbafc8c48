"""Waivers as their page shows them: those that the commit holds and those that let something pass and are gone."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sdd.answers.lists import Row, waiver_state
from sdd.gate.rules.waiver import WaiverState
from sdd.records.kinds.waiver import Waiver
from sdd.report.changes import ReportedChange


class ReportedWaiver(NamedTuple):
    """A waiver and the changes that it let pass or answers for, the newest first. `paths` are patterns."""

    path: str
    state: WaiverState
    reason: str
    approved_by: str
    expires: str | None
    rules: tuple[str, ...]
    paths: tuple[str, ...]
    landing: str | None
    changes: tuple[ReportedChange, ...]


def waivers_of(rows: Iterable[Row], changes: Iterable[ReportedChange], today: str) -> tuple[ReportedWaiver, ...]:
    """Every waiver, those in force first; within a state the last to end first."""
    passed: dict[str, dict[str, ReportedChange]] = {}
    gone: dict[str, tuple[Waiver, tuple[str, ...]]] = {}
    for change in changes:
        for waiver, rules in change.excuses:
            passed.setdefault(waiver.path, {})[change.commit] = change
            gone.setdefault(waiver.path, (waiver, rules))
    day = date.fromisoformat(today)
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
    by_end = sorted((*held, *removed), key=lambda waiver: (waiver.expires or "", waiver.path), reverse=True)
    return tuple(sorted(by_end, key=lambda waiver: order.index(waiver.state)))


def _reported(
    waiver: Row | Waiver,
    state: WaiverState,
    rules: Iterable[str],
    paths: Iterable[str],
    changes: Iterable[ReportedChange],
) -> ReportedWaiver:
    return ReportedWaiver(
        waiver.path,
        state,
        waiver.reason or waiver.title or "",
        waiver.approved_by or "",
        waiver.expires,
        tuple(rules),
        tuple(paths),
        waiver.landing,
        tuple(changes),
    )
