"""What records tell of exchanges already, here and on other branches: that work is used up."""

from functools import cached_property

from sdd.base import paths
from sdd.capture.exchanges import Exchange
from sdd.records.edits import lines_read
from sdd.records.kinds.phr import Phr, parse
from sdd.records.project import located
from sdd.repo.objects import Repository
from sdd.repo.tree import Tree


class ToldAlready:
    """What records tell, as a commit is made over `head` (None for the first one) which ends at the tree `after`."""

    def __init__(self, repository: Repository, head: Tree | None, after: Tree) -> None:
        self._repository, self._head, self._after = repository, head, after

    def of(self, exchange: Exchange) -> dict[str, frozenset[str]]:
        """Path -> the lines that records of an exchange tell of it. Of a record that is nowhere any more, all paths
        without lines: a reset took its commit away, and by its lines the work is known again.
        """
        told: dict[str, frozenset[str]] = {}
        for record in exchange.records:
            if (self._head is None or record.path not in self._head) and self._comes(record.path):
                continue
            phr = self.landed(record.path) or self._elsewhere(record.path)
            if not phr:
                return {file.path: frozenset[str]() for file in exchange.files} | told
            lines = lines_read(phr.edits)
            told |= {paths.join(phr.root, entry.path): lines.get(entry.path, frozenset()) for entry in phr.files}
        return told

    def landed(self, path: str) -> Phr | None:
        """The record that the commit before holds at a path."""
        entry = self._head.file(path) if self._head else None
        return self._phr(path, self._repository.blob(entry.oid)) if entry else None

    def _comes(self, path: str) -> bool:
        """Whether a record comes with this commit, or waits in the work tree for one."""
        top = self._repository.work_tree
        return path in self._after or (top is not None and (top / path).is_file())

    def _elsewhere(self, path: str) -> Phr | None:
        """The record at a path on any other branch."""
        for branch in self._branches:
            if (found := self._repository.object(f"{branch}:{path}")) and found[1] == "blob":
                return self._phr(path, found[2])
        return None

    def _phr(self, path: str, content: bytes) -> Phr | None:
        place = located(self._after, path)
        return parse(path, content, place[0]) if place else None

    @cached_property
    def _branches(self) -> list[str]:
        refs = ("for-each-ref", "--format=%(objectname)", "--sort=-committerdate", "refs/heads", "refs/remotes")
        return [*dict.fromkeys(self._repository.git(*refs).split())]
