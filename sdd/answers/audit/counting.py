"""How judged changes are counted: the state of each, and the shares of many. Audit and report both ask here."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

from sdd.base.grouping import grouped
from sdd.gate.cover import Need
from sdd.records.kinds.record import ChangeKind

NEEDS = (Need.SPEC, Need.CONTRACT, Need.PHR)
"""What a change may need, in the order in which it is written."""


class RecordState(StrEnum):
    """How much a judged change has of the records that it needs.

    WAIVED passes only because a waiver stands in for some of them; EXEMPT needs none; BROKEN lacks none, but breaks a
    rule.
    """

    COMPLETE = "complete"
    PARTIAL = "partial"
    MISSING = "missing"
    BROKEN = "broken"
    WAIVED = "waived"
    EXEMPT = "exempt"


_NEEDED = (RecordState.COMPLETE, RecordState.PARTIAL, RecordState.MISSING)


class _Change(Protocol):
    """A judged change: whether it passed, which records its files needed (`asked`), which of them any file lacked
    (`missed`), which of the others any file had only by a waiver (`excused`), and how many files a PHR has `named`.
    """

    @property
    def passed(self) -> bool: ...
    @property
    def asked(self) -> frozenset[Need]: ...
    @property
    def missed(self) -> frozenset[Need]: ...
    @property
    def excused(self) -> frozenset[Need]: ...
    @property
    def named(self) -> int: ...
    @property
    def state(self) -> RecordState: ...


def state_of(change: _Change) -> RecordState:
    """The state of a change, by what else is counted of it."""
    if change.passed and change.excused and not change.missed:
        return RecordState.WAIVED
    if not change.missed:
        if not change.passed:
            return RecordState.BROKEN
        return RecordState.COMPLETE if change.asked else RecordState.EXEMPT
    nothing = change.missed | change.excused == change.asked and not change.named
    return RecordState.MISSING if nothing else RecordState.PARTIAL


def lacks_in_words(lacks: Collection[Need], state: RecordState, kind: str | None) -> str:
    """What a change of a state and a kind, or a file of it, lacks: "spec, contract and PHR".

    Without records it is judged as a feature. Where its commit calls it otherwise, only that they are missing is sure.
    """
    if state is RecordState.MISSING and kind not in (None, ChangeKind.FEATURE):
        return "its records"
    names = ["PHR" if need is Need.PHR else need.value for need in NEEDS if need in lacks]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def states_of(changes: Iterable[_Change]) -> Mapping[RecordState, int]:
    """How many changes there are of each state."""
    counted = Counter(change.state for change in changes)
    return {state: counted[state] for state in RecordState}


AnyChange = TypeVar("AnyChange", bound=_Change)


class Proportion(NamedTuple):
    """How many of the changes that needed something had it."""

    had: int
    needed: int

    @property
    def part(self) -> float | None:
        """From 0 to 1, to four places; None where no change needed it."""
        return round(self.had / self.needed, 4) if self.needed else None

    @property
    def percent(self) -> int | None:
        """In whole percent: only all of them are 100, and only none of them 0."""
        if not self.needed:
            return None
        value = round(100 * self.had / self.needed)
        return min(max(value, 1), 99) if 0 < self.had < self.needed else value


class Shares(NamedTuple):
    """The shares of some changes. `name` is what they have in common, empty for those that have no such thing.

    The `waived` of the `changes` are in no share. `passed` is out of all others. `complete` (which have all their
    records) is out of those that needed any and broke no rule alone.
    """

    name: str
    changes: int
    waived: int
    passed: Proportion
    complete: Proportion
    spec: Proportion
    contract: Proportion
    phr: Proportion

    @property
    def by_need(self) -> Mapping[Need, Proportion]:
        """Which record some change needed -> how many of those that did had it for every file."""
        shares = {Need.PHR: self.phr, Need.CONTRACT: self.contract, Need.SPEC: self.spec}
        return {need: share for need, share in shares.items() if share.needed}


def shares(changes: Iterable[_Change], name: str = "") -> Shares:
    """The shares of some judged changes."""
    rows = tuple(changes)
    states = states_of(rows)
    told = [change for change in rows if change.state != RecordState.WAIVED]
    passed = Proportion(sum(change.passed for change in told), len(told))
    told = [change for change in told if change.state in _NEEDED]
    asked = Counter(need for change in told for need in change.asked - change.excused)
    had = Counter(need for change in told for need in change.asked - change.excused - change.missed)
    complete = Proportion(states[RecordState.COMPLETE], sum(states[state] for state in _NEEDED))
    needs = (Proportion(had[need], asked[need]) for need in NEEDS)
    return Shares(name, len(rows), states[RecordState.WAIVED], passed, complete, *needs)


def added(rows: Iterable[Shares], name: str) -> Shares:
    """The shares of several groups of changes together."""
    changes, waived, *columns = zip(*(row[1:] for row in rows), strict=True)
    proportions = (Proportion(*map(sum, zip(*column, strict=True))) for column in columns)
    return Shares(name, sum(changes), sum(waived), *proportions)


def shares_by(changes: Iterable[AnyChange], names_of: Callable[[AnyChange], Iterable[str]]) -> tuple[Shares, ...]:
    """The shares by a name, those with the most failing changes first. A change counts for each of its names."""
    groups = grouped((name, change) for change in changes for name in tuple(names_of(change)) or ("",))
    rows = (shares(group, name) for name, group in groups.items())
    failing = ((row.passed.needed - row.passed.had, row) for row in rows)
    return tuple(
        row for _, row in sorted(failing, key=lambda pair: (-pair[0], -pair[1].changes, not pair[1].name, pair[1].name))
    )
