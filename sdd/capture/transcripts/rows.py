"""The rows of a transcript: lines of JSON that an agent may be writing, cut off, or of any length."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sdd.base.errors import SddError
from sdd.capture.agents.values import Payload, read_json

_LONGEST = 32 * 1024 * 1024


class Rows(NamedTuple):
    """What a transcript holds: its rows, and how many lines could not be read."""

    rows: tuple[Payload, ...]
    unread: int


def read_rows(path: Path) -> Rows:
    """The rows of JSON lines, or one document; a cut last line waits. Raises SddError for what cannot be opened."""
    rows, unread = [], 0
    for line in _lines(path):
        try:
            rows.append(read_json(line))
        except ValueError:
            unread += 1
    if unread and not rows:
        return _whole(path, unread)
    return Rows(tuple(rows), unread)


def _whole(path: Path, unread: int) -> Rows:
    """A document over several lines."""
    try:
        return Rows((read_json(path.read_bytes()),), 0) if path.stat().st_size <= _LONGEST else Rows((), unread)
    except (OSError, ValueError):
        return Rows((), unread)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SddError(f"{path} cannot be read: {error.strerror}", "name a transcript that you may read") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise SddError(f"{path} is no file", "name a transcript")
    with os.fdopen(handle, "rb") as file:
        while line := file.readline(_LONGEST + 1):
            if len(line) > _LONGEST and not line.endswith(b"\n"):
                while (rest := file.readline(_LONGEST)) and not rest.endswith(b"\n"):
                    pass
                yield b"too long"
            elif line.endswith(b"\n"):
                if line.strip():
                    yield line
            elif line.rstrip().endswith(b"}"):  # a document, or a last line that is whole
                yield line


def blocks(value: Any) -> tuple[Payload, ...]:
    """The parts of a message's content."""
    listed = value if isinstance(value, list) else [{"type": "text", "text": value}] if isinstance(value, str) else []
    return tuple(part for part in listed if isinstance(part, dict))
