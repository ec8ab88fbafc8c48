"""Changes: the paths that a push really changes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sdd.base import paths
from sdd.base.errors import SddError
from sdd.base.limits import CHANGED
from sdd.repo.folders import FOLDER, NOTHING, Entry, Pair
from sdd.repo.git import EMPTY_TREES
from sdd.repo.history import merge_bases, merged_branches, new_commits
from sdd.repo.objects import Repository, Tree


class PathChange(NamedTuple):
    """One path of a change. `status` is A, M, D or T (a change of type); an Entry is None where the path is absent.

    `before` is what the path holds at FORK (the first of several that differs from head and has it, so that A
    means absent from every FORK that differs), `target` at TARGET, `after` at head.
    """

    path: str
    status: str
    before: Entry | None
    target: Entry | None
    after: Entry | None

    @property
    def landed(self) -> Entry | None:
        """What the path holds at TARGET, else what it held at FORK."""
        return self.target or self.before

    @property
    def pair(self) -> Pair:
        """What the path held before, and what it holds at head."""
        return self.before, self.after


class Change(NamedTuple):
    """What is judged: the paths that head changes with respect to TARGET and to FORK.

    `ref` names what is pushed (`refs/heads/x`), `target_name` the target as a person writes it (`origin/main`).
    `target`, `forks` and `head` are commit ids, except that head may be a tree (an uncommitted work tree, then
    `commits` ends at the commit below it; the empty tree where a target is deleted) and a fork the empty tree
    (nothing came before). `target` is None for a first push. `other_targets` are the tips of other target refs
    known here: a record in any of them is not added. `commits` are the new commits, oldest first. `carried` are paths
    that are not judged, because another target holds what head gives them.
    """

    ref: str
    target_name: str
    target: str | None
    forks: tuple[str, ...]
    head: str
    other_targets: tuple[str, ...]
    paths: tuple[PathChange, ...]
    commits: tuple[str, ...]
    carried: tuple[PathChange, ...] = ()


def read_change(
    repository: Repository,
    *,
    ref: str,
    target_name: str,
    target: str | None,
    head: str,
    forks: Sequence[str],
    other_targets: Sequence[str] = (),
    tip: str | None = None,
    commits: tuple[str, ...] | None = None,
) -> Change:
    """The change that `head` (a commit or a tree) is with respect to `target` and `forks` (at least one).

    A path is in it where its entry at head differs from TARGET's and from that of at least one FORK. `tip` is
    the commit that the new commits end at where head is a tree; None there means that no commit is new. `commits` are
    the new ones where the caller knows them.
    Raises SddError where a revision is not held here.
    """
    # A first commit, and what is lost where a target is deleted, cannot come in parts.
    whole = {head, *forks} & {*EMPTY_TREES.values()}
    by_fork = [differences(repository, fork, head, None if whole else CHANGED) for fork in forks]
    by_target = None if target is None else by_fork[0] if target == forks[0] else differences(repository, target, head)
    changed = []
    for path in sorted({path for fork in by_fork for path in fork}):
        if by_target is not None and path not in by_target:
            continue
        pairs = [fork[path] for fork in by_fork if path in fork]
        before, after = next((pair for pair in pairs if pair[0]), pairs[0])
        at_target = by_target[path][0] if by_target is not None else None
        changed.append(PathChange(path, _status(before, after), before, at_target, after))
    if commits is None:
        last = tip or repository.commit(head)
        # Every FORK is in TARGET's own past.
        past = (target,) if target else tuple(fork for fork in forks if fork not in EMPTY_TREES.values())
        commits = new_commits(repository, past, last) if last else ()
    return Change(ref, target_name, target, tuple(forks), head, tuple(other_targets), tuple(changed), commits)


def without_carried(repository: Repository, change: Change, other: str) -> Change:
    """A change without what another target (a commit) holds too, which is then `carried`, and without what git makes of
    both where the change merges that commit. What the other never had it has not removed either.
    """
    held = repository.tree(other)
    bases = merge_bases(repository, change.target, other) if change.target else ()
    earlier = [repository.tree(base) for base in bases]
    carried = {
        changed.path: changed
        for changed in change.paths
        if changed.after == held.get(changed.path) and (changed.after or any(changed.path in tree for tree in earlier))
    }
    left = [changed for changed in change.paths if changed.path not in carried]
    if left and len(bases) == 1 and _merges(repository, change, other):
        from sdd.repo.merging import Merger  # few changes merge targets

        merger = Merger(repository)
        carried |= {
            changed.path: changed
            for changed in left
            if merger.gives(changed.after, changed.target, earlier[0].get(changed.path), held.get(changed.path))
        }
    new = tuple(changed for changed in change.paths if changed.path not in carried)
    return change._replace(paths=new, carried=tuple(carried.values()))


def _merges(repository: Repository, change: Change, other: str) -> bool:
    """Whether a merge of the change joins another target as it is: a commit on its way there may never have landed."""
    assert change.target, "what is merged has two sides"
    return bool(change.commits) and other in merged_branches(repository, change.target, change.commits[-1])


def differences(repository: Repository, old: str, new: str, most: int | None = None) -> Mapping[str, Pair]:
    """path -> (entry in `old`, entry in `new`) of every path that differs between two commits or trees.

    The same as `git diff-tree`, without reading the index and all folders again. Raises
    SddError where a revision or a folder is not held here, where one of them holds a path twice, or where more files
    and folders than `most` differ.
    """
    found: dict[str, Pair] = {}
    seen = 0
    before, after = repository.tree(old), repository.tree(new)
    level = [""]
    while level:
        differing: dict[str, Pair] = {}
        for folder in level:
            try:
                pairs = before.folder(folder).against(after.folder(folder))
            except ValueError as name:
                path = paths.printable(paths.join(folder, str(name)))
                raise SddError(f"a tree of {new} holds {path} twice", "look it over with: git fsck") from None
            seen += len(pairs)
            if most is not None and seen > most:
                raise SddError(f"the change touches more than {most:,} files and folders", "push it in several parts")
            differing |= {paths.join(folder, name): pair for name, pair in pairs.items()}
        for path, (old_entry, new_entry) in differing.items():
            before.keep_entry(path, old_entry)
            after.keep_entry(path, new_entry)
        found |= {path: files for path, pair in differing.items() if any(files := _files(pair))}
        level = _keep_folders(repository, differing, (before, after))
    return found


def _files(pair: Pair) -> Pair:
    """A pair without its folders."""
    before, after = (None if _is_folder(entry) else entry for entry in pair)
    return before, after


def _keep_folders(repository: Repository, differing: Mapping[str, Pair], trees: tuple[Tree, Tree]) -> list[str]:
    """The paths that are a folder on at least one side, which both trees keep after one question to git."""
    level = [path for path, pair in differing.items() if any(map(_is_folder, pair))]
    repository.folders([entry.oid for path in level for entry in differing[path] if entry and _is_folder(entry)])
    for path in level:
        for tree, entry in zip(trees, differing[path], strict=True):
            tree.keep(path, repository.folders((entry.oid,))[0] if entry and _is_folder(entry) else NOTHING)
    return level


def _is_folder(entry: Entry | None) -> bool:
    return entry is not None and entry.mode == FOLDER


def _status(before: Entry | None, after: Entry | None) -> str:
    if before is None or after is None:
        return "A" if after else "D"
    return "M" if before.mode[:2] == after.mode[:2] else "T"
