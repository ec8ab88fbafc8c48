"""The overview: the state of the project on one page."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sdd.answers.audit.counting import RecordState, Shares, shares, shares_by, states_of
from sdd.answers.lists import Row
from sdd.base.numbers import calendar_day
from sdd.gate.rules.contract import OPEN_DAYS
from sdd.records.features import FeatureStatus
from sdd.records.followups import FollowUp
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.record import ChangeKind
from sdd.report.changes import ReportedChange, Series, shares_over_time
from sdd.report.features import FeatureRow

if TYPE_CHECKING:
    from sdd.report.reading import Report

WORST = 10
"""How many gaps the overview names."""

# What a change weighs that fails without a file that lacks records; lines that were changed come on top. All that
# only grows old weighs less.
_LEAST_FAILING = 100


class OpenItem(NamedTuple):
    """A question or a follow-up that is open. `days` is its age, None where it is unknown."""

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
    """One place where records are missing. `what` says so, `path` or `commit` where; `weight` orders them.

    `argv` is the command that closes it, words in capitals for its reader to fill in.
    """

    what: str
    title: str
    path: str = ""
    commit: str = ""
    requirement: str = ""
    day: str | None = None
    weight: int = 0
    argv: tuple[str, ...] = ()


class Overview(NamedTuple):
    """All that the first page says. Shares are of the changes in the period; what is open is so today.

    `phrs` and `adrs` are those of the period, `busy` the features that its PHRs are for, the busiest first.
    """

    phrs: tuple[Row, ...]
    busy: tuple[str, ...]
    adrs: tuple[Row, ...]
    total: Shares
    states: Mapping[RecordState, int]
    series: Series
    by_feature: tuple[Shares, ...]
    by_author: tuple[Shares, ...]
    chores: int
    features: tuple[tuple[FeatureStatus, int], ...]
    covered: int
    open_contracts: int
    questions: tuple[OpenItem, ...]
    follow_ups: tuple[OpenItem, ...]
    waivers: tuple[WaiverItem, ...]
    gaps: tuple[Gap, ...]
    all_gaps: int


def overview(report: "Report") -> Overview:
    """The overview of a report's period, as it is on its day. People are named in shares only where they may be."""
    period, today = report.subject.period, report.subject.today
    changes = [change for change in report.changes if period.holds(change.day)]
    gaps = sorted(_gaps(report, changes), key=lambda gap: (-gap.weight, gap.day or "", gap.path, gap.title))
    phrs = tuple(row for row in report.phrs if period.holds(row.date))
    busy = Counter(row.feature for row in phrs if row.feature)
    statuses = Counter(feature.standing.status for feature in report.features)
    return Overview(
        phrs=phrs,
        busy=tuple(name for name, _ in busy.most_common()),
        adrs=tuple(row for row in report.adrs if period.is_bounded and period.holds(row.date)),
        total=shares(changes),
        states=states_of(changes),
        series=shares_over_time(changes, today),
        by_feature=shares_by(changes, lambda change: change.features),
        by_author=shares_by(changes, lambda change: change.authors) if report.subject.authors else (),
        chores=sum(change.kind == ChangeKind.CHORE for change in changes),
        features=tuple((status, statuses[status]) for status in FeatureStatus if statuses[status]),
        covered=sum(trail.row.is_covered for trail in report.trails),
        open_contracts=sum(row.status == ContractStatus.OPEN for row in report.contracts),
        questions=_open_items(report, ((row, report.asked.get((row.path, row.line))) for row in report.questions)),
        follow_ups=_open_items(
            report, ((row, _landed(report, row.path)) for row in report.follow_ups if not row.closed_by)
        ),
        waivers=tuple(_waivers(report)),
        gaps=tuple(gaps[:WORST]),
        all_gaps=len(gaps),
    )


def _open_items(report: "Report", listed: Iterable[tuple[Row | FollowUp, str | None]]) -> tuple[OpenItem, ...]:
    """What is open since some day, the oldest first, those of unknown age last; a text that is an item of a list
    without its mark.
    """
    texts = ((row, row.text.removeprefix("-").removeprefix("*").strip(), since) for row, since in listed)
    items = (OpenItem(row.path, row.line, text, row.feature, _age(report, since)) for row, text, since in texts)
    return tuple(sorted(items, key=lambda item: (item.days is None, -(item.days or 0), item.path, item.line)))


