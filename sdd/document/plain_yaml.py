"""The plain part of YAML, which nearly all front matter is written in, read line by line.

It knows scalars on one line, lists and mappings of such scalars one level deep, and nothing else. Where it gives an
answer it is the parser's, at a small part of the cost; where it is not certain it gives none.
"""

from sdd.document.values import Value
from sdd.regex import regex

_UNSURE = regex(r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# The same for a text that is all ASCII. The large set takes longer to compile than most records take to read.
_UNSURE_IN_ASCII = regex(r"[^\n\x20-\x7e]")
_PAIR = regex(r"( *)([A-Za-z_][A-Za-z0-9_-]*):(?: +(.*))?")
_ENTRY = regex(r"( *)- +(.*)")
_PLAIN = regex(r"(?=[A-Za-z0-9/._(]|[^\x00-\xa0])(?!.*(?:: | #|:$)).*")
_QUOTED = regex(r'"([^"\\]*)"' + r"|'([^']*)'")
_FLOW_ENTRY = r"""(?:[\w./][\w./ -]*|"[^"\\]*"|'[^']*')"""
_FLOW = regex(rf"\[ *(?:{_FLOW_ENTRY} *(?:, *{_FLOW_ENTRY} *)*)?\]")
_FLOW_PART = regex(_FLOW_ENTRY)

Pairs = list[tuple[str, Value]]


def read_plain(source: str) -> Pairs | None:
    """The (key, value) pairs of a mapping in plain YAML, duplicates included; None where that is not certain.

    Lines count from 1. The text of a list or a mapping is its source, as `yaml_nodes.compose` gives it.
    """
    unsure = _UNSURE_IN_ASCII if source.isascii() else _UNSURE
    if unsure.search(source):
        return None
    lines = source.split("\n")
    found: Pairs = []
    number = 0
    while number < len(lines):
        line = lines[number]
        pair = _PAIR.fullmatch(line)
        if not line.strip(" "):
            number += 1
            continue
        if not pair or pair[1]:
            return None
        number += 1
        key_line = number
        while number < len(lines) and lines[number][:1] in (" ", "-", ""):
            number += 1
        value = _value((pair[3] or "").strip(" "), lines, key_line, number)
        if value is None:
            return None
        found.append((pair[2], value))
    return found or None


def _value(written: str, lines: list[str], key_line: int, end: int) -> Value | None:
    """The value of a key on `key_line` (from 1); the lines below it up to `end` belong to it."""
    first = key_line
    while end > first and not lines[end - 1].strip(" "):
        end -= 1
    if end == first:
        return _on_one_line(written, key_line)
    while not lines[first].strip(" "):
        first += 1
    if written:
        return None
    text = "\n".join(lines[first:end]).strip()
    if _ENTRY.fullmatch(lines[first]):
        entries = _entries(lines, first, end)
        return None if entries is None else Value(text, key_line, entries=entries)
    pairs = _pairs(lines, first, end)
    return None if pairs is None else Value(text, key_line, pairs=pairs)


def _on_one_line(written: str, line: int) -> Value | None:
    """A scalar or a list in brackets."""
    if written.startswith("["):
        if not _FLOW.fullmatch(written):
            return None
        parts = _FLOW_PART.findall(written[1:-1])
        return Value(written, line, entries=tuple(Value(_bare(part.strip(" ")), line) for part in parts))
    text = _scalar(written)
    return None if text is None else Value(text, line)


def _scalar(written: str) -> str | None:
    if not written or _PLAIN.fullmatch(written):
        return written
    quoted = _QUOTED.fullmatch(written)
    return _bare(written) if quoted else None


def _bare(written: str) -> str:
    return written[1:-1] if written[:1] in ('"', "'") else written


def _entries(lines: list[str], first: int, end: int) -> tuple[Value, ...] | None:
    indent = None
    found = []
    for number in range(first, end):
        if not lines[number].strip(" "):
            continue
        entry = _ENTRY.fullmatch(lines[number])
        text = _scalar(entry[2].strip(" ")) if entry else None
        if not entry or (not text and not _QUOTED.fullmatch(entry[2].strip(" "))) or indent not in (None, entry[1]):
            return None
        indent = entry[1]
        found.append(Value(text or "", number + 1))
    return tuple(found)


def _pairs(lines: list[str], first: int, end: int) -> tuple[tuple[str, Value], ...] | None:
    indent = None
    found = []
    for number in range(first, end):
        if not lines[number].strip(" "):
            continue
        pair = _PAIR.fullmatch(lines[number])
        if not pair or not pair[1] or indent not in (None, pair[1]):
            return None
        indent = pair[1]
        value = _on_one_line((pair[3] or "").strip(" "), number + 1)
        if value is None:
            return None
        found.append((pair[2], value))
    return tuple(found)
