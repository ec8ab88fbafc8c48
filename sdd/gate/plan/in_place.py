"""Records of a change that are corrected in place, since another one would leave them as they are: PHRs that somebody
has begun, and records that name a folder which the target has renamed.
"""

from collections.abc import Iterator, Sequence

from sdd.base import paths
from sdd.base.listing import listed
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import Need
from sdd.gate.cover.naming import Named
from sdd.gate.plan.gap import Gap
from sdd.gate.plan.ways import Plan, Step, Way
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.reading import is_token
from sdd.records.kinds.record import ChangeKind
from sdd.records.project import Project

UNFILLED, NOT_FILLED_IN = "phr-placeholder", "a PHR that is not filled in"


def with_begun(gap: Gap, changes: Sequence[JudgedChange]) -> Plan | None:
    """The plan to fill in such a PHR: another one would leave it as unfinished as it is. None where it would not supply
    what every file lacks.
    """
    files = [file.path for file in gap.without(Need.PHR)]
    if not files or len(files) < len(gap.lacking) or gap.undecided or gap.waiting or gap.untold:
        return None
    begun = next((phr for phr in _begun(gap, changes) if all(paths.is_below(path, phr.root) for path in files)), None)
    if not begun:
        return None
    named = listed([paths.relative(begun.root, path) for path in files])
    kinds = f"{ChangeKind.FIX}, {ChangeKind.REFACTOR} or {ChangeKind.FEATURE}"
    text = f"fill in {begun.path}, with files: {named} and kind: {kinds}; commit it, and run sdd status"
    return Plan(gap.change.ref, (*files, begun.path), (Way((Step(by_hand=text),), why=NOT_FILLED_IN),))


def _begun(gap: Gap, changes: Sequence[JudgedChange]) -> Iterator[Phr]:
    tree = gap.repository.tree(gap.change.head)
    for change in changes:
        for path in dict.fromkeys(finding.path for finding in change.errors if finding.rule == UNFILLED):
            phr = Project(tree, change.root or "", gap.reader).get(Phr, path)
            if phr and all(is_token(entry.written) for entry in phr.files):
                yield phr


def with_new_names(gap: Gap) -> Plan | None:
    """The plan to correct these records: new ones would say the same again, and leave the false ones beside them. None
    where no file that lacks a record is what they name, in the folder that the target has made of theirs.
    """
    change = gap.change
    if not change.base or gap.undecided or gap.waiting or gap.oversized:
        return None
    base, head = gap.repository.tree(change.base), gap.repository.tree(change.head)
    phrs = {request.phr.path: request.phr for request in change.requests if request.phr}
    named = {path: Named(phr).paths for path, phr in phrs.items() if path not in base}
    contracts = [contract for request in change.requests for contract in request.contracts if contract.path not in base]
    moves: dict[tuple[str, str], list[str]] = {}
    for file in gap.lacking:
        pairs = (_renamed(path, file.path) for path in set[str]().union(*named.values()))
        for old, new in sorted(set(filter(None, pairs))):
            if old not in base and old not in head and new in base:
                moves.setdefault((old, new), []).append(file.path)
    steps = []
    for old, new in moves:
        records = [phr for phr, own in named.items() if any(paths.is_below(path, old) for path in own)]
        records += [contract.path for contract in contracts if _is_about(contract, old)]
        text = f"write {new}/ for {old}/ in files: and scope: of {listed([*dict.fromkeys(records)])}, commit it"
        steps.append(Step(by_hand=text))
    if not steps:
        return None
    why = f"records that name {listed([old for old, _ in moves])}, which {change.target_name} has renamed"
    supplied = dict.fromkeys(path for files in moves.values() for path in files)
    return Plan(change.ref, tuple(supplied), (Way(tuple(steps), why=why),))


def _renamed(old: str, new: str) -> tuple[str, str] | None:
    """The folders that differ in the paths of two files of one name; None for others, and for the top."""
    (before, _, name), (after, _, other) = old.rpartition("/"), new.rpartition("/")
    if name != other or before == after:
        return None
    while before.rpartition("/")[2] == after.rpartition("/")[2]:
        before, after = before.rpartition("/")[0], after.rpartition("/")[0]
    return (before, after) if before and after else None


def _is_about(contract: Contract, folder: str) -> bool:
    patterns = (paths.join(contract.root, item.text.lstrip("/")) for item in contract.scope)
    return not contract.embedded and any(paths.is_below(pattern, folder) for pattern in patterns)
