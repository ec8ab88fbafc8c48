"""Backports: whether a change gives a file what a landing on another target gave it, beside the record that it brings.

What counts is the blob, or the diff: where a release has other lines elsewhere in the file a cherry-pick makes another
blob. git's patch ids leave white space out, and the place; here neither may differ.
"""

from collections.abc import Iterator
from functools import cache, cached_property
from typing import NamedTuple

from sdd.base.limits import BACKPORTS
from sdd.gate.change import ChangeView
from sdd.gate.cover.lookup import NamingPhrs, Steps, in_scope
from sdd.gate.cover.naming import Named, is_trivial
from sdd.gate.landings import Landing, together
from sdd.gate.target.branches import targets_here
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.policy import has_policy
from sdd.records.layout import has_root
from sdd.repo.changes import PathChange
from sdd.repo.folders import Pair
from sdd.repo.history import first_that_added
from sdd.repo.line import read_line
from sdd.repo.merging import merged

_DIFF = (
    "diff", "--text", "--unified=3", "--inter-hunk-context=0", "--diff-algorithm=myers", "--no-indent-heuristic",
    "--no-color", "--no-ext-diff", "--no-textconv", "--ws-error-highlight=none",
)  # fmt: skip

# Commits of a target's line, back from the one that added a record, that may have landed with it.
_EARLIER = 20


class OtherEdit(NamedTuple):
    """A record that landed on a target with another edit of a file: with the same lines (`is_near`), where those around
    them differ, or with others.
    """

    path: str
    target: str
    is_near: bool


