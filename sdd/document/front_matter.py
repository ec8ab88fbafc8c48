"""Front matter: where it is in a text, and its keys, read as YAML and leniently where it is none."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sdd.base.fields import Fields
from sdd.base.regex import regex
from sdd.document.plain_yaml import read_plain
from sdd.document.text import Problem
from sdd.document.values import RECORD_KEYS, Value, is_none_like, listed

_KEY = regex(r"([A-Za-z_][\w-]*)[ \t]*:(?=[ \t]|$)")
_KNOWN = RECORD_KEYS.union(["name", "description", "created", "rules", "paths", "version", "tags", "scope", "expires"])
_HEADING = regex(r"#{1,6}[ \t]+\S")
_CODE_FENCE = regex(r"(`{3,}|~{3,})[ \t]*+(?:markdown|md|yaml|yml|text|txt)?[ \t]*+", re.IGNORECASE)
# What a heading and the end of front matter start with.
_SIGNS = frozenset("#-.")
_YAML_LIMIT = 256 * 1024


class FrontMatterPlace(NamedTuple):
    """Where the front matter is: lines `start` to `end` (from 0, `end` excluded), the body from line `body` on.

    `start` is None where there is none; `last` is the end of the body.
    """

    start: int | None
    end: int
    body: int
    last: int
    problems: tuple[Problem, ...]


class FrontMatter(Fields):
    """The keys of a file in lower case with their values. `strict` is whether the text was valid YAML."""

    values: Mapping[str, Value] = MappingProxyType({})
    strict: bool = True
    line: int = 1

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def find(self, *keys: str) -> Value | None:
        """The value of the first of `keys` that is there."""
        return next((self.values[key] for key in keys if key in self.values), None)

    def text(self, *keys: str) -> str | None:
        """The text of the first of `keys` that says something, on one line; None for "none" and the like."""
        for key in keys:
            value = self.values.get(key)
            if value is not None and not is_none_like(value.text):
                return " ".join(value.text.split())
        return None

    def written(self, *keys: str) -> str | None:
        """The text of the first of `keys` that is there at all, as it was written; None where all are absent."""
        value = self.find(*keys)
        return " ".join(value.text.split()) or None if value else None

    def listed(self, *keys: str) -> tuple[Value, ...]:
        """The list entries of the first of `keys` that has any."""
        return next(filter(None, (listed(self.values[key]) for key in keys if key in self.values)), ())


def locate(lines: list[str]) -> FrontMatterPlace:
    """Where the front matter of a file is. A code fence around the whole file does not count."""
    first, last = (0, len(lines)) if lines[:1] in ([], ["---"]) else _within_code_fence(lines)
    while first < last and not lines[first].strip():
        first += 1
    if first < last and lines[first].rstrip() == "---":
        return _closed(lines, first, last)
    end = _unopened(lines, first, last)
    if end is None:
        return FrontMatterPlace(None, first, first, last, ())
    problem = Problem(first + 1, "the opening --- of the front matter is missing: put it above this line")
    return FrontMatterPlace(first, end, end + 1, last, (problem,))


def read(lines: list[str], place: FrontMatterPlace) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """The keys of the front matter at `place`, and what is wrong with it."""
    if place.start is None:
        return FrontMatter(), place.problems
    source, first = "\n".join(lines[place.start : place.end]), place.start + 1
    problems = list(place.problems)
    pairs, strict = (read_plain(source, first) if len(source) <= _YAML_LIMIT else None), True
    if not pairs:
        pairs, odd = _read_odd(source, first)
        strict = not odd
        problems += odd
    named = [(key.strip().lower(), value) for key, value in pairs]
    values = dict(named)
    if len(values) < len(named):
        values, doubled = _without_doubles(named)
        problems += doubled
    return FrontMatter(values=values, strict=strict, line=first), tuple(problems)


def _read_odd(source: str, first: int) -> tuple[list[tuple[str, Value]], tuple[Problem, ...]]:
    """What the library reads where the source is YAML; else what can be read of it, and why it is none."""
    from sdd.document.yaml_nodes import NotYaml, compose  # most front matter is plain

    try:
        if len(source) > _YAML_LIMIT:
            raise NotYaml(0, f"the front matter has more than {_YAML_LIMIT} characters: move long text into the body")
        return compose(source, first), ()
    except NotYaml as error:
        from sdd.document.lenient import read_leniently

        return read_leniently(source, first), (Problem(first + error.line, error.message),)


def _without_doubles(pairs: list[tuple[str, Value]]) -> tuple[dict[str, Value], list[Problem]]:
    """The values by key; of a repeated key the first value that says something."""
    values: dict[str, Value] = {}
    problems = []
    for key, value in pairs:
        if key in values:
            problems.append(Problem(value.line, f"the key {key} is given twice: keep one"))
            if is_none_like(value.text) or not is_none_like(values[key].text):
                continue
        values[key] = value
    return values, problems


def _within_code_fence(lines: list[str]) -> tuple[int, int]:
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    fence = _CODE_FENCE.fullmatch(lines[first])
    if not fence:
        return first, len(lines)
    last = len(lines)
    while not lines[last - 1].strip():
        last -= 1
    inner = next((number for number in range(first + 1, last) if lines[number].strip()), last)
    if inner == last or not (lines[inner].rstrip() == "---" or _HEADING.match(lines[inner])):
        return first, len(lines)
    closing = lines[last - 1].strip()
    if last - 1 > inner and closing.startswith(fence[1]) and not closing.strip(fence[1][0]):
        return inner, last - 1
    return (inner, len(lines)) if lines[inner].rstrip() == "---" else (first, len(lines))


def _closed(lines: list[str], first: int, last: int) -> FrontMatterPlace:
    """The front matter that opens at `first`. A heading ends one whose closing fence was forgotten."""
    heading = None
    for number, line in enumerate(lines[first + 1 : last], first + 1):
        if not line or line[0] not in _SIGNS:
            continue
        if line.rstrip() in ("---", "..."):
            after = number + 1
            if heading is not None and not any(_known_key(line) for line in lines[heading + 1 : number]):
                break
            inner = lines[first + 1 : number]
            if not any(map(_KEY.match, inner)) and any(map(str.strip, inner)):
                return FrontMatterPlace(None, first, first, last, ())
            fenced = after < last and first and all(map(_CODE_FENCE.fullmatch, (lines[first - 1], lines[after])))
            return FrontMatterPlace(first + 1, number, after + bool(fenced), last, ())
        if heading is None and _HEADING.match(line) and not _is_comment(lines, number, last):
            heading = number
    end = heading if heading is not None else last
    if not any(map(_KEY.match, lines[first + 1 : end])):
        return FrontMatterPlace(None, first, first, last, ())
    problem = Problem(first + 1, "the closing --- of the front matter is missing: put it below the last key")
    return FrontMatterPlace(first + 1, end, end, last, (problem,))


def _is_comment(lines: list[str], number: int, last: int) -> bool:
    """Whether the line that looks like a heading is a YAML comment: a single # with a key or an entry below it."""
    if lines[number].startswith("##") or number + 1 >= last:
        return False
    below = lines[number + 1]
    return bool(_KEY.match(below)) or below.startswith(("#", " ", "- "))


def _known_key(line: str) -> bool:
    key = _KEY.match(line)
    return key is not None and key[1].lower() in _KNOWN


def _unopened(lines: list[str], first: int, last: int) -> int | None:
    """The line of the closing fence where the text starts with keys but without an opening fence."""
    if first >= last or not _known_key(lines[first]):
        return None
    for number in range(first + 1, last):
        line = lines[number]
        if line.rstrip() == "---":
            return number
        if (line.strip() and not (_KEY.match(line) or line[0] in " \t#-")) or _HEADING.match(line):
            return None
    return None
