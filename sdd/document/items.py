"""What lines of prose hold: list items with the lines that continue them, and bold leads."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from sdd.base.regex import regex

DONE_MARKS = frozenset("xX\u2713\u2714\u2705\u2611\u221a")
"""What a box holds that is ticked; every other mark leaves it open."""

_ITEM = regex(
    r"[ \t]*([-*+]|\d{1,9}[.)])"
    r"(?:[ \t]+(?:\[[ \t\u00a0]?([^\w\s\[\]]?\ufe0f?|[xX])[ \t\u00a0]?\](?![(\[:])(?:[ \t]+|$))?(.*)|$)"
)
_INDENTED_CODE = 4
_LEAD = regex(
    r"[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+)?(?:\[[ xX]\][ \t]+)?"
    r"\*\*([^*\n]{1,100}?)[ \t]*+([:\uff1a]?)[ \t]*+\*\*[ \t]*([:\uff1a]?)[ \t]*"
)
_NEXT_LEAD = regex(r"\|[ \t]*(?=\*\*[^*\n]{1,100}\*\*)")
_line = attrgetter("line")


class ListItem(NamedTuple):
    """One list item with the lines that continue it. `done` is None where it is no task; `indent` counts columns.

    `end` is the line after the last one of its text.
    """

    text: str
    line: int
    indent: int
    done: bool | None
    marker: str
    end: int


class Lead(NamedTuple):
    """`**name**: value`."""

    name: str
    value: str
    line: int


def read_items(prose: Iterable[tuple[int, str]]) -> tuple[ListItem, ...]:
    """The list items of numbered lines, nested ones after the one that holds them."""
    found: list[ListItem] = []
    # The lines that continue an item, by its place in what is found.
    further: dict[int, list[tuple[int, str]]] = {}
    # Whether the last item may go on.
    is_open = False
    blank = True
    for number, line in prose:
        if not line or not (text := line.strip()):
            blank = True
            continue
        indent = _width(line) if line[0] in " \t" else 0
        item = _ITEM.match(line) if text[0] in "-*+" or text[0].isdigit() else None
        if item and (indent < _INDENTED_CODE or (is_open and indent <= found[-1].indent + 8)):
            marker, mark, text = item.groups()
            done = None if mark is None else mark[:1] in DONE_MARKS
            found.append(ListItem(text or "", number, indent, done, marker, number + 1))
            is_open = True
        elif is_open and (indent > found[-1].indent or not blank) and line[0] not in "#|>":
            further.setdefault(len(found) - 1, []).append((number, text))
        elif is_open and blank and indent == 0:
            is_open = False
        blank = False
    for place, lines in further.items():
        texts = filter(None, (found[place].text, *(text for _, text in lines)))
        found[place] = found[place]._replace(text=" ".join(texts), end=lines[-1][0] + 1)
    return tuple(found)


def with_sublists(items: Iterable[ListItem]) -> tuple[ListItem, ...]:
    """Items with what their sub-lists say at the end of their text; a box within an item stays one of its own."""
    found: list[ListItem] = []
    for item in items:
        if found and item.indent > found[-1].indent and item.done is None:
            whole = found[-1]
            found[-1] = whole._replace(text=f"{whole.text} {item.marker} {item.text}".strip(), end=item.end)
        else:
            found.append(item)
    return tuple(found)


def items_within(items: tuple[ListItem, ...], start: int, end: int) -> tuple[ListItem, ...] | None:
    """Those of `items` that the lines from `start` up to `end` hold by themselves.

    None where an item goes on over the edge of these lines: by themselves they hold another one.
    """
    first = bisect_left(items, start, key=_line)
    inner = items[first : bisect_left(items, end, first, key=_line)]
    return inner if not inner or (inner[0].indent < _INDENTED_CODE and inner[-1].end <= end) else None


def read_leads(prose: Iterable[tuple[int, str]]) -> Iterator[Lead]:
    """The bold leads of numbered lines: `**Name**: value` and `**Name:** value`, several on a line apart by `|`.

    The colon may be a full-width one.
    """
    for number, line in prose:
        if "**" not in line:
            continue
        for part in _NEXT_LEAD.split(line):
            lead = _LEAD.match(part)
            if lead and (lead[2] or lead[3]):
                yield Lead(lead[1].strip(), part[lead.end() :].strip(), number)


def _width(line: str) -> int:
    stripped = line.lstrip(" \t")
    return len(line[: len(line) - len(stripped)].expandtabs(4))
