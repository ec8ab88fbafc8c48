"""What is left where nothing is refused: checks that were agreed on, and have not passed on what the change holds."""

from collections.abc import Iterator, Sequence

from sdd.base.listing import listed
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CheckState, CheckStates, CoveredFile, by_place, states_among
from sdd.gate.plan.lacks import STALE_EVIDENCE
from sdd.gate.plan.ways import Plan, Step, Way
from sdd.records.kinds.contract import Contract, ContractStatus

_UNCHECKED = "contract-unchecked"
_UNSEEN = (CheckState.OPEN, CheckState.FAILED, CheckState.STALE)


def closing(changes: Sequence[JudgedChange]) -> Plan | None:
    """The plan to bring the open contracts of a change's files to their end, and to run what else is not ticked or did
    not run on these files; None where all that was agreed on has passed. What fails on them is run again only once they
    change, and is left alone where a later record of them holds.
    """
    files = [file for change in changes for file in change.files]
    states = by_place(check for change in changes for check in change.checks)
    carried_out = {contract.path: contract for file in files for contract in file.contracts}
    is_open = [each for each in carried_out.values() if each.status == ContractStatus.OPEN and not each.embedded]
    findings = [finding for change in changes for finding in change.findings]
    asked = (contract for change in changes for request in change.requests for contract in request.contracts)
    places = ((each.path, check.line) for each in asked for check in each.checks if check.command)
    unrun = {place for place in places if states.get(place) != CheckState.FAILED}
    failing = [
        contract
        for path in dict.fromkeys(each.path for each in findings if each.rule == _UNCHECKED)
        if (contract := carried_out.get(path))
        and _failed(contract, states)
        and not _is_overtaken(contract, files, states)
    ]
    unproven = dict.fromkeys(
        each.path
        for each in findings
        if each.rule == STALE_EVIDENCE or (each.rule == _UNCHECKED and (each.path, each.line) in unrun)
    )
    steps = (
        *(step for contract in is_open for step in _end(contract, states)),
        *(_correction(contract, states) for contract in failing),
        *map(verifying, unproven),
    )
    if not steps:
        return None
    way = Way(steps, why="checks that were agreed on, not passed on these files")
    named = dict.fromkeys((*(contract.path for contract in (*is_open, *failing)), *unproven))
    return Plan(changes[0].ref, tuple(named), (way,))


def verifying(path: str) -> Step:
    """The run of the checks of a contract, a file's or a PHR's, anew."""
    return Step(("sdd", "contract", "verify", path, "--run", "--commit"))


def _end(contract: Contract, states: CheckStates) -> Iterator[Step]:
    """How an open contract becomes done: what no command checks is for somebody to see, and what fails to correct."""
    for check in contract.checks:
        if not check.done and not check.command:
            yield Step(by_hand=f"see whether it holds, and tick it in {contract.path}: {check.text}")
    if failed := _failed(contract, states):
        yield Step(by_hand=f"correct the work, or the check in {contract.path}, until this passes: {listed(failed)}")
    run = ("--run",) if any(check.command for check in contract.checks) else ()
    yield Step(("sdd", "contract", "done", contract.path, *run, "--commit"))


def _correction(contract: Contract, states: CheckStates) -> Step:
    """What to do about checks of a contract that is done, which fail."""
    later = "where a later request has made that untrue, say what holds now in a record of it that names the same files"
    return Step(by_hand=f"correct the work until this passes: {listed(_failed(contract, states))}; or, {later}")


def _failed(contract: Contract, states: CheckStates) -> list[str]:
    """The commands of a contract that have failed on these files."""
    told = zip(contract.checks, states_among(states, contract), strict=True)
    return [check.command for check, state in told if check.command and state == CheckState.FAILED]


def _is_overtaken(contract: Contract, files: Sequence[CoveredFile], states: CheckStates) -> bool:
    """Whether each file that a contract covers has a later one whose checks all hold."""
    return all(
        any(_is_later(other, contract) and _holds(other, states) for other in file.contracts)
        for file in files
        if any(each.path == contract.path for each in file.contracts)
    )


def _is_later(one: Contract, other: Contract) -> bool:
    """Whether one contract is no earlier than another: in one folder their numbers tell."""
    places = [each.path.rpartition("/") for each in (one, other)]
    return one.path != other.path and (places[0][0] != places[1][0] or places[0][2] > places[1][2])


def _holds(contract: Contract, states: CheckStates) -> bool:
    return contract.status == ContractStatus.DONE and not any(
        state in _UNSEEN for state in states_among(states, contract)
    )
