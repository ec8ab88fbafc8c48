"""Waiting for what another process does, up to a limit that only a failure reaches."""

import os
import time
from collections.abc import Callable
from pathlib import Path

_LIMIT = 60.0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Comes back as soon as something is so."""
    deadline = time.monotonic() + _LIMIT
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


def is_running(process: int) -> bool:
    """Whether a process is there, and not only what is left of one until somebody asks how it ended."""
    try:
        os.kill(process, 0)
        told = Path(f"/proc/{process}/stat").read_text() if Path("/proc/self").exists() else ""
    except (ProcessLookupError, FileNotFoundError):
        return False
    return told.rpartition(")")[2].split()[:1] != ["Z"]
