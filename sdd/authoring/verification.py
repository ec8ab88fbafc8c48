"""Runs the command of an acceptance check: in a shell, up to a time limit, with everything that it started ended."""

import contextlib
import hashlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sdd.base.errors import SddError

_TAIL = 4096
_PIECE = 65536
# How often a command that says nothing is looked at: it may have ended and left others behind that hold its output.
_LOOK = 0.05
_TIMED_OUT, _SIGNALLED = 124, 128


@dataclass(frozen=True)
class CommandOutcome:
    """How a command ended. `status` is None where the time limit ended it; `seconds` is how long it took.

    `digest` is the SHA-256 of all that it printed, both streams as one, and `tail` the last of that.
    """

    status: int | None
    seconds: float
    digest: str
    tail: str

    @property
    def passed(self) -> bool:
        """Whether the command says that all is well."""
        return self.status == 0

    @property
    def exit_status(self) -> int:
        """The status as a shell tells it: 128 and the signal's number where one ended it, and 124 for the time limit,
        as of timeout(1).
        """
        if self.status is None:
            return _TIMED_OUT
        return self.status if self.status >= 0 else _SIGNALLED - self.status


def run_command(
    command: str,
    folder: Path,
    limit: float,
    listen: Callable[[bytes], None] | None = None,
    environment: Mapping[str, str] | None = None,
) -> CommandOutcome:
    """Runs `command` with `sh -c` in a folder, for `limit` seconds at most; `listen` gets each piece of its output.

    Its standard input is empty. Its process group is killed at the end, at the limit and when sdd is stopped.
    `environment` replaces sdd's own. Raises SddError where no shell can be started there.
    """
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            ["sh", "-c", command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
        )
    except (OSError, ValueError) as error:
        raise SddError(f"no command can be run in {folder}: {error}", "check the folder, and that sh exists") from None
    digest, tail, ended = hashlib.sha256(), b"", False
    try:
        for piece in _pieces(process, started + limit):
            digest.update(piece)
            tail = (tail + piece)[-_TAIL:]
            if listen:
                listen(piece)
        ended = _has_ended(process)
    finally:
        _end(process)
    seconds = time.monotonic() - started
    return CommandOutcome(
        process.returncode if ended else None, seconds, digest.hexdigest(), tail.decode("utf-8", "replace")
    )


def _pieces(process: "subprocess.Popen[bytes]", deadline: float) -> Iterator[bytes]:
    """What a process prints, until it has ended and said all, or until the deadline (seconds of the steady clock)."""
    assert process.stdout, "it was asked for"
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        open_end = True
        while (left := deadline - time.monotonic()) > 0:
            ended = _has_ended(process)
            if open_end and selector.select(0 if ended else min(left, _LOOK)):
                piece = os.read(process.stdout.fileno(), _PIECE)
                if piece:
                    yield piece
                    continue
                open_end = False
                selector.unregister(process.stdout)
            elif not open_end and not ended:
                time.sleep(min(left, _LOOK))
            if ended:
                return


def _has_ended(process: "subprocess.Popen[bytes]") -> bool:
    """Whether a process has ended. It is not waited for: until then nobody else gets its number, or its group's."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kills whatever is left of a process and of those that it started, and waits for it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdout:
        process.stdout.close()
    process.wait()
