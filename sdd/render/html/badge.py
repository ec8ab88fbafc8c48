"""A badge for a README: how many of the changes that needed records had them all. As SVG, and as the JSON that shields
reads (https://shields.io/badges/endpoint-badge).
"""

import svg

from sdd.answers.audit.counting import Proportion
from sdd.render.documents.json_text import json_text

LABEL = "sdd"
# Pixels: a letter of Verdana at 11 px is about seven wide, and so is the space beside a text.
_LETTER, _HEIGHT, _FONT = 7, 20, "Verdana,DejaVu Sans,sans-serif"
# The least share in percent -> a colour by its name on shields, and as it is drawn: each lets white text be read.
_COLOURS = ((90, "brightgreen", "#2e7d32"), (70, "yellow", "#8a6500"), (0, "red", "#b3261e"))
_NOTHING = ("lightgrey", "#5f5f5f")


def message(complete: Proportion) -> str:
    """What the badge says."""
    return f"{complete.had} of {complete.needed} changes recorded" if complete.needed else "no changes yet"


def badge_svg(complete: Proportion) -> str:
    """The badge as a drawing, whose title says the same to those who do not see it."""
    told = message(complete)
    left, right = ((len(text) + 2) * _LETTER for text in (LABEL, told))
    parts: list[svg.Element] = [
        svg.Title(text=f"{LABEL}: {told}"),
        svg.Rect(width=left, height=_HEIGHT, fill="#3d3d3d"),
        svg.Rect(x=left, width=right, height=_HEIGHT, fill=_colour(complete)[1]),
        *(
            svg.Text(x=middle, y=14, text=text, fill="#fff", text_anchor="middle", font_family=_FONT, font_size=11)
            for middle, text in ((left / 2, LABEL), (left + right / 2, told))
        ),
    ]
    return f"{svg.SVG(width=left + right, height=_HEIGHT, elements=parts, extra={'role': 'img'})}\n"


def badge_json(complete: Proportion) -> str:
    """The badge as an endpoint of shields."""
    return json_text({"schemaVersion": 1, "label": LABEL, "message": message(complete), "color": _colour(complete)[0]})


def _colour(complete: Proportion) -> tuple[str, str]:
    if complete.percent is None:
        return _NOTHING
    return next((name, drawn) for least, name, drawn in _COLOURS if complete.percent >= least)
