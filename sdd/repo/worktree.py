"""Writing into the work tree: a file whole or not at all, never over another's words, never through a symlink."""

import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from sdd.base.errors import SddError
from sdd.repo.git import Git
from sdd.repo.locks import sweep

# No file takes that long to write: what is older was left by a process that was killed.
_LEFT_OVER_AFTER = 3600.0
_SPARE = ".sdd-"
_SPARES = _SPARE + "[0-9a-f]" * 16
_AGAIN = "run the command again"


def write_new(path: Path, text: str, *, executable: bool = False) -> None:
    """Writes a file that is not there yet, its folders included; it appears whole or not at all.

    `text` goes out as UTF-8; what UTF-8 cannot hold becomes U+FFFD. `executable` is for scripts. Raises SddError
    where `path` exists, where a symlink or a file is in the way, and where the disk refuses.
    """
    path = _real_place(path)
    if os.path.lexists(path):
        raise SddError(f"{path} is there already", "move it away or choose another name")
    mode = 0o777 if executable else 0o666
    write_whole(path, text.encode("utf-8", "replace"), mode, replace=False)


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    """Puts `after` in the place of a file that holds `before`, in one step, its mode kept.

    Raises SddError where the file has changed meanwhile, where it is a link, and where the disk refuses.
    """
    path = _real_place(path)
    try:
        mode, content = path.stat().st_mode & 0o777, path.read_bytes()
    except OSError as error:
        raise SddError(f"{path} cannot be read: {error.strerror}", f"see to it, then {_AGAIN}") from None
    if content != before:
        raise SddError(f"{path} was changed while sdd worked on it", f"it stays as it is; {_AGAIN}")
    if after != before:
        write_whole(path, after, mode, replace=True)


def _real_place(path: Path) -> Path:
    """The absolute path, which leads through no symlink of its work tree."""
    path = path.absolute()
    top = _top_above(path)
    if top:
        require_places(top, [path.relative_to(top).as_posix()])
    return path


def _top_above(path: Path) -> Path | None:
    return next((folder for folder in path.parents if (folder / ".git").exists()), None)


def write_whole(path: Path, content: bytes, mode: int, *, replace: bool) -> None:
    """Writes a file and gives it its name in one step, its mode lessened by the umask.

    Until then it has no name, or one in git's folder where the file system knows no unnamed files. Without `replace`
    whatever is at `path` by then stays, and SddError is raised.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _write_unnamed(path, content, mode, replace):
            _write_named(path, content, mode, replace)
        _sync_folder(path.parent)
    except FileExistsError:
        raise SddError(f"{path} is there already", f"it stays as it is; {_AGAIN}") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SddError(
            f"{path} cannot be written: {reason}", f"make room or see to its permissions, then {_AGAIN}"
        ) from None


def is_stream(path: Path) -> bool:
    """Whether what is written to a path goes to a device, a pipe or a descriptor, and not into a file of its own."""
    return str(path.parent) in ("/dev", "/dev/fd") or (path.exists() and not (path.is_file() or path.is_dir()))


def write_output(path: Path, text: str) -> None:
    """Writes a file that the user has asked for, whole or not at all. A device, a pipe or a link is written through.

    Raises SddError where it cannot be written.
    """
    content = text.encode("utf-8", "backslashreplace")
    if not (is_stream(path) or path.is_symlink()):
        write_whole(path, content, 0o666, replace=True)
        return
    try:
        path.write_bytes(content)
    except OSError as error:
        raise SddError(f"{path} cannot be written: {error.strerror}", "name another file") from None


def _write_unnamed(path: Path, content: bytes, mode: int, replace: bool) -> bool:
    """Writes a file that has no name before it is whole. False where the system cannot do that."""
    try:
        handle = os.open(path.parent, os.O_WRONLY | os.O_TMPFILE, mode)
    except (AttributeError, OSError):
        return False
    with os.fdopen(handle, "wb") as file:
        _write_through(file, content)
        name = spare_name(path) if replace else path
        try:
            # With a folder given Python follows the link of /proc; the path is absolute.
            os.link(f"/proc/self/fd/{handle}", name, src_dir_fd=handle, follow_symlinks=True)
        except FileExistsError:
            raise
        except OSError:
            return False
    if replace:
        _move(name, path)
    return True


def _write_named(path: Path, content: bytes, mode: int, replace: bool) -> None:
    spare = spare_name(path)
    handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(handle, "wb") as file:
            _write_through(file, content)
        if not replace:
            _take_name(spare, path)
        else:
            spare.replace(path)
    finally:
        spare.unlink(missing_ok=True)


def _write_through(file: IO[bytes], content: bytes) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def _move(source: Path, path: Path) -> None:
    try:
        source.replace(path)
    except OSError:
        source.unlink(missing_ok=True)
        raise


def _take_name(source: Path, path: Path) -> None:
    """Gives a finished file its name. A hard link is the one step that never lands on another file."""
    try:
        os.link(source, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: the name is taken first, so that nobody else's file is lost.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        source.replace(path)


def _sync_folder(folder: Path) -> None:
    """Makes the new name last beyond a power cut, where the file system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def spare_name(path: Path) -> Path:
    """A free name from which a rename leads to `path`: in git's folder, else (another disk, no git) beside it.

    What a process that was killed has left there is removed.
    """
    folder = _git_folder(path)
    if folder:
        folder = folder / "sdd" / "unfinished"
        folder.mkdir(parents=True, exist_ok=True)
    if not folder or folder.stat().st_dev != path.parent.stat().st_dev:
        folder = path.parent
    sweep(folder, _SPARES, _LEFT_OVER_AFTER)
    return folder / f"{_SPARE}{secrets.token_hex(8)}"


