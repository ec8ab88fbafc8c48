"""The overview: the state of the project on one page."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sdd.answers.audit.counting import RecordState, Shares, shares, shares_by, states_of
from sdd.answers.lists import Row
from sdd.gate.plan.ways import TITLE, Step
from sdd.records.features import FeatureStatus
from sdd.records.followups import FollowUp
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.record import ChangeKind
from sdd.report.changes import Series, shares_over_time
from sdd.report.features import ServedCount, served_count
from sdd.report.gaps import WORST, Gap, age_of, answer_to, days_between, end_of_waiver, gaps_of, open_tasks
from sdd.report.stored import StoredRows

if TYPE_CHECKING:
    from sdd.report.reading import Report


class OpenItem(NamedTuple):
    """A question, a task or a follow-up that is open. `days` is its age, None where it is unknown; `argv` the command
    that closes it, if there is one.
    """

    path: str
    line: int
    text: str
    feature: str | None
    days: int | None
    argv: tuple[str, ...] = ()


class WaiverItem(NamedTuple):
    """A waiver with its age, and how many days are left: negative once it has ended, None without a last day. `argv` is
    the command that ends it, `by_hand` what is to be done with it.
    """

    row: Row
    days: int | None
    left: int | None
    argv: tuple[str, ...]
    by_hand: str

    @property
    def is_past(self) -> bool:
        """Whether it is about what has landed alone: it answers for a landing, or has ended."""
        return bool(self.row.landing) or (self.left is not None and self.left < 0)


class Overview(NamedTuple):
    """All that the first page says. Shares are of the changes in the period; what is open is so today.

    `before` are the shares of as many days before a period, None without one. `past_waivers` leave nothing open.
    `phrs` and `adrs` are those of the period, `busy` is the feature that most of its PHRs are for, if there is one.
    `uncounted` are its changes that are in no share, by why that is so. `served` counts the requirements
    that a record serves.
    """

    phrs: StoredRows
    busy: str | None
    adrs: tuple[Row, ...]
    total: Shares
    states: Mapping[RecordState, int]
    uncounted: Mapping[str, int]
    series: Series
    before: Shares | None
    by_feature: tuple[Shares, ...]
    by_author: tuple[Shares, ...]
    chores: int
    features: tuple[tuple[FeatureStatus, int], ...]
    served: ServedCount
    open_contracts: int
    questions: tuple[OpenItem, ...]
    follow_ups: tuple[OpenItem, ...]
    tasks: tuple[OpenItem, ...]
    waivers: tuple[WaiverItem, ...]
    past_waivers: tuple[WaiverItem, ...]
    gaps: tuple[Gap, ...]
    all_gaps: int

    @property
    def left_open(self) -> int:
        """How many questions, tasks, follow-ups and waivers there are."""
        return len(self.questions) + len(self.tasks) + len(self.follow_ups) + len(self.waivers)


def overview(report: "Report") -> Overview:
    """The overview of a report's period, as it is on its day. People are named in shares only where they may be."""
    period, today = report.subject.period, report.subject.today
    changes = [change for change in report.changes if period.holds(change.day)]
    gaps = tuple(gaps_of(report, changes))
    # Without bounds nobody needs to ask for dates.
    within = (row.path for row in report.phrs if period.holds(row.date))
    phrs = report.phrs.at(within) if period.is_bounded else report.phrs
    busy = Counter(row.feature for row in phrs)
    statuses = Counter(feature.standing.status for feature in report.features)
    waivers = tuple(_waivers(report))
    former = period.before(today)
    return Overview(
        phrs=phrs,
        busy=next((name for name, number in busy.items() if 2 * number > len(phrs)), None),
        adrs=tuple(row for row in report.adrs if period.is_bounded and period.holds(row.date)),
        total=shares(changes),
        states=states_of(changes),
        uncounted=Counter(change.standing for change in report.uncounted if period.holds(change.day)),
        series=shares_over_time(changes, today),
        before=shares([own for own in report.changes if former.holds(own.day)]) if former else None,
        by_feature=shares_by(changes, lambda change: change.features),
        by_author=shares_by(changes, lambda change: change.authors) if report.subject.authors else (),
        chores=sum(change.kind == ChangeKind.CHORE and bool(change.asked) for change in changes),
        features=tuple((status, statuses[status]) for status in FeatureStatus if statuses[status]),
        served=served_count(report.requirements),
        open_contracts=sum(row.status == ContractStatus.OPEN for row in report.contracts),
        questions=_open_items(report, report.questions, answer_to),
        follow_ups=_open_items(report, (row for row in report.follow_ups if not row.closed_by), _closing),
        tasks=_open_items(report, (task for feature in report.features for task in open_tasks(feature))),
        waivers=tuple(waiver for waiver in waivers if not waiver.is_past),
        past_waivers=tuple(waiver for waiver in waivers if waiver.is_past),
        gaps=gaps[:WORST],
        all_gaps=len(gaps),
    )


def _open_items(
    report: "Report", listed: Iterable[Any], closing: Callable[[Any], tuple[str, ...]] | None = None
) -> tuple[OpenItem, ...]:
    """The oldest first, those of unknown age last; a text that is an item of a list without its mark. `closing` makes
    the command that closes one.
    """
    items = (
        OpenItem(
            row.path,
            row.line,
            row.text.removeprefix("-").removeprefix("*").strip(),
            row.feature,
            age_of(report, row, asked=closing is answer_to),
            closing(row) if closing else (),
        )
        for row in listed
    )
    return tuple(sorted(items, key=lambda item: (item.days is None, -(item.days or 0), item.path, item.line)))


def _closing(follow_up: FollowUp) -> tuple[str, ...]:
    return Step(("sdd", "phr", "new", TITLE, "--closes", follow_up.name, "--commit"), at=follow_up.root).command


def _waivers(report: "Report") -> Iterator[WaiverItem]:
    ends = {waiver.path: end_of_waiver(waiver) for waiver in report.every_waiver}
    for row in sorted(report.waivers, key=lambda row: (row.expires or "", row.path)):
        left = days_between(report.subject.today, row.expires) if row.expires else None
        yield WaiverItem(row, age_of(report, row), left, *ends[row.path])
