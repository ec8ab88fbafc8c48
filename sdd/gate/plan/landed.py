"""Contracts that have landed and are still open: work in their scope may be what they are about."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from sdd.base import paths
from sdd.base.listing import listed
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile, Need, in_scope
from sdd.gate.plan.gap import Gap
from sdd.gate.plan.ways import TITLE, Step, Way
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.layout import CONTRACTS, roots_of
from sdd.records.named import likeliest
from sdd.records.project import Project, Reader
from sdd.repo.objects import Repository
from sdd.repo.renames import folder_moved_to

# What the front matter of every open contract holds.
_OPEN = b"open"
_MOST = 2
_WILD = re.compile(r"[*?\[\\]")


def under_landed(gap: Gap) -> list[Way]:
    """The ways that carry on with a contract that has landed and is open."""
    beside = gap.beside
    if beside.kind or beside.has_terms or beside.landing or gap.root is None or gap.undecided:
        return []
    lacking = all_lacking(gap.lacking)
    found = landed_and_open(gap.repository, gap.reader, gap.change, lacking)
    # Its own edit, such as a wider scope, is told by the PHR that carries it out.
    found = [contract for contract in found if gap.untold.keys() <= {contract.path}]
    found = [*likeliest(found, lambda each: bool(gap.feature) and each.feature == gap.feature)]
    ways = [
        _carrying_on(gap, contract, f"{contract.path} is open, and its scope holds these files")
        for contract in found[:_MOST]
    ]
    return ways or [*islice(_under_moved(gap, lacking), _MOST)]


def _carrying_on(gap: Gap, contract: Contract, why: str, *first: Step) -> Way:
    phr = Step(("sdd", "phr", "new", TITLE, "--contract", contract.path, "--commit"), at=gap.place.at)
    return Way((*first, phr), contract.effective_kind, why)


def _under_moved(gap: Gap, lacking: Sequence[CoveredFile]) -> Iterator[Way]:
    """The ways that carry on with a contract of the feature whose scope names a folder that the target has moved:
    its scope follows, or it stays open for good.
    """
    change, repository = gap.change, gap.repository
    if not change.base or not gap.feature or not lacking:
        return
    base = repository.tree(change.base)
    for contract in _open_ones(repository, gap.reader, change, gap.root or ""):
        patterns = [item.text for item in contract.scope] if contract.feature == gap.feature else []
        for old in sorted({_folder_of(pattern) for pattern in patterns} - {""}):
            gone = paths.join(contract.root, old)
            moved = folder_moved_to(repository, change.base, gone) if gone not in base else ""
            if not moved or not paths.is_below(moved, contract.root):
                continue
            within = [file.path.removeprefix(f"{moved}/") for file in lacking if paths.is_below(file.path, moved)]
            if len(within) == len(lacking) and all(in_scope(contract, f"{gone}/{path}") for path in within):
                new = paths.relative(contract.root, moved)
                written = {each: each.replace(old, new, 1) for each in patterns if _folder_of(each) == old}
                scope = listed([f'"{now}" for "{before}"' for before, now in written.items()])
                checks = any(f"{old}/" in check.text for check in contract.checks)
                also = f", and {new}/ for {old}/ in its checks" if checks else ""
                text = f"write {scope} in scope: of {contract.path}{also}, commit it"
                why = f"{contract.path} is open, and names {old}, which is {new} now"
                yield _carrying_on(gap, contract, why, Step(by_hand=text))


def _folder_of(pattern: str) -> str:
    """The folder before what is no name in a pattern; empty for none."""
    return "/".join(takewhile(lambda part: not _WILD.search(part), pattern.lstrip("/").split("/")[:-1]))


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
