"""When paths came and went, so that a record may name what was there when it landed."""

from functools import lru_cache
from typing import NamedTuple

from sdd.base import paths
from sdd.records.kinds import locate
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import Record
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
        for path in commit.removed:
            folders = (f"{folder}/" for folder in paths.folders_above(path))
            lifetimes.removed.update(dict.fromkeys((path, *folders), number))
        records = {path: kind for path in commit.added if (kind := _kind_of(path))}
        moved_from = {blob: path for path, blob in commit.removed.items()} if records else {}
        for path in records:
            first = lifetimes.began.get(moved_from.get(commit.added[path], ""), began)
            lifetimes.began[path] = min(first, lifetimes.began.get(path, began))
        if Phr in records.values():
            # On a line without merges a PHR comes after the commits that it tells of.
            began = number + 1
    return lifetimes


def _kind_of(path: str) -> type[Record] | None:
    located = locate(path)
    return located[1].record if located else None
