"""What the PHRs of a branch tell of already: a new one names the rest."""

from sdd.gate.cover.naming import Named
from sdd.gate.cover.table import Coverage
from sdd.records.kinds.phr import Phr
from sdd.repo.changes import differences
from sdd.repo.history import changes_of
from sdd.repo.objects import Tree


def changed_since_last_phr(coverage: Coverage, tree: Tree) -> frozenset[str]:
    """Paths that differ between a tree and the branch's last PHR: where topics were merged, that of each.

    What a later commit put into an older PHR, or changed together with a PHR that names it, counts up to that commit.
    """
    repository, commits = coverage.view.repository, coverage.view.change.commits
    if not coverage.phrs or not commits:
        return frozenset()
    log = ("log", "--format=%H", commits[-1])
    phrs = ("--", *(f":(top,literal){phr.path}" for phr in coverage.phrs))
    added = repository.git(*log, "--diff-filter=A", *phrs).split()
    last = repository.git("merge-base", "--independent", *added).split() if added else ()
    if not last:
        return frozenset()
    changed = set.intersection(*(set(differences(repository, oid, tree.oid)) for oid in last))
    updates = repository.git(*log, "--diff-filter=M", *(f"^{oid}" for oid in last), *phrs).split() if changed else ()
    for commit in updates:
        changed -= _told_by_update(coverage, commit, changed - differences(repository, commit, tree.oid).keys())
    return frozenset(changed)


def _told_by_update(coverage: Coverage, commit: str, unchanged: set[str]) -> set[str]:
    """Those of some paths, unchanged since a commit, that it changed or added to `files` in a PHR that names them."""
    view, told = coverage.view, set[str]()
    changes = {each.path: each for each in changes_of(view.repository, (commit,)).get(commit, ())}
    for phr in coverage.phrs:
        if change := changes.get(phr.path):
            named = Named(phr, coverage.moves)
            kind = view.after(phr.root).kind_of(phr.path)
            before = view.reader.record(phr.path, change.before, phr.root, kind)
            before_named = Named(before, coverage.moves) if isinstance(before, Phr) else ()
            told |= {path for path in unchanged if path in named and (path in changes or path not in before_named)}
    return told
