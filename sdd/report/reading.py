"""A report as a whole: everything that its pages show, read from the index in one go, all but the long texts."""

from collections.abc import Collection, Mapping, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.lists import Row, RowFilter, contracts, follow_ups, phrs, rows
from sdd.answers.trail.landings import StoredLanding, landed_now
from sdd.answers.trail.requirements import RequirementTrail, trails
from sdd.answers.trail.things import all_requirements
from sdd.gate.rules import ALL
from sdd.records.followups import FollowUp
from sdd.records.project import Reader
from sdd.report.changes import ReportedChange
from sdd.report.features import FeatureRow, OpenQuestion, features, open_questions
from sdd.report.forge import Forge
from sdd.report.guidance import AgentPage, ConstitutionPage, agents, constitutions
from sdd.report.overview import Known, Overview, overview
from sdd.report.period import Period
from sdd.report.rules import RuleRow, rule_rows


class Subject(NamedTuple):
    """What a report is about, and who may be named in it.

    `name` is the project's, `commit` the one that was read (None before the first), `today` the day (YYYY-MM-DD) that
    ages are counted to. `since` is the day from which the policy counts changes, `before` how many landed before it.
    """

    name: str
    commit: str | None
    today: str
    period: Period
    authors: bool
    forge: Forge | None
    since: str | None = None
    before: int = 0


class Report(NamedTuple):
    """What the pages show. `landed` is path of a record -> the commit that it came with; `files` are those that the
    commit holds, where the forge is known, and the folders they stand in.
    """

    subject: Subject
    overview: Overview
    changes: Sequence[ReportedChange]
    features: Sequence[FeatureRow]
    trails: Sequence[RequirementTrail]
    phrs: Sequence[Row]
    contracts: Sequence[Row]
    adrs: Sequence[Row]
    constitutions: Sequence[ConstitutionPage]
    agents: Sequence[AgentPage]
    waivers: Sequence[Row]
    questions: Sequence[OpenQuestion]
    follow_ups: Sequence[FollowUp]
    rules: Sequence[RuleRow]
    landed: Mapping[str, StoredLanding]
    files: Collection[str]


def read_report(
    index: Connection, reader: Reader, subject: Subject, changes: Sequence[ReportedChange], files: Collection[str] = ()
) -> Report:
    """The report over what the index holds, over `changes` (the newest first) and over `files`.

    `reader` reads agent files, which the index does not hold as a whole.
    """
    everything = RowFilter()
    landed = landed_now(index)
    phr_rows, contract_rows, adr_rows = (
        phrs(index, everything),
        contracts(index, everything),
        rows(index, "adrs", everything),
    )
    trail_rows = trails(index, all_requirements(index))
    known = Known(
        changes=changes,
        features=features(index),
        trails=trail_rows,
        phrs=phr_rows,
        contracts=contract_rows,
        adrs=adr_rows,
        questions=open_questions(index),
        follow_ups=follow_ups(index),
        waivers=rows(index, "waivers", RowFilter()),
        added={path: landing.day for path, landing in landed.items()},
    )
    return Report(
        subject=subject,
        overview=overview(known, subject.period, subject.today, authors=subject.authors),
        changes=changes,
        features=known.features,
        trails=trail_rows,
        phrs=phr_rows,
        contracts=contract_rows,
        adrs=adr_rows,
        constitutions=constitutions(index),
        agents=agents(index, reader, contract_rows),
        waivers=known.waivers,
        questions=known.questions,
        follow_ups=known.follow_ups,
        rules=rule_rows(ALL, changes),
        landed=landed,
        files=files,
    )
