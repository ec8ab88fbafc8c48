"""The drawings of the overview: how many changes had their records, as one bar and as a bar for each piece of time.

Drawn by svg.py. It writes what it is given as it is, so nothing goes into a drawing but numbers and labels of our own;
text of records is beside it, in templates, which escape everything.
"""

from collections.abc import Mapping, Sequence

import svg
from markupsafe import Markup

from sdd.answers.audit.counting import RecordState
from sdd.report.changes import Piece, Series

STATE_WORDS: Mapping[RecordState, str] = {
    RecordState.COMPLETE: "all records",
    RecordState.PARTIAL: "some records",
    RecordState.MISSING: "no records",
    RecordState.BROKEN: "break a rule",
    RecordState.WAIVED: "waived",
    RecordState.EXEMPT: "exempt",
}
"""What a page calls a state: the changes that have ..."""

# The units of the drawings: they are as wide as their places, whatever that is.
_WIDTH, _HEIGHT, _THIN, _WIDEST, _GAP = 640.0, 120.0, 12.0, 40.0, 0.24


def bar(states: Mapping[RecordState, int]) -> Markup:
    """One bar from left to right, as long as the changes are many."""
    pieces = _stacked(states, _WIDTH)
    parts = [svg.Rect(x=start, y=0, width=size, height=_THIN, class_=[state]) for state, start, size in pieces]
    return _drawing("all", _THIN, told(states), list(parts))


def chart(series: Series, marked: str | None) -> Markup:
    """A bar for each piece of time, as high as its changes are many; a line before the piece of the day `marked`."""
    most = max(sum(piece.states.values()) for piece in series.pieces)
    step = _WIDTH / len(series.pieces)
    width = round(min(step * (1 - _GAP), _WIDEST), 2)
    elements: list[svg.Element] = []
    for place, piece in enumerate(series.pieces):
        elements += _column(round(place * step + (step - width) / 2, 2), width, piece, most)
    elements.append(svg.Line(x1=0, x2=_WIDTH, y1=_HEIGHT - 0.5, y2=_HEIGHT - 0.5, class_=["ground"]))
    at = marked_piece(series, marked)
    if at is not None:
        x = round(max(at * step, 1), 2)
        elements.append(svg.Line(x1=x, x2=x, y1=0, y2=_HEIGHT, class_=["mark"]))
    words = f"Changes by {series.unit}, at most {most}, each bar by the records that they had"
    return _drawing("chart", _HEIGHT, words, elements)


def marked_piece(series: Series, day: str | None) -> int | None:
    """The piece that a day falls into; None for one before the first."""
    began = [place for place, piece in enumerate(series.pieces) if day and piece.bucket.start <= day]
    return began[-1] if began else None


def told(states: Mapping[RecordState, int]) -> str:
    """The numbers of a bar in words."""
    return ", ".join(f"{number} {STATE_WORDS[state]}" for state, number in states.items() if number) or "none"


def _column(x: float, width: float, piece: Piece, most: int) -> list[svg.Element]:
    title = svg.Title(text=str(Markup.escape(f"{piece.bucket.label}: {told(piece.states)}")))
    rects: list[svg.Element] = [
        svg.Rect(x=x, y=round(_HEIGHT - start - size, 2), width=width, height=size, class_=[state])
        for state, start, size in _stacked(piece.states, _HEIGHT * sum(piece.states.values()) / most)
    ]
    return [svg.G(elements=[title, *rects])] if rects else []


def _stacked(states: Mapping[RecordState, int], length: float) -> Sequence[tuple[str, float, float]]:
    """(state, where it begins, how long it is) of all that there are any of."""
    found, start, whole = [], 0.0, sum(states.values())
    for state, number in states.items():
        if number:
            size = length * number / whole
            found.append((state.value, round(start, 2), round(size, 2)))
            start += size
    return found


def _drawing(kind: str, height: float, words: str, elements: list[svg.Element]) -> Markup:
    described = str(Markup.escape(words))
    drawing = svg.SVG(
        xmlns=None, viewBox=svg.ViewBoxSpec(0, 0, _WIDTH, height), class_=["stacked", kind],
        elements=[svg.Title(text=described), *elements], preserveAspectRatio=svg.PreserveAspectRatio("none"),
        extra={"role": "img", "aria-label": described},
    )  # fmt: skip
    return Markup(drawing.as_str())  # noqa: S704 - every text in it was escaped above
