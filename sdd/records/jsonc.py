"""JSON with comments: read without them, and changed in such a way that they stay."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sdd.base.regex import regex

# What is never closed goes to its end: looked for anew from each sign in it, it would take quadratic time.
_TOKEN = regex(r'"(?:[^"\\\n]|\\.)*+"?|//[^\n]*+|/\*(?P<comment>(?:[^*]|\*(?!/))*+)(?P<closed>\*/)?')


class _Part(NamedTuple):
    """An item of a list, or a member of an object with its key: where it is in the text, and where its value begins."""

    key: str
    start: int
    value: int
    end: int


def blanked(text: str) -> str:
    """The text with spaces for its comments: all else is where it was."""

    def blank(match: Any) -> str:
        return "".join(sign if sign == "\n" else " " for sign in match[0]) if _is_comment(match) else str(match[0])

    return _TOKEN.sub(blank, text)


def comments(text: str) -> tuple[str, ...]:
    """The comments of a text, in their order."""
    return tuple(match[0] for match in _TOKEN.finditer(text) if _is_comment(match))


def _is_comment(match: Any) -> bool:
    """A comment that is never closed is none: what holds it stays as it is, which no reader of JSON takes."""
    return match[0][0] != '"' and (match["comment"] is None or match["closed"] is not None)


def changed(text: str, before: Any, after: Any, indent: str) -> str:
    """A text that says `before`, changed so that it says `after`. Both are objects that differ by keys and items that
    are added or taken away, at any depth.
    """
    plain = blanked(text)
    edits = _edits(plain, plain.index("{"), before, after, indent, indent)
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _edits(text: str, at: int, before: Any, after: Any, indent: str, margin: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and new text of each change to the value that begins at a place."""
    import json

    parts = [*_parts(text, at)]
    if isinstance(before, dict):
        kept = [part.key in after for part in parts]
        added = [f"{json.dumps(key)}: {_told(after[key], indent, margin)}" for key in after if key not in before]
        for part in (part for part in parts if part.key in after and before[part.key] != after[part.key]):
            deeper = margin + indent
            yield from _edits(text, part.value, before[part.key], after[part.key], indent, deeper)
    else:
        kept = [item in after for item in before]
        added = [_told(item, indent, margin) for item in after if item not in before]
    for number, part in enumerate(parts):
        if not kept[number]:
            yield part.start, part.end, ""
            if any(kept[number:]):
                comma = text.index(",", part.end)
                yield comma, comma + 1, ""
            elif number:
                comma = text.index(",", parts[number - 1].end)
                yield comma, comma + 1, ""
    if added:
        last = next((part for part, stays in zip(reversed(parts), reversed(kept), strict=True) if stays), None)
        place = last.end if last else at + 1
        new = ",".join(f"\n{margin}{each}" for each in added)
        yield place, place, f",{new}" if last else new


def _told(value: Any, indent: str, margin: str) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=indent).replace("\n", f"\n{margin}")


def _parts(text: str, at: int) -> Iterator[_Part]:
    import json  # the gate needs none where no hook file changes

    decoder, is_object, at = json.JSONDecoder(), text[at] == "{", _skip(text, at + 1)
    while text[at] not in "}]":
        start, key = at, ""
        if is_object:
            key, at = decoder.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        value, (_, at) = at, decoder.raw_decode(text, at)
        yield _Part(key, start, value, at)
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at
