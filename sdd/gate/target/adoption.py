"""When a line of commits adopted sdd."""

from collections.abc import Iterable
from functools import lru_cache

from sdd.base import paths
from sdd.base.limits import TARGETS
from sdd.records.kinds.policy import POLICY_PATH, Policy, has_policy
from sdd.records.layout import MARK, find_roots
from sdd.repo.history import first_that_added
from sdd.repo.objects import Repository


def adoption(repository: Repository, tip: str, beyond: str | None) -> tuple[str | None, bool]:
    """The commit of the line of `tip` that brought sdd in, and whether sdd came later than `beyond`.

    Sdd came with a policy. Where the tip has none, or one that counts from an earlier day, it came with a root.
    """
    tree = repository.tree(tip)
    days = [day for root in _adopted(repository, tip, POLICY_PATH) if (day := Policy.of(tree, root).since)]
    arrived = policy_adoption(repository, tip, beyond)
    if not days or not arrived[0] or min(days) >= repository.git("show", "-s", "--format=%cs", arrived[0]).strip():
        return arrived
    return _arrival(repository, tip, beyond, MARK)


def brings_first_policy(repository: Repository, head: str, target: str, others: Iterable[str]) -> bool:
    """Whether a head brings the first policy of all to a target (commits), as `sdd init` does where spec-kit has made
    `.specify/` before. It is none of all where the target had one before, or one of the `others` has one.
    """
    if not has_policy(repository.tree(head)) or any(has_policy(repository.tree(tip)) for tip in (target, *others)):
        return False
    return never_had_policy(repository, target)


# Whose policy judges is asked several times on the way to a verdict.
@lru_cache(maxsize=TARGETS)
def never_had_policy(repository: Repository, tip: str) -> bool:
    """Whether no commit in the history of `tip` added a policy. What a shallow clone does not hold may have."""
    return not repository.is_shallow and first_that_added(repository, [f":(top,glob)**/{POLICY_PATH}"], tip) is None


def policy_adoption(repository: Repository, tip: str, beyond: str | None) -> tuple[str | None, bool]:
    """The same whatever day a policy counts from."""
    mark = POLICY_PATH if _adopted(repository, tip, POLICY_PATH) else MARK
    return _arrival(repository, tip, beyond, mark)


def _arrival(repository: Repository, tip: str, beyond: str | None, mark: str) -> tuple[str | None, bool]:
    """The same for what marks a root. The search covers the top, the roots of the tip, and the ones they replaced."""
    if beyond and _adopted(repository, beyond, mark):
        return None, False
    places = {"", *_adopted(repository, tip, mark)}
    adopted, until = None, tip
    while True:
        marks = [f":(top,literal){paths.join(place, mark)}" for place in sorted(places)]
        revisions = (until, f"^{beyond}") if beyond else (until,)
        first = first_that_added(repository, marks, "--first-parent", *revisions)
        if first is None or first in repository.cut_off:
            # Whatever existed at the earliest known commit came before anything that can be seen from here.
            return None, first is None and adopted is None
        adopted = first
        parent = repository.commit(f"{first}^1")
        earlier = _adopted(repository, parent, mark) - places if parent else set()
        if not parent or not earlier:
            return adopted, True
        # There was a root elsewhere before: it moved, or was given up for this one.
        places, until = places | earlier, parent


def _adopted(repository: Repository, revision: str, mark: str) -> set[str]:
    """The roots of a revision that hold a policy, or whose mark is no more than their folder."""
    tree = repository.tree(revision)
    return {root for root in find_roots(tree) if mark == MARK or paths.join(root, mark) in tree}
