"""Input that a caller hands over, read within bounds, and whether that caller is still there."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from sdd.base.errors import SddError
from sdd.base.limits import INPUT_BYTES

_LOOK = 1.0
"""Seconds between two looks for a parent that has gone; the end of a pipe is noticed at once."""
_GRACE = 10.0
"""Seconds that a step gets to hear that it is to stop."""


def read_input(stream: IO[bytes], name: str, error: type[SddError] = SddError, most: int = INPUT_BYTES) -> bytes:
    """All that a stream holds. Raises `error` where that is more than `most` bytes: a device has no end."""
    data = stream.read(most + 1)
    if len(data) > most:
        raise error(f"{name} has more than {most} bytes (limit)", "give the text itself, or less of it")
    return data


@contextmanager
def with_caller() -> Iterator[None]:
    """Stops what is done here, as Ctrl-C does, once nobody is left to hear of it.

    A server whose client has gone ends the hook's parent, and with it the reader of the hook's standard error. Each of
    the two is looked for: a log has no reader, and a shell may stand between.
    """
    import select
    import threading

    if not hasattr(select, "poll") or threading.current_thread() is not threading.main_thread():
        yield
        return
    done = threading.Event()
    parent, main = os.getppid(), threading.main_thread().ident

    def watch() -> None:
        ends = select.poll()
        with suppress(OSError, ValueError):  # closed from the start
            ends.register(sys.__stderr__ or 2, 0)
        while not done.is_set():
            gone = any(event & (select.POLLERR | select.POLLHUP) for _, event in ends.poll(_LOOK * 1000))
            if (gone or os.getppid() != parent) and not done.is_set():
                signal.pthread_kill(main or 0, signal.SIGINT)
                if not done.wait(_GRACE):
                    os._exit(3)
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()
