"""The waivers by which a change landed without the records that it needed."""

from collections.abc import Collection, Iterator
from datetime import date

from sdd.answers.trail.landings import Change, History, landings_of
from sdd.answers.trail.steps import Step, StepKind, Via
from sdd.base.numbers import calendar_day
from sdd.records.kinds.waiver import KIND, Waiver
from sdd.records.project import Reader
from sdd.repo.objects import REGULAR, Entry

NO_PHR = frozenset({"change-no-phr"})
NO_CONTRACT = frozenset({"change-no-contract", "change-out-of-scope"})
NO_SPEC = frozenset({"change-no-spec", "spec-placeholder", "spec-unclear"})


def waivers_of(history: History, change: Change, files: Collection[str], lacking: frozenset[str]) -> Iterator[Step]:
    """The waivers of rules that a change is `lacking` in, for any of its files: those that it brought, those that were
    in force when it landed, and those that answer for its landing. What it brought may also be for want of a spec.
    """
    waivers = _waivers(history)
    landed = landings_of(history.index, waivers)
    day = calendar_day(change.landing.day) if change.landing else date.today()
    for path, waiver in waivers.items():
        if change.landing and _answers(waiver, change):
            yield _step(waiver, Via.ANSWERS_FOR)
            continue
        how, rules = Via.LANDED_BEFORE, lacking
        if path in change.records:
            how, rules = Via.SAME_COMMIT if path in change.own else Via.SAME_CHANGE, lacking | NO_SPEC
        elif change.landing and landed.get(path, change.landing.position) >= change.landing.position:
            continue
        if day and _waives(waiver, rules, files, day):
            yield _step(waiver, how)


def _waivers(history: History) -> dict[str, Waiver]:
    """Path -> waiver, for all that HEAD has."""
    rows = history.index.execute("SELECT path, root, blob FROM records WHERE kind = 'waiver' ORDER BY path").fetchall()
    reader = Reader(history.repository.beginnings)
    read = ((path, reader.record(path, Entry(REGULAR, blob), root, KIND)) for path, root, blob in rows)
    return {path: record for path, record in read if isinstance(record, Waiver)}


def _answers(waiver: Waiver, change: Change) -> bool:
    from sdd.gate.rules.waiver import answers

    return bool(change.landing and answers(waiver, (change.landing.commit, change.commit)))


def _waives(waiver: Waiver, rules: frozenset[str], files: Collection[str], day: date) -> bool:
    # The gate's rule book is slow to import.
    from sdd.gate.check.asking import RULE_NAMES
    from sdd.gate.cover import reaches
    from sdd.gate.rules.waiver import in_force

    named = any(rule.text in rules for rule in waiver.rules)
    return (
        named and any(reaches(waiver.root, waiver.paths, file) for file in files) and in_force(waiver, day, RULE_NAMES)
    )


def _step(waiver: Waiver, how: Via) -> Step:
    rules = f"waives {', '.join(rule.text for rule in waiver.rules)}; " if waiver.rules else ""
    detail = f"{rules}approved by {waiver.approved_by}"
    return Step(StepKind.WAIVER, waiver.path, 1, waiver.title or "", how, detail, waiver.reason or "")
