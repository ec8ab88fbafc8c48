"""Whether some path patterns match whatever another one matches."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from sdd.base.limits import PATTERN_LETTERS
from sdd.gate.cover.patterns import patterns

# A name that nobody writes: what matches it does so by a wildcard.
_ANY = "zq9x"
_SPECIAL = frozenset("?[]!\\#")
_DEPTHS = (0, 1, 4)
_MOST_OTHERS = 500


def not_within(written: Iterable[str], others: Sequence[str]) -> tuple[str, ...]:
    """Those of some patterns that match a file which `others` do not match.

    It is tried with names that stand for any other. A pattern of more than `*` and `**` has to be among the others.
    """
    known = frozenset(others)
    is_tried = len(known) <= _MOST_OTHERS and not any(other.startswith("!") for other in known)
    return tuple(
        pattern for pattern in written if pattern not in known and not (is_tried and _is_within(pattern, tuple(others)))
    )


def _is_within(pattern: str, others: tuple[str, ...]) -> bool:
    is_plain = _SPECIAL.isdisjoint(pattern) and len(pattern) <= PATTERN_LETTERS
    return is_plain and all(patterns(others).match_file(path) for path in _examples(pattern))


def _examples(pattern: str) -> Iterator[str]:
    """Paths that a pattern matches, at several depths."""
    inner = pattern.rstrip("/")
    parts = inner.removeprefix("/").split("/")
    if "/" not in inner:
        parts.insert(0, "**")
    if pattern.endswith("/"):
        parts.append("**")
    folders = [place for place, part in enumerate(parts) if part == "**"]
    for depths in product(_DEPTHS, repeat=min(len(folders), 2)):
        depth_at = dict(zip(folders, depths, strict=False))
        names = [
            name
            for place, part in enumerate(parts)
            for name in ([_ANY] * depth_at.get(place, 1) if part == "**" else [part.replace("*", _ANY)])
        ]
        yield "/".join(names + [_ANY] * (parts[-1] == "**"))
