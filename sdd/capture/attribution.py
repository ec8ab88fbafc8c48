"""Which files of a commit an exchange changed: told by the lines that its tool calls wrote, else by path and time."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain

from sdd.capture.edited_lines import changed_lines
from sdd.capture.exchanges import REMOVED, REPLACED, UNSURE, ChangedFile, Exchange
from sdd.capture.folds import Fold, lines_of_folds
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

    @property
    def phrs(self) -> tuple[str, ...]:
        """The PHRs that it adds or changes."""
        placed = ((path, located(self.after, path)) for path in self._pairs if path in self.after)
        return tuple(path for path, place in placed if place and place[1].record is Phr)

    def has(self, path: str) -> bool:
        """Whether it changes a path, of whatever kind."""
        return path in self._pairs

    def by_root(self, files: tuple[ChangedFile, ...]) -> dict[str, tuple[ChangedFile, ...]]:
        """Root -> its files: the nearest root above all of them, else the nearest above each. Others are left out."""
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
            folded = self._folded(file, told.get(file.path, ()))
            if self._holds(exchange, file, told.get(file.path), replaced.get(file.path, ()), folded):
                held.append(replace(file, lines=self._lines_here(file, folded)))
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

    def _folded(self, file: ChangedFile, told: Collection[str]) -> dict[Fold, tuple[str, ...]]:
        """What came to a file in other lines than it was written in, with these."""
        added, _ = self._changed_lines(file.path)
        wanted = [fold for fold in file.folds if fold.line not in added and fold.line not in told]
        if not wanted:
            return {}
        before, after = (lines_of_folds(self._content(entry), wanted) for entry in self._pairs[file.path])
        return {fold: lines for fold, lines in after.items() if fold not in before and not added.isdisjoint(lines)}

    def _lines_here(self, file: ChangedFile, folded: Mapping[Fold, Collection[str]]) -> tuple[str, ...]:
        """An exchange's lines that came with this; what is folded otherwise as it became and as it was written."""
        added, _ = self._changed_lines(file.path)
        written = [fold for fold in folded if fold.line in file.lines]
        here = chain(file.lines, chain.from_iterable(folded[fold] for fold in written))
        return tuple(dict.fromkeys([*(line for line in here if line in added), *(fold.line for fold in written)]))

    def is_newest(self, exchange: Exchange, path: str) -> bool:
        """Whether no commit before this one changed a file after an exchange."""
        since, place = f"--max-age={int(exchange.ended)}", f":(top,literal){path}"
        return not exchange.ended or not self._repository.git(
            "rev-list", "-1", since, self._base or "HEAD", "--", place
        )

    def _holds(
        self,
        exchange: Exchange,
        file: ChangedFile,
        told: Collection[str] | None,
        replaced: Collection[str],
        folded: Collection[Fold],
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
        if folded and (is_recent or 2 * len(folded) >= len(file.folds)):
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
        return is_recent or self.is_newest(exchange, file.path)

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
