"""Rows of cells as a table for people: no frame, columns as wide as their longest cell."""

from collections.abc import Iterable

from sdd.base.paths import printable


def table(rows: Iterable[tuple[str, ...]]) -> str:
    """A line a row; the last cell is as long as it is, and the cells of every other column begin below each other."""
    shown = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    lines = (
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)), row[-1]]).rstrip()
        for row in shown
    )
    return "\n".join(lines)
