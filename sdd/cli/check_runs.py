"""Acceptance checks run on an explicit word: each command is shown before it runs, and its output where it fails."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from sdd.authoring.verification import CommandOutcome, run_command
from sdd.base.paths import printable
from sdd.cli.options import timeout_option
from sdd.cli.printing import remark
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
