"""What `sdd doctor` says of a repository, and its fixes tried."""

import shlex
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sdd.repo.objects import Repository
from sdd.setup.doctor import CHECKS, DoctorContext
from tests.adopted import Adopted, sdd
from tests.scratch import Scratch
from tests.test_next_lines import accepted


class Said(NamedTuple):
    """One diagnosis, as the JSON document has it."""

    state: str
    message: str
    fix: str | None


def examined(folder: Path, *options: str) -> dict[str, list[Said]]:
    """Every check of a repository by its name; the exit status is compared with what they say."""
    ran = sdd(folder, "doctor", "--json", *options)
    document: dict[str, Any] = ran.document
    assert document["schema"] == "sdd/doctor/1"
    diagnoses: dict[str, list[Said]] = {}
    for row in document["checks"]:
        assert set(row) == {"name", "state", "message", "fix"}
        diagnoses.setdefault(row["name"], []).append(Said(row["state"], row["message"], row["fix"]))
    faulty = any(row.state == "fault" for rows in diagnoses.values() for row in rows)
    assert ran.status == int(faulty), ran
    return diagnoses


def rows_of(folder: Path, name: str, limit: float = 30) -> list[Said]:
    """What one check alone says, which is quicker than all of them."""
    with Repository.discover(folder) as repository:
        diagnoses = tuple(CHECKS[name](DoctorContext(repository, date.today(), limit)))
    return [Said(diagnosis.state, diagnosis.message, diagnosis.fix or None) for diagnosis in diagnoses]


def said(adopted: Adopted, name: str) -> Said:
    """The only diagnosis of one check at the top of a clone."""
    (row,) = rows_of(adopted.here.path, name)
    return row


def run_fix(here: Scratch, fix: str | None) -> None:
    """Runs a fix as a shell would. Every part of it is a command of sdd's or git's, or chmod, and is accepted."""
    assert fix, "there is a fix"
    for part in fix.split(" && "):
        argv = shlex.split(part)
        if argv[0] == "sdd":
            accepted(argv)
            assert sdd(here.path, *argv[1:]).status in (0, 1), part
        else:
            assert argv[0] in ("git", "chmod"), part
            assert here.run(*argv).returncode == 0, part


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file below a folder: when it was written, and what it holds."""
    found = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    return {
        str(path): (path.lstat().st_mtime_ns, b"" if path.is_symlink() else path.read_bytes()) for path in sorted(found)
    }
