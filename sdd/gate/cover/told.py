"""What the PHRs of a branch tell of already: a new one names the rest, and tells of the commits that made it."""

from collections.abc import Collection, Mapping

from sdd.gate.cover.naming import Named
from sdd.gate.cover.table import Coverage
from sdd.records.kinds.phr import Phr
from sdd.repo.changes import differences
from sdd.repo.folders import Pair
from sdd.repo.objects import Tree

Changes = Mapping[str, Mapping[str, Pair]]
"""Commits of a branch, the oldest first, and "" for what is not committed -> path -> the entries before and after."""


def changes_in(coverage: Coverage, tree: Tree) -> Changes:
    """What the commits of the branch change, and what a tree holds otherwise than the last of them."""
    view, commits = coverage.view, coverage.view.change.commits
    raw = view.changed_by_commit
    committed = {oid: {each.path: (each.before, each.after) for each in raw.get(oid, ())} for oid in commits}
    return committed | ({"": differences(view.repository, commits[-1], tree.oid)} if commits else {})


def untold_changes(
    coverage: Coverage, changes: Changes, unnamed: Collection[str] = ()
) -> Mapping[str, Mapping[str, Pair]]:
    """Path -> its changes that no PHR tells of, each by its commit.

    A PHR tells of what it names, up to the commit that adds it, puts the path into it, or changes both. A new one
    tells of all that is `unnamed`, too.
    """
    own = {phr.path: Named(phr, coverage.moves) for phr in coverage.phrs}
    left: dict[str, dict[str, Pair]] = {}
    for commit, changed in changes.items():
        for path, pair in changed.items():
            left.setdefault(path, {})[commit] = pair
        for phr in coverage.phrs:
            if phr.path in changed:
                before = _named_before(coverage, phr, changed[phr.path])
                told = {path for path in left if path in own[phr.path] and (path in changed or path not in before)}
                told |= {*unnamed} if not before else set()
                left = {path: pairs for path, pairs in left.items() if path not in told}
    return left


def _named_before(coverage: Coverage, phr: Phr, pair: Pair) -> Named | tuple[()]:
    """What a PHR named before a change of its file; nothing where that added it."""
    view, entry = coverage.view, pair[0]
    record = entry and view.reader.record(phr.path, entry, phr.root, view.after(phr.root).kind_of(phr.path))
    return Named(record, coverage.moves) if isinstance(record, Phr) else ()


def changed_since_last_phr(coverage: Coverage, tree: Tree) -> frozenset[str]:
    """Paths that differ between a tree and what the branch's PHRs tell of."""
    if not coverage.phrs:
        return frozenset()
    changes = changes_in(coverage, tree)
    unnamed = {path for changed in changes.values() for path in changed if not coverage.naming(path)}
    left = untold_changes(coverage, changes, unnamed)
    return frozenset(path for path, by in left.items() if next(iter(by.values()))[0] != tree.get(path))
