"""Folders for what is to be forgotten, in the system's place for temporary files.

A process that is told to end removes its own; one that was killed cannot. Each process holds a lock on the folder that
it uses, and removes those that nobody holds any more.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from types import FrameType, TracebackType
from typing import NoReturn

from sdd.base.errors import SddError
from sdd.repo.git import Git
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

    def borrow(self, objects: str) -> dict[str, str]:
        """Makes a place for objects in it, which borrows those of a folder: the environment in which git writes there.

        They are borrowed by file and not by environment: there a colon would part a path in two.
        """
        borrowed = self.path / "objects" / "info" / "alternates"
        borrowed.parent.mkdir(parents=True)
        borrowed.write_bytes(os.fsencode(objects) + b"\n")
        return {"GIT_OBJECT_DIRECTORY": str(self.path / "objects")}

    def index(self, git: Git, name: str) -> "ScratchIndex":
        """An index in it, for one repository."""
        return ScratchIndex(git, self.path / name)

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


class ScratchIndex:
    """Another index than a repository's own, in one file."""

    def __init__(self, git: Git, file: Path) -> None:
        self._git = git
        self._file = file

    def copy(self, index: Path) -> None:
        """Begins anew, with what another index holds where that is there."""
        self._file.unlink(missing_ok=True)
        if index.exists():
            shutil.copy2(index, self._file)

    def run(self, *arguments: str, data: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
        """One git command with this index."""
        # No hook may run (post-index-change), and a split index would be written next to the real one.
        quietly = ("-c", "core.hooksPath=/dev/null", "-c", "core.splitIndex=false")
        return self._git.run(*quietly, *arguments, data=data, environment={"GIT_INDEX_FILE": str(self._file)})

    def write_tree(self) -> str:
        """The id of the tree that it holds. Raises SddError where git cannot write that."""
        written = self.run("write-tree")
        if written.returncode:
            reason = os.fsdecode(written.stderr).strip().partition("\n")[0]
            raise SddError(f"the work tree cannot be read: {reason}", "see what git status says")
        return written.stdout.decode().strip()


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
