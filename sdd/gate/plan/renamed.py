"""Work of a feature that its target has renamed since the branch left it."""

from sdd.gate.plan.gap import Gap
from sdd.gate.plan.ways import LOOK_AGAIN, Step, Way
from sdd.records.kinds.record import ChangeKind
from sdd.records.renamed import renamed_since
from sdd.repo.history import merge_bases


def of_renamed_feature(gap: Gap) -> Way | None:
    """The way for work of a feature that the target calls by another name now: it takes that in first, and with it what
    the records of that name are. None for any other work.
    """
    feature, base, target = gap.feature or "", gap.change.base, gap.change.target_name
    at = gap.features.get(feature)
    if not at or not base or at.feature_folder(feature) in gap.repository.tree(base):
        return None
    forks = merge_bases(gap.repository, base, gap.change.commits[-1] if gap.change.commits else "HEAD")
    new = renamed_since(at, feature, map(gap.repository.tree, forks), gap.repository.tree(base))
    if not new:
        return None
    # A server's own branch is another one in a clone.
    is_here = gap.repository.work_tree is not None
    first = () if is_here else (Step(("git", "fetch")),)
    steps = (*first, Step(("git", "merge", target if is_here else f"origin/{target}")), LOOK_AGAIN)
    return Way(steps, ChangeKind.FEATURE, f"the work belongs to {feature}, which {target} calls {new} now")
