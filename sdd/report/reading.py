"""A report as a whole: everything that its pages show. What there is of each PHR is read as it is asked for."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import merge
from operator import attrgetter
from sqlite3 import Connection
from typing import Any

from sdd.answers.lists import Row, contracts_at, follow_ups, phrs_at, rows
from sdd.answers.trail.landings import History
from sdd.answers.trail.records import naming_waivers
from sdd.answers.trail.requirements import RequirementRow, RequirementTrail
from sdd.answers.trail.reverted import reverted_records
from sdd.answers.trail.rewritten import Rewritten, rewritten
from sdd.answers.trail.stored import LandedNow
from sdd.answers.trail.work import work_of
from sdd.gate.check.verdict import Waived
from sdd.gate.plan.ways import waiver_for
from sdd.index.landed import paths_now
from sdd.index.search import RowFilter
from sdd.records.followups import FollowUp
from sdd.records.project import Reader
from sdd.repo.objects import Repository
from sdd.report.ages import Since, asked_since
from sdd.report.brought import Brought, brought_by
from sdd.report.changes import ReportedChange
from sdd.report.evidence import Evidences, evidence_in
from sdd.report.features import FeatureRow, features
from sdd.report.gaps import WALL
from sdd.report.guidance import AgentPage, agents, constitutions, unwritten
from sdd.report.overview import Overview, overview
from sdd.report.stored import RowsByPath, StoredRows
from sdd.report.subject import Subject
from sdd.report.waivers import ReportedWaiver, waivers_of


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the pages show, as long as the index is open.

    `changes` and PHRs are the newest first, `landed` gives the commit that a record came with, `asked` since when each
    question is open; `files` are those that the commit holds, where the forge is known, and their folders. `evidence`
    is path of a contract -> its evidence, `brought` what each landing brought from its branch. `reverted` is record ->
    the PHR that reverted its landing. `rewritten` are the records whose words were changed after they landed,
    `unwritten` the constitutions that are still the template. `uncounted` are the changes that are in no share,
    `on_top` is the last landing, if it fails -> the command that writes the record that it lacks, while that counts;
    `passed_then` the commits of those that fail, but passed by the policy of their time. `naming_waivers` is path of a
    waiver -> the PHRs that name it, with the files that these name.
    """

    subject: Subject
    changes: Sequence[ReportedChange]
    features: Sequence[FeatureRow]
    phrs: StoredRows
    contracts: StoredRows
    adrs: Sequence[Row]
    questions: Sequence[Row]
    follow_ups: Sequence[FollowUp]
    waivers: Sequence[Row]
    constitutions: Sequence[Row]
    agents: Sequence[AgentPage]
    landed: LandedNow
    asked: Since
    files: Collection[str]
    evidence: Evidences
    brought: Brought
    reverted: Mapping[str, str] = field(default_factory=dict)
    rewritten: Mapping[str, Rewritten] = field(default_factory=dict)
    unwritten: Sequence[str] = ()
    uncounted: Sequence[ReportedChange] = ()
    on_top: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    passed_then: Collection[str] = ()
    naming_waivers: Mapping[str, Mapping[str, Collection[str]]] = field(default_factory=dict)

    @cached_property
    def overview(self) -> Overview:
        """The first page."""
        return overview(self)

    @property
    def has_wall(self) -> bool:
        """Whether so many changes fail that nobody answers for each: then one gap of the overview is about all."""
        passed = self.overview.total.passed
        return passed.needed - passed.had > WALL

    @cached_property
    def every_waiver(self) -> Sequence[ReportedWaiver]:
        """Every waiver with what it let pass and who paid it back."""
        return waivers_of(self)

    def closing(self, change: ReportedChange) -> tuple[str, ...]:
        """The command that answers for a change that fails: its record on top where that counts, else a waiver."""
        return self.on_top.get(change.commit) or waiver_for(change.commit)

    @property
    def every_change(self) -> Iterator[ReportedChange]:
        """All that landed, the newest first."""
        return merge(self.changes, self.uncounted, key=attrgetter("place"), reverse=True)

    @cached_property
    def requirements(self) -> Sequence[RequirementRow]:
        """Those of all features, in the order of paths and lines."""
        return tuple(row for feature in self._by_path for row in feature.requirements)

    @property
    def trails(self) -> Iterator[RequirementTrail]:
        """The trails of the requirements."""
        return (trail for feature in self._by_path for trail in feature.trails)

    @property
    def _by_path(self) -> Sequence[FeatureRow]:
        return sorted(self.features, key=lambda row: f"{row.path}/")

    @cached_property
    def phr_at(self) -> RowsByPath:
        """Path -> PHR."""
        return self.phrs.by_path()

    def records_of(self, change: ReportedChange) -> tuple[str, ...]:
        """The paths of a change's records: those that cover its files, then what else landed with it."""
        came = (path for commit, _ in change.commits for path in self.landed.records(commit))
        return tuple(dict.fromkeys((*change.records, *came)))

    def told(self, change: ReportedChange, field: str) -> tuple[str, ...]:
        """What the PHRs of a change say in a field, each text once."""
        values = (getattr(self.phr_at.get(path), field, None) for path in self.records_of(change))
        return tuple(dict.fromkeys(value for value in values if value))

    @cached_property
    def fired(self) -> Mapping[str, int]:
        """Rule -> in how many changes it found an error."""
        return Counter(rule for change in self.changes for rule in change.rules)