def _waivers(report: "Report") -> Iterator[WaiverItem]:
    for row in sorted(report.waivers, key=lambda row: (row.expires or "", row.path)):
        left = _days(report.subject.today, row.expires) if row.expires else None
        yield WaiverItem(row, _age(report, _landed(report, row.path)), left)


def _landed(report: "Report", path: str) -> str | None:
    """The day on which a record landed; None for one that has not."""
    landing = report.landed.get(path)
    return landing.day if landing else None


def _age(report: "Report", since: str | None) -> int | None:
    return max(0, _days(since, report.subject.today)) if since else None


def _days(first: str, last: str) -> int:
    then, now = calendar_day(first), calendar_day(last)
    return (now - then).days if then and now else 0


def _gaps(report: "Report", changes: Sequence[ReportedChange]) -> Iterator[Gap]:
    """Everything where records are missing. A change weighs by the lines that were changed without them, requirements
    by how far their feature is, a contract, a question and a waiver by their days.
    """
    for change in changes:
        if not change.passed:
            what = f"landed without {_listed(change.lacks)}" if change.lacks else f"broke {', '.join(change.rules)}"
            what += f" ({change.brought})" if change.brought else ""
            weight = _LEAST_FAILING + change.lines
            argv = waiver_for(change.commit)
            yield Gap(what, change.title, commit=change.commit, day=change.day, weight=weight, argv=argv)
    yield from filter(None, map(_requirements_without_records, report.features))
    today = report.subject.today
    for waiver in report.waivers:
        if waiver.expires and waiver.expires < today:
            weight = 40 + _weight_of(_days(waiver.expires, today))
            title = waiver.title or waiver.path
            gone = ("git", "rm", waiver.path)
            yield Gap("waiver that has ended", title, waiver.path, day=waiver.expires, weight=weight, argv=gone)
    contracts = (row for row in report.contracts if row.status == ContractStatus.OPEN)
    waiting = [
        ("contract", row.title or row.path, row.path, _landed(report, row.path), ("done", "--run", row.path))
        for row in contracts
    ]
    waiting += [
        (
            "question",
            row.text,
            row.path,
            report.asked.get((row.path, row.line)),
            ("answer", f"{row.path}:{row.line}", "ANSWER"),
        )
        for row in report.questions
    ]
    for noun, title, path, day, deed in waiting:
        age = _age(report, day)
        if age is not None and age >= OPEN_DAYS:
            argv, weight = ("sdd", noun, *deed), _weight_of(age)
            yield Gap(f"{noun} open for {age} days", title, path, day=day, weight=weight, argv=argv)


def waiver_for(commit: str) -> tuple[str, ...]:
    """The command that answers for what has landed without its records."""
    return "sdd", "waiver", "new", "--landing", commit[:12], "--reason", "REASON", "--approved-by", "WHO", "--commit"


_LIMITS = ("--success", "ONE SENTENCE", "--constraint", "MUST", "--non-goal", "NOT", "--check", "COMMAND")
_STARTED = {FeatureStatus.IN_PROGRESS: 40, FeatureStatus.IMPLEMENTED: 90, FeatureStatus.VERIFIED: 90}


def _requirements_without_records(feature: FeatureRow) -> Gap | None:
    """The requirements of a started feature that nothing serves, with the contract that would serve them all."""
    rows = [row for trail in feature.trails if not (row := trail.row).is_covered and not row.criterion]
    weight = _STARTED.get(feature.standing.status)
    if not rows or not weight:
        return None
    named = [word for row in rows for word in ("--requirement", row.id)]
    argv = ("sdd", "contract", "new", "TITLE", "--feature", feature.name, *named, *_LIMITS, "--commit")
    what = "requirement" if len(rows) == 1 else f"{len(rows)} requirements"
    title = rows[0].text if len(rows) == 1 else feature.title
    return Gap(f"{what} without contract and PHR", title, rows[0].path, "", rows[0].id, None, weight, argv)


def _weight_of(days: int) -> int:
    """What an age weighs: a year at the most."""
    return min(days, 365) // 10


def _listed(names: Sequence[str]) -> str:
    shown = ["PHR" if name == "phr" else name for name in names]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
