"""Finds the record that somebody means by a path, the end of one, or a number."""

from collections.abc import Sequence
from typing import TypeVar

from sdd.artifacts.artifact import Artifact
from sdd.artifacts.reading import id_in_name
from sdd.errors import UsageError

AnyRecord = TypeVar("AnyRecord", bound=Artifact)


def chosen(records: Sequence[AnyRecord], wanted: str, noun: str, otherwise: str) -> AnyRecord:
    """The one record at the path `wanted`, else with that in its path from some folder on, else of that number.

    Raises UsageError where there is none, or more than one; `otherwise` is the command that lists them.
    """
    wanted = wanted.removeprefix("./")
    matching = [record for record in records if record.path == wanted]
    matching = matching or [record for record in records if f"/{wanted}" in f"/{record.path}"]
    matching = matching or [record for record in records if wanted.isdecimal() and _number(record) == int(wanted)]
    if len(matching) != 1:
        near = ", ".join(record.path for record in matching[:5]) or f"see: {otherwise}"
        raise UsageError(f"{'more than one' if matching else 'no'} {noun} matches {wanted}", near)
    return matching[0]


def _number(record: Artifact) -> int | None:
    written = id_in_name(record.path)
    return int(written[:18]) if written else None
