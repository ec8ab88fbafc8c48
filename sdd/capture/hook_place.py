"""The hook file of an agent: where it is, what it holds, and what it held before sdd's entries.

That is kept beside a digest of what was written: for a file of a work tree in git's folder for that, for one of the
user's home in the user's own state folder, with the repositories that rely on it.
"""

import base64
import json
import os
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from sdd.base.errors import SddError
from sdd.records.hook_files import HOOK_FILES, read_hooks
from sdd.repo.locks import locked
from sdd.repo.objects import Repository
from sdd.repo.worktree import write_whole


class Receipt(NamedTuple):
    """What was there before sdd's entries (None: no file), a digest of the file with them, their line, and the
    repositories that rely on them. `folders` are those that sdd made for it, the innermost first.
    """

    before: bytes | None
    after: str
    line: str
    users: tuple[str, ...]
    folders: tuple[str, ...] = ()


class HookPlace:
    """A hook file of one agent: where it is, and where what it held before is kept."""

    def __init__(self, path: Path, kept: Path, user: str, *, is_in_repository: bool, comments: bool) -> None:
        # A file of the home is often a link to where a person keeps such files.
        self.path = Path(os.path.realpath(path)) if path.is_symlink() else path
        self.user = user
        self.is_in_repository = is_in_repository
        self._kept, self._comments = kept, comments

    @classmethod
    def of(cls, repository: Repository, agent: str, *, shared: bool) -> "HookPlace":
        """Raises SddError without a work tree, or without a home where the file is in it."""
        if not repository.work_tree:
            raise SddError("a bare repository is no place where agents work", "run it in a clone")
        name = HOOK_FILES[agent].shared if shared else HOOK_FILES[agent].own
        is_in_repository = not name.startswith("~/")
        if is_in_repository:
            file = f"{agent}-shared.json" if shared else f"{agent}-own.json"
            path, kept = repository.work_tree / name, repository.git_dir / "sdd" / "capture" / "installed" / file
        else:
            try:
                home = Path.home()
            except RuntimeError:
                raise SddError("no home folder is known", "set HOME") from None
            state = Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state")
            path, kept = home / name[2:], state / "sdd" / "capture" / f"{agent}.json"
        user, comments = str(repository.common_dir.resolve()), HOOK_FILES[agent].comments
        return cls(path, kept, user, is_in_repository=is_in_repository, comments=comments)

    def lock(self) -> AbstractContextManager[None]:
        """Keeps other calls from changing the file and what is kept of it."""
        return locked(self._kept.with_suffix(".lock"))

    def require_inside(self, top: Path | None) -> None:
        """Raises SddError where a link leads out of the work tree `top` that the file is in."""
        real = Path(os.path.realpath(self.path))
        if self.is_in_repository and top and not real.is_relative_to(os.path.realpath(top)):
            raise SddError(f"{self.path} leads out of the repository, to {real}", "replace the link by a file")

    def content(self) -> bytes | None:
        """What the file holds, None where it is not there."""
        if self.path.exists() and not self.path.is_file():  # whoever opens a pipe waits
            raise SddError(f"{self.path} is no file", "move it away, then run it again")
        try:
            return self.path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise SddError(f"{self.path} cannot be read: {error.strerror}", "see to it, then run it again") from None

    def document(self, content: bytes | None) -> dict[str, Any]:
        """Raises SddError for what is no JSON object."""
        try:
            return read_hooks(content or b"", comments=self._comments)
        except ValueError as error:
            plain = "JSON" if self._comments else "plain JSON, without comments"
            fix = f"make it {plain}, then run the command again"
            raise SddError(f"{self.path} cannot take sdd's hooks: {error}", fix) from None

    def receipt(self) -> Receipt | None:
        """What an earlier call kept."""
        try:
            said = json.loads(self._kept.read_bytes())
            before = None if said["before"] is None else base64.b64decode(said["before"])
            return Receipt(before, said["after"], said["line"], tuple(said["users"]), tuple(said["folders"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, receipt: Receipt) -> None:
        """Keeps a receipt for a later call. Raises SddError where it cannot be written."""
        before = None if receipt.before is None else base64.b64encode(receipt.before).decode()
        said = json.dumps({**receipt._asdict(), "before": before}).encode()
        write_whole(self._kept, said, 0o600, replace=True)

    def forget(self) -> None:
        """Removes the receipt."""
        self._kept.unlink(missing_ok=True)

    def write(self, content: bytes) -> None:
        """Writes the file whole or not at all. Raises SddError where it cannot be written."""
        mode = self.path.stat().st_mode & 0o777 if self.path.exists() else 0o666
        write_whole(self.path, content, mode, replace=True)

    def missing_folders(self) -> tuple[str, ...]:
        """The folders that `write` has to make, the innermost first."""
        return tuple(str(folder) for folder in self.path.parents if not folder.exists())

    def restore(self, receipt: Receipt) -> None:
        """Gives back what was there."""
        if receipt.before is not None:
            self.write(receipt.before)
            return
        self.path.unlink(missing_ok=True)
        with suppress(OSError):  # somebody has put something into it
            for folder in receipt.folders:
                Path(folder).rmdir()
