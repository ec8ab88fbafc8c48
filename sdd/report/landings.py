"""Which commit each record landed with, for those that have landed."""

from collections.abc import Mapping
from sqlite3 import Connection
from typing import NamedTuple


class Landing(NamedTuple):
    """The commit of the target branch that a record came with. `day` is YYYY-MM-DD."""

    commit: str
    day: str
    subject: str
    author: str


def landings(index: Connection) -> Mapping[str, Landing]:
    """path of a record -> the commit that it first landed with."""
    found: dict[str, Landing] = {}
    asked = (
        "SELECT path, commit_id, day, subject, author FROM landed JOIN landings ON position = landing ORDER BY position"
    )
    for path, *landing in index.execute(asked):
        found.setdefault(path, Landing(*landing))
    return found
