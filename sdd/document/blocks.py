"""The blocks of a Markdown text that sdd looks at: headings, fenced code, comments."""

from typing import NamedTuple


class Heading(NamedTuple):
    """A heading outside of lists and quotations; lines count from 1, `end` is the line after it."""

    level: int
    text: str
    line: int
    end: int


class Fence(NamedTuple):
    """A fenced block: the line of its opening fence, the first line after it, its info string, its place in depth."""

    line: int
    end: int
    info: str


class Comment(NamedTuple):
    """An HTML comment block: its first line and the first line after it."""

    line: int
    end: int


class Blocks(NamedTuple):
    """The blocks of a text in its order. `sure` is false where only markdown-it can tell."""

    headings: tuple[Heading, ...]
    fences: tuple[Fence, ...]
    comments: tuple[Comment, ...]
    sure: bool = True
