"""Front matter that is no YAML, read line by line: every `key: value`, block list and block scalar it holds."""

import re

from sdd.document.values import RECORD_KEYS, Value, unquoted

_KEY = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+|$)(.*)")
_ENTRY = re.compile(r"[ \t]*-(?:[ \t]+(.*)|$)")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?")
_PAIR = re.compile(r"[ \t]+([A-Za-z_][\w-]*(?: [\w-]+){0,3})[ \t]*:(?:[ \t]+|$)(.*)")
_FLOW_ENTRY = re.compile(r"[ \t]*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^,]*)[ \t]*(?:,|$)")
# What may end a text whose lines are not indented: prose is full of words with a colon.
_ENDS_PROSE = RECORD_KEYS.union(["model", "branch", "user", "outcomes", "closes", "prompts"])


def read_leniently(source: str, first: int = 1) -> list[tuple[str, Value]]:
    """The (key, value) pairs of `source`, whose first line has the number `first`. Takes every text."""
    lines = source.split("\n")
    found: list[tuple[str, Value]] = []
    number = 0
    while number < len(lines):
        key = _KEY.match(lines[number])
        if not key:
            number += 1
            continue
        end = number + 1
        prose = _is_prose(key, lines, number)
        while end < len(lines) and not _ends(lines[end], prose):
            end += 1
        found.append((key[1], _value(key[2].strip(), lines[number + 1 : end], first + number)))
        number = end
    return found


def _is_prose(key: "re.Match[str]", lines: list[str], number: int) -> bool:
    """Whether a block scalar starts here whose text was not indented, or a quote that does not end on its line."""
    first = key[2].strip()
    if _BLOCK.fullmatch(first):
        return (
            number + 1 < len(lines)
            and not lines[number + 1].startswith((" ", "\t"))
            and bool(lines[number + 1].strip())
        )
    return first[:1] == '"' and (len(first) == 1 or first[-1] != '"')


def _ends(line: str, prose: bool) -> bool:
    key = _KEY.match(line)
    return key is not None and (not prose or key[1].lower() in _ENDS_PROSE)


def _value(first: str, below: list[str], line: int) -> Value:
    if _BLOCK.fullmatch(first):
        return Value(_dedented(below), line, block=True)
    entries = [(number, entry) for number, text in enumerate(below) if (entry := _ENTRY.match(text))]
    if (
        not first
        and entries
        and entries[0][0]
        == next((n for n, text in enumerate(below) if text.strip() and not text.lstrip().startswith("#")), 0)
    ):
        return _list(below, entries, line)
    if first.startswith("[") and first.endswith("]"):
        inner = tuple(Value(unquoted(part), line) for part in _FLOW_ENTRY.findall(first[1:-1]) if part.strip())
        return Value(first, line, entries=inner)
    pairs = [(number, pair) for number, text in enumerate(below) if (pair := _PAIR.match(text))]
    if not first and pairs:
        return _mapping(below, pairs, line)
    comment = first.find(" #") if first[:1] not in ('"', "'") else -1
    text = "\n".join([first[:comment] if comment >= 0 else first, *(text.strip() for text in below)]).strip()
    return Value(_unescaped(text), line)


def _list(below: list[str], entries: "list[tuple[int, re.Match[str]]]", line: int) -> Value:
    """A block list: the outermost entries, with the lines that continue them."""
    indent = min(len(below[number]) - len(below[number].lstrip()) for number, _ in entries)
    outer = [(number, entry) for number, entry in entries if len(below[number]) - len(below[number].lstrip()) == indent]
    found = []
    for place, (number, entry) in enumerate(outer):
        end = outer[place + 1][0] if place + 1 < len(outer) else len(below)
        parts = [entry[1] or "", *(text.strip() for text in below[number + 1 : end])]
        path = re.match(r"(?:path|file|name)[ \t]*:[ \t]+(.*)", parts[0])
        text = path[1] if path else " ".join(part for part in parts if part)
        found.append(Value(unquoted(text), line + 1 + number))
    return Value("\n".join(below), line, entries=tuple(found))


def _mapping(below: list[str], pairs: "list[tuple[int, re.Match[str]]]", line: int) -> Value:
    indent = len(below[pairs[0][0]]) - len(below[pairs[0][0]].lstrip())
    outer = [(number, pair) for number, pair in pairs if len(below[number]) - len(below[number].lstrip()) == indent]
    found = []
    for place, (number, pair) in enumerate(outer):
        end = outer[place + 1][0] if place + 1 < len(outer) else len(below)
        first, inner = pair[2].strip(), below[number + 1 : end]
        text = (
            _dedented(inner)
            if _BLOCK.fullmatch(first)
            else _unescaped("\n".join([first, *(part.strip() for part in inner)]).strip())
        )
        found.append((pair[1], Value(text, line + 1 + number)))
    return Value("\n".join(below), line, pairs=tuple(found))


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
