"""What `sdd doctor` says of a repository, and its mends tried."""

import shlex
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sdd.repo.objects import Repository
from sdd.setup.doctor import CHECKS, Place, scratch_folder
from tests.adopted import Adopted, sdd
from tests.scratch import Scratch
from tests.test_next_lines import accepted


class Said(NamedTuple):
    """One row, as the JSON document has it."""

    state: str
    found: str
    mend: str | None


def examined(folder: Path, *options: str) -> dict[str, list[Said]]:
    """Every check of a repository by its name; the exit status is compared with what they say."""
    ran = sdd(folder, "doctor", "--json", *options)
    document: dict[str, Any] = ran.document
    assert document["schema"] == "sdd/doctor/1"
    found: dict[str, list[Said]] = {}
    for row in document["checks"]:
        assert set(row) == {"name", "state", "found", "mend"}
        found.setdefault(row["name"], []).append(Said(row["state"], row["found"], row["mend"]))
    faulty = any(row.state == "fault" for rows in found.values() for row in rows)
    assert ran.status == int(faulty), ran
    return found


def rows_of(folder: Path, name: str) -> list[Said]:
    """The rows of one check alone, which is quicker than all of them."""
    (check,) = (check for check in CHECKS if check.name == name)
    with Repository.discover(folder) as repository, scratch_folder() as scratch:
        rows = tuple(check.look(Place(repository, date.today(), 30, scratch)))
    return [Said(row.state, row.found, row.mend or None) for row in rows]


def said(adopted: Adopted, name: str) -> Said:
    """The one row of one check at the top of a clone."""
    (row,) = rows_of(adopted.here.path, name)
    return row


def run_mend(here: Scratch, mend: str | None) -> None:
    """Runs a mend as a shell would. Every part of it is a command of sdd's or git's, and is accepted."""
    assert mend, "there is a mend"
    for part in mend.split(" && "):
        argv = shlex.split(part)
        if argv[0] == "sdd":
            accepted(argv)
            assert sdd(here.path, *argv[1:]).status in (0, 1), part
        else:
            assert argv[0] == "git", part
            here.git(*argv[1:])


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder: when it was written, and what it holds."""
    found = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return {
        str(path): (path.lstat().st_mtime_ns, b"" if path.is_symlink() else path.read_bytes()) for path in sorted(found)
    }
