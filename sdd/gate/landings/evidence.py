"""What tells that two neighbouring commits of a line landed together, without a look at what they changed."""

from collections.abc import Iterator
from enum import StrEnum

from sdd.base.regex import regex
from sdd.repo.line import LineCommit

_REBASE_PAUSE = 5
"""Seconds: a rebase commits what it moves one after the other, within moments."""

_RECORD_PAUSE = 3 * 24 * 3600
"""Seconds: nobody waits longer for the next commit of one piece of work, a weekend included."""

# A pull request's number, or a line that hosts and landing tools write into the commits of one.
_IN_TITLE = regex(r"\((?:pull request )?([#!]\d+)\)\Z|^Merged PR (\d+):")
_IN_MESSAGE = regex(r"(?m)^(?:PR-URL|Part-of|Pull-Request|Differential Revision):[ \t]*(\S+)[ \t]*$")
_CHANGE_ID = regex(r"(?m)^Change-Id:[ \t]*(\S+)[ \t]*$")


class Evidence(StrEnum):
    """Why commits are taken to have landed together."""

    MARK = "mark"
    REBASE = "rebase"
    PHR = "phr"
    CONTRACT = "contract"
    WAIVER = "waiver"
    RESTORED = "restored"
    BRANCH = "branch"


def mark_of(commit: LineCommit) -> str:
    """The pull request, or else the review, that a commit says it belongs to; the empty string for none."""
    if title := _IN_TITLE.search(commit.title):
        return title[1] or f"#{title[2]}"
    line = _IN_MESSAGE.search(commit.message) or _CHANGE_ID.search(commit.message)
    return line[1] if line else ""


def by_dates_and_marks(before: LineCommit, after: LineCommit) -> Iterator[Evidence]:
    """What the commits themselves tell."""
    if mark_of(before) and mark_of(before) == mark_of(after):
        yield Evidence.MARK
    pause = after.committed - before.committed
    # What a rebase has moved was written earlier than it was committed.
    moved = all(commit.authored < commit.committed for commit in (before, after))
    if moved and 0 <= pause <= _REBASE_PAUSE and before.committer == after.committer:
        yield Evidence.REBASE


def may_follow(before: LineCommit, after: LineCommit) -> bool:
    """Whether the two may be one piece of work, as far as can be seen without looking at what they changed."""
    pause = after.committed - before.committed
    return before.author == after.author and 0 <= pause <= _RECORD_PAUSE and mark_of(before) == mark_of(after)
