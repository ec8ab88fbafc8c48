"""Branches that landed as they were, by a fast-forward, on the word of their PHRs: only history assumes that.

A line does not say where a push ended. What a PHR of a branch names is taken to be that branch's work before the
record, and so is what `sdd phr add`, capture or `sdd contract verify` put into the record: a landed one takes no
further file, no answer and no tick. A further PHR of the branch is part of it where more was put into the record after
that, or where it has nothing to speak of but what the branch changed. A PHR that was forgotten comes with its branch
too, behind other recorded work: it names just what was left without one.
`gate.landings` goes by evidence alone, looks back from a record and never ahead, and serves the gate, which sees each
push.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.gate.cover import Named
from sdd.gate.landings import Evidence, Landing, may_follow, together
from sdd.gate.landings.by_records import FARTHEST, held_record
from sdd.gate.rules.history import altered, only_extends
from sdd.gate.target.branches import matches_any, targets_here
from sdd.records.kinds import is_record_of, locate
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.phr import KIND, Phr
from sdd.records.kinds.waiver import KIND as WAIVER
from sdd.records.links import path_from_top
from sdd.records.project import Reader
from sdd.repo.history import RawChange, changes_of
from sdd.repo.line import LineCommit
from sdd.repo.objects import Entry, Repository

_NEAREST = 5
"""So many landings back is a record looked for that was forgotten, and came behind the next piece of work."""

# What a commit changed is larger than what a step keeps of it.
_READ_AT_ONCE = 1000


class _Step(NamedTuple):
    """A landing as one step of a branch: the paths that it changed, the files among them that are no record, the PHRs
    that it adds, and those that it changes: path -> (root, what it holds afterwards). One that brings a waiver is
    `waived`: no PHR of another landing answers for it.
    """

    landing: Landing
    paths: tuple[str, ...]
    files: tuple[str, ...]
    waived: bool
    added: Mapping[str, tuple[str, Entry]]
    changed: Mapping[str, tuple[str, Entry]]


def with_fast_forwards(repository: Repository, line: Sequence[LineCommit], adopted: str | None) -> tuple[Landing, ...]:
    """The landings of a stretch of a line, the oldest first, with those put together that a PHR says were one branch.
    `adopted` is the commit that brought sdd.
    """
    landings = together(repository, line, adopted)
    runs = neighbours(repository, landings, adopted)
    steps = _steps(repository, [landing for run in runs if len(run) > 1 for landing in run])
    branches = _Branches(repository)
    told = (branches.joined(branches.with_forgotten(islice(steps, len(run)))) if len(run) > 1 else run for run in runs)
    try:
        return tuple(chain.from_iterable(told))
    except SddError:
        return tuple(landings)  # what is not held here cannot be judged either, which the judge reports


def neighbours(
    repository: Repository, landings: Sequence[Landing], adopted: str | None, *, one_push: bool = False
) -> tuple[Sequence[Landing], ...]:
    """The landings of a stretch of a line, those side by side that may be one branch; with `one_push` one push, which
    may hold merges.
    """
    return tuple(_runs(landings, adopted, _forked(repository, landings, one_push=one_push), one_push=one_push))


def _forked(repository: Repository, landings: Sequence[Landing], *, one_push: bool) -> frozenset[str]:
    """The commits that another branch was begun on: the line stood there. With `one_push` not those whose only other
    branch the committer of the line made and merged next: that needs no push in between.
    """
    line = {commit.oid: commit for landing in landings for commit in landing.commits}
    merges = [commit for commit in line.values() if commit.is_merge]
    if not merges:
        return frozenset()
    base = landings[0].base
    revisions = (landings[-1].head.oid, *([f"^{base}"] if base else []))
    listed = repository.git("log", "--format=%cN <%cE>%x00%H %P", *revisions, "--")
    rows = [(committer, ids.split()) for committer, _, ids in (row.partition("\0") for row in listed.splitlines())]
    children = Counter(parent for _, (_, *parents) in rows for parent in parents)
    made = {oid: (committer, parents[0]) for committer, (oid, *parents) in rows if parents} if one_push else {}
    for merge in merges if one_push else ():
        side = merge.parents[1]
        while side not in line and side in made and made[side][0] == merge.committer:
            side = made[side][1]
        children[side] -= side == merge.base
    return frozenset(oid for oid, count in children.items() if count > 1)


def _runs(
    landings: Iterable[Landing], adopted: str | None, forked: frozenset[str], *, one_push: bool
) -> Iterator[list[Landing]]:
    """Neighbours that may belong together: by one person, without a merge but in one push, and nobody began a branch
    between.
    """
    run: list[Landing] = []
    for landing in landings:
        last, first = run[-1].head if run else None, landing.commits[0]
        if last and not (
            first.parents
            and (one_push or not (first.is_merge or last.is_merge))
            and adopted not in (last.oid, first.oid)
            and last.oid not in forked
            and not (last.cut or first.cut)
            and may_follow(last, first)
            and last.committer == first.committer
        ):
            yield run
            run = []
        run.append(landing)
    if run:
        yield run


def _steps(repository: Repository, landings: Sequence[Landing]) -> Iterator[_Step]:
    for start in range(0, len(landings), _READ_AT_ONCE):
        asked = landings[start : start + _READ_AT_ONCE]
        seen = changes_of(repository, [commit.oid for landing in asked for commit in landing.commits])
        yield from (_step(landing, seen) for landing in asked)


def _step(landing: Landing, seen: Mapping[str, Sequence[RawChange]]) -> _Step:
    every, files, waived = dict[str, None](), dict[str, None](), False
    added: dict[str, tuple[str, Entry]] = {}
    changed: dict[str, tuple[str, Entry]] = {}
    for change in chain.from_iterable(seen.get(commit.oid, ()) for commit in landing.commits):
        at = locate(change.path)
        every[change.path] = None
        files |= {} if at else {change.path: None}
        waived |= change.status == "A" and at is not None and at[1] is WAIVER
        if at and at[1] is KIND:
            entries = added if change.status == "A" or change.path in added else changed
            entries[change.path] = at[0], change.after
    return _Step(landing, tuple(every), tuple(files), waived, added, changed)


class _Branches:
    def __init__(self, repository: Repository) -> None:
        self._reader = Reader(repository.beginnings)
        targets = targets_here(repository)
        self._targets = targets.named, targets.patterns

    def joined(self, run: Sequence[_Step]) -> Iterator[Landing]:
        """The landings of neighbours that may be one branch."""
        done = 0
        for place, step in enumerate(run):
            if place >= done and (phrs := self._phrs(step.added)):
                last, phrs = self._last(run, place, phrs)
                first = self._first(run, place, done, phrs)
                yield from (step.landing for step in run[done:first])
                yield _one([step.landing for step in run[first : last + 1]])
                done = last + 1
        yield from (step.landing for step in run[done:])

    def with_forgotten(self, run: Iterable[_Step]) -> Sequence[_Step]:
        """Neighbours, those as one that lie from some work to its PHRs, which came behind other recorded work."""
        done: list[_Step] = []
        for step in run:
            first = self._forgotten_for(done, step)
            done[first:] = [_as_one([*done[first:], step])]
        return done

    def _forgotten_for(self, before: Sequence[_Step], step: _Step) -> int:
        """The place of the first of the steps without records that changed just what the PHRs of a step name, which is
        nothing but records; its own place where they do not.
        """
        near = range(len(before) - 1, max(len(before) - _NEAREST, 0) - 1, -1)
        is_record = step.added and not step.files and not step.waived
        if not is_record or not any(before[place].files and not before[place].added for place in near):
            return len(before)
        phrs = self._phrs(step.added).values()
        missing = {path_from_top(phr.root, path) for phr in phrs for pair in _files_of(phr) for path in pair if path}
        for place in near if missing and len(phrs) == len(step.added) else ():
            own = before[place]
            named = missing.intersection(own.files)
            if own.waived or (named and (own.added or len(named) < len(own.files))):
                break
            missing -= named
            if not missing:
                return place
        return len(before)

    def _last(self, run: Sequence[_Step], place: int, phrs: Mapping[str, Phr]) -> tuple[int, Mapping[str, Phr]]:
        """Where the branch of some PHRs ends that came at a place, and its PHRs as they are there.

        It goes on to where they get what a landed one does not, and over PHRs of the same branch that are on top. What
        comes after that may be a push that nobody judged, whatever they name.
        """
        last, known, seen = place, phrs, set(run[place].paths)
        for later in range(place + 1, len(run)):
            step = run[later]
            added = self._phrs(step.added)
            is_on_top = bool(added) and not step.files and known == phrs and _name_only(added, seen)
            seen.update(step.paths)
            changed = self._phrs({path: at for path, at in step.changed.items() if path in known})
            if step.waived or len(changed) < len(step.changed.keys() & known.keys()):
                break
            if not all(_only_grows(known[path], phr, seen) for path, phr in changed.items()):
                break
            grown = any(_grows(phrs[path], phr) for path, phr in changed.items() if path in phrs)
            known = {**known, **changed, **added}
            if step.added and not (self._are_of_one(known) and later - last <= FARTHEST):
                break
            if grown or is_on_top:
                last, phrs = later, known
        return last, phrs

    def _first(self, run: Sequence[_Step], place: int, done: int, phrs: Mapping[str, Phr]) -> int:
        """Where the branch of some PHRs begins, at the earliest at `done`: with the first change of what they name."""
        first = place
        for earlier in range(place - 1, done - 1, -1) if self._is_branch(phrs) else ():
            step = run[earlier]
            needing = (*step.files, *(path for path in step.paths if is_record_of(path, Constitution)))
            if step.added or step.waived or not _are_named(needing, phrs):
                break
            first = earlier if needing else first
        return first

    def _are_of_one(self, phrs: Mapping[str, Phr]) -> bool:
        """Whether some PHRs were written on the same branch, which is no target."""
        return self._is_branch(phrs) and len({phr.branch for phr in phrs.values()}) == 1

    def _is_branch(self, phrs: Mapping[str, Phr]) -> bool:
        """Whether some PHRs were written on a branch that is no target."""
        named, patterns = self._targets
        names = {phr.branch for phr in phrs.values()}
        return all(name and name not in named and not matches_any(name, patterns) for name in names)

    def _phrs(self, at: Mapping[str, tuple[str, Entry]]) -> Mapping[str, Phr]:
        """Path -> PHR, of those that are there and are held here."""
        held = {path: held_record(self._reader, path, entry, root, KIND) for path, (root, entry) in at.items()}
        return {path: record for path, record in held.items() if isinstance(record, Phr)}


def _one(landings: Sequence[Landing]) -> Landing:
    if len(landings) == 1:
        return landings[0]
    evidence = {*chain.from_iterable(landing.together for landing in landings), Evidence.BRANCH}
    commits = chain.from_iterable(landing.commits for landing in landings)
    return Landing(tuple(commits), tuple(sorted(evidence)))


def _as_one(steps: Sequence[_Step]) -> _Step:
    """Steps from some work to the PHR that was forgotten, as one."""
    if len(steps) == 1:
        return steps[0]
    landings = [step.landing for step in steps]
    evidence = {Evidence.PHR, *chain.from_iterable(landing.together for landing in landings)}
    every, files, waived, added, changed = zip(*(step[1:] for step in steps), strict=True)
    return _Step(
        Landing(tuple(chain.from_iterable(landing.commits for landing in landings)), tuple(sorted(evidence))),
        tuple(chain.from_iterable(every)),
        tuple(chain.from_iterable(files)),
        any(waived),
        {path: at for own in added for path, at in own.items()},
        {path: at for own in changed for path, at in own.items()},
    )


def _are_named(files: Iterable[str], phrs: Mapping[str, Phr]) -> bool:
    named = [Named(phr) for phr in phrs.values()]
    return all(any(path in names for names in named) for path in files)


def _only_grows(before: Phr, after: Phr, changed: Iterable[str]) -> bool:
    """Whether a PHR still says what it said, and names further files only that were changed."""
    old, new = map(_files_of, (before, after))
    if not old <= new or before.links != after.links or not only_extends(before, after):
        return False
    return _were_changed(after, new - old, changed)


def _name_only(phrs: Mapping[str, Phr], changed: Collection[str]) -> bool:
    return all(_were_changed(phr, _files_of(phr), changed) for phr in phrs.values())


def _files_of(phr: Phr) -> set[tuple[str, str]]:
    return {(entry.path, entry.moved_to) for entry in phr.files}


def _were_changed(phr: Phr, files: Iterable[tuple[str, str]], changed: Iterable[str]) -> bool:
    """Whether some files of a PHR are among what was changed."""
    named = [(path_from_top(phr.root, path) or "").rstrip("/") for path, _ in files]
    return all(path and any(each == path or each.startswith(f"{path}/") for each in changed) for path in named)


def _grows(before: Phr, after: Phr) -> bool:
    """Whether a PHR got what a landed one does not get, or could not have landed without."""
    return bool(altered(before, after)) or (not before.contract and bool(after.contract))
