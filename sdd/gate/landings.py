"""Landings: which commits of a line landed together, and so are judged as one change.

A merge brings its branch in as one commit. A rebase, or a plain push of a branch, leaves its commits side by side on
the line; those that evidence connects are grouped again.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from sdd.base.errors import SddError
from sdd.base.grouping import grouped
from sdd.base.regex import regex
from sdd.base.tuples import NamedTuple
from sdd.gate.cover import Coverage, CoveredFile
from sdd.gate.cover.naming import Named
from sdd.records.kinds import locate
from sdd.records.kinds.phr import KIND, Phr
from sdd.records.kinds.record import ChangeKind
from sdd.records.project import Reader
from sdd.repo.changes import differences
from sdd.repo.folders import Pair
from sdd.repo.history import RawChange, changes_of
from sdd.repo.line import LineCommit, read_line
from sdd.repo.objects import Entry, Repository

_REBASE_PAUSE = 5
"""Seconds: a rebase commits what it moves one after the other, within moments."""

_RECORD_PAUSE = 3 * 24 * 3600
"""Seconds: nobody waits longer for the next commit of one piece of work, a weekend included."""

# A pull request's number, or a line that hosts and landing tools write into the commits of one.
_IN_TITLE = regex(r"\((?:pull request )?([#!]\d+)\)\Z|^Merged PR (\d+):")
_IN_MESSAGE = regex(r"(?m)^(?:PR-URL|Part-of|Pull-Request|Differential Revision):[ \t]*(\S+)[ \t]*$")
_CHANGE_ID = regex(r"(?m)^Change-Id:[ \t]*(\S+)[ \t]*$")


class Evidence(StrEnum):
    """Why commits are taken to have landed together."""

    MARK = "mark"
    REBASE = "rebase"
    PHR = "phr"
    BRANCH = "branch"


class Landing(NamedTuple):
    """Neighbouring commits of a line that are judged as one change, the oldest first; mostly it is one.

    `together` is the evidence that several belong together.
    """

    commits: tuple[LineCommit, ...]
    together: tuple[Evidence, ...] = ()

    @property
    def head(self) -> LineCommit:
        """The commit that the line stood at afterwards."""
        return self.commits[-1]

    @property
    def base(self) -> str | None:
        """The commit that it stood at before, None where there was none."""
        return self.commits[0].base

    @property
    def key(self) -> tuple[str, str]:
        """(head, base) as ids, the empty string for no base."""
        return self.head.oid, self.base or ""


def alone(commits: Sequence[LineCommit]) -> tuple[Landing, ...]:
    """Every commit as a landing of its own."""
    return tuple(Landing((commit,)) for commit in commits)


def together(repository: Repository, commits: Sequence[LineCommit], adopted: str | None) -> tuple[Landing, ...]:
    """The commits of a line with those put together that landed together.

    The commit that `adopted` sdd stays alone: what came with it is older than sdd, what came after it is not.
    """
    joined: dict[str, set[Evidence]] = {}
    runs = tuple(_runs(commits, adopted))
    for run in runs:
        for before, after in pairwise(run):
            joined[after.oid] = set(_by_dates_and_marks(before, after))
    pieces = [run for run in runs if any(may_follow(*pair) for pair in pairwise(run))]
    for oid in _joined_by_phrs(repository, pieces):
        joined[oid].add(Evidence.PHR)
    return tuple(_joined(commits, joined))


def mark_of(commit: LineCommit) -> str:
    """The pull request, or else the review, that a commit says it belongs to; the empty string for none."""
    if title := _IN_TITLE.search(commit.title):
        return title[1] or f"#{title[2]}"
    line = _IN_MESSAGE.search(commit.message) or _CHANGE_ID.search(commit.message)
    return line[1] if line else ""


def _runs(commits: Sequence[LineCommit], adopted: str | None) -> Iterator[tuple[LineCommit, ...]]:
    """The neighbours that may belong together: neither merges nor the first of all."""
    run: list[LineCommit] = []
    for commit in commits:
        if len(commit.parents) == 1 and not commit.cut and commit.oid != adopted:
            run.append(commit)
            continue
        yield tuple(run)
        run = []
    yield tuple(run)


def _joined(commits: Sequence[LineCommit], joined: Mapping[str, set[Evidence]]) -> Iterator[Landing]:
    """Landings of what is joined to its predecessor; two marks that differ never come into one."""
    group: list[LineCommit] = []
    evidence: set[Evidence] = set()
    mark = ""
    for commit in commits:
        own = mark_of(commit)
        why = joined.get(commit.oid)
        if group and not (why and (not own or not mark or own == mark)):
            yield Landing(tuple(group), tuple(sorted(evidence)))
            group, evidence, mark = [], set(), ""
            why = None
        group.append(commit)
        evidence |= why or set()
        mark = mark or own
    if group:
        yield Landing(tuple(group), tuple(sorted(evidence)))


def _by_dates_and_marks(before: LineCommit, after: LineCommit) -> Iterator[Evidence]:
    if mark_of(before) and mark_of(before) == mark_of(after):
        yield Evidence.MARK
    pause = after.committed - before.committed
    # What a rebase has moved was written earlier than it was committed.
    moved = all(commit.authored < commit.committed for commit in (before, after))
    if moved and 0 <= pause <= _REBASE_PAUSE and before.committer == after.committer:
        yield Evidence.REBASE


def may_follow(before: LineCommit, after: LineCommit) -> bool:
    """Whether the two may be one piece of work, as far as can be seen without looking at what they changed."""
    pause = after.committed - before.committed
    return before.author == after.author and 0 <= pause <= _RECORD_PAUSE and mark_of(before) == mark_of(after)


def _joined_by_phrs(repository: Repository, runs: Sequence[Sequence[LineCommit]]) -> Iterator[str]:
    """The commits that belong to their predecessors, because a PHR names files that those changed.

    A record that names what its own commit does not change was written for earlier commits: back to the first that
    changed a file it names, but not past another commit that brought PHRs.
    """
    try:
        seen = changes_of(repository, [commit.oid for run in runs for commit in run]) if runs else {}
    except SddError:
        return  # what is not held here cannot be judged either, which the judge reports
    phrs = {oid: added for oid, changes in seen.items() if (added := _phrs(changes))}
    reader = Reader(repository.beginnings)
    for run in runs:
        for place, commit in enumerate(run):
            if commit.oid not in phrs or not place or run[place - 1].oid in phrs:
                continue
            named = _named(reader, phrs[commit.oid])
            own = {change.path for change in seen[commit.oid]}
            first = place
            for earlier in range(place - 1, -1, -1):
                before = run[earlier]
                if before.oid in phrs or not may_follow(before, run[earlier + 1]):
                    break
                changed = {change.path for change in seen.get(before.oid, ())}
                if any(path in names for path in changed - own for names in named):
                    first = earlier
            yield from (member.oid for member in run[first + 1 : place + 1])


def _phrs(changes: Iterable[RawChange]) -> dict[str, tuple[str, Entry]]:
    """The PHRs that a commit adds: path -> (root, entry)."""
    added = ((change.path, change.after, phr_at(change.path)) for change in changes if change.status == "A")
    return {path: (root, entry) for path, entry, root in added if root is not None}


def phr_at(path: str) -> str | None:
    """The root of the PHR that a path is for, None where it is for none."""
    at = locate(path)
    return at[0] if at and at[1].record is Phr else None


def _named(reader: Reader, phrs: Mapping[str, tuple[str, Entry]]) -> tuple[Named, ...]:
    """What some PHRs name; nothing for those that are not held here."""
    named = []
    for path, (root, entry) in phrs.items():
        with suppress(SddError):
            phr = reader.record(path, entry, root, KIND)
            named += [Named(phr)] if isinstance(phr, Phr) else []
    return tuple(named)


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
