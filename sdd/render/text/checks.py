"""Acceptance checks as a list, and as a table of how they ended."""

from collections.abc import Iterator, Sequence

from sdd.authoring.acceptance import Verified
from sdd.base.paths import printable
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.contract_body import Check


def checks_list(contract: Contract) -> Iterator[str]:
    """A contract's checks, ticked or not, and the command that runs them."""
    yield printable(contract.path)
    for number, check in enumerate(contract.checks, 1):
        yield f"[{'x' if check.done else ' '}] {number}  {_told(check)}{'' if check.command else '  (by hand)'}"
    if any(check.command for check in contract.checks):
        yield f"next: sdd contract verify {printable(contract.path)} --run"


def checks_table(contract: Contract, results: Sequence[Verified]) -> Iterator[str]:
    """One row a check: its number, its command (or what to look at), how that ended, and how long it took."""
    ran = {(check.text, check.line): outcome for check, outcome in results}
    rows = [("check", "command", "result", "time")]
    for number, check in enumerate(contract.checks, 1):
        outcome = ran.get((check.text, check.line))
        told = "by hand" if not outcome else ended(outcome.status)
        rows.append((str(number), _told(check), told, f"{outcome.seconds:.1f} s" if outcome else "-"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def ended(status: int | None) -> str:
    """How a command with this exit status ended, None for one that took too long."""
    return "time limit" if status is None else "passed" if status == 0 else f"exit {status}"


def _told(check: Check) -> str:
    return printable(check.command or check.text)
