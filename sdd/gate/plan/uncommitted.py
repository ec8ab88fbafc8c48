"""The records of the work tree that are not committed, and whether one would do."""

from pathlib import Path

from sdd.base import paths
from sdd.gate.cover import CoveredFile, Named, Need, in_scope, is_trivial
from sdd.records.kinds import locate
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import Record
from sdd.records.kinds.spec import Spec
from sdd.repo.objects import Repository


def serves(record: Record, file: CoveredFile) -> bool:
    """Whether a file would get something that it lacks, if a record were committed."""
    if not paths.is_below(file.path, record.root):
        return False
    if isinstance(record, Phr):
        return Need.PHR in file.lacks and not is_trivial(record) and file.path in Named(record)
    if isinstance(record, Contract):
        return Need.CONTRACT in file.lacks and in_scope(record, file.path)
    missing = any(fault.rule == "change-no-spec" for fault in file.spec_faults)
    return isinstance(record, Spec) and missing and file.feature == record.feature


def records_in_work_tree(repository: Repository) -> tuple[Record, ...]:
    """The PHRs, contracts and specs that differ between the work tree and HEAD."""
    from sdd.repo.uncommitted import uncommitted_paths  # a pass has no need of it

    assert repository.work_tree
    records = (_parsed(repository.work_tree, path) for path in uncommitted_paths(repository))
    return tuple(record for record in records if isinstance(record, Phr | Contract | Spec))


def _parsed(top: Path, path: str) -> Record | None:
    located, file = locate(path), top / path
    if not located or not file.is_file() or file.is_symlink():
        return None
    root, kind = located
    record: Record = kind.parse(path, file.read_bytes(), root)
    return record
