"""The change that a commit is part of: the landing that brought it, and the records that came along."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sdd.answers.asking import present
from sdd.answers.trail.stored import StoredLanding
from sdd.base import paths
from sdd.base.paths import path_word, shell_word
from sdd.index.landed import moved_records
from sdd.index.mainline import Mainline, held_mainline
from sdd.index.state import held_by
from sdd.index.terms import storable
from sdd.records.kinds import is_record_of, locate
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.layout import roots_of
from sdd.repo.history import changes_of, merge_bases, new_commits
from sdd.repo.objects import Repository

# Landings on either side of one that may be part of its change.
_NEIGHBOURS = 50
FAR = 5
"""Landings. Farther away a record says little: mostly it comes last, and a correction or two after it."""


class Change(NamedTuple):
    """What a commit is part of. The records are paths that HEAD holds: `own` are those that the very commit added,
    `others` the rest of its change; `gone` are the PHRs and contracts that a later landing took away. `is_later` says
    that the change landed after what HEAD has.

    Without a `landing` the change is all that HEAD has and the mainline has not, `ahead` commits; where the commit is
    not among them either, that is 0. `is_whole` says that the commit stands for all of the change. Where several
    landings are one change, `span` are the commits that the mainline stood at before and after, `places` the first and
    the last of them.
    """

    commit: str
    landing: StoredLanding | None
    own: frozenset[str]
    others: frozenset[str]
    gone: tuple[str, ...] = ()
    is_later: bool = False
    ahead: int = 0
    is_whole: bool = False
    span: tuple[str, str] | None = None
    places: tuple[int, int] | None = None

    @property
    def records(self) -> frozenset[str]:
        """The records that HEAD holds of the whole change."""
        return self.own | self.others


class Adoption(NamedTuple):
    """When records came to where a file is: whether a root is above it, and the landing of the first record there."""

    has_root: bool
    landing: StoredLanding | None


@dataclass(frozen=True)
class History:
    """What has landed, as an up-to-date index has it, seen from HEAD or another revision that is called `name`."""

    index: sqlite3.Connection
    repository: Repository
    name: str = "HEAD"

    @cached_property
    def head(self) -> str | None:
        """The commit that HEAD is, None before the first."""
        return held_by(self.index).commit

    @cached_property
    def mainline(self) -> Mainline:
        """The branch that changes land on."""
        return held_mainline(self.index) or Mainline("", None, "")

    @cached_property
    def last(self) -> int:
        """The last landing that HEAD has, 0 for none: what a later one moved or removed is still there."""
        if not self.head or not self.mainline.tip:
            return 0
        ask = (
            "SELECT landing, landings.commit_id = commits.commit_id FROM commits JOIN landings ON position = landing "
            "WHERE commits.commit_id = ?"
        )
        bases: Sequence[str] = (self.head,)
        if not self.index.execute(ask, bases).fetchone():
            bases = merge_bases(self.repository, self.mainline.tip, self.head)
        # What is only a part of a landing stands on the one before it.
        landings = [self.index.execute(ask, (base,)).fetchone() for base in bases]
        return max((position - (not is_landing) for position, is_landing in landings), default=0)

    @cached_property
    def _moved(self) -> Mapping[str, str]:
        """Path of a record on the mainline -> its path in HEAD, for those that only HEAD has moved."""
        if not self.head or not self.last:
            return {}
        return moved_records(self.repository, self.landing_at(self.last).commit, self.head)

    def landing_at(self, position: int) -> StoredLanding:
        """The landing at a place of the chain."""
        return StoredLanding(*self.index.execute("SELECT * FROM landings WHERE position = ?", (position,)).fetchone())

    def change_of(self, commit: str) -> Change:
        """The change that a commit (an id) is part of, as far as HEAD holds its records."""
        row = self.index.execute("SELECT landing FROM commits WHERE commit_id = ?", (commit,)).fetchone()
        if not row:
            return self._not_landed(commit)
        landing = self.landing_at(row[0])
        spans = self.together([landing.position]) if landing.commits == 1 else {}
        first, last = spans.get(landing.position, (landing.position, landing.position))
        ask = "SELECT path, until, landing FROM landed WHERE landing BETWEEN ? AND ?"
        landed = self.index.execute(ask, (first, last)).fetchall()
        added = [(self._moved.get(path, path), until, position) for path, until, position in landed]
        gone = {path for path, until, _ in added if until is not None and until <= self.last}
        there = present(self.index, [path for path, _, _ in added if path not in gone])
        own = there.intersection(path for path, _, position in added if position == landing.position)
        if landing.commits > 1:
            own &= self._added([commit]).get(commit, frozenset())
        lost = tuple(sorted(path for path in gone if is_record_of(path, Phr, Contract)))
        change = Change(commit, landing, own, there - own, lost, landing.position > self.last)
        if first == last:
            return change._replace(is_whole=landing.commit == commit)
        span = (self.landing_at(first - 1).commit, self.landing_at(last).commit)
        return change._replace(span=span, places=(first, last))

    def together(self, positions: Iterable[int]) -> Mapping[int, tuple[int, int]]:
        """Place of a landing of one commit -> the first and the last landing that are one change with it, as audit
        groups them; those that are a change of their own are left out.

        A record alone joins commits that are not far before it: further away it may be about other work.
        """
        wanted = sorted({*positions})
        stretches: list[tuple[int, int]] = []
        for position in wanted:
            start, end = max(1, position - _NEIGHBOURS), min(position + _NEIGHBOURS, max(self.last, position))
            if stretches and start <= stretches[-1][1]:
                start, _ = stretches.pop()
            stretches.append((start, end))
        spans = {place: span for stretch in stretches for place, span in self._spans(*stretch)}
        return {position: spans[position] for position in wanted if position in spans}

    def _spans(self, start: int, end: int) -> Iterator[tuple[int, tuple[int, int]]]:
        if start == end:
            return
        from sdd.gate.check.fast_forwards import with_fast_forwards
        from sdd.gate.landings import Evidence
        from sdd.gate.target.span import span_of

        span = span_of(self.repository, "", self.landing_at(end).commit, self.landing_at(start).commit)
        place_of = {commit.oid: place for place, commit in enumerate(span.commits, end - len(span.commits) + 1)}
        for group in with_fast_forwards(self.repository, span.commits, span.adopted):
            places = [place_of[commit.oid] for commit in group.commits]
            by_record = not {Evidence.MARK, Evidence.REBASE} & {*group.together}
            near = [place for place in places if not (by_record and places[-1] - place > FAR)]
            yield from ((place, (places[0], places[-1])) for place in near if len(places) > 1)

    def change_between(self, base: str, head: str) -> Change:
        """What one commit has and another has not, as one change."""
        commits = new_commits(self.repository, [base], head)
        added = frozenset[str]().union(*self._added(commits).values())
        before = next(iter(merge_bases(self.repository, base, head)), None)
        if before:
            added -= {*moved_records(self.repository, before, head).values()}
        return Change(head, None, frozenset(), present(self.index, added), ahead=len(commits), is_whole=True)

    def question(self, asked: str) -> str:
        """The command that asks about something, seen from the same revision."""
        rev = "" if self.name == "HEAD" else f"--rev {shell_word(self.name)} "
        return f"sdd why {rev}{path_word(asked)}"

    def _not_landed(self, commit: str) -> Change:
        tips = [self.mainline.tip] if self.mainline.tip else []
        ahead = new_commits(self.repository, tips, self.head) if self.head else ()
        if commit not in ahead:
            return Change(commit, None, frozenset(), frozenset())
        added = self._added(ahead)
        there = present(self.index, frozenset[str]().union(*added.values()) - {*self._moved.values()})
        own = there & added.get(commit, frozenset())
        return Change(commit, None, own, there - own, ahead=len(ahead))

    def _added(self, commits: Sequence[str]) -> dict[str, frozenset[str]]:
        """Commit -> the records that it adds: held by none of its parents."""
        return {
            oid: frozenset(
                storable(change.path) for change in changes if set(change.status) == {"A"} and locate(change.path)
            )
            for oid, changes in changes_of(self.repository, commits).items()
        }

    def adoption(self, names: Collection[str]) -> Adoption:
        """The adoption that counts for the names of a file: the first record of any root above one of them.

        Agent files are none: many a repository has them that knows no specs.
        """
        has_root = any(roots_of(self.repository.tree(self.head), path) for path in names) if self.head else False
        for record, landing in self.index.execute("SELECT path, landing FROM landed ORDER BY landing"):
            located = locate(record)
            if located and located[1].name != "agent" and any(paths.is_below(path, located[0]) for path in names):
                return Adoption(True, self.landing_at(landing))
        return Adoption(has_root, None)

    def has_landed_root(self, path: str) -> bool:
        """Whether the mainline holds a root above a path."""
        return bool(self.mainline.tip and roots_of(self.repository.tree(self.mainline.tip), path))

    def changed(self, before: int, after: int, files: Iterable[str]) -> bool:
        """Whether any of some files differs between two landings; before the first there was none."""
        trees = [self.repository.tree(self.landing_at(at).commit) if at else None for at in (before, after)]
        return any(len({tree.get(path) if tree else None for tree in trees}) > 1 for path in files)

    def is_cut_off(self, change: Change) -> bool:
        """Whether a shallow clone ends with the commit: what it seems to bring may have been there before."""
        commits = {change.commit, change.landing.commit if change.landing else ""}
        return not commits.isdisjoint(self.repository.cut_off)
