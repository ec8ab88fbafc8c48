"""A site's folder, written whole or not at all: made in git's folder, and then moved to its place."""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from sdd.base.errors import SddError
from sdd.render.html.environment import Rendered
from sdd.repo.worktree import spare_name

MARK = "sdd-report.json"
"""The file by which a folder is known as a report of sdd's, which a new one may replace."""


def write_site(folder: Path, rendered: Iterable[Rendered], about: Mapping[str, object]) -> int:
    """Writes a site to `folder` in place of a former one and returns how many files it has. `about` goes into its mark.

    Raises SddError where `folder` holds anything else, and where the disk refuses; what was there stays.
    """
    folder = folder.absolute()
    _require_replaceable(folder)
    unfinished = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = spare_name(folder)
        unfinished.mkdir()
        count = _write_all(unfinished, rendered)
        mark = json.dumps({"schema": "sdd/report-site/1", **about, "files": count}, indent=2)
        (unfinished / MARK).write_text(mark + "\n", encoding="utf-8")
        (unfinished / ".gitignore").write_text("*\n", encoding="utf-8")  # a report within a work tree is no work
        _move(unfinished, folder)
    except OSError as error:
        raise SddError(
            f"the report cannot be written to {folder}: {error.strerror or error}",
            "what was there is as it was; make room, see to its permissions or choose another folder",
        ) from None
    finally:
        if unfinished:
            shutil.rmtree(unfinished, ignore_errors=True)
    return count


def _require_replaceable(folder: Path) -> None:
    wrong = ""
    if folder.is_symlink():
        wrong = "is a link"
    elif folder.exists() and not folder.is_dir():
        wrong = "is a file"
    elif folder.exists() and not (folder / MARK).is_file() and any(folder.iterdir()):
        wrong = "is there already, and is no report of sdd's"
    if wrong:
        raise SddError(f"{folder} {wrong}", "nothing was written; a report goes into a folder of its own: -o FOLDER")


def _write_all(folder: Path, rendered: Iterable[Rendered]) -> int:
    count = 0
    for address, pieces in rendered:
        place = folder / address
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            file.writelines(piece.encode("utf-8", "backslashreplace") for piece in pieces)
        count += 1
    return count


def _move(finished: Path, folder: Path) -> None:
    """Puts the finished folder in its place. The former one is set aside first, and put back where that fails."""
    if not folder.exists():
        finished.rename(folder)
        return
    former = spare_name(folder)
    folder.rename(former)
    try:
        finished.rename(folder)
    except OSError:
        former.rename(folder)
        raise
    shutil.rmtree(former, ignore_errors=True)
