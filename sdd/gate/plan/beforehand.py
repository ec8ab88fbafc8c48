"""The plans for what comes before any record: conflicts to resolve, a target to merge, a branch to check out."""

from collections.abc import Sequence

from sdd.gate.check.verdict import JudgedChange
from sdd.gate.plan.ways import Plan, Step, Way
from sdd.repo.unfinished import Unfinished


def by_hand(ref: str, doing: Unfinished) -> Plan:
    """The plan in the middle of a merge or the like with conflicts: resolve them."""
    return Plan(ref, doing.unmerged, (Way((Step(by_hand=doing.way_out),), why="files in conflict"),))


def taking_target(ref: str, target: str, uncommitted: Sequence[str]) -> Plan:
    """The plan for a branch that is older than the adoption: it gets sdd by a merge of the target."""
    first = (Step(by_hand="commit your work"),) if uncommitted else ()
    steps = (*first, Step(("git", "merge", target)), Step(("sdd", "status")))
    return Plan(ref, tuple(uncommitted), (Way(steps, why=f"the branch is older than the adoption of sdd in {target}"),))


def plan_elsewhere(changes: Sequence[JudgedChange], branch: str) -> Plan | None:
    """The plan for a branch that is not checked out: switch to it first."""
    lacking = tuple(file.path for change in changes for file in change.files if file.lacks)
    steps = (Step(("git", "switch", branch)), Step(("sdd", "status")))
    why = f"{branch} is not checked out"
    return Plan(changes[0].ref, lacking, (Way(steps, why=why),)) if lacking else None
