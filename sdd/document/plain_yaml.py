"""The plain part of YAML, which nearly all front matter is written in, read by one pattern.

It reads scalars on one line, and lists and mappings of such scalars one level deep. Its answer is PyYAML's; where it
is not certain it gives none.

Measured gain: without it a gate over 20 commits costs 1.17 times as much (`make bench`).
"""

import re
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.document.values import ODD, Value

_QUOTED = r"""(?:"[^"\\\x00-\x1f\x7f]*"|'[^'\x00-\x1f\x7f]*')"""
# A colon before a blank starts a value, and a # after one a comment: neither is part of a plain scalar.
_TEXT = r"[^:#\x00-\x1f\x7f]*+"
_PLAIN = rf"(?:[A-Za-z0-9/._(]|[^\x00-\xa0]){_TEXT}(?:(?::(?! |$)|(?<! )#){_TEXT})*+"
_FLOW_ENTRY = rf"(?:[\w./][\w./-]*+(?: ++[\w./-]++)*+|{_QUOTED})"
_FLOW = rf"\[ *+(?:{_FLOW_ENTRY} *+(?:, *+{_FLOW_ENTRY} *+)*+)?\]"
_LINE = regex(
    rf"^( *+)(?:([A-Za-z_][A-Za-z0-9_-]*+):(?: ++|$)|(-) ++|$)(?:({_PLAIN})|({_QUOTED}|{_FLOW}))? *+$", re.MULTILINE
)
"""One line: its indent, its key or the dash of an entry, and what is written: plain, or in quotes or brackets."""
_FLOW_PART = regex(_FLOW_ENTRY)

Pairs = list[tuple[str, Value]]


class _Nested(NamedTuple):
    """A line below a key: an entry of a list, or a pair of a mapping."""

    number: int
    indent: str
    key: str
    dash: str
    plain: str
    marked: str


def read_plain(source: str, first: int = 1) -> Pairs | None:
    """The (key, value) pairs of a mapping in plain YAML, duplicates included; None where that is not certain.

    The first line has the number `first`. The text of a list or a mapping is its source, as `yaml_nodes.compose`
    gives it.
    """
    lines = _LINE.findall(source)
    if len(lines) != source.count("\n") + 1 or not (source.isascii() or ODD.search(source) is None):
        return None
    found: Pairs = []
    # The lines below a key, by its place in what is found. Only where its own line says nothing there may be any.
    below: dict[int, list[_Nested]] = {}
    may_be_nested = False
    for number, (indent, key, dash, plain, marked) in enumerate(lines, first):
        if key and not indent:
            found.append((key, _marked(marked, number) if marked else Value(plain.rstrip(" "), number)))
            may_be_nested = not (plain or marked)
        elif key or dash:
            if not may_be_nested:
                return None
            below.setdefault(len(found) - 1, []).append(_Nested(number, indent, key, dash, plain, marked))
    written = source.split("\n") if below else []
    for place, nested in below.items():
        text = "\n".join(written[nested[0].number - first : nested[-1].number - first + 1]).strip()
        key, value = found[place]
        inner = _on_lines_below(nested, text, value.line)
        if inner is None:
            return None
        found[place] = (key, inner)
    return found or None


def _marked(written: str, line: int) -> Value:
    """A scalar in quotes, or a list in brackets."""
    if written[0] != "[":
        return Value(written[1:-1], line)
    parts = _FLOW_PART.findall(written)
    return Value(written, line, tuple(Value(part[1:-1] if part[0] in "\"'" else part, line) for part in parts))


def _on_lines_below(lines: list[_Nested], text: str, line: int) -> Value | None:
    """The list or mapping, written as `text`, below its key on `line`."""
    outer, mark = lines[0].indent, lines[0].dash
    found: Pairs = []
    for number, indent, key, dash, plain, marked in lines:
        if indent != outer or dash != mark or (dash and (marked[:1] == "[" or not (plain or marked))):
            return None
        found.append((key, _marked(marked, number) if marked else Value(plain.rstrip(" "), number)))
    return Value(text, line, tuple(entry for _, entry in found)) if mark else Value(text, line, pairs=tuple(found))
