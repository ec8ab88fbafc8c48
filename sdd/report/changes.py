"""Changes as they landed, and what share of them had the records that they needed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sdd.answers.audit.audit import Audit
from sdd.answers.audit.audited import AuditedChange
from sdd.report.features import grouped
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
        return bool(getattr(self, f"had_{need}"))


def changes_of(audit: Audit, authors: Mapping[str, tuple[str, ...]] | None = None) -> tuple[ReportedChange, ...]:
    """The judged changes, the newest first. `authors` are by the ids of heads."""
    return tuple(_change(change, (authors or {}).get(change.landing.head.oid, ())) for change in reversed(audit.judged))


def _change(change: AuditedChange, authors: tuple[str, ...]) -> ReportedChange:
    head = change.landing.head
    files = [file for verdict in change.verdicts for file in verdict.files if not file.exempt]
    kinds = Counter(kind for file in files for kind in file.kinds)
    had_spec, had_contract, had_phr = (need in change.asked and need not in change.missed for need in NEEDS)
    return ReportedChange(
        commit=head.oid,
        day=head.day,
        title=head.title,
        features=change.features,
        kind=kinds.most_common(1)[0][0].value if kinds else None,
        passed=change.passed,
        had_spec=had_spec,
        had_contract=had_contract,
        had_phr=had_phr,
        lacks=tuple(need for need in NEEDS if need in change.missed),
        files=len(files),
        lines=change.lines,
        rules=change.rules,
        waived=change.waived,
        authors=authors,
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
    pieces = ((piece, shares(own, piece.label)) for piece, own in zip(cut.pieces, rows, strict=True))
    return Series(cut.unit, tuple(pieces))


def shares_by_feature(changes: Iterable[ReportedChange]) -> tuple[Shares, ...]:
    """The shares of the changes for each feature, those with the most failing changes first. A change for several
    features counts in each.
    """
    return _shares_by((name, change) for change in changes for name in change.features or ("",))


def shares_by_author(changes: Iterable[ReportedChange]) -> tuple[Shares, ...]:
    """The shares by author. Ask only where people may be named."""
    return _shares_by((name, change) for change in changes for name in change.authors or ("",))


def _shares_by(named: Iterable[tuple[str, ReportedChange]]) -> tuple[Shares, ...]:
    rows = (shares(group, name) for name, group in grouped(named).items())
    return tuple(sorted(rows, key=lambda row: (row.passed.had - row.passed.needed, -row.changes, row.name)))
