"""Changes as they landed, and what share of them had the records that they needed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sdd.answers.audit.audit import Audit
from sdd.answers.audit.audited import AuditedChange
from sdd.answers.audit.shares import Shares, shares
from sdd.gate.cover import Need
from sdd.report.period import Bucket, buckets

NEEDS = (Need.SPEC, Need.CONTRACT, Need.PHR)
"""What a change may need, in the order in which it is written."""


class ReportedChange(NamedTuple):
    """One change that landed. `day` is YYYY-MM-DD, `features` are those it is for, `rules` those that found errors.

    `kind` is stated by a record or by a commit's title, None where neither does. `asked` are the records that its files
    needed, `missed` those of them that any file lacked. `files` counts the files that answer to a policy, `phrs` the
    PHRs that came with them and `named` the files that these name (`brought` says both in words). `lines` are those
    changed in files that lack something, `waived` the findings that a waiver let pass.
    """

    commit: str
    day: str
    title: str
    features: tuple[str, ...]
    kind: str | None
    passed: bool
    asked: frozenset[Need]
    missed: frozenset[Need]
    files: int
    phrs: int = 0
    named: int = 0
    brought: str = ""
    lines: int = 0
    rules: tuple[str, ...] = ()
    waived: int = 0
    authors: tuple[str, ...] = ()

    @property
    def lacks(self) -> tuple[Need, ...]:
        """What it lacked, in the order of NEEDS."""
        return tuple(need for need in NEEDS if need in self.missed)


def changes_of(audit: Audit, authors: Mapping[str, tuple[str, ...]] | None = None) -> tuple[ReportedChange, ...]:
    """The judged changes, the newest first. `authors` are by the ids of heads."""
    return tuple(_change(change, (authors or {}).get(change.landing.head.oid, ())) for change in reversed(audit.judged))


def _change(change: AuditedChange, authors: tuple[str, ...]) -> ReportedChange:
    head = change.landing.head
    files = change.governed_files
    return ReportedChange(
        commit=head.oid,
        day=head.day,
        title=head.title,
        features=change.features,
        kind=change.about.kind.value if change.about.kind else None,
        passed=change.passed,
        asked=change.asked,
        missed=change.missed,
        files=len(files),
        phrs=change.about.phrs,
        named=sum(bool(file.phrs) for file in files),
        brought=change.brought,
        lines=change.lines,
        rules=change.rules,
        waived=change.waived,
        authors=authors,
    )


def record_shares(changes: Iterable[ReportedChange], name: str = "") -> Shares:
    """The shares of some changes: of those that needed a record, or failed all the same."""
    rows = tuple(changes)
    return shares([change for change in rows if change.asked or not change.passed], name)._replace(changes=len(rows))


class Series(NamedTuple):
    """Shares over time: one a piece of it, the oldest first."""

    unit: str
    pieces: tuple[tuple[Bucket, Shares], ...]


def shares_over_time(changes: Sequence[ReportedChange], today: str) -> Series:
    """The shares of each day, week, month ... whatever gives few enough pieces."""
    cut = buckets((change.day for change in changes), today)
    rows: list[list[ReportedChange]] = [[] for _ in cut.pieces]
    for change in changes:
        rows[cut.place(change.day)].append(change)
    pieces = ((piece, record_shares(own, piece.label)) for piece, own in zip(cut.pieces, rows, strict=True))
    return Series(cut.unit, tuple(pieces))
