"""Where a branch is as near to another target as to the one that it is judged by: which of them it is meant for."""

from collections.abc import Iterator, Sequence
from datetime import date

from sdd.base.errors import SddError
from sdd.base.limits import TARGETS
from sdd.gate.check.change import judge
from sdd.gate.plan.gap import Gap
from sdd.gate.plan.ways import Step
from sdd.gate.target import target_of_revision
from sdd.gate.target.branches import targets_here
from sdd.repo.history import merge_bases
from sdd.repo.refs import HEADS, Branch, head_branch


def of_another_target(gap: Gap) -> Step | None:
    """The step that makes the branch which is checked out follow the target on which it passes. None where it follows
    one already, or no other is as near.
    """
    repository, change = gap.repository, gap.change
    ref, tip = head_branch(repository), repository.commit("HEAD")
    if not ref or not tip or change.head not in (tip, repository.tree(tip).oid):
        return None
    branch = ref.removeprefix(HEADS)
    targets = targets_here(repository)
    others = [target for target in targets.ours if target.oid != change.base][:TARGETS]
    if not others or targets.is_target(repository.config.get(f"branch.{branch}.merge", "")):
        return None
    try:
        return next(_passing(gap, tip, others), None)
    except SddError:
        return None  # what cannot be judged there is no way out of what is refused here


def _passing(gap: Gap, tip: str, others: Sequence[Branch]) -> Iterator[Step]:
    repository = gap.repository
    chosen = target_of_revision(repository, None, None).change
    for other in others if chosen and chosen.target == gap.change.base else ():
        is_as_near = chosen and tuple(merge_bases(repository, other.oid, tip)) == chosen.forks
        if is_as_near and judge(repository, [target_of_revision(repository, other.ref, None)], date.today()).passed:
            yield Step(("git", "branch", "-u", other.name))
