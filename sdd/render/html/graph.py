"""The graph of one requirement's trail: the places of its boxes and lines. The template trail.html draws them.

The words in it come out of records, so the drawing is a template like any other page, under the same escaping.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sdd.answers.trail.requirements import End, RequirementTrail
from sdd.render.html.words import visible

LAYERS: Mapping[str, str] = {
    "requirement": "Requirement",
    "story": "Story",
    "task": "Tasks",
    "contract": "Contracts",
    "phr": "Prompts",
    "commit": "Commits",
    "file": "Files",
}
"""From left to right, with their headings."""

# The most boxes of one layer; the rest is counted, and the list below the drawing has all of them.
_SHOWN = 6

# In pixels at full size.
_NARROW, _WIDE, _HEIGHT, _ACROSS, _DOWN, _HEAD = 84, 136, 40, 28, 10, 28


class Label(NamedTuple):
    """The text of a box: an id, a title, and the address that it links to (None for none)."""

    name: str
    title: str
    address: str | None


class Box(NamedTuple):
    """One box. `kind` is "held", "gap" for what is missing, or "more" for those that are only counted."""

    x: int
    y: int
    width: int
    kind: str
    label: Label
    height: int = _HEIGHT


class Graph(NamedTuple):
    """A drawing: its size, headings as (x, text), boxes, and lines as SVG paths."""

    width: int
    height: int
    heads: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]


def graph(trail: RequirementTrail, shown: Mapping[str, tuple[str, ...]], label: Callable[[End], Label]) -> Graph:
    """The drawing of a trail with the layers that are `shown`; `label` gives the text of each box."""
    layers = {"requirement": (trail.row.id,), **shown}
    columns = {layer: _column([label((layer, name)) for name in names]) for layer, names in layers.items()}
    bottom = _HEAD + max(map(len, columns.values())) * (_HEIGHT + _DOWN) - _DOWN
    boxes: list[Box] = []
    at: dict[End, Box] = {}
    heads = []
    x = 0
    for layer, column in columns.items():
        width = _NARROW if layer == "requirement" else _WIDE
        y = _HEAD + (bottom - _HEAD - len(column) * (_HEIGHT + _DOWN) + _DOWN) // 2
        own = [Box(x, y + place * (_HEIGHT + _DOWN), width, *entry) for place, entry in enumerate(column)]
        at |= {(layer, name): own[min(place, len(own) - 1)] for place, name in enumerate(layers[layer])}
        heads.append((x, LAYERS[layer]))
        boxes += own
        x += width + _ACROSS
    lines = dict.fromkeys(_line(at[a], at[b]) for a, b in trail.edges if a in at and b in at)
    return Graph(x - _ACROSS, bottom, tuple(heads), tuple(boxes), tuple(lines))


def _column(labels: list[Label]) -> list[tuple[str, Label]]:
    """The boxes of a layer, each with its kind; what there is no room for is one box."""
    if not labels:
        return [("gap", Label("none", "", None))]
    if len(labels) <= _SHOWN + 1:
        return [("held", label) for label in labels]
    more = Label(f"and {len(labels) - _SHOWN} more", "in the list below", None)
    return [*(("held", label) for label in labels[:_SHOWN]), ("more", more)]


def _line(a: Box, b: Box) -> str:
    """A curve from the right side of one box to the left side of another."""
    start, end = a.x + a.width, b.x
    above, below = a.y + a.height // 2, b.y + b.height // 2
    bend = max(14, (end - start) // 2)
    return f"M{start} {above}C{start + bend} {above} {end - bend} {below} {end} {below}"


def fit(text: str, room: int) -> str:
    """As much of a text as fits into so many letters, those of double width counted twice."""
    line = visible(" ".join(text[:200].split()))
    for place, letter in enumerate(line):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 1 and place + 1 < len(line):
            return f"{line[:place]}\u2026"
    return line
