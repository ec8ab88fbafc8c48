"""Which records tell of which exchanges of a work tree: kept in the store, noted whenever one is written or renewed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sdd.base import paths
from sdd.capture.at_commit import works_in
from sdd.capture.exchanges import ChangedFile, Exchange, Fate, WrittenPhr, record_digest
from sdd.capture.store import Store
from sdd.records.kinds.phr import parse as parse_phr
from sdd.records.project import located
from sdd.repo.objects import Repository
from sdd.repo.tree import Tree
from sdd.repo.worktree import remove_file, rewrite


class ExchangeRecords:
    """The exchanges of a work tree that nobody dropped, and their records; a change ends at the tree `after`."""

    def __init__(self, repository: Repository, store: Store, after: Tree) -> None:
        assert repository.work_tree, "only a work tree is written to"
        self.top, self._store, self._after = repository.work_tree, store, after
        head = repository.commit("HEAD")
        self.head = repository.tree(head) if head else None
        self.read()
        self._former = [record for each in self.exchanges.values() for record in each.records]

    def read(self) -> None:
        """Reads the exchanges from the store anew."""
        exchanges = (each for each in self._store.exchanges() if works_in(each, self.top))
        self.exchanges = {each.id: each for each in exchanges if each.fate is not Fate.DROPPED}

    def waiting(self) -> Iterable[WrittenPhr]:
        """The records of exchanges of which something may still come."""
        waiting = (each for each in self.exchanges.values() if each.fate is not Fate.WRITTEN)
        return {record.path: record for each in waiting for record in each.records}.values()

    def of(self, exchange: Exchange, root: str) -> WrittenPhr | None:
        """The newest record of an exchange in a root, committed or not."""
        return next((each for each in self._in_root(exchange, root)[::-1] if self.is_there(each)), None)

    def parts(self, exchanges: Sequence[Exchange], root: str, renewed: Collection[str]) -> dict[str, int]:
        """How many records in a root tell of each exchange already, beside those that are renewed."""
        return {each.id: sum(phr.path not in renewed for phr in self._in_root(each, root)) for each in exchanges}

    def told_before(self, path: str, root: str) -> dict[str, tuple[ChangedFile, ...]]:
        """Id -> the files that a record goes on telling: those that it told when it was committed once."""
        phr = parse_phr(path, (self.top / path).read_bytes(), root)
        told = {paths.join(root, entry.path) for entry in phr.files}
        return {
            each.id: tuple(file for file in each.files if file.path in told)
            for each in self.exchanges.values()
            if any(record.path == path for record in each.records) and (each.fate is Fate.WRITTEN or self.in_head(path))
        }

    def in_head(self, path: str) -> bool:
        """Whether a record is committed."""
        return self.head is not None and path in self.head

    def is_there(self, record: WrittenPhr) -> bool:
        """Whether the work tree holds a record."""
        return (self.top / record.path).is_file()

    def is_unedited(self, record: WrittenPhr) -> bool:
        """Whether the work tree holds a record as sdd wrote it."""
        return self.is_there(record) and record.is_unedited((self.top / record.path).read_bytes())

    def _in_root(self, exchange: Exchange, root: str) -> list[WrittenPhr]:
        placed = ((each, located(self._after, each.path)) for each in exchange.records)
        return [each for each, place in placed if place and place[0] == root]

    def hold(self, group: Collection[str], path: str, root: str) -> None:
        """Notes that a record in a root tells of these exchanges (ids), and of no others."""
        told_now = WrittenPhr(path, record_digest((self.top / path).read_bytes()))
        for id, exchange in self.exchanges.items():
            former = self.of(exchange, root) if id in group else None
            taken = {path, former.path} if former and not self.in_head(former.path) else {path}
            others = tuple(each for each in exchange.records if each.path not in taken)
            self._keep(id, (*others, told_now) if id in group else others)

    def rewrite(self, record: WrittenPhr, before: bytes, after: bytes) -> None:
        """Puts another text into a record. It is noted first where nobody edited it: a killed run makes no edit."""
        unedited = self.is_unedited(record)
        if unedited and after != before:
            self._note(WrittenPhr(record.path, record_digest(before), record_digest(after)))
        rewrite(self.top / record.path, before, after)
        if unedited:
            self._note(WrittenPhr(record.path, record_digest(after)))

    def withdraw(self, written: Sequence[str], staged: Sequence[str]) -> tuple[str, ...]:
        """Removes the records that an aborted commit left, and that this one has no part in; and those whose exchanges
        another one tells of now, as after `git reset --soft`. `written` are the paths of this one's records, `staged`
        those of all that it brings. Gives the paths of what is to go.
        """
        pointed = {record.path for exchange in self.exchanges.values() for record in exchange.records}
        left = [record.path for record in self._former if record.path not in pointed and self._is_left(record, written)]
        for path in dict.fromkeys(left):
            remove_file(self.top, path)
        for id, exchange in self.exchanges.items():
            for record in exchange.records if exchange.fate is not Fate.WRITTEN else ():
                if self._is_left(record, written):
                    remove_file(self.top, record.path)
                    left.append(record.path)
            self._keep(id, tuple(record for record in exchange.records if record.path not in left))
        left += (path for path in staged if path not in pointed and self._is_staged_alone(path))
        return tuple(dict.fromkeys(left))

    def _is_left(self, record: WrittenPhr, written: Sequence[str]) -> bool:
        return record.path not in written and not self.in_head(record.path) and self.is_unedited(record)

    def _is_staged_alone(self, path: str) -> bool:
        """Whether a captured record is in the index and nowhere else: a run that was killed took the file away."""
        labels = parse_phr(path, content_at(self._after, path), "").labels
        is_gone = not self.in_head(path) and not (self.top / path).exists()
        return is_gone and not self.exchanges.keys().isdisjoint(labels)

    def _note(self, record: WrittenPhr) -> None:
        """Notes what a record holds, for each exchange that it tells of."""
        for id, exchange in self.exchanges.items():
            self._keep(id, tuple(record if each.path == record.path else each for each in exchange.records))

    def _keep(self, id: str, records: tuple[WrittenPhr, ...]) -> None:
        if records != self.exchanges[id].records:
            self.exchanges[id] = replace(self.exchanges[id], records=records)
            self._store.put(self.exchanges[id])


def content_at(tree: Tree | None, path: str) -> bytes:
    """What a tree holds at a path, nothing where there is no file."""
    entry = tree.file(path) if tree else None
    return tree.repository.blob(entry.oid) if tree and entry else b""
