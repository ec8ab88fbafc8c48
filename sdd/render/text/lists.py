"""The lists of the index as lines for people: what it is, where it stands, what it says."""

from collections.abc import Iterable, Sequence

from sdd.answers.lists import AdrRow, ContractRow, PhrRow, TaskRow, WaiverRow
from sdd.answers.trail.requirements import RequirementRow
from sdd.base.paths import printable
from sdd.records.kinds.phr import Phr
from sdd.render.words import counted

_LONGEST = 80


def requirements_text(rows: Sequence[RequirementRow]) -> str:
    """A line a requirement: id, story, how many of each cover it, place and text; "no record" marks a gap."""
    lines = []
    for row in rows:
        served = [
            (len(row.tasks), "task"),
            (len(row.contracts), "contract"),
            (len(row.phrs), "PHR"),
            (len(row.commits), "commit"),
        ]
        told = ", ".join(counted(number, noun) for number, noun in served if number)
        cover = told if row.is_covered else f"{told}, no record" if told else "no record"
        lines.append((row.id, ",".join(row.stories) or "-", cover, f"{row.path}:{row.line}", _short(row.text)))
    return _columns(lines)


def tasks_text(rows: Sequence[TaskRow]) -> str:
    """A line a task: its box, id, story, place and text."""
    box = {(False, False): "[ ]", (True, False): "[x]"}
    return _columns(
        (
            box.get((row.done, row.skipped), "[-]"),
            row.id or "-",
            row.story or "-",
            f"{row.path}:{row.line}",
            _short(row.text),
        )
        for row in rows
    )


def contracts_text(rows: Sequence[ContractRow]) -> str:
    """A line a contract: status, ticked checks, kind, place and title."""
    return _columns(
        (
            row.status or "?",
            f"{row.made}/{row.checks}",
            row.kind or "?",
            f"{row.path}:{row.line}" if row.embedded else row.path,
            _short(row.title or ""),
        )
        for row in rows
    )


def phrs_text(rows: Iterable[PhrRow | Phr]) -> str:
    """A line a PHR: date, stage, place and title."""
    return _columns((row.date or "----------", row.stage or "?", row.path, _short(row.title or "")) for row in rows)


def adrs_text(rows: Sequence[AdrRow]) -> str:
    """A line a decision: number, status, date, place and title."""
    return _columns(
        (row.id or "?", row.status or "?", row.date or "----------", row.path, _short(row.title or "")) for row in rows
    )


def waivers_text(rows: Sequence[WaiverRow], today: str) -> str:
    """A line a waiver: its last day, whether that is over, place, rules and reason."""
    return _columns(
        (
            row.expires or "----------",
            "ended" if row.expires and row.expires < today else "in force" if row.expires else "incomplete",
            row.path,
            " ".join(row.rules),
            _short(row.reason or ""),
        )
        for row in rows
    )


def _columns(rows: Iterable[tuple[str, ...]]) -> str:
    """Rows in columns, the last one as long as it is."""
    shown = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    lines = (
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)), row[-1]]).rstrip()
        for row in shown
    )
    return "\n".join(lines)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()}..."
