"""What was asked of a change, and what was agreed on it, as JSON."""

from typing import Any

from sdd.gate.check.verdict import Request
from sdd.gate.cover import CheckStates, proves_nothing, states_among
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.runs_told import runs_told


def request_document(request: Request, judged: CheckStates) -> dict[str, Any]:
    """One request. `contracts` are in the order in which they answer for it, `judged` are the change's checks."""
    phr = request.phr
    return {
        "phr": phr.path if phr else None,
        "title": phr.title if phr else request.contracts[0].title,
        "stage": phr.stage if phr else None,
        "kind": phr.kind if phr else request.contracts[0].kind,
        "surface": phr.surface if phr else None,
        "user": phr.user if phr else None,
        "asked": phr.prompt if phr else None,
        "files": list(request.files),
        "tests": [{"command": run.command, "passed": run.passed} for run in (runs_told(phr.tests) if phr else ())],
        "contracts": [_contract(contract, judged, request) for contract in request.contracts],
        "reverts": [
            {"commit": landing, "title": title, "date": day, "records": [record.path for record in records]}
            for landing, title, day, records in request.reverts
        ],
    }


def _contract(contract: Contract, judged: CheckStates, request: Request) -> dict[str, Any]:
    past = request.past(contract)
    return {
        "path": contract.path,
        "own": request.is_own(contract),
        "status": contract.status,
        "kind": contract.kind,
        "requirements": [item.text for item in contract.requirements],
        "agreed": contract.criteria,
        "scope": list(request.scope_of(contract)),
        "edited": list(past.edited),
        "late": past.is_late,
        "must": [item.text for item in (*contract.constraints, *contract.invariants)],
        "must_not": [item.text for item in contract.non_goals],
        "checks": [
            {
                "text": check.text,
                "command": check.command,
                "done": check.done,
                "state": state,
                "proves_nothing": proves_nothing(state, check.command),
                "failed_before": check.done and check.command in past.failed,
            }
            for check, state in zip(contract.checks, states_among(judged, contract), strict=True)
        ],
    }
