"""sdd contract verify and done: the acceptance checks run on an explicit word, and the contract brought to its end."""

from collections.abc import Iterator, Sequence

import click

from sdd.authoring.acceptance import RunPlace, Verified, contract_in, with_done, with_results
from sdd.base.errors import ExitCode, SddError, UsageError
from sdd.base.listing import counted
from sdd.base.paths import path_word
from sdd.cli.check_runs import checks_ran, run_checks, run_timeout_option
from sdd.cli.completion import complete_contract
from sdd.cli.contract_records import check_contracts, contract_named
from sdd.cli.options import commit_option, rev_option
from sdd.cli.printing import remark
from sdd.cli.session import Session, in_session
from sdd.gate.change import ChangeView
from sdd.gate.check.verdict import Finding
from sdd.gate.cover import CheckState, Coverage, check_states
from sdd.gate.target import target_of_revision
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.render.documents.checks import checks_document
from sdd.render.documents.verdict import finding_document
from sdd.render.text.checks import checks_list, checks_table
from sdd.repo.worktree import rewrite

_stream_option = click.option("--stream", is_flag=True, help="Show the output of the commands on standard error.")


@click.command()
@click.argument("contract", required=False, shell_complete=complete_contract)
@click.option("--run", is_flag=True, help="Run the commands, and tick the checks that pass.")
@run_timeout_option
@_stream_option
@rev_option
@commit_option("the record")
@in_session
def verify(session: Session, contract: str | None, *, run: bool, timeout: float, stream: bool) -> int:
    """List the acceptance checks of CONTRACT (a path, the end of one, a number or its title) with what their evidence
    proves, or run them. With --rev both the contract and the files are those of that commit.

    With --run sh runs the commands in the contract's root, and sdd shows each one first. A check that passes gets a
    tick, one that fails loses it, and both get a line of evidence. A contract that has landed as done, or in a PHR,
    runs too and is not changed.  [default: the open one that this branch adds, else the open one]

    Exit status: 0 clean, 1 a command failed, 2 wrong usage, 3 cannot judge.
    """
    if run and session.rev is not None:
        raise UsageError(
            "--run runs the files that are checked out, --rev reads others", "git switch --detach REV, then --run alone"
        )
    found = contract_named(session, contract)
    results = _run(session, found, timeout, stream) if run else ()
    if run and not _failed(results):
        session.save(f"Run the checks again: {found.title}", found.path)
    elif run:
        _save_failure(session, found, results)
    states = () if run else _states(session, found)
    document = {"schema": "sdd/verification/1", **checks_document(found, results), "check_states": [*states]}
    session.print(
        document, checks_table(found, results) if run else checks_list(found, states, runs=session.rev is None)
    )
    return ExitCode.FINDINGS if _failed(results) else ExitCode.CLEAN


@click.command()
@click.argument("contract", required=False, shell_complete=complete_contract)
@click.option("--run", is_flag=True, help="Run the checks first, as verify --run does.")
@run_timeout_option
@_stream_option
@commit_option("the contract")
@in_session
def done(session: Session, contract: str | None, *, run: bool, timeout: float, stream: bool) -> int:
    """Set the status of CONTRACT to done, once all its checks are ticked and its rules find no error.

    Without CONTRACT it is the open one that this branch adds, else the open one. One that landed as done is refused.

    Exit status: 0 done, 1 refused, 2 wrong usage, 3 cannot judge.
    """
    found = contract_named(session, contract)
    if found.embedded:
        raise UsageError(f"{found.path} is a PHR: its contract counts as done", "see: sdd contract verify --run")
    if settled := _settled(session, found):
        raise UsageError(
            f"which contract? {found.path} is {settled} and has landed",
            f"run its checks: sdd contract verify {path_word(found.path)} --run\n"
            "the open ones: sdd contract list --status open",
        )
    results = _run(session, found, timeout, stream) if run else ()
    session.lock()
    before, finished = _read_again(session, found)
    errors = () if _failed(results) else _errors(session, finished)
    refused = bool(errors) or _failed(results)
    if not refused and finished.status != ContractStatus.DONE:
        rewrite(session.top / found.path, before, with_done(finished, before))
    if _failed(results):
        session.unlock()
        _save_failure(session, found, results)
    is_new = not refused and _is_uncommitted(session, found)
    saved = is_new and session.save(f"Close the contract: {found.title}", found.path) == "committed"
    told = {"done": not refused, "findings": [*map(finding_document, errors)]}
    session.print(
        {"schema": "sdd/contract-done/1", **checks_document(finished, results), **told},
        (
            *(checks_table(finished, results).splitlines() if run else ()),
            *_verdict(session, finished, errors, refused, " and committed" if saved else "" if is_new else " already"),
        ),
    )
    return ExitCode.FINDINGS if refused else ExitCode.CLEAN


def _states(session: Session, contract: Contract) -> tuple[CheckState, ...]:
    """What the ticks of a contract are worth, on the files of the work tree or of the revision that is read."""
    if session.rev is None:
        return check_states(contract, session.state.coverage)
    target = target_of_revision(session.repository, None, session.rev)
    view = ChangeView(session.repository, target, session.reader) if target.change else None
    return check_states(contract, Coverage(view) if view else None)


