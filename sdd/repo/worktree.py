"""Writing into the work tree: a file whole or not at all, never over another's words, never through a symlink."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from sdd.base.errors import SddError


def write_new(path: Path, text: str, *, executable: bool = False) -> None:
    """Writes a file that is not there yet, its folders included; it appears whole or not at all.

    `text` goes out as UTF-8; what UTF-8 cannot hold becomes U+FFFD. `executable` is for scripts. Raises SddError
    where `path` exists, where a symlink or a file is in the way, and where the disk refuses.
    """
    path = _real_place(path)
    if os.path.lexists(path):
        raise SddError(f"{path} is there already", "nothing was written; move it away or choose another name")
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
        raise SddError(f"{path} cannot be read: {error.strerror}", "nothing was written") from None
    if content != before:
        raise SddError(f"{path} was changed while sdd worked on it", "nothing was written; run the command again")
    if after != before:
        write_whole(path, after, mode, replace=True)


def _real_place(path: Path) -> Path:
    """The absolute path, which leads through no symlink of its work tree."""
    path = path.absolute()
    top = next((folder for folder in path.parents if (folder / ".git").exists()), None)
    if top:
        require_places(top, [path.relative_to(top).as_posix()])
    return path


def write_whole(path: Path, content: bytes, mode: int, *, replace: bool) -> None:
    """Writes `content` beside `path` and moves it there in one step, its mode lessened by the umask.

    Without `replace` whatever is at `path` by then stays, and SddError is raised.
    """
    beside = path.parent / f".sdd-{secrets.token_hex(8)}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _move(beside, path, replace)
        finally:
            beside.unlink(missing_ok=True)
    except FileExistsError:
        raise SddError(
            f"{path} is there already", "nothing was written; run the command again for another id"
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SddError(
            f"{path} cannot be written: {reason}", "nothing was written; make room or see to its permissions"
        ) from None


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


def remove_file(top: Path, path: str) -> None:
    """Removes a file below `top`, and the folders that this leaves empty: git does not know them any more."""
    (top / path).unlink()
    for folder in (top / path).parents:
        if folder == top or any(folder.iterdir()):
            return
        folder.rmdir()


def _move(source: Path, path: Path, replace: bool) -> None:
    """Gives the finished file its name. A hard link is the one step that never lands on another file."""
    if replace:
        source.replace(path)
        return
    try:
        os.link(source, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: the name is taken first, so that nobody else's file is lost.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        source.replace(path)
