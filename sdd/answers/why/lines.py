"""From lines of a file to the commits that they came with, and on from there."""

import sqlite3
from collections.abc import Iterable, Sequence

from sdd.answers.trail.steps import Part, Step, StepKind, Trace, Via
from sdd.answers.why.asked import AskedLines
from sdd.answers.why.commits import STATUS, explain_change
from sdd.repo.blame import BlamedLine, blame
from sdd.repo.objects import Repository


def blame_lines(repository: Repository, asked: AskedLines) -> tuple[BlamedLine, ...]:
    """The lines that are asked for, with the commits that they came with; a file that HEAD has not has none of them."""
    if asked.committed:
        return blame(repository, asked.path, asked.first, asked.last, work_tree=asked.in_work_tree)
    return tuple(BlamedLine(number, "", None, asked.path, number) for number in range(asked.first, asked.last + 1))


def explain_lines(
    connection: sqlite3.Connection, repository: Repository, asked: AskedLines, blamed: Sequence[BlamedLine]
) -> Trace:
    """One part for each commit that any of the lines came with, the newest first."""
    by_commit: dict[str, list[BlamedLine]] = {}
    for line in sorted(blamed, key=lambda line: -line.time):
        by_commit.setdefault(line.commit or "", []).append(line)
    parts = [
        _part(connection, repository, asked.path, lines) if commit else _uncommitted_part(asked.path, lines)
        for commit, lines in by_commit.items()
    ]
    return Trace(str(asked), StepKind.LINE, tuple(parts))


def explain_uncommitted(asked: AskedLines, lines: Sequence[BlamedLine]) -> Trace:
    """The answer where no line is committed: there is nothing to ask the index for."""
    return Trace(str(asked), StepKind.LINE, (_uncommitted_part(asked.path, lines),))


def _part(connection: sqlite3.Connection, repository: Repository, path: str, lines: Sequence[BlamedLine]) -> Part:
    first = lines[0]
    assert first.commit, "what is not committed has no change"
    was = f"was {first.path}:{first.line_then}" if first.path != path else ""
    commit = Step(StepKind.COMMIT, first.commit, None, first.subject, Via.BLAME, was, "", first.day, first.author)
    names = dict.fromkeys((path, *(line.path for line in lines)))
    part = explain_change(connection, repository, commit, tuple(names), "the file")
    return part._replace(chain=(_line(path, first), *part.chain), lines=_numbers(lines))


def _uncommitted_part(path: str, lines: Sequence[BlamedLine]) -> Part:
    return Part(tuple(_line(path, line) for line in lines[:1]), _numbers(lines), "not committed yet", STATUS)


def _line(path: str, line: BlamedLine) -> Step:
    return Step(StepKind.LINE, path, line.line, line.text, Via.ASKED)


def _numbers(lines: Iterable[BlamedLine]) -> tuple[int, ...]:
    return tuple(line.line for line in lines)