def _failed(results: Sequence[Verified]) -> bool:
    return any(not outcome.passed for _, outcome in results)


def _is_uncommitted(session: Session, contract: Contract) -> bool:
    return bool(session.repository.git("status", "--porcelain=v1", "--", f":(top,literal){contract.path}"))


def _save_failure(session: Session, contract: Contract, results: Sequence[Verified]) -> None:
    """Commits, where that is asked for, what was noted of checks that failed, and tells it."""
    if not _is_uncommitted(session, contract):
        return
    word = session.save(f"A check fails: {contract.title}", contract.path)
    lost = any(check.done and not outcome.passed for check, outcome in results)
    told = "a check that fails is not ticked any more" if lost else "its evidence says which check fails"
    remark(f"{word} {contract.path}: {told}")


def _errors(session: Session, contract: Contract) -> tuple[Finding, ...]:
    """What the rules would find in the contract were it done."""
    verdict = check_contracts(session, [contract.but(status=ContractStatus.DONE)], session.commit)
    return tuple(finding for change in verdict.changes for finding in change.errors)


def _verdict(session: Session, contract: Contract, errors: Sequence[Finding], refused: bool, how: str) -> Iterator[str]:
    """Whether the contract is done now, and if not, what is in the way."""
    path = contract.path
    if not refused:
        yield f"{path} is done{how}"
        return
    for finding in errors:
        yield f"{finding.path}:{finding.line}:{finding.column}: {finding.rule}: {finding.message}"
    yield f"{path} is not done: {counted(len(errors), 'error') if errors else 'a check failed'}"
    waiting = [check for check in contract.checks if not check.done]
    # What was ticked may be undone by what is corrected: whatever can run is run once more.
    run = " --run" if any(check.command for check in contract.checks) else ""
    again = f"sdd contract done {path_word(path)}{run}{' --commit' if session.commits else ''}"
    only_runs = len(errors) == len(waiting) and all(check.command for check in waiting)
    yield f"next: {'' if only_runs else 'correct what is named above, then: '}{again}"


def _run(session: Session, contract: Contract, limit: float, stream: bool) -> tuple[Verified, ...]:
    """Runs the commands of a contract, and notes in the file what came of them."""
    place = _place(session, contract)
    numbered = [(number, check) for number, check in enumerate(contract.checks, 1) if check.command]
    commands = [(number, check.command or "") for number, check in numbered]
    ran = checks_ran(contract.root)
    outcomes = ran.outcomes if ran else run_checks(commands, session.top, contract.root, limit, stream=stream)
    results = tuple(Verified(check, outcome) for (_, check), outcome in zip(numbered, outcomes, strict=True))
    _note(session, contract, results, place)
    return results


def _place(session: Session, contract: Contract) -> RunPlace:
    """Where the checks of a contract, or of the PHR that holds it, are run."""
    coverage = session.state.coverage
    phr = next((phr for phr in (coverage.phrs if coverage else ()) if phr.path == contract.path), None)
    return RunPlace.of(session.state, phr or contract, session.today.isoformat())


def _settled(session: Session, contract: Contract) -> str:
    """The status that a contract has landed with, empty for open. With nothing left to judge HEAD has landed."""
    view, head = session.state.view, session.repository.commit("HEAD")
    landed = view.target if view else session.repository.tree(head) if head else None
    entry = landed.file(contract.path) if landed else None
    status = contract_in(contract, session.reader.content(entry)).status if entry else ContractStatus.OPEN
    return "" if status in (None, ContractStatus.OPEN) else status


def _note(session: Session, contract: Contract, results: Sequence[Verified], place: RunPlace) -> None:
    """Writes ticks and evidence into a contract that may still change; what was run in another one is only told."""
    coverage = session.state.coverage
    own = {record.path for record in ((*coverage.phrs, *coverage.contracts) if coverage else ())}
    if contract.embedded and contract.path not in own:
        remark(f"nothing was written into {contract.path}: it is part of a PHR, which has landed and stays as it is")
        return
    if not contract.embedded and contract.status != ContractStatus.OPEN and contract.path not in own:
        remark(f"nothing was written into {contract.path}: it is not open, and not of this change")
        return
    # The commands took their time, and may have changed the file: what counts is what it holds now.
    session.lock()
    before, now = _read_again(session, contract)
    there = {(check.text, check.command): check for check in now.checks}
    known = [
        Verified(there[key], outcome) for check, outcome in results if (key := (check.text, check.command)) in there
    ]
    after = with_results(now, before, known, place)
    rewrite(session.top / contract.path, before, after)
    session.unlock()


def _read_again(session: Session, contract: Contract) -> tuple[bytes, Contract]:
    """A contract's file as it is now: its content, and the contract in it."""
    try:
        content = (session.top / contract.path).read_bytes()
    except OSError as error:
        raise SddError(
            f"{contract.path} cannot be read any more: {error.strerror}", "see to it, then run the command again"
        ) from None
    return content, contract_in(contract, content)
