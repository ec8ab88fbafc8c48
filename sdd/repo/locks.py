"""Locks between processes. The kernel releases one when the process that holds it ends, however it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree

from sdd.base.errors import SddError

WAIT = 60.0
"""Seconds that a command waits for others before it gives up."""

_PAUSE = 0.01
# The process that holds a lock, for those that it starts.
_HOLDER = "SDD_LOCKED_BY"


@contextmanager
def locked(file: Path, wait: float | None = None) -> Iterator[None]:
    """Holds the lock on a file, which is made and stays; waits for whoever holds it.

    Raises SddError where the file cannot be made or locked, and after `wait` (WAIT) seconds.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise SddError(f"{file} cannot be locked: {error.strerror}", "make git's folder writable") from None
    own, above = str(os.getpid()), os.environ.get(_HOLDER, "")
    try:
        # A hook of git's need not wait for the sdd that waits for it.
        if _take(handle, file, above if above != own else "", WAIT if wait is None else wait):
            os.ftruncate(handle, 0)
            os.pwrite(handle, own.encode(), 0)
            os.environ[_HOLDER] = own
        yield
    finally:
        os.close(handle)
        if above:
            os.environ[_HOLDER] = above
        else:
            os.environ.pop(_HOLDER, None)


def try_lock(handle: int) -> bool:
    """Takes the lock on an open file until it is closed. False where another process holds it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sweep(folder: Path, pattern: str, age: float) -> None:
    """Removes what a killed process left in a folder: files and folders that match, not touched for `age` seconds."""
    for left in folder.glob(pattern):
        with suppress(OSError):
            if time.time() - left.lstat().st_mtime > age:
                rmtree(left) if left.is_dir() else left.unlink()


def _take(handle: int, file: Path, above: str, wait: float) -> bool:
    """Waits until the lock is this process's. False where process `above` holds it, by which this one was started."""
    deadline = time.monotonic() + wait
    try:
        while not try_lock(handle):
            holder = os.pread(handle, 20, 0).decode("ascii", "replace")
            if above and holder == above:
                return False
            if time.monotonic() > deadline:
                raise SddError(
                    f"another sdd (process {holder or 'unknown'}) is writing here, and has been for {wait:g} s",
                    "wait until it has ended, or end it; then run the command again",
                )
            time.sleep(_PAUSE)
    except OSError as error:
        raise SddError(f"{file} cannot be locked: {error.strerror}", "keep git's folder on another disk") from None
    return True
