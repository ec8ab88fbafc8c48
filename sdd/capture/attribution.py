"""Which files of a commit an exchange changed: told by the lines that its tool calls wrote, else by path and time."""

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

from sdd.capture.exchanges import ChangedFile, Exchange
from sdd.records.edits import line_digest
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
        self._new_lines: dict[str, frozenset[str]] = {}

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

    def files_of(self, exchange: Exchange, told: Collection[str] = ()) -> tuple[ChangedFile, ...]:
        """The files of an exchange whose change this holds, each with those of its lines that came with it. `told` are
        those that a record of it names already.
        """
        files = (file for file in exchange.files if file.path in self.paths)
        kept = ((file, tuple(line for line in file.lines if line in self._lines(file.path))) for file in files)
        held = [
            replace(file, lines=lines) for file, lines in kept if self._holds(exchange, file, lines, file.path in told)
        ]
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

    def _holds(self, exchange: Exchange, file: ChangedFile, lines: tuple[str, ...], told: bool) -> bool:
        """Whether this is the change that an exchange made to a file, of which `lines` are in it.

        Without any of them it may be all the same: what was written was formatted, lines were removed, or a shell
        command wrote them. What an older exchange wrote may have been taken back: a line by chance is no proof.
        """
        is_recent = not exchange.ended or exchange.ended >= self._since
        if told:
            return bool(lines) and is_recent
        if lines:
            return is_recent or 2 * len(lines) >= len(file.lines)
        if is_recent:
            return not file.lines or file.path not in self._to_come
        since, place = f"--max-age={int(exchange.ended)}", f":(top,literal){file.path}"
        return not file.lines and not self._repository.git("rev-list", "-1", since, self._base or "HEAD", "--", place)

    @cached_property
    def _to_come(self) -> frozenset[str]:
        """The paths that the work tree holds otherwise: a later commit will have the rest."""
        compared = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules")
        return frozenset(self._repository.git(*compared, self.after.oid, "--").split("\0"))

    @cached_property
    def _since(self) -> float:
        """When the commit before was made, in seconds since 1970."""
        told = self._repository.git_answer("show", "-s", "--format=%ct", self._base) if self._base else None
        return float(told or 0)

    def _lines(self, path: str) -> frozenset[str]:
        """The digests of the lines that a path gets."""
        if path not in self._new_lines:
            before, after = map(self._digests, self._pairs[path])
            self._new_lines[path] = after - before
        return self._new_lines[path]

    def _digests(self, entry: Entry | None) -> frozenset[str]:
        if not entry or not entry.is_file:
            return frozenset()
        content = self._repository.blob(entry.oid).decode("utf-8", "surrogateescape")
        return frozenset(filter(None, map(line_digest, content.splitlines())))
