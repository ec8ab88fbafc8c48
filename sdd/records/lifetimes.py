"""When paths came and went, so that a record may name what was there when it landed."""

from functools import lru_cache
from typing import NamedTuple

from sdd.base import paths
from sdd.records.kinds import locate
from sdd.records.kinds.phr import Phr
from sdd.repo.history import added_and_removed
from sdd.repo.objects import Repository


class _Lifetimes(NamedTuple):
    """Record -> the number of the commit that its change began with; path -> that of the last commit that removed it.

    A folder, with a slash at its end, goes with each of its files.
    """

    began: dict[str, int]
    removed: dict[str, int]


def was_there_since(repository: Repository, revision: str, record: str, path: str) -> bool:
    """Whether a path that `revision` lacks was there when the change of a record began, or later.

    The first question reads all of the history: ask only where a path is missing.
    """
    lifetimes = _lifetimes(repository, revision)
    return record in lifetimes.began and lifetimes.removed.get(path, 0) >= lifetimes.began[record]


@lru_cache(maxsize=2)
def _lifetimes(repository: Repository, revision: str) -> _Lifetimes:
    lifetimes = _Lifetimes({}, {})
    began = 1
    for number, commit in enumerate(added_and_removed(repository, revision), 1):
        removed = [change for change in commit if change.status == "D"]
        for change in removed:
            folders = (f"{folder}/" for folder in paths.folders_above(change.path))
            lifetimes.removed.update(dict.fromkeys((change.path, *folders), number))
        records = [
            (change, located[1].record)
            for change in commit
            if change.status == "A" and (located := locate(change.path))
        ]
        moved_from = {change.before.oid: change.path for change in removed} if records else {}
        for change, _ in records:
            first = lifetimes.began.get(moved_from.get(change.after.oid, ""), began)
            lifetimes.began[change.path] = min(first, lifetimes.began.get(change.path, began))
        if any(kind is Phr for _, kind in records):
            # On a line without merges a PHR comes after the commits that it tells of.
            began = number + 1
    return lifetimes
