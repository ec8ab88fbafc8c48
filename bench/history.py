"""A branch of a new repository, written through one `git fast-import`."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

FIRST_COMMIT, SECONDS_APART = 1_767_225_600, 600
# Without these glibc gives back and takes anew the memory of every object: half of the time.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "1000000000", "MALLOC_TRIM_THRESHOLD_": "1000000000"}


class History:
    """One branch of a new repository, written through `git fast-import`. Use it as a context manager."""

    def __init__(self, path: Path, branch: str = "main", commits: int = 0) -> None:
        """`commits` is how many commits of this history are there already."""
        if not commits:
            path.mkdir(parents=True, exist_ok=True)
            subprocess.run(["git", "init", "-q", "-b", branch, path], check=True)
        # A pack, and no text stored as its difference to another: so it is read as fast as one that git gc made.
        settings = ("-c", "core.compression=1", "-c", "fastimport.unpackLimit=1")
        command = ("git", *settings, "-C", path, "fast-import", "--quiet", "--big-file-threshold=64")
        self._importer = subprocess.Popen(
            command, stdin=subprocess.PIPE, bufsize=1 << 20, env={**os.environ, **ALLOCATOR}
        )
        assert self._importer.stdin
        self._stream: IO[bytes] = self._importer.stdin
        self._branch = branch
        self._commits = commits

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
        if self._importer.wait() and not error:
            raise RuntimeError(f"git fast-import ended with status {self._importer.returncode}")

    def commit(self, message: str, files: Mapping[str, str], branch: str = "", parent: str = "") -> None:
        """Adds a commit that adds or replaces `files` (path -> text), to its branch or on top of another `parent`."""
        when = FIRST_COMMIT + self._commits * SECONDS_APART
        name = f"refs/heads/{branch or self._branch}"
        self._stream.write(f"commit {name}\ncommitter Ada <ada@example.com> {when} +0000\n".encode())
        self._data(message)
        if parent:
            self._stream.write(f"from {parent}\n".encode())
        for path, text in files.items():
            self._stream.write(f"M 100644 inline {path}\n".encode())
            self._data(text)
        self._commits += 1

    def _data(self, text: str) -> None:
        content = text.encode()
        self._stream.write(b"data %d\n%b\n" % (len(content), content))
