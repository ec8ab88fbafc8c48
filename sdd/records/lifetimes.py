"""When paths came and went, so that a record may name what was there when it landed."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sdd.base import paths
from sdd.records.kinds import locate
from sdd.records.kinds.phr import Phr
from sdd.repo.history import RawChange, added_and_removed, changes_of, new_commits, parents
from sdd.repo.objects import Repository
from sdd.repo.renames import moves, renames


class _Lifetimes(NamedTuple):
    """Record -> the numbers of the commit that its change began with, and of the one by which it came; path -> that of
    the last commit that removed it.

    A folder goes with each of its files. `by_name` are the removed paths by their last part, `moved` the new paths of
    records that moved by their former ones, `commits` the ids, the first at 1.
    """

    began: dict[str, int]
    came: dict[str, int]
    removed: dict[str, int]
    by_name: dict[str, list[str]]
    moved: dict[str, str]
    commits: list[str]

    def was_there(self, path: str, since: int) -> bool:
        """Whether a path, or one that ends in it, was removed by the commit with a number or a later one."""
        path = path.strip("/")
        named = self.by_name.get(path.rpartition("/")[2], ())
        return any(self.removed[other] >= since for other in named if f"/{other}".endswith(f"/{path}"))


def was_there(repository: Repository, revision: str, path: str) -> bool:
    """Whether a path that `revision` lacks, or one that ends in it, was there at any time.

    The first question reads all of the history: ask only where a path is missing.
    """
    return _lifetimes(repository, revision).was_there(path, 0)


def was_there_since(repository: Repository, revision: str, record: str, path: str) -> bool:
    """The same, when the change of a record began or later, or on a branch whose merge brought the record."""
    lifetimes = _lifetimes(repository, revision)
    if record not in lifetimes.began:
        return False
    if lifetimes.was_there(path, lifetimes.began[record]):
        return True
    return path.strip("/") in _paths_of_branch(repository, lifetimes.commits[lifetimes.came[record]])


def moved_to(repository: Repository, revision: str, path: str) -> str:
    """The path that the commit of the line which removed a file last gave it; empty where it gave none."""
    lifetimes = _lifetimes(repository, revision)
    number = lifetimes.removed.get(path)
    return moves(repository, lifetimes.commits[number]).get(path, "") if number is not None else ""


def was_removed_since(repository: Repository, revision: str, record: str, path: str) -> bool:
    """Whether the record at `path`, which `revision` lacks, was removed, not moved, after another's change began."""
    lifetimes = _lifetimes(repository, revision)
    began = lifetimes.began.get(record)
    return began is not None and path not in lifetimes.moved and lifetimes.removed.get(path, 0) >= began


def moved_records(repository: Repository, revision: str) -> Mapping[str, str]:
    """The former path -> the next one of each record that the line of `revision` moved, the latest move of a path."""
    return _lifetimes(repository, revision).moved


# Of very many records most came with few merges.
@lru_cache(maxsize=8)
def _paths_of_branch(repository: Repository, merge: str) -> frozenset[str]:
    """The files that the commits which a merge brought changed, and the folders above them; none of another commit."""
    above = parents(repository, merge)
    changed = changes_of(repository, new_commits(repository, above[:1], merge)) if above[1:] else {}
    files = {change.path for changes in changed.values() for change in changes}
    return frozenset(files.union(*map(paths.folders_above, files)))


@lru_cache(maxsize=2)
def _lifetimes(repository: Repository, revision: str) -> _Lifetimes:
    lifetimes = _Lifetimes({}, {}, {}, {}, {}, [""])
    began = 1
    for number, commit in enumerate(added_and_removed(repository, revision), 1):
        removed = [change for change in commit if change.status == "D"]
        lifetimes.commits.append(commit[0].commit)
        for change in removed:
            lifetimes.removed[change.path] = number
            lifetimes.removed.update((folder, number) for folder in paths.folders_above(change.path) if folder)
        records = {
            change: located[1].record for change in commit if change.status == "A" and (located := locate(change.path))
        }
        moved = _moved(repository, removed, list(records)) if removed and records else {}
        lifetimes.moved.update((old, new) for new, old in moved.items())
        # One that is restored tells of nothing new.
        has_phr = any(kind is Phr and change.path not in lifetimes.began for change, kind in records.items())
        for change in records:
            former = moved.get(change.path, "")
            lifetimes.came[change.path] = lifetimes.came.get(former, number)
            first = lifetimes.began.get(former, began)
            lifetimes.began[change.path] = min(first, lifetimes.began.get(change.path, began))
        if has_phr:
            # On a line without merges a PHR comes after the commits that it tells of.
            began = number + 1
    for path in lifetimes.removed:
        lifetimes.by_name.setdefault(path.rpartition("/")[2], []).append(path)
    return lifetimes


def _moved(repository: Repository, removed: Sequence[RawChange], added: Sequence[RawChange]) -> Mapping[str, str]:
    """The new path -> the old one of the records that a commit moved. A move may go with an edit."""
    by_content = {change.before.oid: change.path for change in removed}
    moved = {change.path: by_content[change.after.oid] for change in added if change.after.oid in by_content}
    if len(moved) < len(added) and any(locate(change.path) for change in removed):
        moved = {**renames(repository, added[0].commit), **moved}
    return moved
