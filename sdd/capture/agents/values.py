"""The values in a payload, whatever their types: no function here but `read_json` raises for what an agent sends."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from urllib.parse import unquote

from sdd.base.regex import regex

Payload = Mapping[str, Any]
"""What an agent tells: an object of JSON."""

_DAY = 24 * 60 * 60.0
_LARGEST_ID = 10**18
_WINDOWS_PATH = regex(r"/[A-Za-z]:[/\\]")


def read_json(content: bytes) -> Payload:
    """The JSON object that an agent sent, with raw control characters, NaN and any UTF. Raises ValueError for none."""
    try:
        value = json.loads(content.decode(json.detect_encoding(content), "replace"), strict=False)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def text(payload: Payload, *names: str) -> str:
    """The first field of these names that holds a text or a whole number, empty where none does."""
    for name in names:
        value = payload.get(name)
        if isinstance(value, str) and value:
            return sound(value)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_ID:
            return str(value)
    return ""


def sound(value: str) -> str:
    """A text without lone surrogates, which no file can hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def path(value: object) -> str:
    """A path as the system writes it: editors send /c:/x and file:///x. Empty where the value can be none."""
    if not isinstance(value, str) or "\0" in value:
        return ""
    written = sound(value)
    if written.startswith("file://"):
        written = sound(unquote(written.removeprefix("file://")))
    return written[1:] if _WINDOWS_PATH.match(written) else written


def number(payload: Payload, *names: str) -> float | None:
    """The first field of these names that holds a finite number."""
    for name in names:
        value = payload.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST_ID:
            return float(value)
    return None


def tokens(usage: Payload) -> int:
    """The tokens that an agent counts, without those that were read from a cache."""
    return int(sum(max(number(usage, name) or 0, 0) for name in ("input_tokens", "output_tokens")))


def mapping(value: object) -> Payload:
    """A value as an object: itself, or the one that a text of JSON holds; empty where it is none."""
    decoded = decode(value)
    return decoded if isinstance(decoded, Mapping) else {}


def mappings(value: object) -> tuple[Payload, ...]:
    """The objects in a list, also in one that is a text of JSON."""
    decoded = decode(value)
    return tuple(part for part in decoded if isinstance(part, Mapping)) if isinstance(decoded, list) else ()


def decode(value: object) -> Any:
    """What a text of JSON holds, objects, lists and texts only; else the value itself. Some agents encode twice."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "[", '"'):
        try:
            return json.loads(value, strict=False)
        except (ValueError, RecursionError):
            return value
    return value


def moment(value: object) -> float | None:
    """Seconds since 1970 of a time as agents write it: ISO 8601 (UTC where it names no zone), or a number of seconds,
    milliseconds, microseconds or nanoseconds. None where it is no time after 1970.
    """
    if isinstance(value, bool):
        return None
    try:
        seconds = float(value)  # type: ignore[arg-type] # what is no number raises
    except (TypeError, ValueError, OverflowError):
        seconds = _iso(value)
    if not isfinite(seconds) or seconds <= 0:
        return None
    while seconds > 1e11:  # the year 5138: it counts smaller units
        seconds /= 1000
    return seconds


def time_told(values: Iterable[object], arrival: float) -> float:
    """The first time that an agent tells, unless it is more than a day from the arrival: then its clock is wrong."""
    told = (moment(value) for value in values)
    return next((time for time in told if time is not None and abs(time - arrival) < _DAY), arrival)


def _iso(value: object) -> float:
    try:
        read = datetime.fromisoformat(value.strip())  # type: ignore[attr-defined] # what is no text raises
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (AttributeError, ValueError, OverflowError):
        return 0.0
