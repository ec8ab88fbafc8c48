"""Whether what a target's line once held stood there when a push was judged, and not only in the middle of one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType

from sdd.base.limits import PUSHES
from sdd.gate.check.landing import judge_landing
from sdd.gate.check.replay import LandingReplay
from sdd.gate.landings import Landing, may_follow
from sdd.gate.target.judgement import Replay
from sdd.records.kinds.phr import Phr
from sdd.records.project import Reader
from sdd.repo.changes import Change
from sdd.repo.history import RawChange, absent, state_before
from sdd.repo.line import LineCommit
from sdd.repo.objects import Entry, Repository
from sdd.repo.refs import Branch

Places = Mapping[str, int]
"""Commit of a line -> its place there."""


class Standing:
    """What stood at the tip of a change's target."""

    def __init__(self, repository: Repository, change: Change, reader: Reader, today: date) -> None:
        assert change.target, "what has no target has nothing to go back to"
        self._repository = repository
        self._reader = reader
        self._today = today
        target = Branch("", change.target_name, "", change.target)
        self._replay = _WhileItStood(repository, Replay(change.target, change.target, (), target), reader, today)
        self._clean: dict[tuple[int, int], bool] = {}

    def stood(self, revision: str, entries: Mapping[str, Entry]) -> frozenset[str]:
        """The paths that held their entries (`absent` for none) where a push was judged, at a commit of the line or
        before it.

        The landing that gave a path its entry covered it, or it must have stood at a tip: it need not have where the
        commits up to the one that took it back could have been one push, whose middle nobody judged.
        Raises SddError where a landing cannot be judged.
        """
        line = self._replay.line
        places = {commit.oid: place for place, commit in enumerate(line)}
        if revision not in places:
            return frozenset(entries)  # older than sdd
        changes = self._replay.changes(entries)
        givers = {
            path: _givers(changes.get(path, ()), entry, places, places[revision]) for path, entry in entries.items()
        }
        doubtful, within = {path for path, own in givers.items() if own}, set[str]()
        for pick in (-1, 0):  # the first commit that gave it, then the last
            places_of = {path: givers[path][pick] for path in sorted(doubtful)}
            self._replay.taken_back = {path: changes[path][at - 1].commit for path, at in places_of.items() if at}
            landings = self._replay.landings({path: changes[path][at:] for path, at in places_of.items()})
            within = {path for landing, own in landings.items() for path in self._lost(landing, own, entries)}
            refusals = [refused for _, refused in self._replay.refusals_of(landings)]
            uncovered = {finding.path for refused in refusals for finding in refused.findings}
            uncovered |= {file.path for refused in refusals for file in refused.files}
            doubtful &= within | uncovered
        unseen = {path for path in doubtful if self._may_be_unseen(line, places, changes[path], givers[path][0])}
        return frozenset(entries.keys() - within - unseen)

    def _lost(self, landing: Landing, paths: frozenset[str], entries: Mapping[str, Entry]) -> Iterator[str]:
        """The paths that hold something else at the end of a landing: then the entry was in the middle of it."""
        tree = self._repository.tree(landing.head.oid)
        tree.load(paths)
        yield from (path for path in paths if (tree.get(path) or absent(tree.oid)) != entries[path])

    def _may_be_unseen(
        self, line: Sequence[LineCommit], places: Places, changes: Sequence[RawChange], giver: int
    ) -> bool:
        """Whether a push from the commit that gave a path what it held to the one that took it back would have passed,
        or one to the last of the neighbours that may have landed with them.
        """
        if not giver:
            return False  # nothing took it back
        first, back = places[changes[giver].commit], places[changes[giver - 1].commit]
        neighbours = enumerate(pairwise(line[first:]), first)
        end = next((place for place, pair in neighbours if not may_follow(*pair)), len(line) - 1)
        return any(self._passes(line, first, last) for last in dict.fromkeys((back, max(back, end))))

    def _passes(self, line: Sequence[LineCommit], first: int, last: int) -> bool:
        if (first, last) not in self._clean:
            if len(self._clean) >= PUSHES:
                return True
            push = Landing(tuple(line[first : last + 1]))
            judged = judge_landing(self._repository, push, self._reader, self._today, within=True)
            self._clean[first, last] = not judged or not any(change.refused for change in judged.changes)
        return self._clean[first, last]


class _WhileItStood(LandingReplay):
    """A replay in which only those records count that came while what they name stood.

    `taken_back` is the commit after that, path by path.
    """

    taken_back: Mapping[str, str] = MappingProxyType({})

    def _later_phrs(self, landing: Landing, path: str) -> tuple[Phr, ...]:
        phrs, back = super()._later_phrs(landing, path), self.taken_back.get(path)
        before = self._repository.tree(state_before(self._repository, back)) if back and phrs else None
        return tuple(phr for phr in phrs if phr.path in before) if before else phrs


def _givers(changes: Sequence[RawChange], entry: Entry, places: Places, latest: int) -> list[int]:
    """Where in the changes of a path, the newest first, a commit up to some place of the line gave it an entry."""
    return [at for at, change in enumerate(changes) if change.after == entry and places[change.commit] <= latest]
