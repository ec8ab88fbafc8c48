"""The kind of work that a change's records declare, and those that say chore of what is larger than one."""

from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.rules.size import declaring
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind


def declared_kind(file: CoveredFile, *, is_apart: bool) -> ChangeKind | None:
    """The kind that some record declares for a file that no contract covers. Where no PHR names it, or its PHR
    `is_apart`, a contract of the change may be about other work.
    """
    if not file.phrs:
        return None
    records: tuple[Contract | Phr, ...] = (*(() if is_apart else file.out_of_scope), *file.phrs)
    return next((record.kind for record in records if record.kind), None)


def new_work_of_reverts(change: JudgedChange) -> list[CoveredFile]:
    """The files of a revert that hold new work, such as a resolved conflict, with what these lack as such."""
    refused = {finding.path for finding in change.errors if finding.rule == "change-not-a-revert"}
    files = (file for file in change.files if file.path in refused and not file.lacks)
    return [file._replace(lacks=(Need.PHR, Need.CONTRACT)) for file in files]


def declaring_contracts(file: CoveredFile) -> list[Contract]:
    """The contracts that call the work on a file a revert: no other record makes it anything else."""
    return [contract for contract in file.contracts if contract.kind == ChangeKind.REVERT]


def oversized_chores(change: JudgedChange) -> list[CoveredFile]:
    """The files of a change that says chore and is larger than one may be."""
    is_refused = any(finding.rule == "change-not-a-chore" for finding in change.errors)
    return [file for file in change.files if is_refused and not file.exempt and declaring(file, ChangeKind.CHORE)]
