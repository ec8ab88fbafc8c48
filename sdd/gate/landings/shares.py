"""Shares: what each landing of a push did, for the rules that count lines and files landing by landing."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sdd.base.grouping import grouped
from sdd.gate.cover import Coverage, CoveredFile
from sdd.gate.landings import together
from sdd.records.kinds.record import ChangeKind
from sdd.repo.changes import differences
from sdd.repo.folders import Pair
from sdd.repo.line import read_line


class Share(NamedTuple):
    """What one landing of a change did: the governed files as it changed them, by root, and how many lines of each.

    `landing` is the commit that the line stood at afterwards, empty where the change is one landing. `chores` are the
    files of kind chore in all roots.
    """

    landing: str
    by_root: Mapping[str | None, tuple[CoveredFile, ...]]
    lines: Mapping[str, int]
    chores: tuple[CoveredFile, ...]
    chore_lines: int


# Every rule about sizes asks about the same change, root by root.
@lru_cache(maxsize=1)
def shares(coverage: Coverage) -> tuple[Share, ...]:
    """A change as its landings brought it, the oldest first, where it is pushed to its target; else the whole.

    Landings whose files a PHR of another landing names count together: one record is one piece of work.
    """
    view = coverage.view
    governed = {file.path: file for file in coverage.files if file.root is not None and not file.exempt}
    whole = ("", {path: file.changed.pair for path, file in governed.items()})
    steps = _steps(coverage, governed.values()) or (whole,)
    files = [
        [_as_changed(governed[path], pair) for path, pair in pairs.items() if path in governed] for _, pairs in steps
    ]
    counts = iter(view.count_lines([file.changed.pair for some in files for file in some]))
    return tuple(
        _share(head, some, {file.path: next(counts) for file in some})
        for (head, _), some in zip(steps, files, strict=True)
    )


def _share(landing: str, files: Sequence[CoveredFile], lines: Mapping[str, int]) -> Share:
    by_root = grouped((file.root, file) for file in files)
    chores = tuple(file for file in files if ChangeKind.CHORE in file.kinds)
    return Share(landing, by_root, lines, chores, sum(lines[file.path] for file in chores))


def _as_changed(file: CoveredFile, pair: Pair) -> CoveredFile:
    before, after = pair
    return file._replace(changed=file.changed._replace(before=before, target=before, after=after))


def _steps(coverage: Coverage, files: Iterable[CoveredFile]) -> Sequence[tuple[str, Mapping[str, Pair]]]:
    """(commit, what changed on the way to it) for each landing of a push to a target; none where it is one."""
    view = coverage.view
    repository, change = view.repository, view.change
    if not view.pushes_target or len(change.forks) != 1 or len(change.commits) < 2:
        return ()
    (fork,), tip = change.forks, change.commits[-1]
    # What is not committed yet belongs to no landing.
    if repository.tree(tip).oid != view.head.oid:
        return ()
    line = read_line(repository, tip, fork)
    # Where the target was merged, the line leads through work that others have landed.
    if not line or line[0].base != fork:
        return ()
    landings = together(repository, line, None)
    ends = [landing.head.oid for landing in landings]
    changes = [differences(repository, landing.base or fork, landing.head.oid) for landing in landings]
    last = _last_of_each_piece(changes, files)
    if len(last) == 1:
        return ()
    bounds = [(0 if not place else last[place - 1] + 1, end) for place, end in enumerate(last)]
    return [
        (ends[end], changes[end] if start == end else differences(repository, landings[start].base or fork, ends[end]))
        for start, end in bounds
    ]


def _last_of_each_piece(changes: Sequence[Mapping[str, Pair]], files: Iterable[CoveredFile]) -> list[int]:
    """The places of the landings that end a piece of work: from a file's change to its record it is one piece."""
    touched: dict[str, list[int]] = {}
    added: dict[str, int] = {}
    for place, pairs in enumerate(changes):
        for path, (before, after) in pairs.items():
            touched.setdefault(path, []).append(place)
            if before is None and after is not None:
                added[path] = place
    reaches = list(range(len(changes)))
    for file in files:
        recorded = sorted(added.get(record.path, len(changes) - 1) for record in file.phrs or file.contracts)
        for place in touched.get(file.path, ()) if recorded else ():
            nearest = recorded[min(bisect_left(recorded, place), len(recorded) - 1)]
            first, end = sorted((place, nearest))
            reaches[first] = max(reaches[first], end)
    ends, furthest = [], 0
    for place, reach in enumerate(reaches):
        furthest = max(furthest, reach)
        if furthest == place:
            ends.append(place)
            furthest = place + 1
    return ends
