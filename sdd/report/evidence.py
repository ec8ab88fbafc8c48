"""The evidence of checks: the lines below a contract's heading Evidence, as `sdd contract verify --run` writes them."""

import re
from collections.abc import Iterable, Mapping
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.asking import rows_for
from sdd.answers.lists import Row
from sdd.repo.objects import Repository

_LINE = re.compile(
    rb"^- (\d{4}-\d\d-\d\d), (?:commit ([0-9a-f]{7,64})( with changes)?|no commit yet), exit (\d+), "
    rb"sha256:[0-9a-f]{64}: (`.+)$",
    re.MULTILINE,
)
# So few that they fit into memory.
_AT_ONCE = 500


class Evidence(NamedTuple):
    """That a check was run on a `day` at a `commit` (empty before the first), where `changed` with uncommitted changes,
    and how it ended. `check` is its command as a code span; `is_known` says whether the repository holds the commit.
    """

    day: str
    commit: str
    changed: bool
    status: int
    check: str
    is_known: bool = True


Evidences = Mapping[str, tuple[Evidence, ...]]
"""Path of a record -> the evidence in it."""


def evidence_in(index: Connection, repository: Repository, contracts: Iterable[Row]) -> Evidences:
    """The evidence in some contracts, files and those inside PHRs."""
    paths = [row.path for row in contracts if row.made]
    found: dict[str, tuple[Evidence, ...]] = {}
    for start in range(0, len(paths), _AT_ONCE):
        blobs = dict(
            rows_for(index, "SELECT path, blob FROM records WHERE path IN (?)", paths[start : start + _AT_ONCE])
        )
        for path, content in zip(blobs, repository.beginnings([*blobs.values()]), strict=True):
            if lines := tuple(map(_read, _LINE.findall(content))):
                found[path] = lines
    named = {line.commit for lines in found.values() for line in lines}
    known = {commit for commit in named if not commit or repository.commit(commit)}
    return {
        path: tuple(line._replace(is_known=line.commit in known) for line in lines) for path, lines in found.items()
    }


def _read(line: tuple[bytes, ...]) -> Evidence:
    day, commit, changed, status, check = (part.decode("utf-8", "replace") for part in line)
    return Evidence(day, commit, bool(changed), int(status), check.strip())
