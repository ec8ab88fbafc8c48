"""The files of a change as a reader sees them: what moved together is one row."""

from collections.abc import Iterator
from typing import NamedTuple

from sdd.answers.audit.audited import AuditedChange
from sdd.answers.audit.counting import NEEDS
from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.gate.cover import CoveredFile, Need


class ReportedFile(NamedTuple):
    """A file of a change. `status` is A, M, D or T as git has it, `exempt` says why it needs no record,
    `waived` what it lacks by a waiver.

    One that only moved has `moved_from`; a folder (its path ends in a slash) stands for the `many` files that moved.
    """

    path: str
    status: str
    lacks: tuple[Need, ...] = ()
    exempt: str | None = None
    waived: tuple[Need, ...] = ()
    moved_from: str = ""
    many: int = 1


def files_of(change: AuditedChange) -> tuple[ReportedFile, ...]:
    """The files of a change, those that lack something first, each move of a folder as one row."""
    files = {file.path: file for verdict in change.verdicts for file in verdict.files}
    moves = [(old, new) for old, new in change.about.moves if old in files and new in files]
    moved = {path for pair in moves for path in pair}
    stayed = [file for path, file in files.items() if path not in moved]
    rows = [ReportedFile(file.path, file.changed.status, *_told([file])) for file in stayed]
    rows += _moved(moves, files)
    return tuple(sorted(rows, key=lambda row: (not row.lacks, bool(row.exempt), row.path)))


def _moved(moves: list[tuple[str, str]], files: dict[str, CoveredFile]) -> Iterator[ReportedFile]:
    for (old, new), pairs in grouped((_folders(*pair), pair) for pair in moves).items():
        if len(pairs) == 1:
            ((old, new),) = pairs
        own = [files[path] for pair in pairs for path in pair]
        yield ReportedFile(new, "R", *_told(own), old, len(pairs))


def _told(files: list[CoveredFile]) -> tuple[tuple[Need, ...], str | None, tuple[Need, ...]]:
    """What some files lack, why they are exempt, and what of them is waived."""
    lacks = tuple(need for need in NEEDS if any(need in file.lacks for file in files))
    waived = tuple(need for need in NEEDS if any(need in file.waived for file in files))
    return lacks, files[0].exempt if all(file.exempt for file in files) else None, waived


def _folders(old: str, new: str) -> tuple[str, str]:
    """The folders in which two paths of one file differ: old/ and new/; the paths where its name is another one."""
    folders = paths.folders_of_move(old, new)
    return (folders[0] or "./", folders[1] or "./") if folders else (old, new)
