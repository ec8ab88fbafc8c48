"""A row of the cover table: a file of a change, what it needs, and which records cover it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from sdd.gate.cover.spec_faults import SpecFault
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind
from sdd.repo.changes import PathChange


class Need(StrEnum):
    """What the policy may ask for a governed file."""

    PHR = "phr"
    CONTRACT = "contract"
    SPEC = "spec"


class FileState(StrEnum):
    """What becomes of a file of a change. WAIVED lacks nothing only because a waiver stands in for a record."""

    LACKING = "lacking"
    WAIVED = "waived"
    COVERED = "covered"
    EXEMPT = "exempt"


class CoveredFile(NamedTuple):
    """One file of a change that is not a record, and what covers it.

    `exempt` says why nothing is needed (None where something is); `root` is None for a file under no root.
    `kinds` are those of the contracts, else of the PHRs, else feature. `lacks` are the unmet ones of its `needs`,
    `waived` those that are unmet too, but that a waiver lets pass. `out_of_scope` are contracts that could cover the
    file, but whose scope does not match it.
    """

    changed: PathChange
    root: str | None
    exempt: str | None = None
    kinds: tuple[ChangeKind, ...] = ()
    feature: str | None = None
    spec: str | None = None
    contracts: tuple[Contract, ...] = ()
    phrs: tuple[Phr, ...] = ()
    needs: tuple[Need, ...] = ()
    lacks: tuple[Need, ...] = ()
    waived: tuple[Need, ...] = ()
    out_of_scope: tuple[Contract, ...] = ()
    spec_faults: tuple[SpecFault, ...] = ()

    @property
    def path(self) -> str:
        """The file's path from the top."""
        return self.changed.path

    @property
    def state(self) -> FileState:
        """What becomes of it."""
        if self.exempt:
            return FileState.EXEMPT
        return FileState.LACKING if self.lacks else FileState.WAIVED if self.waived else FileState.COVERED


def kinds_of(contracts: Iterable[Contract], phrs: Iterable[Phr]) -> tuple[ChangeKind, ...]:
    """The contracts' kinds, else the PHRs', else feature; a contract that names none is a feature's."""
    declared = dict.fromkeys(contract.effective_kind for contract in contracts)
    declared = declared or dict.fromkeys(phr.kind for phr in phrs if phr.kind)
    return tuple(kind for kind in ChangeKind if kind in declared) or (ChangeKind.FEATURE,)
