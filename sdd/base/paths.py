"""Paths inside a repository: text with slashes, relative to the top; the top itself is the empty string."""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator

from sdd.base.limits import NAME_BYTES, PATH_BYTES

# Controls, bidirectional marks, characters that show as nothing or as a line's end, and undecodable bytes; then what CI
# systems take for a command anywhere in a line of a log: ##[error], ##vso[task...], ##teamcity[...].
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    r"\U000e0000-\U000e007f]|#(?=#(?:vso|teamcity)?\[)"
)

_UNDECODABLE = re.compile("[\ud800-\udfff]")
# How git writes a name with bytes that are not ASCII: each of them in octal.
_GIT_QUOTED = re.compile(r'"(?=.*\\[0-3][0-7]{2})(?:[ !#-\[\]-~]|\\(?:[0-3][0-7]{2}|[abfnrtv"\\]))*"')


def join(folder: str, path: str) -> str:
    """`path` seen from `folder` as a path from the top. A leading slash in `path` already means the top."""
    if path.startswith("/"):
        return path.lstrip("/")
    return f"{folder}/{path}" if folder else path


def relative(folder: str, path: str) -> str:
    """The path from the top `path` as seen from `folder`, which must be above it."""
    return path[len(folder) + 1 :] if folder else path


def seen_from(root: str, path: str) -> str:
    """The path from the top `path` in the form that a record of `root` uses: with a leading slash from outside."""
    return relative(root, path) if is_below(path, root) else f"/{path}"


def is_below(path: str, folder: str) -> bool:
    """Whether `path` is somewhere in `folder`. Everything is below the top."""
    return not folder or path.startswith(f"{folder}/")


def folders_above(path: str) -> Iterator[str]:
    """Every folder that `path` is in, the nearest first and the top (the empty string) last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def is_too_long(path: str) -> bool:
    """Whether a path, or one of the names in it, is longer than file systems keep (4,096 and 255 bytes)."""
    if len(path) <= NAME_BYTES // 4:  # no character has more than four bytes
        return False
    written = os.fsencode(path)
    return len(written) > PATH_BYTES or any(len(name) > NAME_BYTES for name in written.split(b"/"))


def composed(path: str) -> str:
    """A path in Unicode's composed form: equal for two that differ in nothing else."""
    return path if path.isascii() else "/".join(map(_composed, path.split("/")))


def twin_key(name: str) -> str:
    """Equal for two names that a file system which folds case or Unicode forms cannot keep apart."""
    return name.lower() if name.isascii() else _composed(_composed(name).casefold())


def _composed(name: str) -> str:
    """To normalise n marks takes n squared steps, and no file system keeps a name that is longer than this."""
    return name if len(name) > NAME_BYTES else unicodedata.normalize("NFC", name)


def twin_keys(names: Iterable[str]) -> list[str]:
    """The twin key of each of some names: in one go where that does, since a folder may hold very many."""
    together = "\0".join(names)
    return together.lower().split("\0") if together.isascii() else list(map(twin_key, together.split("\0")))


def as_text(path: str) -> str:
    """A path as a record can hold it: one that is not UTF-8 as git quotes it, each byte that is not ASCII in octal."""
    if not _UNDECODABLE.search(path):
        return path
    plain = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\')
    letters = (chr(byte) if byte in plain else f"\\{byte:03o}" for byte in os.fsencode(path))
    return f'"{"".join(letters)}"'


def from_text(written: str) -> str | None:
    """The path that is quoted so; None for text that is not."""
    if not _GIT_QUOTED.fullmatch(written):
        return None
    from ast import literal_eval  # hardly any name is

    return os.fsdecode(literal_eval(f"b{written}"))


def printable(text: str) -> str:
    """`text` with every control, bidirectional, invisible and undecodable character written as an escape.

    A repository's file names and prose reach the terminal, and the logs of CI systems, only through here.
    """
    return _CONTROL.sub(_escape, text)


def printable_line(text: str) -> str:
    """The same for text that begins a line: GitHub takes a line that begins with two colons for a command."""
    shown = printable(text)
    return shown.replace(":", "\\x3a", 1) if shown.lstrip().startswith(":") else shown


def _escape(match: re.Match[str]) -> str:
    letter = match.group()
    return "\\x23" if letter == "#" else letter.encode("unicode_escape", "surrogatepass").decode("ascii")
