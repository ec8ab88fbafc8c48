"""The chart of the overview: what share of the changes had a record, a column a piece of time, as SVG.

Drawn by svg.py. It writes what it is given as it is, so nothing goes into a drawing but numbers and labels of our own;
text of records is beside it, in templates, which escape everything.
"""

import svg
from markupsafe import Markup

from sdd.answers.audit.shares import Proportion

# The units of the drawing: it is as wide as its place, whatever that is.
_WIDTH, _HEIGHT, _WIDEST, _GAP = 320.0, 96.0, 48.0, 0.28


def share_chart(shares: tuple[tuple[str, Proportion], ...], words: str) -> Markup:
    """One column for each (label, share), filled as high as the share is. `words` describe the drawing.

    A piece of time in which nothing was asked for is a stroke on the ground line.
    """
    width = round(min(_WIDTH / max(len(shares), 1) * (1 - _GAP), _WIDEST), 2)
    described = str(Markup.escape(words))
    elements: list[svg.Element] = [
        svg.Title(text=described),
        *(svg.Line(x1=0, x2=_WIDTH, y1=y, y2=y, class_=["rule"]) for y in (0.5, _HEIGHT / 2)),
    ]
    for place, (label, share) in enumerate(shares):
        # The first column starts and the last one ends with the ground line, as their labels do.
        start = place * (_WIDTH - width) / max(len(shares) - 1, 1)
        elements += _column(round(start, 2), width, label, share)
    elements.append(svg.Line(x1=0, x2=_WIDTH, y1=_HEIGHT - 0.5, y2=_HEIGHT - 0.5, class_=["ground"]))
    drawing = svg.SVG(
        xmlns=None, viewBox=svg.ViewBoxSpec(0, 0, _WIDTH, _HEIGHT), class_=["chart"], elements=elements,
        preserveAspectRatio=svg.PreserveAspectRatio("none"), extra={"role": "img", "aria-label": described},
    )  # fmt: skip
    return Markup(drawing.as_str())  # noqa: S704 - every text in it was escaped above


def _column(x: float, width: float, label: str, share: Proportion) -> list[svg.Element]:
    if share.part is None:
        return [svg.Rect(x=x, y=_HEIGHT - 3, width=width, height=2, class_=["none"])]
    height = round(share.part * _HEIGHT, 2)
    title = svg.Title(text=str(Markup.escape(f"{label}: {share.had} of {share.needed}")))
    return [
        svg.Rect(x=x, y=0, width=width, height=_HEIGHT, class_=["rest"]),
        svg.Rect(x=x, y=round(_HEIGHT - height, 2), width=width, height=height, class_=["had"], elements=[title]),
    ]
