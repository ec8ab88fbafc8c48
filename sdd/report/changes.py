"""Changes as they landed, and what share of them had the records that they needed."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from sdd.report.period import Bucket, buckets

NEEDS = ("spec", "contract", "phr")
"""What a change may need, in the order in which it is written."""


class ReportedChange(NamedTuple):
    """One change that landed. `day` is YYYY-MM-DD, `features` are those it is for, `rules` those that found errors.

    `lacks` are the needs that it did not meet; what it neither had nor lacks it did not need. `files` counts the files
    that answer to a policy, `lines` those changed in files that lack something, `waived` the findings that a waiver
    let pass.
    """

    commit: str
    day: str
    title: str
    features: tuple[str, ...]
    kind: str | None
    passed: bool
    had_spec: bool
    had_contract: bool
    had_phr: bool
    lacks: tuple[str, ...]
    files: int
    lines: int = 0
    rules: tuple[str, ...] = ()
    waived: int = 0
    authors: tuple[str, ...] = ()

    def had(self, need: str) -> bool:
        """Whether the change had what `need` names, where it needed it."""
        return (
            need not in self.lacks and {"spec": self.had_spec, "contract": self.had_contract, "phr": self.had_phr}[need]
        )


class Proportion(NamedTuple):
    """How many of the changes that needed something had it."""

    had: int
    needed: int

    @property
    def part(self) -> float | None:
        """From 0 to 1; None where no change needed it."""
        return self.had / self.needed if self.needed else None

    @property
    def percent(self) -> int | None:
        """In whole percent, rounded down: a hundred is only what lacks nothing."""
        return 100 * self.had // self.needed if self.needed else None


class Shares(NamedTuple):
    """The shares of some changes: what they are of, how many they are, how many passed, and how many had what."""

    name: str
    changes: int
    passed: Proportion
    spec: Proportion
    contract: Proportion
    phr: Proportion


class Series(NamedTuple):
    """Shares over time: one a piece of it, the oldest first."""

    unit: str
    pieces: tuple[tuple[Bucket, Shares], ...]


def shares(changes: Iterable[ReportedChange], name: str = "") -> Shares:
    """The shares of some changes."""
    rows = tuple(changes)
    passed = Proportion(sum(row.passed for row in rows), len(rows))
    spec, contract, phr = (_share(rows, need) for need in NEEDS)
    return Shares(name, len(rows), passed, spec, contract, phr)


def _share(changes: Sequence[ReportedChange], need: str) -> Proportion:
    had = sum(change.had(need) for change in changes)
    return Proportion(had, had + sum(need in change.lacks for change in changes))


def shares_over_time(changes: Sequence[ReportedChange], today: str) -> Series:
    """The shares of each day, week, month ... whatever gives few enough pieces."""
    cut = buckets((change.day for change in changes), today)
    rows: list[list[ReportedChange]] = [[] for _ in cut.pieces]
    for change in changes:
        rows[cut.place(change.day)].append(change)
    pieces = ((piece, shares(found, piece.label)) for piece, found in zip(cut.pieces, rows, strict=True))
    return Series(cut.unit, tuple(pieces))


def shares_by_feature(changes: Iterable[ReportedChange]) -> tuple[Shares, ...]:
    """The shares of the changes for each feature, those with the most failing changes first. A change for several
    features counts in each.
    """
    return _shares_by(changes, lambda change: change.features or ("",))


def shares_by_author(changes: Iterable[ReportedChange]) -> tuple[Shares, ...]:
    """The shares by author. Ask only where people may be named."""
    return _shares_by(changes, lambda change: change.authors or ("",))


def _shares_by(
    changes: Iterable[ReportedChange], names: Callable[[ReportedChange], Iterable[str]]
) -> tuple[Shares, ...]:
    rows: dict[str, list[ReportedChange]] = {}
    for change in changes:
        for name in names(change):
            rows.setdefault(name, []).append(change)
    found = (shares(group, key) for key, group in rows.items())
    return tuple(sorted(found, key=lambda one: (one.passed.had - one.passed.needed, -one.changes, one.name)))
