"""The evidence of checks, as the index has it, and what became of the commits that it names."""

from collections.abc import Mapping
from sqlite3 import Connection
from typing import NamedTuple

from sdd.authoring.prose import code
from sdd.base.grouping import grouped
from sdd.repo.objects import Repository

_SHORT = 7


class Evidence(NamedTuple):
    """That a check was run on a `day` at a `commit` (empty before the first), where `changed` with uncommitted changes,
    and how it ended. `check` is its command as a code span; `is_known` says whether the repository holds the commit,
    `is_here` whether it is in the history that the report is about.
    """

    check: str
    day: str
    commit: str
    changed: bool
    status: int
    is_known: bool = True
    is_here: bool = True


Evidences = Mapping[str, tuple[Evidence, ...]]
"""Path of a record -> the evidence in it."""


def evidence_in(index: Connection, repository: Repository, head: str | None) -> Evidences:
    """The evidence of what passed, in all contracts, files and those inside PHRs; `head` is the commit that the report
    is about.
    """
    asked = (
        "SELECT path, command, day, coalesce(run_at, ''), changed, status FROM evidence "
        "JOIN records ON records.id = record WHERE status = 0 ORDER BY record, position"
    )
    lines = [(path, Evidence(code(command), *rest)) for path, command, *rest in index.execute(asked)]
    known = {commit for commit in {run.commit for _, run in lines} if not commit or repository.commit(commit)}
    left = _left_behind(repository, sorted(known - {""}), head)
    return grouped(
        (path, run._replace(is_known=run.commit in known, is_here=run.commit in known - left)) for path, run in lines
    )


def _left_behind(repository: Repository, commits: list[str], head: str | None) -> set[str]:
    """Those of some commits that are not in the history of `head`: a rebase or a squash left them behind."""
    if not commits or not head:
        return set()
    asked = "".join(f"{line}\n" for line in (*commits, f"^{head}"))
    beyond = {oid[:_SHORT] for oid in repository.git("rev-list", "--stdin", data=asked.encode()).split()}
    return {commit for commit in commits if commit[:_SHORT] in beyond}
