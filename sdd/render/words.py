"""Small words that every screen uses."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sdd.base.listing import counted
from sdd.secrets import hidden

if TYPE_CHECKING:
    from sdd.gate.cover import CoveredFile


def each_file_once(paths: Iterable[str], files: "Iterable[CoveredFile]") -> list[str]:
    """Some paths of a change, without the old one of each file that only moved.

    `files` are those of the change; a path that is none of them stays.
    """
    paths = tuple(paths)
    changed = {file.path: file.changed for file in files}
    own = [each for path in paths if (each := changed.get(path))]
    came = Counter(each.after.oid for each in own if each.status == "A" and each.after)
    kept = []
    for path in paths:
        each = changed.get(path)
        if each and each.status == "D" and each.before and came[each.before.oid]:
            came[each.before.oid] -= 1
        else:
            kept.append(path)
    return kept


def number_of(files: "Iterable[CoveredFile]") -> int:
    """How many files some paths of a change are: one that only moved is one, not a deletion and an addition."""
    files = tuple(files)
    return len(each_file_once((file.path for file in files), files))


def files_named(entries: Sequence[str]) -> str:
    """How many files and folders the entries of `files` name; empty for none."""
    folders = sum(entry.endswith("/") for entry in entries)
    counts = ((len(entries) - folders, "file"), (folders, "folder"))
    return " and ".join(counted(number, noun) for number, noun in counts if number)


def how_long(seconds: float) -> str:
    """A time in words: minutes, hours from one on, days from two on."""
    minutes = max(0, int(seconds) // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def in_the_baseline(findings: int, paths: Sequence[str] = ()) -> str:
    """How many findings the baseline holds, which the files at some paths are."""
    where = "" if not paths else f" {paths[0]}" if len(paths) == 1 else f" ({len(paths)} files)"
    return f"{counted(findings, 'finding')} in the baseline{where}"


def shortened(text: str, length: int, ellipsis: str = "...") -> str:
    """`text`, cut to at most so many characters, the ellipsis included."""
    if len(text) <= length:
        return text
    # Half a secret would be no secret any more to whoever prints it, and half a mark might look like one.
    cut = hidden(text)[: length - len(ellipsis)]
    head, begun, mark = cut.rpartition("[REDACTED:")
    return f"{(head if begun and ']' not in mark else cut).rstrip()}{ellipsis}"


def one_line(text: str | None, length: int = 80) -> str:
    """A text on one line of at most so many characters."""
    return shortened(" ".join((text or "").split()), length)


def first(lines: Sequence[str], most: int | None, rest: str, noun: str = "") -> Iterator[str]:
    """At most `most` lines, all of them for None; `rest` tells of the others, with {} for their number and noun."""
    yield from lines[:most]
    if most is not None and (left := len(lines) - most) > 0:
        yield rest.format(counted(left, noun) if noun else left)


def before_words(since: str | None) -> str:
    """Why some changes are left out of every share: they landed before the policy's `since`."""
    return f"landed before {since}, from which the policy counts"
