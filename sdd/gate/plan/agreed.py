"""What is left where nothing is refused: checks that were agreed on, and have not passed on what the change holds."""

from collections.abc import Iterator, Sequence

from sdd.gate.check.verdict import JudgedChange
from sdd.gate.plan.gap import STALE_EVIDENCE
from sdd.gate.plan.ways import Plan, Step, Way
from sdd.records.kinds.contract import Contract, ContractStatus

_UNCHECKED = "contract-unchecked"


def closing(changes: Sequence[JudgedChange]) -> Plan | None:
    """The plan to bring the open contracts of a change's files to their end, and to run what else is not ticked or ran
    before later edits; None where all that was agreed on has passed.
    """
    files = [file for change in changes for file in change.files]
    carried_out = {contract.path: contract for file in files for contract in file.contracts}
    is_open = [each for each in carried_out.values() if each.status == ContractStatus.OPEN and not each.embedded]
    unproven = dict.fromkeys(
        finding.path
        for change in changes
        for finding in change.findings
        if finding.rule == STALE_EVIDENCE or (finding.rule == _UNCHECKED and finding.fix.startswith("sdd "))
    )
    steps = (*(step for contract in is_open for step in _end(contract)), *map(verifying, unproven))
    if not steps:
        return None
    way = Way(steps, why="checks that were agreed on and have not passed")
    return Plan(changes[0].ref, (*(contract.path for contract in is_open), *unproven), (way,))


def verifying(path: str) -> Step:
    """The run of the checks of a contract, a file's or a PHR's, anew."""
    return Step(("sdd", "contract", "verify", path, "--run", "--commit"))


def _end(contract: Contract) -> Iterator[Step]:
    """How an open contract becomes done: what no command checks is for somebody to see."""
    for check in contract.checks:
        if not check.done and not check.command:
            yield Step(by_hand=f"see whether it holds, and tick it in {contract.path}: {check.text}")
    run = ("--run",) if any(check.command for check in contract.checks) else ()
    yield Step(("sdd", "contract", "done", contract.path, *run, "--commit"))
