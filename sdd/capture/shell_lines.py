"""A line of a shell taken apart into its commands, and whether these change anything that is to be recorded."""

import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sdd.base.regex import regex

_LONGEST = 20_000
_MOST_NAMED = 100
_SIGNS = frozenset("();<>|&\n")
_OPERATORS = ("&&", "||", "|", "|&", ";", "&", "")
_HERE = regex(r"(?<!<)<<(?!<)-?[ \t]*['\"]?(\w+)")
_VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})")
_NOWHERE = "/dev/null"


class Part(NamedTuple):
    """One command of a line, the operator that follows it, and whether its output goes into a file."""

    words: tuple[str, ...]
    then: str = ""
    writes: bool = False


def parts_of(line: str) -> tuple[Part, ...]:
    """The commands of a line, without what they redirect; none of a line that cannot be taken apart."""
    parts: list[Part] = []
    words: list[str] = []
    writes, redirect = False, ""
    for written in _tokens(line):
        if not set(written) <= _SIGNS:
            if redirect:
                writes |= ">" in redirect and written != _NOWHERE and not (redirect == ">&" and written.isdigit())
            else:
                words.append(written)
            redirect = ""
        elif "<" in written or ">" in written:
            if words and words[-1].isdigit():
                words.pop()
            redirect = written
        else:
            operator = written.strip("()\n") or ";"
            parts.append(Part(tuple(words), operator if operator in _OPERATORS else ";", writes))
            words, writes, redirect = [], False, ""
    parts.append(Part(tuple(words), "", writes))
    return tuple(part for part in parts if part.words and not part.words[0].startswith("#"))


def _tokens(line: str) -> list[str]:
    text = _without_documents(line[:_LONGEST]).replace("\\\n", " ")
    lexer = shlex.shlex(text, posix=True, punctuation_chars="".join(_SIGNS))
    lexer.whitespace, lexer.commenters, lexer.whitespace_split = " \t\r", "", True
    try:
        return [*lexer]
    except ValueError:
        return []


def places_named(line: str, folder: str) -> tuple[str, ...]:
    """The paths that a line's words may name, each from where a `cd` leads, with variables that the line sets."""
    named: list[str] = []
    variables: dict[str, str] = {}
    before = ""
    for word in _tokens(line):
        word = _VARIABLE.sub(lambda found: variables.get(found[1] or found[2], found[0]), word)
        name, _, value = word.rpartition("=")
        variables[name] = value
        place = str(Path(folder, os.environ.get("HOME", "~") + value[1:] if value.startswith("~/") else value))
        if before in ("cd", "pushd"):
            folder = place
        if before in ("cd", "pushd", "-C") or "/" in word:
            named.append(place)
        before = word
    return tuple(dict.fromkeys(named))[:_MOST_NAMED]


def program(word: str) -> str:
    """The name of the program that a word calls."""
    return word.rpartition("/")[2].removesuffix(".exe").removesuffix(".cmd")


def without_variables(words: Sequence[str]) -> list[str]:
    """Words without the assignments before them."""
    words = list(words)
    while words and "=" in words[0] and words[0].partition("=")[0].isidentifier():
        words = words[1:]
    return words


def changes_nothing(line: str) -> bool:
    """Whether a line runs only what changes no file, or `sdd revert`, which writes its record itself."""
    parts = parts_of(line)
    return bool(parts) and not any(sign in line for sign in ("`", "$(", "<(", ">(")) and all(map(_reads, parts))


def _reads(part: Part) -> bool:
    words = without_variables(part.words)
    if words[:2] == ["sdd", "revert"]:
        return not part.writes
    if part.writes or not words or words[0] not in _READERS:
        return False
    changes = _READERS[words[0]]
    return not any(map(changes, words[1:])) and (words[0] != "git" or _git_reads(words[1:]))


def _git_reads(words: Sequence[str]) -> bool:
    while words and words[0] in ("-C", "--no-pager"):
        words = words[1 if words[0] == "--no-pager" else 2 :]
    return bool(words) and words[0] in _GIT_READERS


def _has(*options: str) -> Callable[[str], bool]:
    """Whether a word begins with one of some options; without any no word does."""
    return lambda word: word.startswith(options)


def _edits_in_place(word: str) -> bool:
    return word.startswith("--in-place") or (word.startswith("-") and word[1:2] != "-" and "i" in word)


# The programs that change no file, and which of their words make them do so.
_READERS: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys((
        "ls", "cat", "head", "tail", "grep", "egrep", "fgrep", "rg", "wc", "pwd", "which", "type", "echo",
        "printf", "sleep", "true", "false", "test", "[", "stat", "file", "du", "df", "cmp", "cut", "tr", "jq",
        "date", "whoami", "uname", "ps", "cd", "pushd", "popd", "export", "set", "realpath", "dirname",
        "basename", "nl", "od", "sha256sum", "md5sum",
    ), _has()),
    **dict.fromkeys(("sort", "tree", "diff", "git"), _has("-o", "--output")),
    "find": _has("-delete", "-exec", "-ok", "-fprint", "-fls"),
    "sed": _edits_in_place,
}  # fmt: skip
_GIT_READERS = (
    "status", "log", "diff", "show", "blame", "rev-parse", "ls-files", "ls-tree", "grep", "describe", "shortlog",
    "cat-file", "rev-list", "merge-base",
)  # fmt: skip


def _without_documents(line: str) -> str:
    """A line without its here-documents: what they hold is no command."""
    lines: list[str] = []
    ends: list[str] = []
    for each in line.split("\n"):
        if not ends:
            lines.append(each)
            ends = [begun[1] for begun in _HERE.finditer(each)]
        elif each.strip() == ends[0]:
            del ends[0]
    return "\n".join(lines)
