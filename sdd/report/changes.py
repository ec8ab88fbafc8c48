"""Changes as they landed, and what share of them had the records that they needed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from sdd.answers.audit.audit import Audit
from sdd.answers.audit.audited import AuditedChange
from sdd.answers.audit.counting import (
    NEEDS,
    Proportion,
    RecordState,
    Shares,
    lacks_in_words,
    shares,
    state_of,
    states_of,
)
from sdd.base.grouping import grouped
from sdd.gate.check.verdict import Finding, Waived
from sdd.gate.cover import Need
from sdd.gate.landings import Evidence
from sdd.records.kinds.waiver import Waiver
from sdd.report.files import ReportedFile, files_of
from sdd.report.period import Bucket, buckets


class ChangeDetails(NamedTuple):
    """What only the row of a change shows: the files of it, the errors about anything but a lack, and what was found
    beside errors.
    """

    contents: tuple[ReportedFile, ...] = ()
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


class ReportedChange(NamedTuple):
    """One change that landed. `day` is YYYY-MM-DD, `features` are those it is for, `rules` those that found errors.

    `kind` is stated by a record or by a commit's title, None where neither does. `asked` are the records that its files
    needed, `missed` those of them that any file lacked, `excused` those that it had only by a waiver. `files` counts
    the files that answer to a policy, `phrs` the PHRs that came with them and `named` the files that these name
    (`brought` says both in words). `lines` are those changed in files that lack something, `waived` the findings
    that a waiver let pass; `only_warned` says that it fails, but landed while findings only warned. `commits` are
    the ids and titles of what landed, `records` the paths of what covers its files. `details` gives the rest, which
    is large, when it is shown. `answer` is the waiver that answers for it, `actor` whose update it is by its shape,
    `perhaps` the range that passes as one push where it alone does not, `together` why several commits are one.
    `place` counts the changes in the order in which they landed.
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
    excused: frozenset[Need] = frozenset()
    waived: tuple[Waived, ...] = ()
    authors: tuple[str, ...] = ()
    commits: tuple[tuple[str, str], ...] = ()
    records: tuple[str, ...] = ()
    details: Callable[[], ChangeDetails] = ChangeDetails
    answer: Waiver | None = None
    actor: str = ""
    perhaps: str = ""
    together: tuple[Evidence, ...] = ()
    only_warned: bool = False
    place: int = 0

    @property
    def contents(self) -> tuple[ReportedFile, ...]:
        """Its files."""
        return self.details().contents

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The errors about anything but a lack."""
        return self.details().findings

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What was found beside errors."""
        return self.details().warnings

    @property
    def lacks(self) -> tuple[Need, ...]:
        """What it lacked, in the order of NEEDS."""
        return tuple(need for need in NEEDS if need in self.missed)

    def lacks_in_words(self, lacks: Collection[Need]) -> str:
        """Some of what it lacks, such as what one file of it does, in words."""
        return lacks_in_words(lacks, self.state, self.kind)

    @property
    def waivers(self) -> tuple[tuple[Waiver, tuple[str, ...]], ...]:
        """The waivers that let something pass, each with the rules."""
        # Each finding that was kept holds a waiver of its own.
        by_path = grouped((entry.waiver.path, entry) for entry in self.waived)
        return tuple(
            (own[0].waiver, tuple(dict.fromkeys(each.finding.rule for each in own))) for own in by_path.values()
        )

    @property
    def excuses(self) -> tuple[tuple[Waiver, tuple[str, ...]], ...]:
        """The same with the waiver that answers for it, which names no rule."""
        return (*([(self.answer, ())] if self.answer else []), *self.waivers)

    @property
    def had(self) -> frozenset[Need]:
        """What every file that needed it had."""
        return self.asked - self.missed - self.excused

    @property
    def state(self) -> RecordState:
        """How much it had."""
        return state_of(self)

    @property
    def standing(self) -> str:
        """Its state; of one that is in no share why that is so."""
        aside = "answered" if self.answer else "actor-shaped" if self.actor else "perhaps" if self.perhaps else ""
        return aside or self.state.value


