"""What a key of the front matter holds: its text as written, its list entries, its pairs."""

import re
from typing import NamedTuple

from sdd.base.regex import regex

RECORD_KEYS = frozenset((
    "id", "title", "kind", "stage", "status", "date", "date_iso", "surface", "feature", "command", "labels", "links",
    "files", "files_yaml", "tests", "tests_yaml", "prompt_text", "response_text", "outcome", "evaluation",
))  # fmt: skip
"""Keys of records that hardly any prose begins a line with."""

ODD = regex(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What YAML may not hold, or what its readers take for different things: tabs and odd line ends."""

_NONE_LIKE = frozenset(("", "none", "null", "~", "n/a", "na", "nil", "-", "[]", "{}", "none.", "not applicable"))
_LONGEST_NONE = max(map(len, _NONE_LIKE))
_PLACEHOLDER = regex(r"\[?\{\{[^{}\n]*\}\}\]?")
_NONE_WITH_REASON = regex(
    r"(?:none|n/a|null|not applicable|no files?(?: changed| modified)?)\.?\s*(?:\(.*\)|[-\u2013\u2014:].*)?",
    re.IGNORECASE | re.DOTALL,
)
_LIST_MARK = regex(r"[-*\u2022][ \t]+")


class Value(NamedTuple):
    """One value. `text` is the scalar without its quotes (`0010` stays `0010`), or the source of a list or mapping.

    `entries` is None where the value is no list, `pairs` None where it is no mapping; `line` is the key's line, and
    the text of a `block` scalar begins on the next one.
    """

    text: str
    line: int
    entries: tuple["Value", ...] | None = None
    pairs: tuple[tuple[str, "Value"], ...] | None = None
    block: bool = False

    @property
    def inner(self) -> tuple["Value", ...]:
        """The entries of a list, or the values of a mapping."""
        return self.entries or (tuple(value for _, value in self.pairs) if self.pairs else ())


def is_none_like(text: str) -> bool:
    """Whether `text` says that there is nothing: empty, "none", "n/a", null, a left-over `{{TOKEN}}`."""
    start = text[:1]
    if start.isalnum() and start not in "nN":
        return False
    said = text.strip().strip("\"'").strip()
    is_word = len(said) <= _LONGEST_NONE and said.casefold() in _NONE_LIKE
    return is_word or ("{{" in said and _PLACEHOLDER.fullmatch(said) is not None)


def says_none(text: str) -> bool:
    """The same, with a reason allowed: "n/a (research only)"."""
    return is_none_like(text) or _NONE_WITH_REASON.fullmatch(text.strip()) is not None


def listed(value: Value) -> tuple[Value, ...]:
    """The entries that a value means as a list, none-like ones left out.

    A text (block scalar, one string) is split at its lines, a list entry that is a mapping is one entry with
    its source as text; a mapping of lists gives the entries of all of them.
    """
    if value.entries is not None:
        found = value.entries
    elif value.pairs is not None and not value.text.startswith("{"):
        found = tuple(entry for _, inner in value.pairs for entry in (inner.entries or (inner,)))
    else:
        found = _lines(value)
    return tuple(entry for entry in found if not says_none(entry.text))


def _lines(value: Value) -> tuple[Value, ...]:
    found = []
    for offset, line in enumerate(value.text.split("\n")):
        line = line.strip()
        mark = _LIST_MARK.match(line)
        found.append(Value(unquoted(line[mark.end() :] if mark else line), value.line + value.block + offset))
    if len(found) == 1 and "," in found[0].text and not re.search(r"[(\"']", found[0].text):
        found = [Value(part.strip(), value.line) for part in found[0].text.split(",")]
    return tuple(found)


def unquoted(text: str) -> str:
    """`text` without one pair of quotes around all of it."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
