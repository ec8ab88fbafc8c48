"""Folders for what is to be forgotten, in the system's place for temporary files.

A process that is told to end removes its own; one that was killed cannot. Each process holds a lock on the folder that
it uses, and removes those that nobody holds any more.
"""

import os
import shutil
import signal
import tempfile
import threading
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from types import FrameType, TracebackType
from typing import NoReturn

from sdd.repo.locks import try_lock

PREFIX = "sdd-scratch-"

# A folder is there a moment before its process holds it.
_UNHELD = 60.0
_SWEPT_AT_ONCE = 20


class ScratchFolder:
    """A new folder, at `path` until it is closed. Use it as a context manager, which gives the path."""

    def __init__(self) -> None:
        _end_in_order()
        sweep_scratch()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        with suppress(OSError):  # where folders cannot be locked, nobody sweeps them either
            try_lock(self._handle)

    def close(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._handle)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _end_in_order() -> None:
    """Lets signals that would end this process at once unwind it instead, so that its folders are closed."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, _end)


def _end(number: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def sweep_scratch() -> None:
    """Removes some of this user's folders that no process holds any more."""
    for folder in islice(Path(tempfile.gettempdir()).glob(f"{PREFIX}*"), _SWEPT_AT_ONCE):
        with suppress(OSError):
            state = folder.lstat()
            if state.st_uid == os.geteuid() and time.time() - state.st_mtime > _UNHELD:
                _remove_unheld(folder)


def _remove_unheld(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if try_lock(handle):
            shutil.rmtree(folder)
    finally:
        os.close(handle)
