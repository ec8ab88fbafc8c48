"""What drafts are still to become records, and a plan that leaves these to capture."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from sdd.capture.at_commit import works_in
from sdd.capture.attribution import CommitChange
from sdd.capture.change_records import ChangeRecords
from sdd.capture.exchanges import Fate
from sdd.capture.installing import is_on
from sdd.capture.store import Store
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import Need
from sdd.gate.plan import LOOK_AGAIN, Plan, Step, Way
from sdd.repo.objects import Repository

MISSED = Step(("sdd", "capture", "commit"))
"""The step that records what the commits of a branch hold of drafts."""

_NEW, _ADD = ("sdd", "phr", "new"), ("sdd", "phr", "add")


def untold(changes: Collection[JudgedChange]) -> frozenset[str]:
    """The files of a change that lack a PHR, by their paths from the top."""
    return frozenset(file.path for change in changes for file in change.files if Need.PHR in file.lacks)


class Missed(NamedTuple):
    """What commits hold and records do not tell: `files` of drafts, and `records` that lack what was said since."""

    files: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()


def due(repository: Repository, base: str | None, after: str) -> frozenset[str]:
    """The files (from the top) of a change from `base` to the tree `after` that capture is to record."""
    recording = _recording(repository, lambda: base, after)
    return recording.due if recording else frozenset()


def missed(repository: Repository, changes: Sequence[JudgedChange]) -> Missed:
    """What `sdd capture commit` would put into records of the commits of a judged change."""
    head = repository.commit("HEAD")
    if not head or not changes:
        return Missed()
    target = changes[0].base
    recording = _recording(
        repository,
        lambda: (target and repository.git_answer("merge-base", target, head)) or None,
        repository.tree(head).oid,
    )
    return Missed(recording.due, recording.behind) if recording else Missed()


def _recording(repository: Repository, find_base: Callable[[], str | None], after: str) -> ChangeRecords | None:
    """None where there is nothing to record; no base is looked for then."""
    top, store = repository.work_tree, Store(repository.common_dir)
    drafts = (each for each in store.exchanges() if each.fate in (Fate.DRAFT, Fate.KEPT) and each.files)
    if not top or not is_on(repository) or not any(works_in(each, top) for each in drafts):
        return None
    return ChangeRecords(repository, store, CommitChange(repository, find_base(), after), after)


def recording(ref: str, lost: Missed) -> Plan:
    """The plan for commits that need no further record, though records do not tell all of drafts."""
    why = "records lack what agents did" if lost.files else "records lack what was asked and answered since"
    return Plan(ref, tuple(sorted(lost.files | lost.records)), (Way((MISSED,), why=why),))


def with_records(plan: Plan, lacking: Collection[str], drafted: Collection[str], first: tuple[Step, ...]) -> Plan:
    """A plan in which capture writes the PHRs of the `drafted` files, by the `first` steps. Where other files are
    `lacking` a PHR too, what these need shows once that is done.
    """
    again = (Way((*first, LOOK_AGAIN), why="agents' drafts become PHRs"),)
    if not {*lacking} <= {*drafted}:
        return plan._replace(ways=again)
    ways = tuple(way._replace(steps=(*first, *_without_phr(way))) for way in plan.ways if _is_of_the_work(way))
    return plan._replace(ways=ways or again)


def _is_of_the_work(way: Way) -> bool:
    """Whether a way makes a record of its own, and in one root."""
    return not any(step.argv[:2] == ("sdd", "cover") or step.argv[:3] == _ADD for step in way.steps)


def _without_phr(way: Way) -> Iterator[Step]:
    """The steps of a way without the PHR: its contract goes into the one that capture writes."""
    for step in way.steps:
        if step.argv[:3] != _NEW:
            yield step
        elif "--kind" in step.argv:
            yield step._replace(argv=(*_ADD, *step.argv[step.argv.index("--kind") :]))
