"""The lines that tool calls wrote, as a PHR tells them: `DIGESTS in PATH`, four letters a line.

Content travels where line numbers do not: through rebase, squash and amend, and through another indentation.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import pairwise

from sdd.base.regex import regex

MOST_LINES = 2_000
"""Lines that one PHR tells; of more it tells those with the lowest digests, so that equal lines stay or go together."""

_BYTES = 3
_ENTRY = regex(r"(?P<digests>(?:[A-Za-z0-9_-]{4})+) in (?P<path>.+)")


def line_digest(line: str) -> str:
    """Six hexadecimal digits by which a line is known again, whatever its indentation; empty for a line that says
    too little: one without two letters or digits side by side.
    """
    words = line.strip()
    if not any(first.isalnum() and second.isalnum() for first, second in pairwise(words)):
        return ""
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[: 2 * _BYTES]


def edits_told(lines: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """An entry for each file (a path below the root) with the digests of its lines; none for a file without any."""
    told = sorted({(digest, path) for path, digests in lines.items() for digest in digests if digest})[:MOST_LINES]
    by_path: dict[str, list[str]] = {}
    for digest, path in told:
        by_path.setdefault(path, []).append(digest)
    return tuple(f"{_letters(by_path[path])} in {path}" for path in sorted(by_path))


def edits_read(entries: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """(path, digests of lines) of each entry that is one."""
    for entry in entries:
        if found := _ENTRY.fullmatch(entry):
            digests = base64.urlsafe_b64decode(found["digests"]).hex()
            starts = range(0, len(digests), 2 * _BYTES)
            yield found["path"], frozenset(digests[start : start + 2 * _BYTES] for start in starts)


def _letters(digests: Iterable[str]) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex("".join(digests))).decode()
