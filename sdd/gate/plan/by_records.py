"""Ways that build on a record which is there, in place of a new one."""

import shlex

from sdd.base import paths
from sdd.base.listing import listed
from sdd.gate.cover import Need
from sdd.gate.plan.gap import Gap
from sdd.gate.plan.ways import Step, Way
from sdd.records.kinds.record import ChangeKind


def same_record(gap: Gap) -> Way | None:
    """The way that puts the files into the one PHR of the change that holds a contract for whatever it names."""
    phrs = {phr.path: phr for file in gap.change.files for phr in file.phrs if phr.contract}
    phr = phrs.popitem()[1] if len(phrs) == 1 else None
    is_open = phr and phr.contract and not phr.contract.own_scope and phr.kind in (ChangeKind.FIX, ChangeKind.REFACTOR)
    lacking = all(Need.PHR in file.lacks and paths.is_below(file.path, phr.root) for file in gap.lacking if phr)
    if not (phr and is_open and lacking and gap.lacking) or gap.beside.landing or gap.undecided or gap.waiting:
        return None
    step = Step(("sdd", "phr", "add", phr.path, "--commit"), at=gap.place.at)
    return Way((step,), label=phr.kind or "", why=f"{phr.path} may name more files")


def of_backport(gap: Gap) -> tuple[Step, ...]:
    """The steps that bring the records along with which all of it landed on another target."""
    commands = dict.fromkeys(gap.left_behind.values())
    if not all(commands) or gap.untold or gap.undecided or gap.waiting or gap.oversized:
        return ()
    parts = (part.split(" && ") for part in commands)
    return tuple(Step(tuple(shlex.split(command))) for own in parts for command in own)


def wider_scope(gap: Gap) -> Way | None:
    """The way that adds the files to the scope of the one contract of the change that leaves them out, and to the one
    PHR of the change where none names them.
    """
    base = gap.repository.tree(gap.change.base) if gap.change.base else ()
    near = {contract.path: contract for file in gap.lacking for contract in file.out_of_scope}
    contract = near.popitem()[1] if len(near) == 1 else None
    # What no record names lacks a spec as long as nothing says its feature.
    alone = all(
        file.out_of_scope and Need.CONTRACT in file.lacks and not (Need.SPEC in file.lacks and file.feature)
        for file in gap.lacking
    )
    unnamed = bool(gap.without(Need.PHR))
    phrs = {phr.path for file in gap.change.files for phr in file.phrs} if unnamed else set[str]()
    # Work that may be another feature's gets that one's contract.
    features = gap.uncontracted | ({gap.feature} if contract and contract.feature and gap.feature else set())
    others = gap.beside.kind or gap.beside.landing or gap.untold or gap.undecided or gap.waiting or gap.oversized
    if (
        len(phrs) != unnamed
        or not contract
        or contract.embedded
        or contract.path in base
        or not alone
        or others
        or features - {contract.feature}
        or gap.takes_a_contract
    ):
        return None
    patterns = listed([f'"/{paths.relative(contract.root, file.path)}"' for file in gap.lacking])
    step = Step(by_hand=f"add {patterns} to scope: in {contract.path}, commit it")
    named = (Step(("sdd", "phr", "add", path, "--commit"), at=gap.place.at) for path in phrs)
    return Way((step, *named), contract.kind or "", "its scope may be too small")
