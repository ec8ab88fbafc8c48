"""A contract's way to done: checks ticked, evidence kept, the status set, each on its own line of the file."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sdd.authoring.prose import code
from sdd.authoring.statements import statements
from sdd.authoring.verification import CommandOutcome
from sdd.base.errors import SddError
from sdd.base.paths import path_word
from sdd.document import Document
from sdd.document.source import Source
from sdd.gate.cover import files_digest, named_by
from sdd.gate.preview import ChangeState
from sdd.records.kinds import contract as contracts
from sdd.records.kinds import phr as phrs
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.contract_body import Check
from sdd.records.kinds.evidence import TITLE, Evidence
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.phr_body import own_section
from sdd.repo.changes import PathChange
from sdd.repo.uncommitted import uncommitted_paths

# What ticking a box or a line of evidence may change beside what it is meant to.
_FOLLOWS = ("sections", "task_items", "error_marks", "placeholders", "evidence")
_BOX = re.compile(r"([ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[)[^\]]{0,4}(\].*)", re.DOTALL)
_STATUS = re.compile(r"((?i:status)[ \t]*:[ \t]*)([\"']?)\w+\2([ \t]*(?:#.*)?)")
_SHORT = 12


class Verified(NamedTuple):
    """A check whose command was run, and how that ended."""

    check: Check
    outcome: CommandOutcome


class CheckRun(NamedTuple):
    """How the checks of a new record ended, in their order, and which files its change had before they ran: what a test
    leaves behind is no part of the work.
    """

    outcomes: tuple[CommandOutcome, ...]
    files: frozenset[str]


def contract_in(contract: Contract, content: bytes) -> Contract:
    """The contract as the new content of its file, a PHR's where it is embedded, says it.

    Raises SddError for a PHR that holds none any more.
    """
    if not contract.embedded:
        return contracts.parse(contract.path, content, contract.root)
    held = phrs.parse(contract.path, content, contract.root).contract
    if not held:
        raise SddError(f"{contract.path} holds no contract any more", "see to it, then run the command again")
    return held


class RunPlace(NamedTuple):
    """Where checks are run: the day (YYYY-MM-DD), the commit, whether other files than the record differ from it, and
    the digest of the files that the record covers.
    """

    day: str
    commit: str | None
    changed: bool
    files: str

    @classmethod
    def of(cls, state: ChangeState, record: Contract | Phr, today: str) -> "RunPlace":
        """The place of a run of a contract's or a PHR's checks, before it begins."""
        commit = state.repository.commit("HEAD")
        changed = bool(commit) and any(path != record.path for path in uncommitted_paths(state.repository))
        return cls(today, commit and commit[:_SHORT], changed, files_digest(_covered(state, record)))


def _covered(state: ChangeState, record: Contract | Phr) -> Iterable[PathChange]:
    """What of the change in the work tree a record covers. What a contract's scope matches by chance, such as a file
    that a test leaves behind, is no part of it once the work is committed.
    """
    if not state.coverage:
        return ()
    if isinstance(record, Phr):
        return named_by(state.coverage, record)
    covered = state.coverage.checked_by(record)
    committed = state.committed
    if not committed.coverage or not committed.coverage.checked_by(record):
        return covered
    return [changed for changed in covered if not changed.after or changed.path in committed.tree]


def with_results(contract: Contract, content: bytes, results: Sequence[Verified], place: RunPlace) -> bytes:
    """A contract's content with the checks that passed ticked, those that failed not, and evidence of each.

    New evidence replaces that of the same check at the same commit, and of its failure. `content` is what `contract`
    was read from. Raises SddError where the file cannot be edited safely.
    """
    source = Source.of(content)
    for check, outcome in results:
        if check.done != outcome.passed:
            box = _BOX.fullmatch(source.text(check.line))
            mark = "x" if outcome.passed else " "
            source = source.replaced(check.line, f"{box[1]}{mark}{box[2]}") if box else source
    for check, outcome in results:
        if check.command:
            ran = (place.day, place.commit, place.changed, place.files or None, outcome.exit_status, outcome.digest, 0)
            source = _with_evidence(contract, source, Evidence(check.command, *ran))
    wanted = {check: outcome.passed for check, outcome in results}
    checks = tuple(check._replace(done=wanted.get(check, check.done)) for check in contract.checks)
    return _proved(contract.but(checks=checks), source)


def with_outcomes(state: ChangeState, path: str, text: str, outcomes: Sequence[CommandOutcome], today: str) -> str:
    """The text of a new PHR whose contract's checks were run, in their order, with what came of each."""
    content = text.encode("utf-8", "surrogateescape")
    phr = phrs.parse(path, content, state.root)
    assert phr.contract, "only a contract has checks to run"
    results = [Verified(check, outcome) for check, outcome in zip(phr.contract.checks, outcomes, strict=True)]
    place = RunPlace.of(state, phr, today)
    return with_results(phr.contract, content, results, place).decode("utf-8", "surrogateescape")


def with_done(contract: Contract, content: bytes) -> bytes:
    """A contract's content with the status done. Raises SddError where its status line has no form that sdd knows."""
    source, line = Source.of(content), contract.at("status")
    status = _STATUS.fullmatch(source.text(line))
    if status:
        source = source.replaced(line, f"{status[1]}{ContractStatus.DONE}{status[3]}")
    return _proved(contract.but(status=ContractStatus.DONE), source)


def _with_evidence(contract: Contract, source: Source, run: Evidence) -> Source:
    """`source` with a line of evidence: in the place of one that it replaces, else behind the last; as it is where the
    evidence says the same already.
    """
    line = run.text(code(run.command))
    known = contract_in(contract, source.content).evidence
    latest = next((other for other in reversed(known) if other.command == run.command), None)
    if latest and run.repeats(latest):
        return source
    if same := next((other for other in known if run.replaces(other)), None):
        return source.replaced(same.line, line)
    document = Document.parse(source.content)
    within = own_section(document, "Execution contract") if contract.embedded else None
    section = document.section(TITLE, within=within)
    above = document.section("Acceptance checks", "Acceptance check", within=within)
    heading = ["", f"{'#' * (above.level if above else 2)} {TITLE}", ""]
    before = section or within
    last = source.last_said(before.end if before else document.end)
    first = not section or last < section.start
    return source.inserted(last + 1, [*(([""] if section else heading) if first else []), line])


def _proved(wanted: Contract, source: Source) -> bytes:
    """The edited content, once it is proved that it says what is wanted and all else as before."""
    edited = contract_in(wanted, source.content)
    if len(edited.problems) != len(wanted.problems) or _says(edited) != _says(wanted):
        fix = f"see: sdd contract check {path_word(wanted.path)}, or edit it"
        raise SddError(f"{wanted.path} has a form that sdd cannot edit safely", fix)
    return source.content


def _says(contract: Contract) -> dict[str, object]:
    return {name: value for name, value in statements(contract).items() if name not in _FOLLOWS}
