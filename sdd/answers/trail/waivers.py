"""The waivers by which a change landed without the records that it needed."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from sdd.answers.trail.landings import Change, History
from sdd.answers.trail.steps import Step, StepKind, Via
from sdd.answers.trail.stored import StoredLanding
from sdd.base import paths
from sdd.base.numbers import calendar_day
from sdd.index.landed import paths_now
from sdd.records.kinds import locate
from sdd.records.kinds.waiver import KIND, Waiver
from sdd.records.layout import roots_of
from sdd.records.project import Reader
from sdd.repo.objects import REGULAR, Entry

NO_PHR = frozenset({"change-no-phr"})
NO_CONTRACT = frozenset({"change-no-contract", "change-out-of-scope"})
NO_SPEC = frozenset({"change-no-spec", "spec-placeholder", "spec-unclear"})


def waivers_of(history: History, change: Change, files: Collection[str], lacking: frozenset[str]) -> Iterator[Step]:
    """The waivers of rules that a change is `lacking` in, for any of its files: those that it brought, those that were
    in force when it landed, and those that answer for its landing. What it brought may also be for want of a spec.
    """
    waivers, day = _waivers(history), date.today()
    brought = {path: path in change.own for path in waivers if path in change.records}
    if landing := change.landing:
        yield from (_step(waiver, Via.ANSWERS_FOR) for waiver in waivers.values() if _answers(waiver, change))
        day = calendar_day(landing.day) or date.min
        waivers, brought = _waivers_then(history, change, landing)
    for path, waiver in waivers.items():
        how, rules = Via.LANDED_BEFORE, lacking
        if path in brought:
            how, rules = Via.SAME_COMMIT if brought[path] else Via.SAME_CHANGE, lacking | NO_SPEC
        if _waives(waiver, rules, files, day):
            yield _step(waiver, how)


def unwaived(history: History, change: Change, waivers: Collection[Step], files: Collection[str]) -> tuple[str, ...]:
    """The files of a change that none of some waivers of it is for."""
    from sdd.gate.cover import reaches

    if any(step.how is Via.ANSWERS_FOR for step in waivers):
        return ()
    known = _waivers_then(history, change, change.landing)[0] if change.landing else _waivers(history)
    own = [known[step.place] for step in waivers]
    return tuple(file for file in files if not any(reaches(each.root, each.paths, file) for each in own))


def waivers_for(history: History, files: Collection[str]) -> Iterator[Step]:
    """The waivers of rules for any of some files, also those that have ended."""
    from sdd.gate.cover import reaches

    for waiver in _waivers(history).values():
        if any(reaches(waiver.root, waiver.paths, file) for file in files):
            yield _step(waiver, Via.NAMES_FILE)


def _waivers(history: History) -> dict[str, Waiver]:
    """Path -> waiver, for all that HEAD has."""
    rows = history.index.execute("SELECT path, root, blob FROM records WHERE kind = 'waiver' ORDER BY path").fetchall()
    return _read(history, {path: (root, Entry(REGULAR, blob)) for path, root, blob in rows})


def _waivers_then(
    history: History, change: Change, landing: StoredLanding
) -> tuple[dict[str, Waiver], dict[str, bool]]:
    """Path -> waiver, for all that stood there when a change landed, and for those that it brought whether the very
    commit did. They may have ended since, or be gone; the path of one that has moved is the present one.
    """
    first, last = change.places or (landing.position, landing.position)
    ask = "SELECT path, landing FROM landed WHERE since <= ? AND (until ISNULL OR until > ?) AND landing <= ?"
    tree = history.repository.tree(history.landing_at(last).commit)
    found, brought = {}, {}
    for path, came in sorted(history.index.execute(ask, (last, last, last))):
        at, entry = locate(path), tree.file(path)
        if at and entry and at[1].record is Waiver:
            path = paths_now(history.index, [path]).get(path, path)
            found[path] = at[0], entry
            if came >= first:
                brought[path] = path in change.own or (came == landing.position and landing.commits == 1)
    return _read(history, found), brought


def _read(history: History, found: Mapping[str, tuple[str, Entry]]) -> dict[str, Waiver]:
    reader = Reader(history.repository.beginnings)
    read = ((path, reader.record(path, entry, root, KIND)) for path, (root, entry) in found.items())
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


def is_exempt(history: History, path: str) -> bool:
    """Whether the policy of a file's root, as HEAD has it, exempts the file by its name."""
    from sdd.gate.cover import Patterns
    from sdd.records.kinds.policy import Policy

    tree = history.repository.tree(history.head) if history.head else None
    root = next(iter(roots_of(tree, path)), None) if tree else None
    if tree is None or root is None:
        return False
    return Patterns(Policy.of(tree, root).exemptions).match_file(paths.relative(root, path))
