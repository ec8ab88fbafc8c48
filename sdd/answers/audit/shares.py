"""Shares: how many of some changes passed, as a whole, by month, by feature, by author."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from sdd.answers.audit.audited import AuditedChange
from sdd.gate.cover import Need
from sdd.gate.rules import ALL


class Share(NamedTuple):
    """How many of some changes passed. `name` is what they have in common, None for those without a feature."""

    name: str | None
    changes: int
    passed: int

    @property
    def value(self) -> float | None:
        """The share, from 0 to 1; None of nothing."""
        return self.passed / self.changes if self.changes else None


class NeedShare(NamedTuple):
    """Of how many changes some record was asked, and how many of them had it for every file."""

    need: Need
    asked: int
    had: int


def share(changes: Iterable[AuditedChange], name: str | None = None) -> Share:
    """The share of some changes that passed; what was not judged is in none."""
    judged = [change for change in changes if change.judged]
    return Share(name, len(judged), sum(change.passed for change in judged))


def by_month(changes: Iterable[AuditedChange]) -> tuple[Share, ...]:
    """The shares by the month in which a change landed, `YYYY-MM`, the oldest first."""
    return tuple(sorted(_by(changes, lambda change: (change.landing.head.day[:7],))))


def by_feature(changes: Iterable[AuditedChange]) -> tuple[Share, ...]:
    """The shares by feature, those with the most failing changes first. A change for several counts in each."""
    found = _by(changes, lambda change: change.features or (None,))
    return tuple(sorted(found, key=lambda one: (one.passed - one.changes, one.name is None, one.name or "")))


def by_author(changes: Iterable[AuditedChange], authors: Mapping[str, tuple[str, ...]]) -> tuple[Share, ...]:
    """The same by the names of those who wrote a change's commits; `authors` gives them by the id of its head."""
    found = _by(changes, lambda change: authors.get(change.landing.head.oid, ()))
    return tuple(sorted(found, key=lambda one: (one.passed - one.changes, one.name or "")))


def by_rule(changes: Iterable[AuditedChange]) -> dict[str, int]:
    """Rule -> in how many changes it found an error, the most frequent first."""
    counted = Counter(rule for change in changes for rule in change.rules)
    in_order = (rule.name for rule in ALL if rule.name in counted)
    # The sort keeps the order of the rule book where rules are equally frequent.
    return {name: counted[name] for name in sorted(in_order, key=lambda name: -counted[name])}


def by_need(changes: Iterable[AuditedChange]) -> tuple[NeedShare, ...]:
    """For each record that was asked for: of how many changes, and how many had it."""
    judged = [change for change in changes if change.judged]
    asked = Counter(need for change in judged for need in change.asked)
    had = Counter(need for change in judged for need in change.asked - change.missed)
    return tuple(NeedShare(need, asked[need], had[need]) for need in Need if need in asked)


def _by(changes: Iterable[AuditedChange], names_of: Callable[[AuditedChange], Iterable[str | None]]) -> list[Share]:
    groups: dict[str | None, list[AuditedChange]] = {}
    for change in changes:
        for name in names_of(change) if change.judged else ():
            groups.setdefault(name, []).append(change)
    return [share(group, name) for name, group in groups.items()]
