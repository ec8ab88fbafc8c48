"""Waiting for what another process does, up to a limit that only a failure reaches."""

import time
from collections.abc import Callable

_LIMIT = 60.0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Comes back as soon as something is so."""
    deadline = time.monotonic() + _LIMIT
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)
