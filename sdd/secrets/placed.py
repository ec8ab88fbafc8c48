"""Values told by their place: below a table's heading, beside a user's name, above the end of a key."""

from collections.abc import Iterator

from sdd.base.regex import regex
from sdd.secrets import values

_USER = regex(
    r"s?(?:name)?(?:[ ]?[:=]|[ ](?:is|are))?[ ]?[\"'`]?(?P<user>[\w.@+-]{1,60})[\"'`]?(?:[ ]?[/,;:]|[ ]and|[ ]with)[ ]?"
    r"(?:(?:and|with)[ ])?(?:(?:the[ ])?(?:pass(?:word|phrase)?|pwd?)[ :=]{1,3})?[\"'`]?(?P<value>[^\s\"'`<>|]{8,128})"
)
_LINE = 500
_MOST_ROWS = 200
_DELIMITER = regex(r"[ \t>|:-]{3,500}+(?=\n|\Z)")
_CELL = " \t`*\"'"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\\"
_KEY_END = regex(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_BODY = regex(r"[A-Za-z0-9+/]{20}")


def accounts(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    """The place of each password behind a user's name: `login: ada / ...`, `ada:...@host`."""
    for word in ("login", "credential", "user", "account"):
        at = lowered.find(word)
        while at >= 0:
            match = _USER.match(text, at + len(word))
            if match and _is_password(match["value"].rstrip(".,;:)")):
                yield match.start("value"), match.start("value") + len(match["value"].rstrip(".,;:)"))
            at = lowered.find(word, at + len(word))
    at = text.find("@")
    while at >= 0:
        user, colon, value = text[max(0, at - 140) : at].rpartition("\n")[2].rpartition(" ")[2].partition(":")
        if colon and user and text[at + 1 : at + 2].isalnum() and "/" not in value and _is_password(value):
            yield at - len(value), at
        at = text.find("@", at + 1)


def _is_password(value: str) -> bool:
    return values.is_chosen(value) and not values.is_stand_in(value) and "(" not in value


def cells(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The cells of a table below the heading that has a place in it; their signs of emphasis are none of theirs."""
    before = text.rfind("\n", max(0, at - _LINE), at)
    end = text.find("\n", at, at + _LINE)
    if end < 0 or (before < 0 and at >= _LINE) or text.find("|", before + 1, end) < 0:
        return
    delimiter = _DELIMITER.match(text, end + 1)
    if not delimiter or "-" not in delimiter[0]:
        return
    column = text.count("|", before + 1, at) + (not text[before + 1 : end].lstrip(" \t>").startswith("|"))
    heading_end = min(text.find("|", at, end) % (end + 1), end)
    heading = text[max(text.rfind("|", before + 1, at), before) + 1 : heading_end]
    if len(heading.split()) > 3 or "[REDACTED:" in heading:
        return
    start = delimiter.end() + 1
    for _ in range(_MOST_ROWS):
        end = text.find("\n", start, start + 4 * _LINE)
        end = end if end >= 0 else min(len(text), start + 4 * _LINE)
        row = text[start:end]
        if "|" not in row or _DELIMITER.match(row):
            return
        parts = row.split("|")
        place = column if row.lstrip(" \t>").startswith("|") else column - 1
        if 0 <= place < len(parts) and (cell := parts[place].strip(_CELL)):
            yield (first := start + row.index(cell, sum(map(len, parts[:place])) + place)), first + len(cell)
        start = end + 1


def cut_keys(text: str) -> Iterator[tuple[int, int]]:
    """The lines of each private key above its END line, wherever it begins: its first ones may be cut."""
    before, at = 0, text.find("-----END ")
    while at >= 0:
        if match := _KEY_END.match(text, at):
            start = _key_start(text, before, at)
            if _KEY_BODY.search(text, start, at) and values.entropy(text[start:at]) >= 3.5:
                yield start, match.end()
            before = match.end()
        at = text.find("-----END ", at + 1)


def _key_start(text: str, before: int, at: int) -> int:
    """Where the lines of base64 above a place begin, none of them before another place."""
    line_start = text.rfind("\n", before, at) + 1
    start, end = at, at if text[line_start:at].strip(" \t>") else line_start
    while end > before:
        stop = end - (text[end - 1] == "\n")
        line_start = max(before, text.rfind("\n", before, stop) + 1)
        line = text[line_start:stop].rstrip(" \r")
        other = line.rstrip(_BASE64)
        if other == line:
            break
        start = line_start + len(other)
        if other.strip(" \t>"):
            break
        end = line_start
    return start
