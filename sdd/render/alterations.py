"""What a change alters beside work and its records, as lines of text."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from sdd.base.paths import printable, printable_path
from sdd.gate.check.verdict import Alteration, JudgedChange
from sdd.render.words import first

_DETAILS, _LINES = 4, 6
VERBS = {"A": "adds", "D": "removes"}
"""Status -> what is done to a path; any other is edited."""


def verb_of(alteration: Alteration) -> str:
    """What a change does to a path."""
    return VERBS.get(alteration.status, "edits")


def alteration_lines(changes: Iterable[JudgedChange]) -> Iterator[str]:
    """A line for each path that others are judged by, or of which something is removed or reworded."""
    told = [each for each in altered_by(changes) if _is_told(each)]
    lines = [(f"{verb_of(each)} {printable_path(each.path)}{_details(each)}", each.is_looser) for each in told]
    yield from first_told(lines, _LINES, "alters {}", "looser", "more file")


def altered_by(changes: Iterable[JudgedChange]) -> list[Alteration]:
    """What the changes of all roots alter: what asks for less first, what sdd itself writes last."""
    return sorted((each for change in changes for each in change.altered), key=lambda each: each.rank)


def first_told(told: Sequence[tuple[str, bool]], most: int, rest: str, looser: str, noun: str = "") -> Iterator[str]:
    """At most `most` lines, and of the others their number and how many of them ask for less, marked as `looser`."""
    left = sum(is_looser for _, is_looser in told[most:])
    yield from first([line for line, _ in told], most, f"{rest}{f', {left} {looser}' if left else ''}", noun)


def _is_told(alteration: Alteration) -> bool:
    is_told = alteration.is_rule or alteration.details or alteration.status == "D"
    return bool(is_told) and not alteration.is_stock


def details_of(alteration: Alteration, shown: Callable[[str], str], looser: str) -> str:
    """What of a path is altered, as `shown`; what asks for less comes first and is marked as `looser`."""
    details = sorted(alteration.details, key=lambda detail: not detail.is_looser)
    told = [(f"{shown(each.text)}{f' ({looser})' if each.is_looser else ''}", each.is_looser) for each in details]
    return ", ".join(first_told(told, _DETAILS, "{} more", looser))


def _details(alteration: Alteration) -> str:
    details = details_of(alteration, printable, "looser")
    return f": {details}" if details else ""
