"""Acceptance checks run on an explicit word: each command is shown before it runs, and its output where it fails."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import click

from sdd.authoring.acceptance import CheckRun
from sdd.authoring.verification import CommandOutcome, run_command
from sdd.base.errors import ExitCode, SddError, UsageError
from sdd.base.paths import printable
from sdd.cli.options import timeout_option
from sdd.cli.printing import remark
from sdd.cli.session import Session
from sdd.render.text.checks import ended
from sdd.secrets import hidden

_SHOWN_LINES = 20
run_timeout_option = timeout_option(300, "Kill a command, and all that it started, after this time.")


def run_checks(
    checks: Iterable[tuple[int, str]], top: Path, root: str, limit: float, *, stream: bool = False
) -> Iterator[CommandOutcome]:
    """Runs numbered commands in a root, each for `limit` seconds at most; `stream` shows all that they print."""
    for number, command in checks:
        remark(f"check {number}, run in {root or '.'}: {command}")
        shown = _Lines()
        outcome = run_command(command, top / root, limit, shown.add if stream else None)
        if not stream and not outcome.passed:
            shown.add("\n".join(outcome.tail.splitlines()[-_SHOWN_LINES:]).encode())
        shown.end()
        yield outcome


def require_passed(runs: Mapping[str, CheckRun], checks: Mapping[str, Sequence[str]]) -> None:
    """Raises SddError that names each check that failed and how it ended. Both map a root to what it has."""
    failed = [
        f"{command} ({ended(outcome.status)}, in {root or '.'})"
        for root, run in runs.items()
        for command, outcome in zip(checks[root], run.outcomes, strict=True)
        if not outcome.passed
    ]
    if failed:
        what = "a check" if len(failed) == 1 else f"{len(failed)} checks"
        fix = "make it pass, then run this command again; without --run its box stays unticked"
        raise SddError(f"{what} failed, no record was written: {'; '.join(failed)}", fix, ExitCode.FINDINGS)


# A command that writes the records of several roots runs the checks of all of them before it writes the first.
_ran: ContextVar[Mapping[str, CheckRun] | None] = ContextVar("ran", default=None)


@contextmanager
def handed_over(runs: Mapping[str, CheckRun]) -> Iterator[None]:
    """Lets the commands called within take the checks of these roots as run."""
    token = _ran.set(runs)
    try:
        yield
    finally:
        _ran.reset(token)


def checks_ran(root: str) -> CheckRun | None:
    """How the checks of a root ended, where the calling command has run them."""
    return (_ran.get() or {}).get(root)


class _Lines:
    """Shows output line by line, each safe for a terminal."""

    def __init__(self) -> None:
        self._rest = b""

    def add(self, piece: bytes) -> None:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            click.echo(f"  {printable(hidden(line.decode('utf-8', 'replace')))}", err=True)

    def end(self) -> None:
        if self._rest:
            self.add(b"\n")


def checks_of_record(session: Session, checks: tuple[str, ...], limit: float) -> CheckRun:
    """How the checks ended. Raises UsageError where there is none to run, SddError where one fails."""
    if not checks:
        raise UsageError("--run runs what --check says", "a contract of its own: sdd contract done --run")
    state = session.state
    if ran := checks_ran(state.root):
        return ran
    files = frozenset(state.untold)
    ran = CheckRun(tuple(run_checks(enumerate(checks, 1), session.top, state.root, limit)), files)
    require_passed({state.root: ran}, {state.root: checks})
    return ran
