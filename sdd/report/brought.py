"""The commits that landings brought from their branches, with their titles."""

from collections.abc import Collection, Mapping
from sqlite3 import Connection

from sdd.base.grouping import grouped
from sdd.repo.objects import Repository

Brought = Mapping[str, tuple[tuple[str, str], ...]]
"""Id of a landing -> ids and titles of the commits that came with it, without its own."""

_ASKED = (
    "SELECT landings.commit_id, commits.commit_id FROM commits JOIN landings ON position = landing "
    "WHERE landings.commits > 1 AND commits.commit_id <> landings.commit_id"
)
_TITLES = ("log", "--no-walk=sorted", "--stdin", "-z", "--format=%H%n%s")


def brought_by(index: Connection, repository: Repository, landings: Collection[str]) -> Brought:
    """What some landings brought, the last commit first."""
    landing_of = {commit: landing for landing, commit in index.execute(_ASKED) if landing in landings}
    if not landing_of:
        return {}
    told = repository.git(*_TITLES, data="".join(f"{commit}\n" for commit in landing_of).encode())
    titles = (entry.split("\n", 1) for entry in told.split("\0") if entry)
    return grouped((landing_of[commit], (commit, title)) for commit, title in titles)
