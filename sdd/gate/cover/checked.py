"""What is known of each check of a change's records: whether it was run on the files as they are now."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from sdd.gate.change import ChangeView
from sdd.gate.cover.naming import Named
from sdd.gate.cover.table import Coverage
from sdd.records.kinds import locate
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.contract_body import Check
from sdd.records.kinds.phr import Phr
from sdd.repo.changes import PathChange

_DIGEST = 12


class CheckState(StrEnum):
    """What a check's tick is worth. RAN is evidence that does not tell the files, as older ones."""

    OPEN = "open"
    FAILED = "failed"
    PASSED = "passed"
    STALE = "stale"
    RAN = "ran"
    NO_EVIDENCE = "no evidence"


CHECK_WORDS = {
    CheckState.OPEN: "not ticked",
    CheckState.FAILED: "failed on these files",
    CheckState.PASSED: "passed on these files",
    CheckState.STALE: "ran, not on these files as they are",
    CheckState.RAN: "ran, not known on which files",
    CheckState.NO_EVIDENCE: "ticked without evidence",
}


def worth_of(state: CheckState, command: str | None) -> str:
    """What a check's state says in words, and whether its tick `proves_nothing`."""
    return f"{CHECK_WORDS[state]}{', but proves nothing' if proves_nothing(state, command) else ''}"


def proves_nothing(state: CheckState, command: str | None) -> bool:
    """Whether a check is ticked by a command that passes whatever the files hold."""
    from sdd.gate.cover.idle import is_idle  # few ask for the worth of checks

    return bool(command) and state not in (CheckState.OPEN, CheckState.FAILED) and is_idle(command or "")


class JudgedCheck(NamedTuple):
    """One check of a contract, the file's or the PHR's at `path`, that a change adds or works on."""

    path: str
    line: int
    text: str
    state: CheckState


CheckStates = Mapping[tuple[str, int], CheckState]
"""(path, line) of a check -> its state."""


def by_place(checks: Iterable[JudgedCheck]) -> CheckStates:
    """The states of judged checks by where they stand."""
    return {(check.path, check.line): check.state for check in checks}


def states_among(judged: CheckStates, contract: Contract) -> tuple[CheckState, ...]:
    """The state of each check of a contract: as it was judged, else as its evidence alone tells."""
    alone = check_states(contract, None)
    places = ((contract.path, check.line) for check in contract.checks)
    return tuple(judged.get(place, state) for place, state in zip(places, alone, strict=True))


def files_digest(changes: Iterable[PathChange]) -> str:
    """What stands for the content of some files: equal content at equal paths gives the same. Empty for none."""
    from hashlib import sha256  # few changes have evidence

    lines = sorted(
        f"{each.path}\0{each.after.mode} {each.after.oid}" if each.after else f"{each.path}\0" for each in changes
    )
    return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:_DIGEST] if lines else ""


def named_by(coverage: Coverage, phr: Phr) -> list[PathChange]:
    """The governed files of a change that a PHR names."""
    named = Named(phr, coverage.moves)
    return [file.changed for file in coverage.files if not file.exempt and file.path in named]


def judged_checks(coverage: Coverage, root: str) -> Iterator[JudgedCheck]:
    """The checks of the contracts in a root that a change adds or works on, those inside its PHRs too, and inside those
    of other targets that cover its files. What has landed as done is judged no more.
    """
    view = coverage.view
    touched = (view.after(root).get(Contract, path) for path, _ in view.records_of_root.get(root, ()))
    files = (contract for contract in touched if contract and not _is_over(view, contract))
    embedded = (phr.contract for phr in coverage.phrs_by_path.values() if phr.root == root)
    for contract in filter(None, (*files, *embedded)):
        for check, state in zip(contract.checks, check_states(contract, coverage), strict=True):
            yield JudgedCheck(contract.path, check.line, check.command or check.text, state)


def check_states(contract: Contract, coverage: Coverage | None) -> tuple[CheckState, ...]:
    """The state of each check of a contract, as far as a change (None for none) tells it: it has to work on it."""
    has_files = any(run.files for run in contract.evidence)
    is_own = coverage is not None and has_files and (contract.embedded or not _is_over(coverage.view, contract))
    digest = (
        files_digest(coverage.checked_by(contract)) or _left_alone(coverage, contract) if coverage and is_own else ""
    )
    return tuple(_state(contract, check, digest) for check in contract.checks)


def _left_alone(coverage: Coverage, contract: Contract) -> str:
    """The digest of the files that the PHR around a contract names where they are as it was checked on: the change
    leaves them alone, as of a landing that a waiver let pass, or takes them from another target with the record, which
    can be run anew no more. Empty where the evidence is about others.
    """
    phr, head = coverage.phrs_by_path.get(contract.path), coverage.view.head
    held = ((path, head.get(path)) for path in sorted(Named(phr).paths)) if phr else ()
    digest = files_digest(
        PathChange(path, "M", None, None, entry) for path, entry in held if entry and not locate(path)
    )
    return digest if any(run.files == digest for run in contract.evidence) else ""


def _is_over(view: ChangeView, contract: Contract) -> bool:
    """Whether a contract has landed as done."""
    landed = view.before(contract.root).get(Contract, contract.path)
    return landed is not None and landed.status == ContractStatus.DONE


def _state(contract: Contract, check: Check, digest: str) -> CheckState:
    if not check.done:
        failed = any(run.failed and run.command == check.command and run.files == digest for run in contract.evidence)
        return CheckState.FAILED if digest and failed else CheckState.OPEN
    run = next((run for run in reversed(contract.evidence) if run.command == check.command and not run.failed), None)
    if not run:
        return CheckState.NO_EVIDENCE
    if not run.files or not digest:
        return CheckState.RAN
    return CheckState.PASSED if run.files == digest else CheckState.STALE
