"""How long questions are open: a spec lives for months, and a line of it is as old as the landing that brought it."""

from collections.abc import Mapping, Sequence
from sqlite3 import Connection

from sdd.answers.asking import rows_for
from sdd.answers.lists import Row
from sdd.answers.trail.stored import LandedNow
from sdd.base.grouping import grouped
from sdd.index.mainline import held_mainline
from sdd.repo.history import line_changes
from sdd.repo.objects import Repository

Since = Mapping[tuple[str, int], str]
"""(path, line) of a question -> the day (YYYY-MM-DD) since which it is open."""


def asked_since(index: Connection, repository: Repository, questions: Sequence[Row], landed: LandedNow) -> Since:
    """The day of the landing that brought the line of each question; none for one that has not landed.

    A line that came with its file is as old as the record, which may have moved (`landed`).
    """
    mainline = held_mainline(index)
    paths = {row.path for row in questions}
    if not paths or not mainline or not mainline.tip:
        return {}
    changes = [*line_changes(repository, mainline.tip, None, paths)]
    held = grouped((change.path, (change.after.oid, change.commit)) for change in changes)
    now = dict(rows_for(index, "SELECT path, blob FROM records WHERE path IN (?)", paths))
    lines = _lines(repository, {*now.values(), *(change.after.oid for change in changes)})
    commits = {change.commit for change in changes}
    days = dict(rows_for(index, "SELECT commit_id, day FROM landings WHERE commit_id IN (?)", commits))
    since = {}
    for row in questions:
        # A file is read up to a limit.
        asked = lines[now[row.path]][row.line - 1 : row.line]
        versions = held.get(row.path, ())
        kept = next(
            (place for place, (oid, _) in enumerate(versions) if not asked or asked[0] not in lines[oid]), len(versions)
        )
        if kept and kept == len(versions) and (landing := landed.get(row.path)):
            since[row.path, row.line] = landing.day
        elif kept:
            since[row.path, row.line] = days[versions[kept - 1][1]]
    return since


def _lines(repository: Repository, oids: set[str]) -> Mapping[str, Sequence[bytes]]:
    """The lines of some blobs, none for what is not there: a file that was removed has the id of nothing."""
    there = sorted(oid for oid in oids if oid.strip("0"))
    contents = (content.splitlines() for content in repository.beginnings(there))
    return {**dict.fromkeys(oids, ()), **dict(zip(there, contents, strict=True))}
