"""How costly a pattern may be, and how wide it is.

Each wildcard more raises the power of a name's length that a match can take.
"""

from sdd.base.limits import PATTERN_LETTERS, PATTERN_WILDCARDS
from sdd.base.regex import regex

_DOTS = regex(r"[^/]/\.{1,2}(?:/|$)")
_WILDCARD = regex(r"\*+|[?\[]")


def is_too_costly(pattern: str) -> bool:
    """Whether a pattern is longer, or has more wildcards, than sdd matches."""
    return len(pattern) > PATTERN_LETTERS or len(_WILDCARD.findall(pattern)) > PATTERN_WILDCARDS


def has_dots(pattern: str) -> bool:
    """Whether a pattern leads to its folder by way of another: /src/../docs."""
    return _DOTS.search(pattern) is not None


def breadth(pattern: str) -> int:
    """By which the widest of some patterns comes first: how many literal folders and names it begins with."""
    parts = pattern.strip("/").split("/")
    return next((depth for depth, part in enumerate(parts) if _WILDCARD.search(part)), len(parts))