class Backports:
    """The records that a change brings from other targets, and the landings that brought them there."""

    def __init__(self, view: ChangeView, steps: Steps) -> None:
        self._view = view
        self._tree = view.repository.tree
        self._steps = steps
        self._asked = 0
        self._landing = cache(self._first_landing)
        self._piece = cache(self._landed_with)

    def phrs(self, changed: PathChange) -> tuple[Phr, ...]:
        """The PHRs that name a path which the change gives what it got where they landed: a backport."""
        naming = self._naming.naming(changed.path)
        self._steps.take(len(naming))
        return tuple(phr for phr in naming if self._has(changed, phr.path))

    def other_edit(self, changed: PathChange) -> OtherEdit | None:
        """A record that names a path, and landed elsewhere with another edit of it; None where none did."""
        ours = (changed.before or changed.target, changed.after)
        for phr in self._naming.naming(changed.path):
            for tip in self._holding(phr.path):
                given = [pair for pair in self._given(tip, phr.path, changed.path) if pair[0] != pair[1]]
                if given:
                    names = (target.name for target in targets_here(self._view.repository).ours if target.oid == tip)
                    near = any(self._lines(ours) == self._lines(theirs) for theirs in given)
                    return OtherEdit(phr.path, next(names, "another target"), is_near=near)
        return None

    def _lines(self, pair: Pair) -> list[str]:
        """The lines that an edit takes away and brings; none where git may not be asked."""
        entries = [entry.oid for entry in pair if entry and entry.is_file]
        hunks = self._hunks(*entries) if len(entries) == 2 and self._may_ask() else []
        return [line for line in hunks if line.startswith(("+", "-"))]

    @cached_property
    def _naming(self) -> NamingPhrs:
        """The PHRs that ask for something."""
        phrs = (record for record in self._view.brought.values() if isinstance(record, Phr))
        asking = (phr for phr in phrs if not self._view.reader.once(is_trivial, phr))
        return NamingPhrs([(phr, Named(phr)) for phr in asking], self._steps)

    def contracts(self, path: str, phrs: tuple[Phr, ...]) -> tuple[Contract, ...]:
        """The contracts for a path that landed elsewhere in one commit with a PHR that the change brings along: there
        they were new, and needed no link.
        """
        brought = self._view.brought
        contracts = [record for record in brought.values() if isinstance(record, Contract)]
        self._steps.take(sum(len(contract.scope) for contract in contracts))
        contracts = [contract for contract in contracts if in_scope(contract, path)]
        own = [phr.path for phr in phrs if phr.path in brought]
        return tuple(
            contract for contract in contracts if any(self._landed_together(phr, contract.path) for phr in own)
        )

    def _has(self, changed: PathChange, record: str) -> bool:
        """Whether a path gets what it got where some other target got the record, or what that target holds by now."""
        path, tips = changed.path, self._holding(record)
        if changed.after and any(self._tree(tip).get(path) == changed.after for tip in tips):
            return True
        ours = (changed.before or changed.target, changed.after)
        return any(self.is_same(ours, theirs) for tip in tips for theirs in self._given(tip, record, path))

    def _landed_together(self, record: str, other: str) -> bool:
        """Whether one landing on some other target brought two records, which are there as they are here."""
        tips = set(self._holding(record)) & set(self._holding(other))
        landings = ((self._landing(tip, record), self._landing(tip, other)) for tip in tips)
        return any(
            landing and beside and (landing == beside or beside in self._piece(landing)) for landing, beside in landings
        )

    def _holding(self, record: str) -> list[str]:
        """The tips of other targets that hold a record as head has it."""
        view = self._view
        return [tip for tip in view.change.other_targets if self._tree(tip).get(record) == view.head.get(record)]

    def _given(self, tip: str, record: str, path: str) -> Iterator[Pair]:
        """What a path held before and after the commit of a target's own line that added a record; then the same of
        all commits that landed together with it.
        """
        if not (landing := self._landing(tip, record)):
            return
        yield self._changed(landing, landing, path)
        if (first := self._piece(landing)[0]) != landing:
            yield self._changed(first, landing, path)

    def _changed(self, first: str, last: str, path: str) -> Pair:
        before = self._view.repository.commit(f"{first}^")
        return self._tree(before).get(path) if before else None, self._tree(last).get(path)

    def _landed_with(self, landing: str) -> tuple[str, ...]:
        """The commits that evidence joins to one of a target's line, which ends them, the oldest first.

        Work that is as old as the adoption of sdd landed without a verdict, and so with no record.
        """
        repository = self._view.repository
        if not self._may_ask():
            return (landing,)
        beyond = repository.commit(f"{landing}~{_EARLIER}")
        piece = together(repository, read_line(repository, landing, beyond), None)[-1]
        return tuple(commit.oid for commit in piece.commits) if self._is_judged(piece, beyond) else (landing,)

    def _is_judged(self, piece: Landing, beyond: str | None) -> bool:
        """Whether commits landed on a target that had adopted sdd, or since another one's policy judges it."""
        base, head = self._tree(piece.base) if piece.base else None, self._tree(piece.head.oid)
        if not base or has_policy(base) or has_policy(head):
            return base is not None and has_policy(base)
        from sdd.gate.target.span import span_of  # few targets have no policy

        span = span_of(self._view.repository, "", piece.head.oid, beyond)
        return {*piece.commits} <= {*span.commits} and (span.elder is not None or has_root(base))

    def _first_landing(self, tip: str, record: str) -> str | None:
        if not self._may_ask():
            return None
        return first_that_added(self._view.repository, [f":(top,literal){record}"], "--first-parent", tip)

    def _may_ask(self) -> bool:
        """Whether git may be asked once more."""
        self._asked += 1
        return self._asked <= BACKPORTS

    def is_same(self, ours: Pair, theirs: Pair) -> bool:
        """Whether two changes of a file give it the same blob, or make the same difference at the same place."""
        if theirs[0] == theirs[1]:
            return False
        if ours == theirs or (ours[1] and ours[1] == theirs[1]):
            return True
        entries = (*ours, *theirs)
        if not all(entry and entry.is_file for entry in entries) or len({entry.mode for entry in entries if entry}) > 1:
            return False
        if not self._may_ask():
            return False
        repository = self._view.repository
        old, new, base, wanted = (entry.oid for entry in entries if entry)
        if self._hunks(old, new) != self._hunks(base, wanted):
            return False
        return merged(repository, *map(repository.blob, (old, base, wanted))) == repository.blob(new)

    def _hunks(self, old: str, new: str) -> list[str]:
        """The lines of a diff of two blobs, where each hunk begins left out."""
        lines = self._view.repository.git(*_DIFF, old, new).split("\n")
        start = next((place for place, line in enumerate(lines) if line.startswith("@@ ")), len(lines))
        return ["@@" if line.startswith("@@ ") else line for line in lines[start:]]
