"""What is judged of a target that nothing was there before."""

from sdd.gate.target.advice import not_enough_history
from sdd.gate.target.judgement import JudgedHead, JudgementTarget, nothing
from sdd.records.layout import MARK, has_root
from sdd.repo.history import first_that_added
from sdd.repo.objects import Repository


def first_push(repository: Repository, head: JudgedHead) -> JudgementTarget:
    """What came after the commit that first added a root, judged by head's own policy."""
    if not has_root(repository.tree(head.revision)):
        return nothing(head.ref, f"the first push, without a root (a folder with {MARK}/)", pushes_target=True)
    if repository.is_shallow:
        raise not_enough_history(repository, head.ref, None)
    added = first_that_added(repository, [f":(top,glob)**/{MARK}/**"], head.tip) if head.tip else None
    fork = added or head.tip or repository.empty_tree_oid
    remark = "the first push: judged from the commit that added the first root, by its own policy"
    return from_start(repository, head, fork, remark, adopting=added is None or added == head.revision)


def from_start(repository: Repository, head: JudgedHead, fork: str, remark: str, *, adopting: bool) -> JudgementTarget:
    """A target that nothing was there before, judged by its own policy."""
    change = head.change(repository, None, (fork,))
    return JudgementTarget(
        head.ref, change, remark, head.revision, adopting=adopting, first_push=True, pushes_target=True
    )
