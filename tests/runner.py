"""What a runner of GitHub Actions makes of a step's output: a reading of its log, line by line.

Harsher than the runner itself: characters that some of its comparisons pass over are taken out first.
"""

import re
import unicodedata
from typing import NamedTuple

_COMMANDS = (
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher",
    "save-state", "set-env", "set-output", "stop-commands", "warning",
)  # fmt: skip
_PROPERTY = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
_DATA = {"%0D": "\r", "%0A": "\n", "%25": "%"}


class Command(NamedTuple):
    """One command that a line of a log gives to the runner."""

    name: str
    properties: dict[str, str]
    message: str


def commands(log: str) -> list[Command]:
    """Every command in a log, in the new form (`::name ...::`) and in the old one (`##[name]`)."""
    for letter in set(log):
        if not _counts(letter):
            log = log.replace(letter, "")
    lines = (line.lstrip() for line in re.split(r"[\r\n]", log) if "::" in line or "##" in line)
    return [found for line in lines if (found := _new(line) or _old(line))]


def _counts(letter: str) -> bool:
    return letter in "\r\n\t" or unicodedata.category(letter) not in ("Cf", "Cc")


def _new(line: str) -> Command | None:
    words, mark, message = line[2:].partition("::")
    name, _, properties = words.partition(" ")
    if not line.startswith("::") or not mark or name not in _COMMANDS:
        return None
    pairs = (pair.partition("=") for pair in properties.strip().split(",") if pair)
    return Command(name, {key: _without(value, _PROPERTY) for key, _, value in pairs}, _without(message, _DATA))


def _old(line: str) -> Command | None:
    found = re.search(r"##(?:vso|teamcity)?\[([^\] ]*)([^\]]*)\](.*)", line)
    return Command(found[1], {}, found[3]) if found else None


def _without(text: str, escapes: dict[str, str]) -> str:
    return re.sub("|".join(escapes), lambda found: escapes[found.group()], text)
