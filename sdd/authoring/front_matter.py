"""Front matter key by key: the lines that each key has, what the key is called, and a key given another value."""

from collections.abc import Sequence
from typing import NamedTuple

from sdd.authoring.yaml_text import yaml_lines
from sdd.document import Value
from sdd.document.front_matter import locate
from sdd.document.lenient import read_leniently
from sdd.document.plain_yaml import read_plain
from sdd.document.yaml_nodes import NotYaml, compose
from sdd.records.kinds.phr import KEYS

_CANONICAL = {key: name for name, keys in KEYS.items() for key in keys}


class KeyLines(NamedTuple):
    """A key with its lines, the first of which is number `start` (from 0). `value` is what a lenient reader takes it
    for.
    """

    key: str
    value: Value
    start: int
    lines: tuple[str, ...]

    @property
    def name(self) -> str:
        """The key as it is compared: case does not matter."""
        return self.key.strip().lower()

    @property
    def end(self) -> int:
        """The line behind its last."""
        return self.start + len(self.lines)


def keys_of(lines: list[str]) -> list[KeyLines]:
    """The keys of a file's front matter, none where it has no front matter."""
    place = locate(lines)
    return [] if place.start is None else key_lines(lines[place.start : place.end], place.start)


def key_lines(lines: Sequence[str], first: int = 0) -> list[KeyLines]:
    """The keys in the lines between the fences, counted from `first`; what is before the first key belongs to none."""
    source = "\n".join(lines)
    try:
        pairs = read_plain(source) or compose(source)
    except NotYaml:
        pairs = read_leniently(source)
    starts = [value.line - 1 for _, value in pairs] + [len(lines)]
    return [
        KeyLines(key, value, first + start, tuple(lines[start:end]))
        for (key, value), start, end in zip(pairs, starts, starts[1:], strict=False)
    ]


def canonical(key: str) -> str:
    """sdd's own name for a key, whatever its case and whichever tool wrote it."""
    key = key.strip().lower()
    return _CANONICAL.get(key, key)


def with_key(content: bytes, key: str, value: str | tuple[str, ...]) -> bytes:
    """A record's content with a front-matter key set to `value`, in its place or (where it has none) as the last.

    Content without front matter is returned as it is, and so is one whose key's lines hold a comment.
    """
    lines = content.decode().split("\n")
    place = locate(lines)
    old = next((known for known in keys_of(lines) if canonical(known.key) == key), None)
    if place.start is None or (old and any("#" in line for line in old.lines)):
        return content
    first, last = (old.start, old.end) if old else (place.end, place.end)
    end = "\r" if lines[0].endswith("\r") else ""
    lines[first:last] = [f"{line}{end}" for line in yaml_lines(key, value)]
    return "\n".join(lines).encode()
