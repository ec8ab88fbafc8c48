"""At a commit: the PHRs of the exchanges whose work it holds are written, and staged with it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from sdd.base.errors import SddError
from sdd.capture.attribution import CommitChange
from sdd.capture.change_records import ChangeRecords, Recorded
from sdd.capture.draining import drain
from sdd.capture.receiving import waiting
from sdd.capture.store import Store
from sdd.gate.preview import ChangeState
from sdd.records.kinds.policy import POLICY_PATH
from sdd.records.kinds.policy import parse as parse_policy
from sdd.repo.locks import locked
from sdd.repo.objects import Repository
from sdd.repo.staging import stage
from sdd.repo.unfinished import operation_of

WAIT = 10.0
"""Seconds that a commit waits for another sdd: on a busy machine, reading what agents tell takes its time."""


def record_staged(repository: Repository) -> Recorded:
    """Writes the PHRs of the exchanges whose work the index holds, and stages them: git's pre-commit hook calls it.

    Nothing is done in the middle of a rebase, a merge and the like. What an aborted commit left is taken up again.
    Raises SddError where another sdd takes too long, and where git fails.
    """
    store = Store(repository.common_dir)
    if operation_of(repository) or not _begin(store, WAIT):
        return Recorded()
    with _at_work(repository, store, WAIT):
        head, tree = repository.commit("HEAD"), repository.git("write-tree", "--missing-ok").strip()
        change = CommitChange(repository, head, tree)
        recording = ChangeRecords(repository, store, change, tree)
        recorded = recording.record()
        left = recording.withdraw(recorded.paths) if change.paths else ()
        stage(repository, recorded.paths, left)
    return recorded


def record_missed(repository: Repository) -> Recorded:
    """Writes the PHRs of the exchanges whose work the branch's commits hold without them; the caller commits them.

    Raises SddError in the middle of a rebase and the like, and where there is no target.
    """
    if operation := operation_of(repository):
        raise SddError(f"git is in the middle of a {operation}", f"finish it, then: sdd capture commit ({operation})")
    store, head = Store(repository.common_dir), repository.commit("HEAD")
    if not head or not _begin(store, None):
        return Recorded()
    with _at_work(repository, store, None):
        tree = repository.tree(head).oid
        state = ChangeState.read(repository, committed=tree)
        forks = state.target.change.forks if state.target.change else ()
        if not forks:
            return Recorded()
        base = None if forks[0] == repository.empty_tree_oid else forks[0]
        return ChangeRecords(repository, store, CommitChange(repository, base, tree), tree, state).record()


def policy_faults(repository: Repository, records: Iterable[str]) -> Iterator[str]:
    """What is wrong with the policies by which some records (paths from the top) were written: none of it counted."""
    assert repository.work_tree
    above = {f"{folder}/{POLICY_PATH}" for record in records for folder in PurePosixPath(record).parents}
    for path in sorted(above):
        file = repository.work_tree / path
        for problem in parse_policy(path, file.read_bytes(), "").problems if file.is_file() else ():
            yield f"{path.removeprefix('./')}:{problem.line}: {problem.message}: the record was joined by the default"


def _begin(store: Store, wait: float | None) -> bool:
    """Reads what came since the last time. False where nothing was captured at all."""
    if not waiting(store.common_dir) and not any((store.folder / "exchanges").glob("[!.]*")):
        return False
    drain(store, for_commit=True, wait=wait)
    return True


@contextmanager
def _at_work(repository: Repository, store: Store, wait: float | None) -> Iterator[None]:
    with store.lock(wait), locked(repository.git_dir / "sdd" / "writing.lock", wait):
        yield