def work_trees(repository: Git) -> list[Path]:
    """The top folders of all work trees of a repository, this one's first."""
    own = [repository.work_tree] if repository.work_tree else []
    if not (repository.common_dir / "worktrees").is_dir():
        return own
    return [*own, *(top for top in map(Path, _listed(repository, "worktree")) if top not in own)]


def checked_out(repository: Git) -> list[str]:
    """The commits that are checked out in all work trees of a repository."""
    if not (repository.common_dir / "worktrees").is_dir():
        head = repository.git_answer("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return [head] if head else []
    return [oid for oid in dict.fromkeys(_listed(repository, "HEAD")) if oid.strip("0")]


def _listed(repository: Git, word: str) -> list[str]:
    """What git says behind a word of each work tree."""
    lines = repository.git("worktree", "list", "--porcelain").splitlines()
    return [line.removeprefix(f"{word} ") for line in lines if line.startswith(f"{word} ")]


def _git_folder(path: Path) -> Path | None:
    """git's folder for the work tree that a path is in, None for none."""
    top = _top_above(path)
    if not top or (top / ".git").is_dir():
        return top and top / ".git"
    named = (top / ".git").read_text("utf-8", "surrogateescape").removeprefix("gitdir: ").rstrip("\n")
    folder = top / named
    return folder if folder.is_dir() else None


def require_places(top: Path, paths: Iterable[str]) -> None:
    """Makes sure that each of `paths` (relative to `top`) can be a real file below real folders.

    Raises SddError at the first that cannot: git keeps nothing beyond a symlink, and what is written through
    one may land outside the repository.
    """
    for path in paths:
        place = top
        parts = path.split("/")
        for number, name in enumerate(parts, start=1):
            place = place / name
            if place.is_symlink():
                raise SddError(
                    f"{place} is a symlink, sdd writes only into real folders", "put a real folder or file there"
                )
            if not place.exists():
                break
            if number < len(parts) and not place.is_dir():
                raise SddError(f"{place} is a file where a folder is needed", "move it away and run the command again")
            if number == len(parts) and not place.is_file():
                raise SddError(f"{place} is a folder where a file is needed", "move it away and run the command again")


def move_file(top: Path, path: str, to: str) -> None:
    """Gives a file below `top` another path in one step, and removes the folders that this leaves empty.

    Raises SddError where something is at `to`, and where the disk refuses.
    """
    if os.path.lexists(top / to):
        raise SddError(f"{top / to} is there already", f"move it away; {_AGAIN}")
    try:
        (top / to).parent.mkdir(parents=True, exist_ok=True)
        (top / path).rename(top / to)
    except OSError as error:
        raise SddError(f"{path} cannot be moved to {to}: {error.strerror}", f"see to it, then {_AGAIN}") from None
    _sync_folder((top / to).parent)
    _sync_folder((top / path).parent)
    _remove_empty(top, path)


def remove_file(top: Path, path: str) -> None:
    """Removes a file below `top`, and the folders that this leaves empty: git does not know them any more."""
    (top / path).unlink()
    _remove_empty(top, path)


def _remove_empty(top: Path, path: str) -> None:
    """Removes the folders above a path that hold nothing."""
    for folder in (top / path).parents:
        if folder == top or any(folder.iterdir()):
            return
        folder.rmdir()
