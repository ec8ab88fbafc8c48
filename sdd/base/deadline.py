"""A limit on how long a command may take by the clock: the last stop of a server's hook."""

import faulthandler
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sdd.base.errors import SddError

# How much longer a single step gets that hears no signal.
_GRACE = 10


class _TimeIsUp(BaseException):
    """No Exception, so that nothing on the way takes it for a fault in what it reads."""


@contextmanager
def deadline(seconds: int) -> Iterator[None]:
    """Ends what is done here once it has taken too long, with an SddError.

    A step that never comes back to Python ends the process instead, with exit status 1.
    """

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
