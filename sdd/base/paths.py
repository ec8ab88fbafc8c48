"""Paths inside a repository: text with slashes, relative to the top; the top itself is the empty string."""

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from sdd.base.limits import NAME_BYTES, PATH_BYTES
from sdd.base.regex import regex

# Controls, bidirectional marks, characters that show as nothing or as a line's end, and undecodable bytes; then what CI
# systems take for a command anywhere in a line of a log: ##[error], ##vso[task...], ##teamcity[...].
_CONTROL = regex(
    r"[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    r"\U000e0000-\U000e007f]|#(?=#(?:vso|teamcity)?\[)"
)

# A byte that is not UTF-8 as Python keeps it, and the word of a sentence that it is in.
_RAW_BYTE = regex("[\udc80-\udcff]")
# Only where a word begins is one looked for: from each of its letters on, a long word would take quadratic time.
_RAW_WORD = regex(r"(?<![^\s'\"`(),;:])[^\s'\"`(),;:\udc80-\udcff]*+[\udc80-\udcff][^\s'\"`(),;:]*+")
_NO_BYTE = regex("[\ud800-\udc7f\udd00-\udfff]")
# How git writes a name with bytes that are not ASCII: each of them in octal.
_GIT_QUOTED = regex(r'"(?=.*\\[0-3][0-7]{2})(?:[ !#-\[\]-~]|\\(?:[0-3][0-7]{2}|[abfnrtv"\\]))*"')
_GIT_LETTERS = {byte: f"\\{letter}" for byte, letter in zip(b'\a\b\t\n\v\f\r"\\', 'abtnvfr"\\', strict=True)}


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


def is_at(path: str, places: Collection[str]) -> bool:
    """Whether `path` is one of some files and folders, or below one; every path is where `places` holds none."""
    return not places or any(path == place or is_below(path, place) for place in places)


def folders_above(path: str) -> Iterator[str]:
    """Every folder that `path` is in, the nearest first and the top (the empty string) last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def folders_of_move(old: str, new: str) -> tuple[str, str] | None:
    """The folders in which two paths of one file differ, each with its slash ("" is the top); None where the file's
    name differs.
    """
    before, after = old.split("/"), new.split("/")
    if before[-1] != after[-1]:
        return None
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    return "/".join((*before, "")), "/".join((*after, ""))


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
    """A path as records and outputs have it: one that is not UTF-8, or looks quoted itself, as git quotes it."""
    return quoted(path) if _RAW_BYTE.search(path) or from_text(path) else path


def quoted(path: str) -> str:
    """A path as git quotes it, whatever it holds; half a character, which no path of git's holds, stays as it is."""
    if _NO_BYTE.search(path):
        return path
    return f'"{"".join(map(_git_letter, os.fsencode(path)))}"'


def _git_letter(byte: int) -> str:
    return _GIT_LETTERS.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}")


def without_raw_bytes(text: str) -> str:
    """`text` with bytes that are not UTF-8 as git quotes them: a name or a line as a whole, in prose their words."""
    if not _RAW_BYTE.search(text):
        return text
    return _RAW_WORD.sub(_quoted_word, text) if "\n" in text and " " in text else quoted(text)


def from_text(written: str) -> str | None:
    """The path that is quoted so; None for text that is not."""
    if not _GIT_QUOTED.fullmatch(written):
        return None
    from ast import literal_eval  # hardly any name is

    return os.fsdecode(literal_eval(f"b{written}"))


def printable(text: str) -> str:
    """`text` with every control, bidirectional and invisible character written as an escape.

    A word with bytes that are not UTF-8 is quoted as git does it. A repository's file names and prose reach the
    terminal, and the logs of CI systems, only through here.
    """
    if text.isascii() and text.isprintable() and "##" not in text:  # nearly every text is
        return text
    return _CONTROL.sub(_escape, _RAW_WORD.sub(_quoted_word, text))


def printable_path(path: str) -> str:
    """The same for a path, quoted as a whole where it needs it."""
    return printable(as_text(path))


def shell_word(text: str) -> str:
    """`text` as one word of a command to paste: what a terminal cannot show is written as an escape."""
    from shlex import quote

    if text == printable(text):
        return quote(text)
    return f"$'{''.join(map(_shell_letter, text))}'"


def shell_line(words: Iterable[str]) -> str:
    """Some words as a command to paste."""
    return " ".join(map(shell_word, words))


def path_word(path: str) -> str:
    """A path as one word of a command to paste: one that begins with a dash is no option."""
    return shell_word(f"./{path}" if path.startswith("-") else path)


def path_words(paths: Iterable[str]) -> str:
    """Some paths as words of a command to paste."""
    return " ".join(map(path_word, paths))


def _shell_letter(letter: str) -> str:
    if letter not in "'\\#" and printable(letter) == letter:
        return letter
    errors = "surrogateescape" if _RAW_BYTE.match(letter) else "surrogatepass"
    return "".join(f"\\{byte:03o}" for byte in letter.encode("utf-8", errors))


def _quoted_word(match: re.Match[str]) -> str:
    return quoted(match.group())


def printable_line(text: str) -> str:
    """The same for text that begins a line: GitHub takes a line that begins with two colons for a command."""
    shown = printable(text)
    return shown.replace(":", "\\x3a", 1) if shown.lstrip().startswith(":") else shown


def _escape(match: re.Match[str]) -> str:
    letter = match.group()
    return "\\x23" if letter == "#" else letter.encode("unicode_escape", "surrogatepass").decode("ascii")
