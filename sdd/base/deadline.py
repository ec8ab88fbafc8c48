"""Limits on how long a verdict may take: by the clock for a server's hook, by CPU time for every gate.

Both are the last stop, behind the limits on work.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sdd.base.errors import SddError

# How much longer a single step gets that hears no signal.
_GRACE = 10


class _TimeIsUp(BaseException):
    """No Exception, so that nothing on the way takes it for a fault in what it reads."""


class _CpuTimeIsUp(BaseException):
    """The same for CPU time."""


@contextmanager
def cpu_limit(seconds: int) -> Iterator[Callable[[int], None]]:
    """Ends what is done here with an SddError once it has taken so much CPU time, git's not counted.

    What it gives sets another limit, once that is known.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield lambda _: None
        return
    allowed, start = seconds, time.process_time()

    def allow(wanted: int) -> None:
        nonlocal allowed
        allowed = wanted
        signal.setitimer(signal.ITIMER_PROF, max(0.001, start + wanted - time.process_time()))

    def stop(*_: Any) -> None:
        raise _CpuTimeIsUp

    before = signal.signal(signal.SIGPROF, stop)
    try:
        allow(seconds)
        yield allow
    except _CpuTimeIsUp:
        message = f"no verdict within {allowed} s of CPU time (limit)"
        fix = "push less at once\nor let the target's policy allow more: seconds in [gate.limits]"
        raise SddError(message, fix) from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def deadline(seconds: int) -> Iterator[None]:
    """Ends what is done here once it has taken too long, with an SddError.

    A step that never comes back to Python ends the process instead, with exit status 1.
    """

    import faulthandler

    def stop(*_: Any) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, stop)
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(seconds + _GRACE, exit=True, file=nowhere)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        except _TimeIsUp:
            more = "whoever runs the server can allow more: sdd hook install --server --timeout SECONDS"
            raise SddError(f"no verdict within {seconds} s", f"push again, or less at once\n{more}") from None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            faulthandler.cancel_dump_traceback_later()
            signal.signal(signal.SIGALRM, before)
