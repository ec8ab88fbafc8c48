"""Whether what landed on another target was judged there by the rules of the target that gets it now."""

from collections.abc import Sequence

from sdd.base.limits import TARGETS
from sdd.records.kinds.policy import POLICY_PATH, Policy
from sdd.records.layout import MARK, find_roots
from sdd.repo.history import file_changes, new_commits
from sdd.repo.objects import Repository
from sdd.repo.refs import Branch, holding

_WAIVERS = "waivers/"
_PATHS = (f":(top,glob)**/{MARK}/**", f":(top,glob)**/{_WAIVERS}**")


def judged_alike(repository: Repository, old: str, tip: str, others: Sequence[Branch]) -> tuple[Branch, ...]:
    """Those of some targets that hold `tip`, and on whose way from `old` the rules of `old` held throughout.

    Nobody can tell what a push made of several commits found at its base, so no commit of that way, and none that it
    is made on, may have other policies or roots; nor other waivers, where a waiver counts only once it has landed, or
    where a waiver on the other target could answer for the landings behind `tip`.
    """
    tree = repository.tree(old)
    waits = any(Policy.of(tree, root).waivers == "landed" for root in find_roots(tree))
    tips = {branch.oid: branch for branch in reversed(holding(repository, (tip,), others))}
    asked = (tip,) if tip in tips else tuple(tips)[:TARGETS]
    alike = {oid for oid in asked if not _changes_rules(repository, old, oid, waivers=waits or oid != tip)}
    return tuple(branch for branch in others if branch.oid in alike)


def _changes_rules(repository: Repository, old: str, tip: str, *, waivers: bool) -> bool:
    commits = new_commits(repository, (old,), tip)
    return any(
        f"/{path}".endswith(f"/{POLICY_PATH}")
        or (waivers and f"/{_WAIVERS}" in f"/{path}")
        or (status != "M" and f"/{MARK}/" in f"/{path}")  # a root, perhaps
        for status, path in file_changes(repository, commits, _PATHS)
    )
