"""Shares: how many of some changes passed, and had the records that they needed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol, TypeVar

from sdd.answers.audit.audited import AuditedChange
from sdd.base.grouping import grouped
from sdd.gate.cover import Need
from sdd.gate.rules import ALL


class _Change(Protocol):
    """A judged change: whether it passed, which records its files needed, and which of them any file lacked."""

    @property
    def passed(self) -> bool: ...
    @property
    def asked(self) -> frozenset[Need]: ...
    @property
    def missed(self) -> frozenset[Need]: ...


Authors = Mapping[str, tuple[str, ...]]
"""The id of a change's head -> the names of those who wrote it; None where nobody may be named."""

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

    `passed` may be out of fewer than all `changes`: a report leaves out those that needed no record.
    """

    name: str
    changes: int
    passed: Proportion
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
    asked = Counter(need for change in rows for need in change.asked)
    had = Counter(need for change in rows for need in change.asked - change.missed)
    spec, contract, phr = (Proportion(had[need], asked[need]) for need in (Need.SPEC, Need.CONTRACT, Need.PHR))
    return Shares(name, len(rows), Proportion(sum(change.passed for change in rows), len(rows)), spec, contract, phr)


def added(rows: Iterable[Shares], name: str) -> Shares:
    """The shares of several groups of changes together."""
    columns = zip(*(row[1:] for row in rows), strict=True)
    changes, *proportions = columns
    passed, spec, contract, phr = (Proportion(*map(sum, zip(*column, strict=True))) for column in proportions)
    return Shares(name, sum(changes), passed, spec, contract, phr)


def shares_by(
    changes: Iterable[AnyChange],
    names_of: Callable[[AnyChange], Iterable[str]],
    shares_of: Callable[[Iterable[AnyChange], str], Shares] = shares,
) -> tuple[Shares, ...]:
    """The shares by a name, those with the most failing changes first. A change counts for each of its names."""
    groups = grouped((name, change) for change in changes for name in tuple(names_of(change)) or ("",))
    rows = (shares_of(group, name) for name, group in groups.items())
    failing = ((row.passed.needed - row.passed.had, row) for row in rows)
    return tuple(
        row for _, row in sorted(failing, key=lambda pair: (-pair[0], -pair[1].changes, not pair[1].name, pair[1].name))
    )


def tables(changes: Iterable[AuditedChange], authors: Authors | None) -> dict[str, tuple[Shares, ...]]:
    """What the shares of audited changes are by -> the shares: `month`, the oldest first, `feature`, and `author`."""
    rows = tuple(changes)
    months = shares_by(rows, lambda change: [change.landing.head.day[:7]])
    found = {
        "month": tuple(sorted(months, key=lambda row: row.name)),
        "feature": shares_by(rows, lambda change: change.features),
    }
    if authors is not None:
        found["author"] = shares_by(rows, lambda change: authors.get(change.landing.head.oid, ()))
    return found


def by_rule(changes: Iterable[AuditedChange]) -> dict[str, int]:
    """Rule -> in how many changes it found an error, the most frequent first."""
    counted = Counter(rule for change in changes for rule in change.rules)
    in_order = (rule.name for rule in ALL if rule.name in counted)
    # The sort keeps the order of the rule book where rules are equally frequent.
    return {name: counted[name] for name in sorted(in_order, key=lambda name: -counted[name])}
