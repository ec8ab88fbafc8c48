"""How old files are: the day on which each was added, for many of them in one question."""

from collections.abc import Collection, Mapping
from datetime import date

from sdd.repo.objects import Repository

# A command line takes only so many paths; beyond that the whole history is asked, which gives the same answer.
_NAMED_PATHS = 200


def added_days(repository: Repository, revision: str, wanted: Collection[str]) -> Mapping[str, date]:
    """path -> the day of the oldest commit in the history of `revision` that added it; none for what never was."""
    named = [f":(top,literal){path}" for path in sorted(wanted)] if len(wanted) <= _NAMED_PATHS else []
    listed = repository.git(
        "log", "--format=%x01%cs", "--diff-filter=A", "--name-only", "--no-renames", "-z", revision, "--", *named
    )
    days: dict[str, date] = {}
    for commit in listed.split("\x01")[1:]:
        day, *paths = commit.replace("\n", "\0").split("\0")
        # From the newest on, so that the oldest is what stays.
        days.update({path: date.fromisoformat(day) for path in paths if path in wanted})
    return days
