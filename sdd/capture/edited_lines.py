"""The whole lines of a file that an edit added and took away: by these its work is known again in a commit."""

import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sdd.capture.events import Edit
from sdd.capture.exchanges import REMOVED, REPLACED, UNSURE, ChangedFile, How
from sdd.capture.folds import new_folds
from sdd.records.edits import line_digest

_MOST = 1024 * 1024
"""Bytes of a file, and characters of an edit, whose lines are told apart."""


def edited(path: str, place: Path, edit: Edit) -> ChangedFile:
    """What an edit changed in the file at a place, as it is now; lines that it keeps are not its own."""
    if edit.removed:
        return ChangedFile(path, How.TOOL, gone=(REMOVED,))
    text, former = edit.text[:_MOST], (edit.former or "")[:_MOST]
    whole = _whole(content_of(place) or "", text, former) if edit.is_part else (text, former)
    now, before = whole or (text, former)
    added, gone = changed_lines(before, now)
    if not whole:
        gone = (UNSURE,)
    elif edit.former is None and not edit.is_part:
        gone = (REPLACED,)
    return ChangedFile(path, How.TOOL, added, gone, folds=new_folds(before, now))


def changed_lines(before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The digests of the lines that came and went from one text to another."""
    former, now = (dict.fromkeys(filter(None, map(line_digest, text.splitlines()))) for text in (before, after))
    return _without(now, former), _without(former, now)


def content_of(place: Path) -> str | None:
    """The text of a regular file; None for all else, and where it is too large."""
    with suppress(OSError):
        about = place.lstat()
        if stat.S_ISREG(about.st_mode) and about.st_size <= _MOST:
            return place.read_bytes().decode("utf-8", "surrogateescape")
    return None


def _whole(content: str, text: str, former: str) -> tuple[str, str] | None:
    """A part of a file and its former text, both in whole lines. None where the content lacks it or repeats it."""
    at = content.find(text) if text else -1
    if at < 0 or content.find(text, at + 1) >= 0:
        return None
    end = at + len(text)
    first, last = content.rfind("\n", 0, at) + 1, content.find("\n", end)
    before, after = content[first:at], content[end:] if last < 0 else content[end:last]
    return f"{before}{text}{after}", f"{before}{former}{after}"


def _without(digests: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = frozenset(others)
    return tuple(digest for digest in digests if digest not in known)
