"""Which files of a commit an exchange changed: told by the lines that its tool calls wrote, else by path and time."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property

from sdd.capture.edited_lines import changed_lines
from sdd.capture.exchanges import REMOVED, REPLACED, UNSURE, ChangedFile, Exchange
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.layout import roots_of
from sdd.records.project import located
from sdd.repo.changes import differences
from sdd.repo.folders import Entry
from sdd.repo.objects import Repository


class CommitChange:
    """What a commit, or a branch, changes: from the commit `base` (None for nothing) to the tree `after`."""

    def __init__(self, repository: Repository, base: str | None, after: str) -> None:
        self._repository = repository
        self._base = base
        self.after = repository.tree(after)
        self._pairs = differences(repository, base or repository.empty_tree_oid, after)
        self._lines: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths that it changes, without PHRs and contracts: no record is about those."""
        kinds = {path: place[1].record for path in self._pairs if (place := located(self.after, path))}
        return frozenset(path for path in self._pairs if kinds.get(path) not in (Phr, Contract))

    def by_root(self, files: tuple[ChangedFile, ...]) -> dict[str, tuple[ChangedFile, ...]]:
        """Root -> those of some files whose PHR it holds: the nearest that is above all of them, else the nearest above
        each. A file under no root is left out.
        """
        above = {file: roots for file in files if (roots := roots_of(self.after, file.path))}
        shared = [root for root in next(iter(above.values()), ()) if all(root in roots for roots in above.values())]
        by_root: dict[str, tuple[ChangedFile, ...]] = {}
        for file, roots in above.items():
            root = shared[0] if shared else roots[0]
            by_root[root] = (*by_root.get(root, ()), file)
        return by_root

    def files_of(
        self, exchange: Exchange, told: Mapping[str, Collection[str]], replaced: Mapping[str, Collection[str]]
    ) -> tuple[ChangedFile, ...]:
        """The files of an exchange whose change this holds, each with those of its lines that came with it.

        `told` are the paths that records of it name already, with the lines that they tell; `replaced` those that
        later exchanges in this change replaced.
        """
        held = []
        for file in (file for file in exchange.files if file.path in self.paths):
            if self._holds(exchange, file, told.get(file.path), replaced.get(file.path, ())):
                added, _ = self._changed_lines(file.path)
                held.append(replace(file, lines=tuple(line for line in file.lines if line in added)))
        known = {file.path for file in held}
        # What a command moves keeps its time: only that it went is seen.
        moved = (ChangedFile(self._moved[file.path], file.how) for file in held if file.path in self._moved)
        return (*held, *(file for file in moved if file.path not in known))

    @cached_property
    def _moved(self) -> dict[str, str]:
        """Path that goes -> the path at which its very content comes."""
        come = {after.oid: path for path, (before, after) in self._pairs.items() if after and not before}
        gone = ((path, before.oid) for path, (before, after) in self._pairs.items() if before and not after)
        return {path: come[oid] for path, oid in gone if come.get(oid) in self.paths}

    def _holds(
        self, exchange: Exchange, file: ChangedFile, told: Collection[str] | None, replaced: Collection[str]
    ) -> bool:
        """Whether this is the change that an exchange made to a file.

        Its lines tell, where they are known: those that it added, or a later exchange replaced; where it only took
        lines away, those. What an older exchange wrote may have been taken back: a line by chance is no proof.
        """
        is_recent = not exchange.ended or exchange.ended >= self._since
        added, gone = self._changed_lines(file.path)
        own = {*file.lines, *file.seen} - {*(told or ())}
        common = own & added
        if common and (is_recent or 2 * len(common) >= len(own)):
            return True
        if told is not None:
            return False
        if is_recent and own and (REPLACED in replaced or not own.isdisjoint(replaced)):
            return True
        marks = {REPLACED, REMOVED, UNSURE} & {*file.gone}
        if UNSURE not in marks and (own or (REMOVED in marks and self._pairs[file.path][1])):
            return False
        if file.gone and not marks and gone.isdisjoint(file.gone):
            return False
        since, place = f"--max-age={int(exchange.ended)}", f":(top,literal){file.path}"
        return is_recent or not self._repository.git("rev-list", "-1", since, self._base or "HEAD", "--", place)

    @cached_property
    def _since(self) -> float:
        """When the commit before was made, in seconds since 1970."""
        told = self._repository.git_answer("show", "-s", "--format=%ct", self._base) if self._base else None
        return float(told or 0)

    def _changed_lines(self, path: str) -> tuple[frozenset[str], frozenset[str]]:
        """The digests of the lines that come and go at a path."""
        if path not in self._lines:
            added, gone = changed_lines(*map(self._content, self._pairs[path]))
            self._lines[path] = frozenset(added), frozenset(gone)
        return self._lines[path]

    def _content(self, entry: Entry | None) -> str:
        return self._repository.blob(entry.oid).decode("utf-8", "surrogateescape") if entry and entry.is_file else ""
