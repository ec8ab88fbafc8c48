"""Of several records of one change, those that one of its commits belongs to."""

from collections.abc import Collection, Sequence

from sdd.answers.trail.landings import Change, History
from sdd.base import paths
from sdd.index.terms import storable
from sdd.repo.history import RawChange, changes_after, is_ancestor
from sdd.repo.objects import Repository


def nearest_after(history: History, change: Change, records: frozenset[str], files: Collection[str]) -> frozenset[str]:
    """Those of some records of a change that come next after its commit; all of them where none comes after it.

    Work is recorded when it is done: a record is about what was committed since the one before it. One that is extended
    counts from the commit in which it names one of the `files`.
    """
    landed = change.landing.commit if change.landing else history.head
    tip = change.span[1] if change.span else landed
    if len(records) < 2 or not tip:
        return records
    named = (*files, *(f"{folder}/" for file in files for folder in paths.folders_above(file) if folder))
    came: dict[str, str] = {}
    order: dict[str, int] = {}
    for step in changes_after(history.repository, change.commit, tip, records):
        order.setdefault(step.commit, len(order))
        if step.status == "A" or _begins_to_name(history.repository, step, named):
            came[storable(step.path)] = step.commit
    if not came:
        return records
    first = min(came.values(), key=order.__getitem__)
    later = {commit: is_ancestor(history.repository, first, commit) for commit in {*came.values()} - {first}}
    return frozenset(record for record, commit in came.items() if not later.get(commit))


def _begins_to_name(repository: Repository, step: RawChange, names: Sequence[str]) -> bool:
    if step.status != "M":
        return False
    before, after = repository.blob(step.before.oid), repository.blob(step.after.oid)
    written = (name.encode(errors="surrogateescape") for name in names)
    return any(name in after and name not in before for name in written)
