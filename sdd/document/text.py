"""Bytes to lines: what is wrong with a file before anything is read in it."""

from typing import NamedTuple

from sdd.base.limits import RECORD_BYTES


class Item(NamedTuple):
    """A piece of text and the line that it is on, counted from 1."""

    text: str
    line: int


class Problem(NamedTuple):
    """A part of a file that could not be understood; the rest of the file is read all the same."""

    line: int
    message: str


EMPTY = Problem(1, "the file is empty")
"""The problem of a file without any text."""


def decode(content: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text of a file with every line end as a line feed, and what is wrong with it.

    A byte order mark is dropped, bytes that are no UTF-8 and NUL become replacement characters.
    """
    problems = []
    if len(content) > RECORD_BYTES:
        problems.append(Problem(1, f"the file has more than {RECORD_BYTES} bytes: only those are read"))
        content = content[:RECORD_BYTES]
        # A character that the limit cuts in half is no fault of the file's.
        cut = next((back for back in range(1, 5) if content[-back] >= 0xC0), 0)
        content = content[: len(content) - cut]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.append(Problem(content.count(b"\n", 0, error.start) + 1, "not UTF-8: save the file as UTF-8"))
        text = content.decode("utf-8", "replace")
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        problems.append(Problem(text.count("\n", 0, text.index("\0")) + 1, "binary content: the file holds NUL bytes"))
        text = text.replace("\0", "\ufffd")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        problems.append(EMPTY)
    return text, tuple(problems)


def text_key(text: object) -> str:
    """Text with each run of white space as one space, to compare words and not layout."""
    return " ".join(str(text or "").split())