def changes_of(audit: Audit, authors: Mapping[str, tuple[str, ...]] | None = None) -> tuple[ReportedChange, ...]:
    """The judged changes, the newest first. `authors` are by the ids of heads."""
    return tuple(
        _change(place, change, (authors or {}).get(change.landing.head.oid, ()))
        for place, change in _newest_first(audit)
        if change.judged
    )


def uncounted_of(audit: Audit) -> tuple[ReportedChange, ...]:
    """The changes that are in no share, the newest first: a waiver answers for them, or they are an actor's updates,
    or they perhaps landed together with others.
    """
    aside = ((place, own) for place, own in _newest_first(audit) if own.governed and not own.judged)
    return tuple(
        _change(place, own, ())._replace(answer=own.answer, actor=own.actor, perhaps=own.push) for place, own in aside
    )


def _newest_first(audit: Audit) -> Iterator[tuple[int, AuditedChange]]:
    return reversed([*enumerate(audit.changes)])


def _change(place: int, change: AuditedChange, authors: tuple[str, ...]) -> ReportedChange:
    head = change.landing.head
    return ReportedChange(
        commit=head.oid,
        day=head.day,
        title=change.title,
        features=change.features,
        kind=change.about.kind.value if change.about.kind else None,
        passed=change.passed,
        asked=change.asked,
        missed=change.missed,
        files=change.files,
        phrs=change.about.phrs,
        named=change.named,
        brought=change.brought,
        lines=change.lines,
        rules=change.rules,
        excused=change.excused,
        waived=change.waived,
        authors=authors,
        together=change.landing.together,
        only_warned=change.only_warned,
        place=place,
        commits=tuple((commit.oid, commit.title) for commit in reversed(change.landing.commits)),
        details=partial(_details, change),
        records=tuple(
            dict.fromkeys(record.path for file in change.governed_files for record in (*file.contracts, *file.phrs))
        ),
    )


# A row asks for one of them after the other.
@lru_cache(maxsize=4)
def _details(change: AuditedChange) -> ChangeDetails:
    errors = (finding for verdict in change.verdicts for finding in verdict.errors)
    lacking = {lack.file.path for lack in change.lacking}
    return ChangeDetails(
        files_of(change),
        tuple(finding for finding in errors if finding.path not in lacking),
        tuple(finding for verdict in change.verdicts for finding in verdict.warnings),
    )


class Piece(NamedTuple):
    """What landed in one piece of time: the shares of it, and how many changes there are of each state."""

    bucket: Bucket
    shares: Shares
    states: Mapping[RecordState, int]


class Trend(NamedTuple):
    """The share of complete changes since a piece of time began (its label), and that of all before it."""

    since: str
    now: Proportion
    before: Proportion


class Series(NamedTuple):
    """Changes over time: one piece after the other, the oldest first."""

    unit: str
    pieces: tuple[Piece, ...]

    @property
    def trend(self) -> Trend | None:
        """The last pieces that hold half of the changes, or ten, against those before; None where nothing turned."""
        complete = [piece.shares.complete for piece in self.pieces]
        enough = min(_ENOUGH, sum(share.needed for share in complete) / 2)
        for place in range(len(complete) - 1, 0, -1):
            now, before = _together(complete[place:]), _together(complete[:place])
            if now.needed >= enough and before.needed:
                turned = now.had * before.needed != before.had * now.needed
                return Trend(self.pieces[place].bucket.label, now, before) if turned else None
        return None


# So many changes say how it goes now.
_ENOUGH = 10


def _together(shares: Iterable[Proportion]) -> Proportion:
    rows = tuple(shares)
    return Proportion(sum(share.had for share in rows), sum(share.needed for share in rows))


def shares_over_time(changes: Sequence[ReportedChange], today: str) -> Series:
    """The shares of each day, week, month ... whatever gives few enough pieces."""
    cut = buckets((change.day for change in changes), today)
    rows: list[list[ReportedChange]] = [[] for _ in cut.pieces]
    for change in changes:
        rows[cut.place(change.day)].append(change)
    return Series(
        cut.unit,
        tuple(
            Piece(bucket, shares(own, bucket.label), states_of(own))
            for bucket, own in zip(cut.pieces, rows, strict=True)
        ),
    )