def read_report(
    index: Connection,
    repository: Repository,
    reader: Reader,
    subject: Subject,
    changes: Sequence[ReportedChange],
    files: Collection[str] = (),
    uncounted: Sequence[ReportedChange] = (),
    **more: Any,
) -> Report:
    """The report over what the index holds, over `changes` and those in no share (`uncounted`), each the newest
    first, over `files`, and what `more` of it is known.

    `reader` reads agent files, which the index does not hold as a whole.
    """
    everything = RowFilter()
    landed, reverted = LandedNow(index), reverted_records(index, repository)
    questions = rows(index, "questions", everything)
    changed = rewritten(index, repository, subject.landed)
    phrs = StoredRows(lambda paths: _as_landed(phrs_at(index, paths), changed), _paths(index, _NEWEST_FIRST))
    contracts = StoredRows(lambda paths: _as_landed(contracts_at(index, paths), changed), _paths(index, _CONTRACTS))
    return Report(
        subject=subject,
        changes=_with_present_waivers(index, changes),
        uncounted=_with_present_waivers(index, uncounted),
        features=features(index, contracts, phrs, reverted, work_of(History(index, repository))),
        contracts=contracts,
        phrs=phrs,
        adrs=rows(index, "adrs", everything),
        questions=questions,
        asked=asked_since(index, repository, questions, landed),
        follow_ups=follow_ups(index, reverted),
        waivers=rows(index, "waivers", everything),
        constitutions=constitutions(index),
        agents=agents(index, reader, contracts),
        landed=landed,
        files=files,
        unwritten=unwritten(index, reader),
        evidence=evidence_in(index, repository, subject.commit),
        reverted=reverted,
        naming_waivers=naming_waivers(index),
        rewritten=changed,
        brought=brought_by(index, repository, {change.commit for change in changes}),
        **more,
    )


def _with_present_waivers(index: Connection, changes: Sequence[ReportedChange]) -> Sequence[ReportedChange]:
    """Changes with the present paths of the waivers that let something pass."""
    now = paths_now(index, (entry.waiver.path for change in changes for entry in change.waived))

    def moved(entry: Waived) -> Waived:
        path = entry.waiver.path
        return entry._replace(waiver=entry.waiver.but(path=now[path])) if path in now else entry

    return tuple(change._replace(waived=tuple(map(moved, change.waived))) for change in changes) if now else changes


def _as_landed(rows: Sequence[Row], changed: Mapping[str, Rewritten]) -> tuple[Row, ...]:
    """Records with the titles and the criteria that they landed with."""

    def own(row: Row, first: Rewritten) -> Row:
        criteria = {"criteria": first.contract.criteria} if first.contract and "criteria" in vars(row) else {}
        return row.but(title=first.first.title, **criteria)

    return tuple(own(row, changed[row.path]) if row.path in changed else row for row in rows)


_CONTRACTS = "SELECT path FROM contracts JOIN records ON records.id = record ORDER BY path"
# By their dates; those of one day as they landed, what has not landed yet before them.
_NEWEST_FIRST = (
    "SELECT records.path FROM phrs JOIN records ON records.id = record "
    "LEFT JOIN landed ON landed.path = records.path AND until ISNULL "
    "ORDER BY ifnull(date, '') DESC, landing NOTNULL, landing DESC, date ISNULL, records.path"
)


def _paths(index: Connection, asked: str) -> Iterator[str]:
    return (path for (path,) in index.execute(asked))
