"""The kind of work that a change's records declare, and those that say chore of what is larger than one."""

from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile
from sdd.gate.rules.size import declaring
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind


def declared_kind(file: CoveredFile) -> ChangeKind | None:
    """The kind that some record declares for a file that no contract covers. Where no PHR names it, a contract of the
    change may be about other work.
    """
    if not file.phrs:
        return None
    records: tuple[Contract | Phr, ...] = (*file.out_of_scope, *file.phrs)
    return next((record.kind for record in records if record.kind), None)


def oversized_chores(change: JudgedChange) -> list[CoveredFile]:
    """The files of a change that says chore and is larger than one may be."""
    is_refused = any(finding.rule == "change-not-a-chore" for finding in change.errors)
    return [file for file in change.files if is_refused and not file.exempt and declaring(file, ChangeKind.CHORE)]
