"""A report as tables for a spreadsheet: requirements, PHRs and changes.

Spreadsheets take a cell that begins with =, +, - or @ for a formula, whoever wrote it. Such a cell gets an apostrophe
before it, by which all of them know it for text; whoever reads the table with a program takes it off again.
"""

import csv
import io

from sdd.base.paths import printable
from sdd.render.documents.report import columns, items
from sdd.report.reading import Report
from sdd.secrets import hidden

# With the signs of full width, which some programs take for the same, and what they skip at a cell's beginning.
_FORMULA = ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BETWEEN = "; "


def table_csv(report: Report, name: str) -> str:
    """One of TABLES: a row an item of the JSON document."""
    heads = columns(report, name)
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heads)
    for item in items(report, name):
        writer.writerow([_cell(item[head]) for head in heads])
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
    text = _BETWEEN.join(printable(hidden(" ".join(str(part).split()))) for part in parts)
    return f"'{text}" if text.startswith(_FORMULA) else text
