"""A contract's way to done: checks ticked, evidence kept, the status set, each on its own line of the file."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sdd.authoring.prose import code
from sdd.authoring.statements import statements
from sdd.authoring.verification import CommandOutcome
from sdd.base.errors import SddError
from sdd.document import Document, Item
from sdd.document.source import Source
from sdd.records.kinds import contract as contracts
from sdd.records.kinds import phr as phrs
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.contract_body import Check
from sdd.records.kinds.phr_body import own_section
from sdd.repo.objects import Repository
from sdd.repo.uncommitted import uncommitted_paths

EVIDENCE = "Evidence"
# What ticking a box or a line of evidence may change beside what it is meant to.
_FOLLOWS = ("sections", "task_items", "error_marks", "placeholders")
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


def evidence(content: bytes) -> tuple[Item, ...]:
    """The lines below a contract's heading Evidence: what was run, when, at which commit, with which output."""
    document = Document.parse(content)
    section = document.section(EVIDENCE)
    return tuple(Item(item.text, item.line) for item in document.items(section)) if section else ()


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


def commit_told(repository: Repository, path: str) -> str:
    """The commit that a check is run at, as evidence tells it; whether other files than `path` differ from it too."""
    commit = repository.commit("HEAD")
    if not commit:
        return "no commit yet"
    changed = any(other != path for other in uncommitted_paths(repository))
    return f"commit {commit[:_SHORT]}{' with changes' if changed else ''}"


def with_results(contract: Contract, content: bytes, results: Sequence[Verified], commit: str, today: str) -> bytes:
    """A contract's content with the checks that passed ticked, those that failed not, and evidence of each that passed.

    New evidence replaces that of the same check at the same commit. `content` is what `contract` was read from, `today`
    YYYY-MM-DD. Raises SddError where the file cannot be edited safely.
    """
    source = Source.of(content)
    for check, outcome in results:
        if check.done != outcome.passed:
            box = _BOX.fullmatch(source.text(check.line))
            mark = "x" if outcome.passed else " "
            source = source.replaced(check.line, f"{box[1]}{mark}{box[2]}") if box else source
    for check, outcome in results:
        if outcome.passed and check.command:
            at, command = f", {commit}, exit {outcome.status}, sha256:", f": {code(check.command)}"
            line = f"- {today}{at}{outcome.digest}{command}"
            source = _with_evidence(source, line, (at, command), contract.embedded)
    wanted = {check: outcome.passed for check, outcome in results}
    checks = tuple(check._replace(done=wanted.get(check, check.done)) for check in contract.checks)
    return _proved(contract.but(checks=checks), source)


def with_outcomes(path: str, root: str, text: str, outcomes: Sequence[CommandOutcome], commit: str, today: str) -> str:
    """The text of a new PHR whose contract's checks were run, in their order, with what came of each."""
    content = text.encode("utf-8", "surrogateescape")
    contract = phrs.parse(path, content, root).contract
    assert contract, "only a contract has checks to run"
    results = [Verified(check, outcome) for check, outcome in zip(contract.checks, outcomes, strict=True)]
    return with_results(contract, content, results, commit, today).decode("utf-8", "surrogateescape")


def with_done(contract: Contract, content: bytes) -> bytes:
    """A contract's content with the status done. Raises SddError where its status line has no form that sdd knows."""
    source, line = Source.of(content), contract.at("status")
    status = _STATUS.fullmatch(source.text(line))
    if status:
        source = source.replaced(line, f"{status[1]}{ContractStatus.DONE}{status[3]}")
    return _proved(contract.but(status=ContractStatus.DONE), source)


def _with_evidence(source: Source, line: str, same: tuple[str, str], embedded: bool) -> Source:
    """`source` with a line of evidence: in the place of one that holds both texts `same`, else behind the last."""
    document = Document.parse(source.content)
    within = own_section(document, "Execution contract") if embedded else None
    section = document.section(EVIDENCE, within=within)
    for item in document.items(section) if section else ():
        text = source.text(item.line)
        if same[0] in text and text.endswith(same[1]):
            return source.replaced(item.line, line)
    above = document.section("Acceptance checks", "Acceptance check", within=within)
    heading = ["", f"{'#' * (above.level if above else 2)} {EVIDENCE}", ""]
    before = section or within
    last = before.end - 1 if before else document.end - 1
    while last and not source.text(last).strip():
        last -= 1
    first = not section or last < section.start
    return source.inserted(last + 1, [*(([""] if section else heading) if first else []), line])


def _proved(wanted: Contract, source: Source) -> bytes:
    """The edited content, once it is proved that it says what is wanted and all else as before."""
    edited = contract_in(wanted, source.content)
    if len(edited.problems) != len(wanted.problems) or _says(edited) != _says(wanted):
        fix = f"see: sdd contract check {wanted.path}, or edit it"
        raise SddError(f"{wanted.path} has a form that sdd cannot edit safely", fix)
    return source.content


def _says(contract: Contract) -> dict[str, object]:
    return {name: value for name, value in statements(contract).items() if name not in _FOLLOWS}
