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
# How many letters fit into the first and the second line of a box.
_LETTERS = {_NARROW: (10, 11), _WIDE: (17, 19)}


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
    height: int
    kind: str
    name: str
    title: str
    address: str | None
    whole: str


class Graph(NamedTuple):
    """A drawing: its size, headings as (x, text), boxes, and lines as SVG paths."""

    width: int
    height: int
    heads: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]


def graph(trail: RequirementTrail, label: Callable[[End], Label]) -> Graph:
    """The drawing of a trail; `label` gives the text of each box."""
    layers = _layers(trail)
    rows = max(min(len(ends), _SHOWN + 1) for ends in layers.values())
    bottom = _HEAD + max(rows, 1) * (_HEIGHT + _DOWN) - _DOWN
    boxes: list[Box] = []
    place: dict[End, Box] = {}
    heads = []
    x = 0
    for layer, ends in layers.items():
        width = _NARROW if layer == "requirement" else _WIDE
        heads.append((x, LAYERS[layer]))
        shown = ends if len(ends) <= _SHOWN + 1 else ends[:_SHOWN]
        count = max(1, len(shown) + (len(shown) < len(ends)))
        y = _HEAD + (bottom - _HEAD - count * (_HEIGHT + _DOWN) + _DOWN) // 2
        for end in shown:
            place[end] = _box(x, y, width, label(end))
            boxes.append(place[end])
            y += _HEIGHT + _DOWN
        if len(shown) < len(ends):
            rest = len(ends) - len(shown)
            more = Box(x, y, width, _HEIGHT, "more", f"and {rest} more", "in the list below", None, "")
            boxes.append(more)
            place.update(dict.fromkeys(ends[_SHOWN:], more))
        if not ends:
            boxes.append(Box(x, y, width, _HEIGHT, "gap", "none", "", None, ""))
        x += width + _ACROSS
    lines = dict.fromkeys(_line(place[a], place[b]) for a, b in trail.edges if a in place and b in place)
    return Graph(x - _ACROSS, bottom, tuple(heads), tuple(boxes), tuple(lines))


def _layers(trail: RequirementTrail) -> Mapping[str, tuple[End, ...]]:
    held = {"requirement": (trail.row.id,), **trail.layers}
    return {layer: tuple((layer, name) for name in names) for layer, names in held.items()}


def _box(x: int, y: int, width: int, label: Label) -> Box:
    first, second = _LETTERS[width]
    whole = f"{label.name} {label.title}".strip()
    return Box(
        x, y, width, _HEIGHT, "held", _fitting(label.name, first), _fitting(label.title, second), label.address, whole
    )


def _line(a: Box, b: Box) -> str:
    """A curve from the right side of one box to the left side of another."""
    start, end = a.x + a.width, b.x
    above, below = a.y + a.height // 2, b.y + b.height // 2
    bend = max(14, (end - start) // 2)
    return f"M{start} {above}C{start + bend} {above} {end - bend} {below} {end} {below}"


def _fitting(text: str, room: int) -> str:
    """As much of a text as fits, letters of double width counted twice."""
    line = visible(" ".join(text[:200].split()))
    if line.isascii():
        return line if len(line) <= room else f"{line[: room - 1]}\u2026"
    for place, letter in enumerate(line):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 1 and place + 1 < len(line):
            return f"{line[:place]}\u2026"
    return line
