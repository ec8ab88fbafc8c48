"""Acceptance checks as a list, and as a table of how they ended."""

from collections.abc import Iterator, Sequence

from sdd.authoring.acceptance import Verified
from sdd.base.paths import path_word, printable
from sdd.gate.cover import CheckState, worth_of
from sdd.records.kinds.contract import Contract
from sdd.render.text.table import table


def checks_list(contract: Contract, states: Sequence[CheckState], *, runs: bool) -> Iterator[str]:
    """A contract's checks, ticked or not, what a tick is worth, and the command that `runs` them here."""
    yield printable(contract.path)
    for number, (check, state) in enumerate(zip(contract.checks, states, strict=True), 1):
        by_hand = "" if check.command else "  (by hand)"
        is_told = check.command and (check.done or state == CheckState.FAILED)
        worth = f"  ({worth_of(state, check.command)})" if is_told else ""
        yield f"[{'x' if check.done else ' '}] {number}  {printable(check.command or check.text)}{by_hand}{worth}"
    if runs and any(check.command for check in contract.checks):
        yield f"next: sdd contract verify {path_word(contract.path)} --run"


def checks_table(contract: Contract, results: Sequence[Verified]) -> str:
    """One row a check: its number, its command (or what to look at), how that ended, and how long it took."""
    ran = {(check.text, check.line): outcome for check, outcome in results}
    rows = [("check", "command", "result", "time")]
    for number, check in enumerate(contract.checks, 1):
        outcome = ran.get((check.text, check.line))
        result, time = (ended(outcome.status), f"{outcome.seconds:.1f} s") if outcome else ("by hand", "-")
        rows.append((str(number), check.command or check.text, result, time))
    return table(rows)


def ended(status: int | None) -> str:
    """How a command with this exit status ended, None for one that took too long."""
    return "time limit" if status is None else "passed" if status == 0 else f"exit {status}"
