"""Contracts that have landed and are still open: work in their scope may be what they are about."""

from collections.abc import Iterable, Iterator, Sequence

from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile, Need, in_scope
from sdd.gate.plan.gap import Gap
from sdd.gate.plan.ways import TITLE, Step, Way
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.layout import CONTRACTS, roots_of
from sdd.records.named import likeliest
from sdd.records.project import Project, Reader
from sdd.repo.objects import Repository

# What the front matter of every open contract holds.
_OPEN = b"open"
_MOST = 2


def under_landed(gap: Gap) -> list[Way]:
    """The ways that carry on with a contract that has landed and is open."""
    beside = gap.beside
    if beside.kind or beside.has_terms or beside.landing or gap.root is None or gap.undecided:
        return []
    found = landed_and_open(gap.repository, gap.reader, gap.change, all_lacking(gap.lacking))
    # Its own edit, such as a wider scope, is told by the PHR that carries it out.
    found = [contract for contract in found if gap.untold.keys() <= {contract.path}]
    found = [*likeliest(found, lambda each: bool(gap.feature) and each.feature == gap.feature)]
    return [
        Way(
            (Step(("sdd", "phr", "new", TITLE, "--contract", contract.path, "--commit"), at=gap.place.at),),
            contract.effective_kind,
            f"{contract.path} is open, and its scope holds these files",
        )
        for contract in found[:_MOST]
    ]


def all_lacking(files: Iterable[CoveredFile]) -> list[CoveredFile]:
    """Those of some files that lack records; none where one of them has a PHR or a contract."""
    lacking = [file for file in files if file.lacks]
    return lacking if all({Need.PHR, Need.CONTRACT} <= {*file.lacks} for file in lacking) else []


def landed_and_open(
    repository: Repository, reader: Reader, change: JudgedChange, files: Sequence[CoveredFile]
) -> list[Contract]:
    """The contracts that a change's target has open, and whose scope, as the change leaves it, holds all of some
    files.
    """
    if not change.base or not files or any(file.root is None for file in files):
        return []
    roots = {
        root: None for file in files for root in (file.root or "", *roots_of(repository.tree(change.base), file.path))
    }
    found = (contract for root in roots for contract in _open_ones(repository, reader, change, root))
    return [contract for contract in found if all(in_scope(contract, file.path) for file in files)]


def _open_ones(repository: Repository, reader: Reader, change: JudgedChange, root: str) -> Iterator[Contract]:
    assert change.base
    target, head = (Project(repository.tree(each), root, reader) for each in (change.base, change.head))
    folder = target.path(target.placed(CONTRACTS))
    entries = [(path, entry) for path, entry in target.tree.walk(folder) if entry.is_file]
    contents = reader.contents([entry for _, entry in entries])
    for (path, _), content in zip(entries, contents, strict=True):
        contract = target.get(Contract, path) if _OPEN in content else None
        if contract and contract.status == ContractStatus.OPEN and (now := head.get(Contract, path)):
            yield now
