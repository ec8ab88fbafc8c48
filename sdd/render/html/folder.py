"""A site's folder, written whole or not at all: made beside its place, and then moved there."""

import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sdd.base.errors import SddError
from sdd.render.html.environment import Rendered

MARK = "sdd-report.json"
"""The file by which a folder is known as a report of sdd's, which a new one may replace."""

Progress = Callable[[int, int], None]


def write_site(folder: Path, rendered: Iterable[Rendered], about: Mapping[str, object]) -> int:
    """Writes a site to `folder` in place of a former one and returns how many files it has. `about` goes into its mark.

    Raises SddError where `folder` holds anything else, and where the disk refuses; what was there stays.
    """
    folder = folder.absolute()
    _require_replaceable(folder)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}")
    try:
        beside.mkdir(parents=True)
        count = _write_all(beside, rendered)
        mark = json.dumps({"schema": "sdd/report-site/1", **about, "files": count}, indent=2)
        (beside / MARK).write_text(mark + "\n", encoding="utf-8")
        _move(beside, folder)
    except OSError as error:
        raise SddError(
            f"the report cannot be written to {folder}: {error.strerror or error}",
            "what was there is as it was; make room, see to its permissions or choose another folder",
        ) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
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
    for address, text in rendered:
        place = folder / address
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
        count += 1
    return count


def _move(beside: Path, folder: Path) -> None:
    """Puts the finished folder in its place. The former one is set aside first, and put back where that fails."""
    if not folder.exists():
        beside.rename(folder)
        return
    former = beside.with_name(f"{beside.name}.former")
    folder.rename(former)
    try:
        beside.rename(folder)
    except OSError:
        former.rename(folder)
        raise
    shutil.rmtree(former, ignore_errors=True)
