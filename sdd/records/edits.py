"""The lines that tool calls wrote, as a PHR tells them: `DIGESTS in PATH`, four letters a line; where it tells of
several exchanges `DIGESTS of prompt 2 in PATH`, or `of prompts 2-3`.

Content travels where line numbers do not: through rebase, squash and amend, and through what a formatter changes
within a line.
"""

import base64
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from sdd.base.grouping import grouped
from sdd.base.regex import regex

MOST_LINES = 2_000
"""Lines that one PHR tells; of more it tells those with the lowest digests, so that equal lines stay or go together."""

_BYTES = 3
# What formatters differ about: which quotes, and what ends a line.
_QUOTES = str.maketrans("'`", '""')
_ENDS = ",;\\"
_ENTRY = regex(
    r"(?P<digests>(?:[A-Za-z0-9_-]{4})+)(?: of prompts? (?P<first>\d{1,6})(?:-(?P<last>\d{1,6}))?)? in (?P<path>.+)"
)


class Edits(NamedTuple):
    """The digests of lines that tool calls wrote in a file, and the first and the last number of the prompts that led
    to them; None where the record tells of one exchange, or does not say.
    """

    path: str
    digests: frozenset[str]
    prompts: tuple[int, int] | None = None


def line_digest(line: str) -> str:
    """Six hexadecimal digits by which a line is known again, whatever its spaces, its quotes and the comma or semicolon
    at its end; empty for a line that says too little: one without two letters or digits side by side.
    """
    if not any(first.isalnum() and second.isalnum() for first, second in pairwise(line)):
        return ""
    words = "".join(line.split()).translate(_QUOTES).rstrip(_ENDS)
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[: 2 * _BYTES]


def edits_told(edits: Iterable[Edits]) -> tuple[str, ...]:
    """An entry for each file (a path below the root) and exchange with the digests of its lines; none without any."""
    told = sorted({(digest, each.path, each.prompts or ()) for each in edits for digest in each.digests if digest})
    by_place = grouped(((path, prompts), digest) for digest, path, prompts in told[:MOST_LINES])
    return tuple(
        f"{_letters(by_place[path, prompts])}{_prompts_told(prompts)} in {path}" for path, prompts in sorted(by_place)
    )


def edits_read(entries: Iterable[str]) -> Iterator[Edits]:
    """What each entry says that is one."""
    for entry in entries:
        if found := _ENTRY.fullmatch(entry):
            digests = base64.urlsafe_b64decode(found["digests"]).hex()
            starts = range(0, len(digests), 2 * _BYTES)
            first = int(found["first"]) if found["first"] else 0
            prompts = (first, int(found["last"] or first)) if first else None
            yield Edits(found["path"], frozenset(digests[start : start + 2 * _BYTES] for start in starts), prompts)


def lines_read(entries: Iterable[str]) -> dict[str, frozenset[str]]:
    """Path -> the digests of the lines that tool calls wrote there, of all exchanges together."""
    lines: dict[str, frozenset[str]] = {}
    for path, digests, _ in edits_read(entries):
        lines[path] = lines.get(path, frozenset()) | digests
    return lines


def _prompts_told(prompts: tuple[int, ...]) -> str:
    if not prompts:
        return ""
    first, last = prompts
    return f" of prompt {first}" if first == last else f" of prompts {first}-{last}"


def _letters(digests: Iterable[str]) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex("".join(digests))).decode()
