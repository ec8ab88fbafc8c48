"""Limits on how long a verdict may take: by the clock for a server's hook, by CPU time for every gate.

Both are the last stop, behind the limits on work.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sdd.base.errors import ExitCode, SddError

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

    A step that never comes back to Python ends the process instead: with the same words, and the same exit status.
    """

    def stop(*_: Any) -> None:
        raise _TimeIsUp

    message = f"no verdict within {seconds} s"
    more = "whoever runs the server can allow more: sdd hook install --server --timeout SECONDS"
    fix = f"push again, or less at once\n{more}"
    before = signal.signal(signal.SIGALRM, stop)
    told = "\n  ".join((f"sdd: {message}", *fix.splitlines())) + "\n"
    with _last_stop(seconds + _GRACE, told.encode()):
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        except _TimeIsUp:
            raise SddError(message, fix) from None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


@contextmanager
def _last_stop(seconds: int, told: bytes) -> Iterator[None]:
    """Ends the process after so many seconds, `told` on stderr, wherever it is.

    While a step in C keeps Python's lock, no thread and no handler of Python's runs. So a child watches the clock, and
    the C library itself handles the signal: its `_exit` gets the signal's number, which for SIGQUIT is that of
    CANNOT_JUDGE.
    """
    import ctypes
    import select

    assert int(signal.SIGQUIT) == ExitCode.CANNOT_JUDGE
    library = ctypes.CDLL(None)
    library.signal.argtypes, library.signal.restype = (ctypes.c_int, ctypes.c_void_p), ctypes.c_void_p
    before = library.signal(signal.SIGQUIT, ctypes.cast(library._exit, ctypes.c_void_p))
    process, (ended, running) = os.getpid(), os.pipe()
    watcher = os.fork()
    if not watcher:
        try:
            os.close(running)  # what the process alone holds open ends with it, however it ends
            if not select.select([ended], [], [], seconds)[0]:
                os.write(2, told)
                os.kill(process, signal.SIGQUIT)
        finally:
            os._exit(0)
    try:
        yield
    finally:
        os.close(running)
        os.waitpid(watcher, 0)
        os.close(ended)
        library.signal(signal.SIGQUIT, before)
