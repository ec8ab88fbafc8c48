"""A change with what is a record in it, and which of its records are new."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from sdd.base import paths
from sdd.base.errors import SddError
from sdd.base.grouping import grouped
from sdd.base.limits import CHANGE_BYTES, RECORD_BYTES, RECORDS
from sdd.document.visible import exact_key, visible_key
from sdd.gate.sides import Sides
from sdd.records.kinds import is_record_path, kind_of
from sdd.records.kinds.agent import Agent
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import Record
from sdd.records.layout import is_feature, is_root
from sdd.records.project import located
from sdd.repo.changes import PathChange
from sdd.repo.folders import is_run
from sdd.repo.history import RawChange, changes_of
from sdd.repo.objects import Entry, Tree

Exchange = tuple[str, str]
"""What a prompt and a response say, for comparing."""

# Records that are read before their bytes are counted: not all large ones are in memory together.
_READ_AT_ONCE = 16


class ChangeView(Sides):
    """A change between its two sides: its paths root by root, and the records among them."""

    def answering_root(self, path: str) -> str | None:
        """The root whose verdict contains a path: a record's own, else the one that the path belongs to."""
        return self.records[path][0] if path in self.records else self.root_of(path)

    @cached_property
    def changed_by_commit(self) -> Mapping[str, tuple[RawChange, ...]]:
        """Commit of the change -> what it changed; none for nothing."""
        return changes_of(self.repository, self.change.commits)

    @cached_property
    def changed_of_root(self) -> Mapping[str | None, tuple[PathChange, ...]]:
        """Root -> what changed in the paths that its verdict contains."""
        return grouped((self.answering_root(changed.path), changed) for changed in self.change.paths)

    @cached_property
    def records_of_root(self) -> Mapping[str, tuple[tuple[str, PathChange], ...]]:
        """Root -> (path, what changed) of its records."""
        return grouped((root, (path, changed)) for path, (root, changed) in self.records.items())

    @cached_property
    def touched(self) -> frozenset[str]:
        """The paths of the change and all folders above them."""
        paths_of_change = (changed.path for changed in self.change.paths)
        places = (place for path in paths_of_change for place in (path, *paths.folders_above(path)))
        return frozenset(filter(None, places))

    def root_as_record(self, path: str) -> str | None:
        """The root below which `path` is a record (by its name alone), None where it is not one.

        A new root's records are records from the start; its other files belong to the root above it.
        """
        owner = self.root_of(path)
        new = [root for root in self.new_roots if paths.is_below(path, root)]
        for root in (*sorted(new, key=len, reverse=True), owner):
            if root is not None and is_record_path(self._canonical(root, path)):
                return root if path.endswith(".md") or self._has_a_place(root, path) else None
        return None

    def _canonical(self, root: str, path: str) -> str:
        return self._layout(root).canonical(paths.relative(root, path))

    def _has_a_place(self, root: str, path: str) -> bool:
        """Whether a record that is no prose is of sdd, or of a feature that TARGET has or head adds with a spec."""
        if not self._canonical(root, path).startswith("specs/"):
            return True
        ends = (match.start() for match in re.finditer("/contracts/", path))
        return any(is_feature(self._rules_tree, path[:end]) or f"{path[:end]}/spec.md" in self.head for end in ends)

    def _stray_root(self, path: str) -> str | None:
        """The folder that a check takes for the root of a record where it is none; None for any other path."""
        place = located(self._rules_tree, path)
        if place is None or place[1].record is Agent or is_root(self.head, place[0]):
            return None
        return None if is_root(self._rules_tree, place[0]) or self.root_of(path) is None else place[0]

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The roots that the change touches, the top first."""
        answering = {self.root_of(changed.path) for changed in self.change.paths}
        own = {root for root, _ in self.records.values()}
        return tuple(sorted(own | {root for root in answering if root is not None}))

    @cached_property
    def records(self) -> dict[str, tuple[str, PathChange]]:
        """The paths of the change that are records: path -> (root, what changed). Only regular files are.

        All of them are read here, in one go.
        """
        records: dict[str, tuple[str, PathChange]] = {}
        strays: list[tuple[str, PathChange]] = []
        for changed in self.change.paths:
            entry = changed.after or changed.landed
            if not entry or not entry.is_file:
                continue
            root, stray = self.root_as_record(changed.path), self._stray_root(changed.path)
            if root is None and stray is not None and changed.target:
                root = stray
            if root is not None:
                records[changed.path] = (root, changed)
            elif stray is not None and changed.after:
                strays.append((stray, changed))
        if len(records) + len(strays) > RECORDS:
            message = f"the change touches {len(records) + len(strays)} records (limit {RECORDS})"
            raise SddError(message, "push it in several parts")
        self._require_small([*(changed for _, changed in records.values()), *(changed for _, changed in strays)])
        # One that is added is a record only where a landed one has moved: a new one covers nothing.
        gone: set[object] = set()
        for path, (root, changed) in records.items() if strays else ():
            if changed.target and not changed.after:
                gone.update((changed.target.oid, (phr := self.before(root).get(Phr, path)) and _words_of(phr)))
        for root, changed in strays if gone else ():
            phr = self.after(root).get(Phr, changed.path)
            if changed.after and (changed.after.oid in gone or (phr and _words_of(phr) in gone)):
                records[changed.path] = (root, changed)
        sides = (entry for _, changed in records.values() for entry in (changed.after, changed.target))
        self.reader.contents([entry for entry in sides if entry and entry.is_file])
        return {path: place for path, place in records.items() if self._may_be_read(path, *place)}

    def _require_small(self, records: Sequence[PathChange]) -> None:
        """Raises SddError where the records that the target lacks hold too much to be judged."""
        landed = {changed.target.oid for changed in records if changed.target}
        brought = [changed.after for changed in records if changed.after and changed.after.oid not in landed]
        size = 0
        for start in range(0, len(brought), _READ_AT_ONCE):
            contents = self.reader.contents(brought[start : start + _READ_AT_ONCE])
            size += sum(min(len(content), RECORD_BYTES) for content in contents)
            if size > CHANGE_BYTES:
                message = f"the records of the change hold more than {CHANGE_BYTES // 2**20} MiB (the limit)"
                raise SddError(message, "push it in several parts")

    def _may_be_read(self, path: str, root: str, changed: PathChange) -> bool:
        """Whether a record is text that nobody runs; a parsed one is told by its own rules."""
        if kind_of(self._canonical(root, path)):
            return True
        sides = (entry for entry in (changed.after, changed.target) if entry and entry.is_file)
        return not any(is_run(content) or b"\0" in content for content in self.reader.contents([*sides]))

    def is_added(self, path: str) -> bool:
        """Whether head adds a record: no fork and not the target has its path, and no other target known here has the
        same record there. A path that somebody used for another record is taken from nobody.
        """
        if path not in self.head or any(path in tree for tree in self._earlier):
            return False
        held = {entry: tree for tree in self._other_targets if (entry := tree.get(path))}
        return not any(self._is_same_record(path, entry, tree) for entry, tree in held.items())

    def _is_same_record(self, path: str, entry: Entry, other: Tree) -> bool:
        """Whether the record at a path says what it says in another tree, which has `entry` there."""
        if path not in self.records or self.head.get(path) == entry:
            return True
        root, _ = self.records[path]
        return _told(self.after(root).record(path)) == _told(self._project(other, root).record(path))

    @cached_property
    def _other_targets(self) -> tuple[Tree, ...]:
        return tuple(self.repository.tree(tip) for tip in self.change.other_targets)

    @cached_property
    def brought(self) -> Mapping[str, Record]:
        """The parsed records that the change brings from other targets, by path."""
        brought: dict[str, Record] = {}
        for path, (root, changed) in {**self.records, **self._carried}.items() if self._other_targets else ():
            if changed.after and not any(path in tree for tree in self._earlier):
                is_held = any(tree.get(path) == changed.after for tree in self._other_targets)
                if is_held and (record := self.after(root).record(path)):
                    brought[path] = record
        return brought

    @cached_property
    def _carried(self) -> Mapping[str, tuple[str, PathChange]]:
        """The same as `records` for the paths that are carried along, as many as a change may hold."""
        changes = (changed for changed in self.change.carried if changed.after and changed.after.is_file)
        named = ((changed, self.root_as_record(changed.path)) for changed in changes)
        found = {changed.path: (root, changed) for changed, root in named if root is not None}
        if len(found) > RECORDS:
            return {}
        self.reader.contents([changed.after for _, changed in found.values() if changed.after])
        return found

    @cached_property
    def added_records(self) -> tuple[Record, ...]:
        """The parsed records that the change adds, in the order of paths."""
        records = (
            self.after(root).record(path)
            for path, (root, changed) in self.records.items()
            if changed.after and self.is_added(path)
        )
        return tuple(record for record in records if record)

    @property
    def closed_contracts(self) -> tuple[Contract, ...]:
        """The contracts that TARGET has open, and that the change closes."""
        both = (
            (self.earlier(root)[-1].get(Contract, path), self.after(root).get(Contract, path))
            for path, (root, changed) in self.records.items()
            if changed.target
        )
        return tuple(
            now
            for before, now in both
            if before and now and (before.status, now.status) == (ContractStatus.OPEN, ContractStatus.DONE)
        )

    @cached_property
    def moved_phrs(self) -> Mapping[str, Phr]:
        """PHRs that have landed at another path, which the change removes: their path at head -> the landed one.

        They are not new records: their exchange has landed already. Each landed one moves once; a copy is not a move.
        """
        gone: dict[tuple[str, str], list[Phr]] = {}
        for path, (root, changed) in self.records.items():
            if changed.target and not changed.after and (phr := self.before(root).get(Phr, path)):
                gone.setdefault(_words_of(phr), []).append(phr)
        moved: dict[str, Phr] = {}
        for record in self.added_records if gone else ():
            if isinstance(record, Phr) and gone.get(_words_of(record)):
                moved[record.path] = gone[_words_of(record)].pop(0)
        return moved


def _told(record: Record | None) -> tuple[str, ...]:
    """What makes a PHR or a contract another one than that of the same path elsewhere; nothing for other records."""
    if isinstance(record, Phr):
        return exchange_of(record)
    return (visible_key(record.criteria),) if isinstance(record, Contract) else ()


def exchange_of(phr: Phr) -> Exchange:
    """What a PHR says was asked and answered, to tell whether another one says the same."""
    return visible_key(phr.prompt), visible_key(phr.response)


def _words_of(phr: Phr) -> Exchange:
    """A PHR's prompt and response to the letter, to find a record that moved."""
    return exact_key(phr.prompt), exact_key(phr.response)
