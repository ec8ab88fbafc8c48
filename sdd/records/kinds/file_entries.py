"""One entry of a list of files: where its path ends and a remark begins, or which folder moved where."""

import re
from typing import NamedTuple, Self

from sdd.base.paths import from_text
from sdd.base.regex import regex
from sdd.document import Value

_BARE = regex(r"[\w./-]{1,1000}")
"""A path and nothing else, as nearly every entry is."""
_LONGEST_LINES = 1_000
_REMARK = regex(
    r"(?<![ \t])[ \t]++(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\]"
    r"|(?:-{1,2}|\u2013|\u2014|=>|->|\u2192|#|:)[ \t].*|[:#].*)[ \t]*\Z|:[ \t].*\Z"
)
_QUOTED = regex(r"(`++|[\"'*]{1,2})(.+?)\1(?P<after>\Z|[\s(:,;].*)", re.DOTALL)
# What stands in backticks alone is the path to the letter, whatever white space it holds.
_CODE = regex(r"(`+)([^`\n ][^`]*|[^`]*[\n\r\t][^`]*)\1", re.DOTALL)
_LINK = regex(r"\[([^\]]+)\]\([^)]*\)(?=\Z|\s)")
# The first folder ends at the quotes that it begins with, or at a slash.
_MOVE = regex(r"((?P<quotes>`++|[\"'])?+.+?(?(quotes)(?P=quotes)|/))\s+(?:->|=>|\u2192)\s+(.+)", re.DOTALL)
_PREFIX = regex(r"(?:new|modified|created|updated|added|deleted|removed|edited|changed)[ \t]*:[ \t]+", re.IGNORECASE)
_PATH_LIKE = regex(r"[./\\]")


class FileEntry(NamedTuple):
    """One entry of `files`: the path part, the entry as written, and its line. An entry that names no path has "".

    For `old/ -> new/` the path is the old folder, and `moved_to` the new one; else that is empty.
    """

    path: str
    written: str
    line: int
    moved_to: str = ""

    @classmethod
    def of(cls, entry: Value) -> Self:
        """What an entry says."""
        written = " ".join(entry.text.split())
        old, new = moved_folder(entry.text) or (path_of(entry.text) or "", "")
        return cls(old, written, entry.line, new)


def path_of(written: str) -> str | None:
    """The path that an entry of `files` names, None where it names none.

    One that git has quoted is read as git reads it. Backticks, quotes, a leading `./` and a remark behind the path are
    cut; what is quoted is taken whole. An absolute path or one with backslashes stays as it is.
    """
    if _BARE.fullmatch(written):
        return _from_here(written)
    if name := from_text(written.strip()):
        return name
    code = _CODE.fullmatch(written)
    if code:
        return code[2]
    text = _PREFIX.sub("", " ".join(written.split())[:1000])
    quoted = _QUOTED.match(text)
    link = None if quoted else _LINK.match(text)
    if quoted:
        path = quoted[2].strip()
    elif link:
        path = link[1].strip("`")
    else:
        path = _without_remark(text)
        if " " in path and not _is_path_with_spaces(path):
            return None
    return _from_here(path)


def moved_folder(written: str) -> tuple[str, str] | None:
    """The two folders of an entry `old/ -> new/`, each written as `path_of` reads it; None for any other entry."""
    move = _MOVE.fullmatch(written.strip())
    old, new = (_folder(move[1]), _folder(move[3])) if move else (None, None)
    return (old, new) if old and new else None


def _folder(written: str) -> str | None:
    """The folder that a text names with nothing beside it."""
    path = path_of(written)
    alone = path and path.endswith("/") and (written.endswith(path) or written[0] == written[-1])
    return path if alone else None


def _from_here(path: str) -> str | None:
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path or None


def _without_remark(text: str) -> str:
    """Cuts remarks from the end: `(new)`, `- added`, `: what was done`."""
    if len(text) > _LONGEST_LINES and "\n" in text:
        return text
    for _ in range(4):
        # The first remark sign decides: what follows it is prose, which may hold further signs.
        cut = _REMARK.search(text)
        if not cut:
            break
        text = text[: cut.start()]
    return text.strip().rstrip(",;").removesuffix(":")


def _is_path_with_spaces(text: str) -> bool:
    """Whether a text with blanks may be a path: its last word ends like a file name or a folder, and it has slashes."""
    last = text.rsplit(" ", 1)[1]
    first = text.split(" ", 1)[0]
    return bool(re.search(r"[^./\\]\.[A-Za-z0-9]{1,10}\Z|/\Z", last)) and bool(
        _PATH_LIKE.search(first) or _PATH_LIKE.search(last)
    )
