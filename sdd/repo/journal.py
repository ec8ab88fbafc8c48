"""What a command is about to write, so that the same command knows how far a run came that was killed.

It is one file in the work tree's folder of git, from before the first write until the command has succeeded. It names
paths, with digests of what they held, and the commit that is reverted, never a text. The process that writes holds a
lock on it, which the kernel takes back: a journal that can be locked was left behind. Only a command of the same words
looks at it.
"""

import os
from contextlib import suppress
from hashlib import sha256
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from sdd.base.errors import SddError
from sdd.repo.locks import sweep, try_lock
from sdd.repo.objects import Repository

_KEPT = 7 * 24 * 3600.0


class Journal:
    """The journal of a command that was called with some words. Use it as a context manager.

    `paths` are those that it names, with `is_rerun` those of a run that did not succeed: it was killed, or git refused
    the commit.
    """

    def __init__(self, repository: Repository, *words: object) -> None:
        assert repository.work_tree, "only a work tree is written to"
        self._repository, self._top = repository, repository.work_tree
        self._key = sha256(repr(words).encode("utf-8", "backslashreplace")).hexdigest()[:32]
        self._before: dict[str, str] = {}

    def __enter__(self) -> Self:
        folder = self._repository.git_dir / "sdd" / "journal"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            sweep(folder, "*", _KEPT)
            self._open(folder)
        except OSError as error:
            raise SddError(f"{folder} cannot be written: {error.strerror}", "make git's folder writable") from None
        *entries, _ = os.fsdecode(os.pread(self._handle, os.fstat(self._handle).st_size, 0)).split("\0")
        for entry in entries:
            digest, _, path = entry.partition(" ")
            self._before[path] = digest
        self._earlier = tuple(self._before)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        is_refused = isinstance(error, Exception) and not any(map(self.is_written, self._before))
        if kind is None or not self._before or is_refused:
            with suppress(OSError):
                self._file.unlink()
        os.close(self._handle)

    def _open(self, folder: Path) -> None:
        """Opens the first journal of these words that no living process has."""
        for number in count():
            self._file = folder / f"{self._key}-{number}"
            self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
            if try_lock(self._handle) and self._is_there():
                return
            os.close(self._handle)

    def _is_there(self) -> bool:
        """Whether the file was not removed between its opening and its locking."""
        with suppress(OSError):
            return os.path.samestat(os.fstat(self._handle), self._file.stat())
        return False

    @property
    def is_rerun(self) -> bool:
        """Whether an earlier run named paths."""
        return bool(self._earlier)

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that are named, in their order."""
        return tuple(self._before)

    @property
    def record(self) -> str | None:
        """The last file that an earlier run made, unless it was there before HEAD's commit."""
        made = [path for path in self._earlier if not self._before[path] and self.is_written(path)]
        if not made or (self._repository.commit("HEAD^") and made[-1] in self._repository.tree("HEAD^")):
            return None
        return made[-1]

    def is_written(self, path: str) -> bool:
        """Whether a path is named and holds something else than before."""
        return path in self._before and self._digest(path) != self._before[path]

    def note(self, *paths: str) -> None:
        """Names paths that are to be written; of those named before nothing is changed."""
        new = {path: self._digest(path) for path in paths if path not in self._before}
        self._before |= new
        os.write(self._handle, os.fsencode("".join(f"{digest} {path}\0" for path, digest in new.items())))
        os.fsync(self._handle)

    def _digest(self, path: str) -> str:
        """The digest of what a path holds, empty where it holds nothing."""
        file = self._top / path
        return sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
