"""The overview: where the project stands, on one page."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sdd.answers.lists import Row
from sdd.answers.trail.requirements import RequirementTrail
from sdd.gate.rules.contract import OPEN_DAYS
from sdd.records.features import FeatureStatus
from sdd.records.followups import FollowUp
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.record import ChangeKind
from sdd.report.changes import (
    ReportedChange,
    Series,
    Shares,
    shares,
    shares_by_author,
    shares_by_feature,
    shares_over_time,
)
from sdd.report.features import FeatureRow, OpenQuestion
from sdd.report.period import Period

WORST = 10
"""How many gaps the overview names."""

# What a change weighs that fails without a file that lacks records; lines that were changed come on top. All that
# only grows old weighs less.
_LEAST_FAILING = 100


class OpenItem(NamedTuple):
    """Something that is left open: a question, a follow-up or a waiver. `days` is its age, None where nobody knows."""

    path: str
    line: int
    text: str
    feature: str | None
    days: int | None


class WaiverItem(NamedTuple):
    """A waiver with its age, and how many days are left: negative once it has ended, None without a last day."""

    row: Row
    days: int | None
    left: int | None


class Gap(NamedTuple):
    """One place where records are missing. `what` says so, `path` or `commit` where; `weight` orders them."""

    what: str
    title: str
    path: str
    commit: str
    requirement: str
    day: str | None
    weight: int


class Recent(NamedTuple):
    """What changed in the period: counts, and the newest of each."""

    changes: int
    phrs: int
    stages: tuple[tuple[str, int], ...]
    features: tuple[str, ...]
    newest: tuple[Row, ...]
    adrs: tuple[Row, ...]


class Overview(NamedTuple):
    """All that the first page says. Shares are of the changes in the period; what is open is so today."""

    period: Period
    recent: Recent
    total: Shares
    series: Series
    by_feature: tuple[Shares, ...]
    by_author: tuple[Shares, ...]
    chores: int
    waived: int
    features: tuple[tuple[FeatureStatus, int], ...]
    requirements: int
    covered: int
    phrs: int
    open_contracts: int
    contracts: int
    questions: tuple[OpenItem, ...]
    follow_ups: tuple[OpenItem, ...]
    waivers: tuple[WaiverItem, ...]
    gaps: tuple[Gap, ...]
    all_gaps: int


@dataclass(frozen=True)
class ReportRows:
    """The rows of a report's pages. `added` is path -> the day a record came."""

    changes: Sequence[ReportedChange]
    features: Sequence[FeatureRow]
    trails: Sequence[RequirementTrail]
    phrs: Sequence[Row]
    contracts: Sequence[Row]
    adrs: Sequence[Row]
    questions: Sequence[OpenQuestion]
    follow_ups: Sequence[FollowUp]
    waivers: Sequence[Row]
    added: Mapping[str, str]


def overview(rows: ReportRows, period: Period, today: str, *, authors: bool = False) -> Overview:
    """The overview of a period, as it is on a day (YYYY-MM-DD). People are named in shares only with `authors`."""
    changes = [change for change in rows.changes if period.holds(change.day)]
    gaps = sorted(_gaps(rows, changes, today), key=lambda gap: (-gap.weight, gap.day or "", gap.path, gap.title))
    statuses = Counter(feature.status for feature in rows.features)
    return Overview(
        period=period,
        recent=_recent(rows, changes, period),
        total=shares(changes),
        series=shares_over_time(changes, today),
        by_feature=shares_by_feature(changes),
        by_author=shares_by_author(changes) if authors else (),
        chores=sum(change.kind == ChangeKind.CHORE for change in changes),
        waived=sum(change.waived > 0 for change in changes),
        features=tuple((status, statuses[status]) for status in FeatureStatus if statuses[status]),
        requirements=len(rows.trails),
        covered=sum(trail.row.is_covered for trail in rows.trails),
        phrs=len(rows.phrs),
        open_contracts=sum(row.status == ContractStatus.OPEN for row in rows.contracts),
        contracts=len(rows.contracts),
        questions=_oldest(
            OpenItem(one.path, one.line, one.text, one.feature, _age(rows, one.path, today)) for one in rows.questions
        ),
        follow_ups=_oldest(
            OpenItem(one.path, one.line, one.text, one.feature, _age(rows, one.path, today))
            for one in rows.follow_ups
            if not one.closed_by
        ),
        waivers=tuple(_waivers(rows, today)),
        gaps=tuple(gaps[:WORST]),
        all_gaps=len(gaps),
    )


