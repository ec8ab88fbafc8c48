"""What a change alters beside work and its records, as lines of text."""

from collections.abc import Callable, Iterable, Iterator

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
    told = [each for change in changes for each in change.altered if _is_told(each)]
    lines = [f"{verb_of(each)} {printable_path(each.path)}{_details(each)}" for each in told]
    yield from first(lines, _LINES, "alters {}", "more file")


def _is_told(alteration: Alteration) -> bool:
    is_told = alteration.is_rule or alteration.details or alteration.status == "D"
    return bool(is_told) and not alteration.is_stock


def details_of(alteration: Alteration, shown: Callable[[str], str], looser: str) -> str:
    """What of a path is altered, as `shown`; what asks for less comes first and is marked as `looser`."""
    details = sorted(alteration.details, key=lambda detail: not detail.is_looser)
    told = [f"{shown(detail.text)}{f' ({looser})' if detail.is_looser else ''}" for detail in details]
    return ", ".join(first(told, _DETAILS, "{} more"))


def _details(alteration: Alteration) -> str:
    details = details_of(alteration, printable, "looser")
    return f": {details}" if details else ""
