"""What drafts are still to become records, and a plan that leaves these to capture."""

from collections.abc import Collection, Iterator

from sdd.capture.at_commit import works_in
from sdd.capture.exchanges import Fate
from sdd.capture.installing import is_on
from sdd.capture.store import Store
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import Need
from sdd.gate.plan import Plan, Step, Way
from sdd.gate.plan.beforehand import COMMIT
from sdd.repo.objects import Repository

_NEW, _ADD, _MISSED = ("sdd", "phr", "new"), ("sdd", "phr", "add"), ("sdd", "capture", "commit")


def untold(changes: Collection[JudgedChange]) -> frozenset[str]:
    """The files of a change that lack a PHR, by their paths from the top."""
    return frozenset(file.path for change in changes for file in change.files if Need.PHR in file.lacks)


def due(repository: Repository, paths: Collection[str]) -> frozenset[str]:
    """Those of some files (paths from the top) that drafts of this work tree changed, and capture is to record."""
    top = repository.work_tree
    if not top or not paths or not is_on(repository):
        return frozenset()
    drafts = (each for each in Store(repository.common_dir).exchanges() if each.fate in (Fate.DRAFT, Fate.KEPT))
    return frozenset(file.path for each in drafts if works_in(each, top) for file in each.files).intersection(paths)


def with_records(plan: Plan, lacking: Collection[str], drafted: Collection[str], uncommitted: Collection[str]) -> Plan:
    """A plan in which capture writes the PHRs of the `drafted` files: with the commit of what is `uncommitted`, else
    after it. Where other files lack a PHR too, what these need shows once that is done.
    """
    missed = () if {*drafted} <= {*uncommitted} else (Step(_MISSED),)
    first = (*(COMMIT if uncommitted else ()), *missed)
    again = (Way((*first, Step(("sdd", "status"))), why="agents' drafts become PHRs"),)
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
