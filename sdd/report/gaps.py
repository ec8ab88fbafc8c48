"""What is to be done: everything that is missing or waits, the worst first, each with what closes it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sdd.answers.lists import Row
from sdd.answers.trail.requirements import RequirementRow
from sdd.base.numbers import calendar_day
from sdd.base.paths import relative, shell_word
from sdd.gate.plan.ways import COMMAND, MUST, NOT, SENTENCE, TITLE, Step, late_record
from sdd.gate.rules.contract import OPEN_DAYS
from sdd.gate.rules.waiver import WaiverState
from sdd.records.features import FeatureStatus
from sdd.records.followups import FollowUp
from sdd.records.kinds.contract import ContractStatus
from sdd.report.changes import ReportedChange
from sdd.report.features import FeatureRow
from sdd.report.waivers import ReportedWaiver

if TYPE_CHECKING:
    from sdd.report.reading import Report

WORST = 10
"""How many gaps the overview names."""

WALL = 10
"""More failed changes than these are one gap: nobody answers for each of them."""

# What a change weighs that fails without a file that lacks records; lines that were changed come on top. All that
# only grows old weighs less.
_LEAST_FAILING = 100


class Gap(NamedTuple):
    """One place where records are missing. `what` says so, `path` or `commit` where; `weight` orders them.

    `argv` is the command that closes it, words in capitals for its reader to fill in; `by_hand` what else does.
    """

    what: str
    title: str
    path: str = ""
    commit: str = ""
    requirement: str = ""
    day: str | None = None
    weight: int = 0
    argv: tuple[str, ...] = ()
    by_hand: str = ""


def gaps_of(report: "Report", changes: Sequence[ReportedChange]) -> Iterator[Gap]:
    """Everything that is to be done, the most urgent first: waivers that end, landings that fail, requirements and
    tasks that are open, then the rest; of a kind the one that weighs the most.

    A waiver weighs by the days that it has left, a change by the lines that were changed without records, requirements
    by how far their feature is, a contract and a question by their days.
    """
    open_work = (gap for feature in report.features for gap in (_requirements(feature), _tasks_left(feature)) if gap)
    criteria = filter(None, map(_criteria, report.features))
    for kind in (_waivers(report), _failing(report, changes), open_work, [*criteria, *_rest(report)]):
        yield from sorted(kind, key=lambda gap: (-gap.weight, gap.day or "", gap.path, gap.title))


def _waivers(report: "Report") -> Iterator[Gap]:
    """What a waiver lets pass and what ends it."""
    for waiver in report.every_waiver:
        if waiver.state == WaiverState.IN_FORCE and waiver.expires:
            argv, then = end_of_waiver(waiver)
            what, weight = f"waiver until {waiver.expires}", -days_between(report.subject.today, waiver.expires)
            yield Gap(what, waiver.reason or waiver.path, waiver.path, weight=weight, argv=argv, by_hand=then)


def end_of_waiver(waiver: ReportedWaiver) -> tuple[tuple[str, ...], str]:
    """The command that ends a waiver, and what is left to do by hand: a record that it owes comes first."""
    if waiver.paid is None or waiver.paid:
        return ("git", "rm", f":/{waiver.path}"), ""
    oldest = waiver.changes[-1]
    first = oldest.commits[-1][0] if oldest.commits else oldest.commit
    record = late_record(f"{first[:12]}^", waiver.let_pass, relative(waiver.root, waiver.path), waiver.root)
    return record.command, f"and end the waiver in the change that brings it: {removal(waiver.path)}"


def removal(path: str) -> str:
    """The line that removes a record."""
    return f"git rm {shell_word(f':/{path}')} && git commit"


def _failing(report: "Report", changes: Sequence[ReportedChange]) -> Iterator[Gap]:
    """What has landed and fails."""
    failing = [change for change in changes if not change.passed]
    if len(failing) > WALL:
        yield _wall(report, failing)
        return
    for change in failing:
        lacks = change.lacks_in_words(change.lacks)
        what = f"landed without {lacks}" if change.lacks else f"broke {', '.join(change.rules)}"
        what += f" ({change.brought})" if change.brought else ""
        what += " while findings only warned" if change.only_warned else ""
        weight = _LEAST_FAILING + change.lines
        argv = report.closing(change)
        yield Gap(what, change.title, commit=change.commit, day=change.day, weight=weight, argv=argv)


def _rest(report: "Report") -> Iterator[Gap]:
    """What is missing from the project as a whole, and what waits."""
    for path in report.unwritten:
        yield Gap("still the template", "Constitution", path, weight=30, by_hand=f"write your principles into {path}")
    if report.subject.landed and not report.subject.has_ci:
        kind = report.subject.forge.kind if report.subject.forge else ""
        known = kind in ("github", "gitlab")
        yield Gap(
            "no CI file names sdd",
            "A push is judged only where a hook is installed",
            weight=35,
            argv=("sdd", "init", "--ci", kind if known else "github"),
            by_hand="" if known else "or --ci gitlab; elsewhere let CI run sdd gate on every push",
        )
    waiting: list[tuple[str, Row, tuple[str, ...]]] = [
        ("contract", row, ("sdd", "contract", "done", "--run", row.path))
        for row in report.contracts
        if row.status == ContractStatus.OPEN
    ]
    waiting += [("question", row, answer_to(row)) for row in report.questions]
    for noun, row, argv in waiting:
        asked = noun == "question"
        age, path = age_of(report, row, asked=asked) or 0, row.path
        title = row.text if asked else row.title or path
        if asked or age >= OPEN_DAYS:
            day = since_of(report, row, asked=asked)
            what = f"{noun} open" if age < OPEN_DAYS else f"{noun} open for {age} days"
            yield Gap(what, title, path, day=day, weight=_weight_of(age), argv=argv)


def _wall(report: "Report", failing: Sequence[ReportedChange]) -> Gap:
    """Many failed changes as one gap: how many passed by the policy that they found, and how to count from a day on."""
    last = max(calendar_day(change.day) or date.min for change in failing)
    then = sum(change.commit in report.passed_then for change in failing)
    warned = sum(change.only_warned and change.commit not in report.passed_then for change in failing)
    number = "all" if then == len(failing) else then or "none"
    while_warning = f", {warned} landed while it only warned" if warned else ""
    dropped = sum((calendar_day(change.day) or date.min) <= last for change in report.changes)
    return Gap(
        f"{len(failing)} changes fail by today's policy",
        f"{number} of them passed by the policy of their time{while_warning}",
        day=last.isoformat(),
        weight=_LEAST_FAILING + sum(change.lines for change in failing),
        argv=("sdd", "audit", "--policy-at-the-time") if then or warned else ("sdd", "audit", "-v"),
        by_hand=f"or count none of the {dropped} changes up to {last}, of {len(report.changes)}: "
        f"since = {last + timedelta(days=1)} below [gate] in .specify/sdd.toml",
    )


def _tasks_left(feature: FeatureRow) -> Gap | None:
    """The open tasks of a feature that is begun."""
    tasks = open_tasks(feature)
    if not tasks or feature.standing.status not in _STARTED:
        return None
    path = tasks[0].path
    what = f"{len(tasks)} of {len(feature.tasks)} tasks open"
    return Gap(what, feature.title, path, weight=30, by_hand=f"do them, and tick them in {path}")


_SCOPE = ("--scope", "PATTERN")  # No file has changed yet that tells it, and a contract without it is refused.
_LIMITS = ("--success", SENTENCE, "--constraint", MUST, "--non-goal", NOT, "--check", COMMAND, *_SCOPE)
_AT_ONCE = 3
_STARTED = {FeatureStatus.IN_PROGRESS: 40, FeatureStatus.IMPLEMENTED: 90, FeatureStatus.VERIFIED: 90}


def _requirements(feature: FeatureRow) -> Gap | None:
    """The requirements of a started feature that nothing serves, with its success criteria of that kind."""
    rows = _unserved(feature)
    return None if all(row.criterion for row in rows) else _contract_for(feature, rows)


def _criteria(feature: FeatureRow) -> Gap | None:
    """The success criteria that nothing serves, where all requirements are served. A feature that is verified is done:
    its criteria need no contract of their own.
    """
    rows = _unserved(feature)
    return _contract_for(feature, rows) if rows and all(row.criterion for row in rows) else None


def _unserved(feature: FeatureRow) -> tuple[RequirementRow, ...]:
    status = feature.standing.status
    rows = feature.requirements if status in _STARTED else ()
    verified = status == FeatureStatus.VERIFIED
    return tuple(row for row in rows if not row.is_covered and not row.reverted and not (verified and row.criterion))


def _contract_for(feature: FeatureRow, rows: Sequence[RequirementRow]) -> Gap:
    """Some requirements of a feature, with the contract that would serve them all."""
    # One contract serves a few: who takes them all promises nothing that can be checked.
    named = [word for row in rows[:_AT_ONCE] for word in ("--requirement", row.id)]
    argv = ("sdd", "contract", "new", TITLE, "--feature", feature.name, *named, *_LIMITS, "--commit")
    only_criteria = all(row.criterion for row in rows)
    nouns = ("success criterion", "success criteria") if only_criteria else ("requirement", "requirements")
    what = nouns[0] if len(rows) == 1 else f"{len(rows)} {nouns[1]}"
    return Gap(
        f"{what} without contract and PHR",
        rows[0].text if len(rows) == 1 else feature.title,
        rows[0].path,
        requirement=rows[0].id,
        weight=_STARTED[feature.standing.status],
        argv=Step(argv, at=feature.root).command,
    )


def _weight_of(days: int) -> int:
    """What an age weighs: a year at the most."""
    return min(days, 365) // 10


def open_tasks(feature: FeatureRow) -> tuple[Row, ...]:
    """The tasks of a feature that are neither done nor skipped."""
    return tuple(task for task in feature.tasks if task.status == "open")


def answer_to(question: Row) -> tuple[str, ...]:
    """The command that answers a question."""
    return "sdd", "question", "answer", f"{question.path}:{question.line}", "ANSWER"


def since_of(report: "Report", row: Row | FollowUp, *, asked: bool = False) -> str | None:
    """The day since which something is open, None where that is unknown: a question was `asked`, all else landed."""
    landing = report.landed.get(row.path)
    return report.asked.get((row.path, row.line)) if asked else landing.day if landing else None


def age_of(report: "Report", row: Row | FollowUp, *, asked: bool = False) -> int | None:
    """How many days something has been open, None where that is unknown."""
    since = since_of(report, row, asked=asked)
    return max(0, days_between(since, report.subject.today)) if since else None


def days_between(first: str, last: str) -> int:
    """How many days lie between two (YYYY-MM-DD), 0 where one is none of the calendar."""
    then, now = calendar_day(first), calendar_day(last)
    return (now - then).days if then and now else 0
