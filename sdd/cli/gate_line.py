"""The gate's command line as hooks and CI write it, read without loading click.

Measured gain: read by click, a gate over 20 commits costs 1.35 times as much (`make bench`).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

_FLAGS = {
    "--pre-receive": ("pre_receive", True),
    "--queue": ("queue", True),
    "--landed": ("landed", True),
    "-v": ("verbose", True),
    "--verbose": ("verbose", True),
    "--json": ("form", "json"),
}
_VALUES = {
    "--base": ("base", 1),
    "--head": ("head", 1),
    "--pre-push": ("pre_push", 2),
    "--then": ("then", 1),
    "--identify": ("identify", 1),
    "--timeout": ("timeout", 1),
    "--actor": ("actors", 1),
    "--for-pr": ("for_pr", 1),
}


class GateLine(NamedTuple):
    """What `sdd gate` is asked for: its options, and the folder that it works in as if started there."""

    directory: str
    base: str | None = None
    head: str | None = None
    pre_push: tuple[str, str] | None = None
    then: str | None = None
    identify: str | None = None
    timeout: int | None = None
    pre_receive: bool = False
    queue: bool = False
    landed: bool = False
    actors: tuple[str, ...] = ()
    for_pr: str | None = None
    verbose: bool = False
    form: str = "text"
    outputs: tuple[tuple[str, str], ...] = ()

    @property
    def pushes(self) -> bool:
        """Whether one of git's hooks asks, and tells on standard input what is pushed."""
        return bool(self.pre_push or self.pre_receive)


def read(arguments: Sequence[str]) -> GateLine | None:
    """The words after `sdd`; None where they are not the gate's, or hold what click should refuse or help with."""
    match arguments:
        case ["gate", *words]:
            directory = "."
        case ["-C", directory, "gate", *words]:
            pass
        case _:
            return None
    given: dict[str, Any] = {}
    while words:
        word, *words = words
        if word in _FLAGS:
            name, value = _FLAGS[word]
        elif word in _VALUES:
            name, count = _VALUES[word]
            value, words = words[:count], words[count:]
            if len(value) < count or any(not one or one.startswith("-") for one in value):
                return None
            value = (*given.pop(name, ()), *value) if name == "actors" else value[0] if count == 1 else tuple(value)
        else:
            return None
        if name in given:
            return None
        given[name] = value
    if seconds := given.get("timeout"):
        # What is no plain number of seconds is for click to refuse.
        if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 5 and int(seconds)):
            return None
        given["timeout"] = int(seconds)
    return None if directory.startswith("-") else GateLine(directory, **given)
