"""What an item holds: the text of a list item, a paragraph, a heading or a row of a table, to its end."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from sdd.base.regex import regex
from sdd.document import Document

_STARTS_BLOCK = regex(r"[ \t]*(?:[#|>]|(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$))")
# Not in a path: src/**/*.py, src/__init__.py
_BOLD = regex(r"(?<![\w/])(?:\*\*|__(?!\w+__\.\w))(?=[^\s/])|(?<=[^\s/])(?:\*\*|__)(?![\w/]|\.\w)")


class Shape(StrEnum):
    """What sort of line an item starts with."""

    ITEM = "item"
    HEADING = "heading"
    ROW = "row"
    PARAGRAPH = "paragraph"


def indent_of(space: str) -> int:
    """The columns that leading white space takes."""
    return len(space.expandtabs(4))


def whole_text(
    document: Document, line: int, first: str, shape: Shape, indent: int, stops: Collection[int]
) -> tuple[str, int]:
    """The text of an item over its lines and its sub-list, and the first line after it.

    `first` is what its own `line` holds of it; it ends before each of the lines `stops`.
    """
    if shape == Shape.ROW:
        return " | ".join(filter(None, map(str.strip, first.split("|")))), line + 1
    texts, end = [first.strip()], line + 1
    for number, text in _further_lines(document, line, shape, indent, stops):
        texts.append(text)
        end = number + 1
    return balanced(" ".join(filter(None, texts))), end


def balanced(text: str) -> str:
    """A text without marks around it, nor one of emphasis that was opened before it."""
    text = text.strip().lstrip("*_:\uff1a ")
    if ("**" in text or "__" in text) and len(_BOLD.findall(text)) % 2:
        text = _BOLD.sub("", text, count=1)
    return text if text.startswith("~~") and text.endswith("~~") else text.strip("~ ")


def _further_lines(
    document: Document, line: int, shape: Shape, indent: int, stops: Collection[int]
) -> Iterator[tuple[int, str]]:
    """The further lines of an item: those of its paragraph and its sub-list, of a heading those up to the next one."""
    blank = False
    for number in range(line + 1, document.end):
        written = document.seen[number - 1]
        text = written.strip()
        if number in stops or written[:1] == "#" or (shape == Shape.PARAGRAPH and (not text or written[0] in "|>")):
            return
        if not text:
            blank = True
        elif number not in document.hidden:
            inner = indent_of(written[: len(written) - len(written.lstrip(" \t"))])
            if shape == Shape.ITEM and inner <= indent and (blank or _STARTS_BLOCK.match(written)):
                return
            yield number, text
