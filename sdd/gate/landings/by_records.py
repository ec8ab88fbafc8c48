"""Which commits records prove to have landed together: a branch that is fast-forwarded leaves its records on top.

This looks back from a record, and the gate relies on it. What a PHR says of its branch proves nothing: that is assumed
in history alone (`gate.check.fast_forwards`).
A PHR, a waiver or a finished contract was written for the earlier commits that changed what it names, unless a nearer
record answers for them already. A record that is given back what it held belongs to the commit that took it away, and
answers for nothing else there.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.gate.cover import Named, reaches
from sdd.gate.landings.evidence import Evidence, may_follow
from sdd.records.kinds import adr, contract, locate, phr, waiver
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import AnyKind, Record
from sdd.records.kinds.waiver import Waiver
from sdd.records.project import Reader
from sdd.repo.history import RawChange, absent, changes_of
from sdd.repo.line import LineCommit
from sdd.repo.objects import Entry, Repository

_EVIDENCE = {phr.KIND.name: Evidence.PHR, contract.KIND.name: Evidence.CONTRACT, waiver.KIND.name: Evidence.WAIVER}
_GUARDED = frozenset({*_EVIDENCE, adr.KIND.name})

# Whose work a record may not take over. A waiver stands for a contract as for a PHR.
_RIVALS = {
    Evidence.PHR: {Evidence.PHR, Evidence.WAIVER},
    Evidence.WAIVER: {Evidence.PHR, Evidence.WAIVER},
    Evidence.CONTRACT: {Evidence.CONTRACT, Evidence.WAIVER},
}

FARTHEST = 20
"""Commits: a record that is done or given back later than so was open or missing at some push."""

_NAMES_HELD = 1000
"""What so many records name is kept: they are asked for by the commits near them."""

Names = Callable[[str], bool]
"""Whether a record names a path (from the top)."""


class _Added(NamedTuple):
    path: str
    entry: Entry
    root: str
    kind: AnyKind

    @property
    def evidence(self) -> Evidence:
        return _EVIDENCE[self.kind.name]


def joined_by_records(repository: Repository, runs: Sequence[Sequence[LineCommit]]) -> Iterator[tuple[str, Evidence]]:
    """The commits of some runs that landed with their predecessors, and what tells so."""
    try:
        changes = changes_of(repository, [commit.oid for run in runs for commit in run]) if runs else {}
    except SddError:
        return  # what is not held here cannot be judged either, which the judge reports
    reader = Reader(repository.beginnings)
    for run in runs:
        for first, last, evidence in _Run(run, changes, reader).joined():
            yield from ((commit.oid, evidence) for commit in run[first + 1 : last + 1])


class _Run:
    """Neighbours of a line that may belong together."""

    def __init__(
        self, commits: Sequence[LineCommit], changes: Mapping[str, Sequence[RawChange]], reader: Reader
    ) -> None:
        self._commits = commits
        self._reader = reader
        self._changes = [changes.get(commit.oid, ()) for commit in commits]
        self._back = {(place, path): since for since, place, path in self._restored()}
        self._added = [
            tuple(record for record in _added(own) if (place, record.path) not in self._back)
            for place, own in enumerate(self._changes)
        ]
        self._names: dict[_Added, Names] = {}

    def joined(self) -> Iterator[tuple[int, int, Evidence]]:
        """(first, last, evidence) of what is joined, as places in the run."""
        for place, added in enumerate(self._added):
            for evidence in self._told_by(added) if place else ():
                own = [record for record in added if record.evidence == evidence]
                last, own = self._finished(place, own) if evidence == Evidence.CONTRACT else (place, own)
                first = self._first(place, [self._names_of(record) for record in own], evidence) if own else place
                if first < last:
                    yield first, last, evidence
        yield from ((since, place, Evidence.RESTORED) for (place, _), since in self._back.items())

    @staticmethod
    def _told_by(added: Sequence[_Added]) -> dict[Evidence, None]:
        """What a commit tells by its records: a PHR names files, where a contract beside it may have a wide scope."""
        told = dict.fromkeys(record.evidence for record in added)
        if Evidence.PHR in told:
            told.pop(Evidence.CONTRACT, None)
        return told

    def _first(self, place: int, names: Sequence[Names], evidence: Evidence) -> int:
        """The first commit that changed what some records at a place name, as far as nothing nearer answers for it."""
        first, nearer = place, list[Names]()
        own = {change.path for change in self._changes[place]}
        for earlier in range(place - 1, -1, -1):
            if not may_follow(*self._commits[earlier : earlier + 2]):
                break
            rivals = [record for record in self._added[earlier] if record.evidence in _RIVALS[evidence]]
            nearer += map(self._names_of, rivals)
            changed = [change.path for change in self._changes[earlier] if change.path not in own]
            if rivals:  # to name another record is not to answer for what that is for
                changed = [path for path in changed if not locate(path)]
            if any(_any(names, path) and not _any(nearer, path) for path in changed):
                first = earlier
            elif rivals or (first < place and self._ends(earlier, evidence)):
                break
        return first

    def _ends(self, place: int, evidence: Evidence) -> bool:
        """Whether a commit ends the work that a contract on top is for: its PHR may lie between the two."""
        return evidence == Evidence.CONTRACT and any(added.evidence == Evidence.PHR for added in self._added[place])

    def _finished(self, place: int, contracts: Sequence[_Added]) -> tuple[int, list[_Added]]:
        """Those of some contracts that were done before anything but records changed, and the place where they were:
        a contract that is still open is for what comes after it.
        """
        last, done = place, list[_Added]()
        entries = {added.path: added for added in contracts}
        for later in range(place, min(place + FARTHEST, len(self._commits))):
            if later > place and not may_follow(*self._commits[later - 1 : later + 1]):
                break
            if not all(locate(change.path) for change in self._changes[later]):
                break
            for change in self._changes[later]:
                if change.path in entries:
                    added = entries[change.path]._replace(entry=change.after)
                    record = held_record(self._reader, *added)
                    if isinstance(record, Contract) and record.status == ContractStatus.DONE:
                        last = later
                        done.append(added)
                        del entries[change.path]
            if not entries:
                break
        return last, done

    def _restored(self) -> Iterator[tuple[int, int, str]]:
        """From where a record lost what it held to where it was given that back, and its path."""
        held: dict[tuple[str, Entry], int] = {}
        for place, changes in enumerate(self._changes):
            if place and not may_follow(*self._commits[place - 1 : place + 1]):
                held.clear()
            for change in changes:
                at = locate(change.path)
                if not at or at[1].name not in _GUARDED:
                    continue
                since = held.get((change.path, change.after))
                if since is not None and place - since <= FARTHEST:
                    yield since, place, change.path
                if change.before != absent(change.before.oid):
                    held.setdefault((change.path, change.before), place)

    def _names_of(self, added: _Added) -> Names:
        if added not in self._names:
            if len(self._names) >= _NAMES_HELD:
                self._names.clear()
            self._names[added] = _names(held_record(self._reader, *added))
        return self._names[added]


def held_record(reader: Reader, path: str, entry: Entry, root: str, kind: AnyKind) -> Record | None:
    """A record of a commit, of which a line may have more than memory holds; None where it is no file, or not here."""
    reader.let_go()
    try:
        return reader.record(path, entry, root, kind) if entry.is_file else None
    except SddError:
        return None


def _added(changes: Sequence[RawChange]) -> Iterator[_Added]:
    """The PHRs, contracts and waivers that a commit adds."""
    for change in changes:
        at = locate(change.path) if change.status == "A" else None
        if at and at[1].name in _EVIDENCE:
            yield _Added(change.path, change.after, *at)


def _names(record: Record | None) -> Names:
    if isinstance(record, Phr):
        return Named(record).__contains__
    if isinstance(record, Waiver):
        return partial(reaches, record.root, record.paths)
    return partial(reaches, record.root, record.scope) if isinstance(record, Contract) else lambda _: False


def _any(names: Collection[Names], path: str) -> bool:
    return any(own(path) for own in names)
