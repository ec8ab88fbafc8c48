"""Front matter that is no YAML, read line by line: every `key: value`, block list and block scalar it holds."""

import re
from collections.abc import Iterator

from sdd.base.regex import regex
from sdd.document.values import RECORD_KEYS, Value, unquoted

_KEY = regex(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+|$)(.*)")
_ENTRY = regex(r"[ \t]*-(?:[ \t]+(.*)|$)")
_BLOCK = regex(r"[|>][+-]?\d?[+-]?")
_PAIR = regex(r"[ \t]+([A-Za-z_][\w-]*(?: [\w-]+){0,3})[ \t]*:(?:[ \t]+|$)(.*)")
_FLOW_ENTRY = regex(r"[ \t]*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^,]*)[ \t]*(?:,|$)")
# What may end a text whose lines are not indented: prose is full of words with a colon.
_ENDS_PROSE = RECORD_KEYS.union(["model", "branch", "user", "outcomes", "closes", "prompts"])


def read_leniently(source: str, first: int = 1) -> list[tuple[str, Value]]:
    """The (key, value) pairs of `source`, whose first line has the number `first`. Takes every text."""
    lines = source.split("\n")
    found: list[tuple[str, Value]] = []
    end = 0
    for number, line in enumerate(lines):
        key = _KEY.match(line) if number >= end else None
        if key:
            prose = _is_prose(key[2].strip(), "".join(lines[number + 1 : number + 2]))
            end = next((end for end in range(number + 1, len(lines)) if _ends(lines[end], prose)), len(lines))
            found.append((key[1], _value(key[2].strip(), lines[number + 1 : end], first + number)))
    return found


def _is_prose(first: str, below: str) -> bool:
    """Whether a block scalar starts here whose text was not indented, or a quote that does not end on its line."""
    if _BLOCK.fullmatch(first):
        return bool(below.strip()) and below[0] not in " \t"
    return first[:1] == '"' and (len(first) == 1 or first[-1] != '"')


def _ends(line: str, prose: bool) -> bool:
    key = _KEY.match(line)
    return key is not None and (not prose or key[1].lower() in _ENDS_PROSE)


def _value(first: str, below: list[str], line: int) -> Value:
    if _BLOCK.fullmatch(first):
        return Value(_dedented(below), line, block=True)
    shown = next((text for text in below if text.strip() and not text.lstrip().startswith("#")), "")
    if not first and _ENTRY.match(shown):
        entries = tuple(_entry(entry[1] or "", inner, line + 1 + at) for at, entry, inner in _outermost(below, _ENTRY))
        return Value("\n".join(below), line, entries=entries)
    if first.startswith("[") and first.endswith("]"):
        inner = tuple(Value(unquoted(part), line) for part in _FLOW_ENTRY.findall(first[1:-1]) if part.strip())
        return Value(first, line, entries=inner)
    pairs = [(pair[1], _inner(pair[2].strip(), inner, line + 1 + at)) for at, pair, inner in _outermost(below, _PAIR)]
    if not first and pairs:
        return Value("\n".join(below), line, pairs=tuple(pairs))
    comment = first.find(" #") if first[:1] not in ('"', "'") else -1
    text = "\n".join([first[:comment] if comment >= 0 else first, *(text.strip() for text in below)]).strip()
    return Value(_unescaped(text), line)


def _outermost(lines: list[str], pattern: "re.Pattern[str]") -> "Iterator[tuple[int, re.Match[str], list[str]]]":
    """(number, match, the lines that continue it) of each line that fits a pattern and is not deeper than the first."""
    matches = [(number, match) for number, text in enumerate(lines) if (match := pattern.match(text))]
    indents = {number: len(lines[number]) - len(lines[number].lstrip()) for number, _ in matches}
    outer = [(number, match) for number, match in matches if indents[number] <= indents[matches[0][0]]]
    ends = [*(number for number, _ in outer[1:]), len(lines)]
    for (number, match), end in zip(outer, ends, strict=False):
        yield number, match, lines[number + 1 : end]


def _entry(first: str, below: list[str], line: int) -> Value:
    path = re.match(r"(?:path|file|name)[ \t]*:[ \t]+(.*)", first)
    return Value(unquoted(path[1] if path else " ".join(filter(None, (first, *map(str.strip, below))))), line)


def _inner(first: str, below: list[str], line: int) -> Value:
    if _BLOCK.fullmatch(first):
        return Value(_dedented(below), line)
    return Value(_unescaped("\n".join([first, *map(str.strip, below)]).strip()), line)


def _dedented(lines: list[str]) -> str:
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:] for line in lines).strip("\n")


def _unescaped(text: str) -> str:
    """A value without its quotes. Only the escapes that long prompts hold are undone: others may be Windows paths."""
    if text[:1] == '"' and text.count('"') == 1:
        text = text[1:]
    elif unquoted(text) != text:
        text, quote = unquoted(text), text[0]
        if quote == "'":
            return text.replace("''", "'")
    else:
        return text
    return text.replace('\\"', '"').replace("\\n", "\n") if "\\n" in text or '\\"' in text else text
