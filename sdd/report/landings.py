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
    """path of a record that is there -> the commit that it landed with, under whatever path."""
    asked = "SELECT path, commit_id, day, subject, author FROM landed JOIN landings ON position = landing "
    return {path: Landing(*landing) for path, *landing in index.execute(f"{asked} WHERE until ISNULL")}