def _recent(rows: ReportRows, changes: Sequence[ReportedChange], period: Period) -> Recent:
    phrs = [row for row in rows.phrs if period.holds(row.date)]
    stages = Counter(row.stage or "other" for row in phrs)
    features = Counter(row.feature for row in phrs if row.feature)
    return Recent(
        len(changes),
        len(phrs),
        tuple(stages.most_common()),
        tuple(name for name, _ in features.most_common()),
        tuple(phrs[:5]),
        tuple(row for row in rows.adrs if period.is_bounded and period.holds(row.date)),
    )


def _oldest(items: Iterable[OpenItem]) -> tuple[OpenItem, ...]:
    """The oldest first, those of unknown age last."""
    return tuple(sorted(items, key=lambda item: (item.days is None, -(item.days or 0), item.path, item.line)))


def _waivers(rows: ReportRows, today: str) -> Iterator[WaiverItem]:
    for row in sorted(rows.waivers, key=lambda row: (row.expires or "", row.path)):
        left = _days(today, row.expires) if row.expires else None
        yield WaiverItem(row, _age(rows, row.path, today), left)


def _age(rows: ReportRows, path: str, today: str) -> int | None:
    added = rows.added.get(path)
    return max(0, _days(added, today)) if added else None


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _gaps(rows: ReportRows, changes: Sequence[ReportedChange], today: str) -> Iterator[Gap]:
    """Everything where records are missing. A change weighs by the lines that were changed without them, a requirement
    by how far its feature is, a contract, a question and a waiver by their days.
    """
    for change in changes:
        if not change.passed:
            what = f"landed without {_listed(change.lacks)}" if change.lacks else f"broke {', '.join(change.rules)}"
            yield Gap(what, change.title, "", change.commit, "", change.day, _LEAST_FAILING + change.lines)
    status = {row.path: row.status for row in rows.features}
    started = {FeatureStatus.IN_PROGRESS: 40, FeatureStatus.IMPLEMENTED: 90, FeatureStatus.VERIFIED: 90}
    for trail in rows.trails:
        row = trail.row
        weight = started.get(status.get(row.path.rpartition("/")[0], FeatureStatus.DRAFT), 0)
        if weight and not row.is_covered and not row.criterion:
            yield Gap("requirement without contract and PHR", row.text, row.path, "", row.id, None, weight)
    for contract in rows.contracts:
        age = _age(rows, contract.path, today)
        if contract.status == ContractStatus.OPEN and age is not None and age >= OPEN_DAYS:
            title = contract.title or contract.path
            yield Gap(
                f"contract open for {age} days", title, contract.path, "", "", rows.added[contract.path], _old(age)
            )
    for waiver in rows.waivers:
        if waiver.expires and waiver.expires < today:
            title = waiver.title or waiver.path
            weight = 40 + _old(_days(waiver.expires, today))
            yield Gap("waiver that has ended", title, waiver.path, "", "", waiver.expires, weight)
    for question in rows.questions:
        age = _age(rows, question.path, today)
        if age is not None and age >= OPEN_DAYS:
            day = rows.added[question.path]
            yield Gap(f"question open for {age} days", question.text, question.path, "", "", day, _old(age))


def _old(days: int) -> int:
    """What an age weighs: a year at the most."""
    return min(days, 365) // 10


def _listed(names: Sequence[str]) -> str:
    shown = ["PHR" if name == "phr" else name for name in names]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
