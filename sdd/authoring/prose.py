"""Texts of any content as Markdown that means just that text."""

import os
import re

from sdd.base.paths import as_text
from sdd.document.elements import TAG_MAY_HIDE
from sdd.document.values import says_none
from sdd.records.kinds.file_entries import moved_folder, path_of

# A text with any of these could be read as the record's own Markdown, so it goes into a fence.
_NEEDS_FENCE = re.compile(r"\A\s|```|~~~|<!--|^[ \t]*(?:[#<>|]|\*\*|__|\{\{|[-=*_]+[ \t]*$)", re.MULTILINE)
_NOT_IN_TEXT = re.compile("[\x00\ud800-\udfff]")
_EMPTY_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_BLOCK_SIGN = re.compile(r"(?=[#>|<~=]|[-+*](?:\s|$)|---|\*\*\*|```|\[[ xX]\])")


def anchored(pattern: str) -> str:
    """A pattern of a contract's scope, anchored at the root by a leading slash."""
    return "/" + pattern.removeprefix("./").lstrip("/")


def check_text(check: str) -> str:
    """An acceptance check as its list item says it: all of it is the command, backticks of its own included."""
    return code(one_line(check))


def file_entry(path: str) -> str:
    """A path, or `old/ -> new/`, as an entry of `files` that is read back as just that.

    It is in backticks where a part of it would be read as a remark, and quoted as git does it where nothing else helps.
    """
    text = as_text(path)
    if moved_folder(text):
        return text
    forms = (text, code(path), f"./{path}")
    return next((form for form in forms if not says_none(form) and path_of(form) == path), _all_octal(path))


def moved_entry(old: str, new: str) -> str:
    """A folder that moved as an entry of `files` that is read back as just that."""
    entry = f"{file_entry(old)} -> {file_entry(new)}"
    return entry if moved_folder(entry) == (old, new) else f"{_all_octal(old)} -> {_all_octal(new)}"


def _all_octal(path: str) -> str:
    """A path as git would quote it if none of its letters were plain."""
    letters = "".join(f"\\{byte:03o}" for byte in os.fsencode(path))
    return f'"{letters}"'


def verbatim(text: str) -> str:
    """`text` as Markdown that is read back as the same text, but for line ends, and empty lines at either end.

    Where it could be mistaken for the record's own headings, fences or comments, or hide them, it goes into a fence
    that is longer than any within. NUL and halves of surrogate pairs, which no file can hold as text, become U+FFFD.
    """
    text = _NOT_IN_TEXT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _EMPTY_LINES.sub("", text).rstrip()
    if not (_NEEDS_FENCE.search(text) or TAG_MAY_HIDE.search(text)):
        return text
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}\n{text}\n{fence}"


def paragraph(text: str) -> str:
    """One sentence or a few as one line that Markdown takes for nothing but text."""
    line = one_line(text)
    return _BLOCK_SIGN.sub("\\\\", line, count=1) if _BLOCK_SIGN.match(line) else line


def one_line(text: str) -> str:
    """`text` with every run of white space as one blank."""
    return " ".join(_NOT_IN_TEXT.sub("\ufffd", text).split())


def comment_text(text: str) -> str:
    """`text` as one line that neither ends the comment that it is in nor begins another."""
    return one_line(text).replace("-->", "-- >").replace("<!--", "< !--")


def code(text: str) -> str:
    """`text` as a code span, whose backticks are more than any within."""
    ticks = "`" * (_longest_run(text) + 1)
    return f"{ticks} {text} {ticks}" if "`" in text else f"{ticks}{text}{ticks}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
