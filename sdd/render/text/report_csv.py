"""A report as tables for a spreadsheet: requirements, PHRs and changes.

Spreadsheets take a cell that begins with =, +, - or @ for a formula, whoever wrote it. Such a cell gets an apostrophe
before it, by which all of them know it for text; whoever reads the table with a program takes it off again.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from sdd.base.paths import printable
from sdd.report.reading import Report

# With the signs of full width, which some programs take for the same, and what they skip at a cell's beginning.
_FORMULA = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BETWEEN = "; "

_REQUIREMENTS = (
    "feature", "id", "text", "criterion", "stories", "tasks", "contracts", "phrs", "commits", "files", "gaps", "path",
    "line",
)  # fmt: skip
_PHRS = ("date", "stage", "feature", "id", "title", "kind", "model", "contract", "files", "commit", "path")
_CHANGES = (
    "day", "commit", "title", "features", "kind", "passed", "had_spec", "had_contract", "had_phr", "lacks", "files",
    "lines", "rules", "waived",
)  # fmt: skip


def requirements_table(report: Report) -> str:
    """The matrix: a row a requirement or success criterion."""
    rows = []
    for trail in report.trails:
        row = trail.row
        trailing = (row.stories, row.tasks, row.contracts, row.phrs, row.commits, trail.files, trail.gaps)
        rows.append((row.feature, row.id, row.text, row.criterion, *trailing, row.path, row.line))
    return _table(_REQUIREMENTS, rows)


def phrs_table(report: Report) -> str:
    """A row a PHR, the newest first; with its user where the report may name people."""
    heads = (*_PHRS, "user") if report.subject.authors else _PHRS
    rows = []
    for row in report.phrs:
        landing = report.landed.get(row.path)
        own = (row.date, row.stage, row.feature, row.id, row.title, row.kind, row.model, row.contract, row.files)
        rows.append((*own, landing.commit if landing else None, row.path, row.user))
    return _table(heads, rows)


def changes_table(report: Report) -> str:
    """A row a change of the period, the newest first; with its author where the report may name people."""
    heads = (*_CHANGES, "authors") if report.subject.authors else _CHANGES
    changes = (change for change in report.changes if report.subject.period.holds(change.day))
    return _table(heads, [tuple(getattr(change, name) for name in heads) for change in changes])


TABLES = {"requirements": requirements_table, "phrs": phrs_table, "changes": changes_table}
"""Name of a table -> what makes it."""


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(value) for value in row[: len(heads)]])
    return written.getvalue()


def _cell(value: object) -> str:
    """A value as the text of a cell: on one line, and nothing that a spreadsheet would work out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    parts = value if isinstance(value, tuple) else (value,)
    text = _BETWEEN.join(printable(" ".join(str(part).split())) for part in parts)
    return f"'{text}" if text.startswith(_FORMULA) else text
