"""Sizes: how many lines two versions of a file differ by, counted from the blobs so that no attribute can blind it.

A line ends wherever any program may see its end (LF, CR, a form feed, U+2028 and the like), and a long one counts as
several.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from sdd.base.errors import SddError
from sdd.repo.folders import Pair
from sdd.repo.objects import SUBMODULE, Entry, Repository

if TYPE_CHECKING:
    from pathlib import Path

_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What `str.splitlines` takes for an end; CR LF is one."""

_LONG_LINE = 400
"""Bytes: a longer line counts as one for each stretch of this length."""

_COMPARE = (
    "-c", "core.attributesFile=/dev/null", "diff", "--no-index", "--numstat", "-z", "--no-renames", "--no-ext-diff",
    "--no-textconv", "--diff-algorithm=myers", "old", "new",
)  # fmt: skip

# So few files that they fit into memory even where all of them are large.
_READ_AT_ONCE = 20
# Lines that are compared, of all pairs; beyond, everything between the common start and end of two versions counts.
_MOST_COMPARED = 200_000


def count_lines(repository: Repository, pairs: Sequence[Pair]) -> list[int]:
    """Lines added plus lines removed from the first entry of each pair to the second.

    A submodule counts as one line on each side, and a file that is no text (neither UTF-8 nor marked UTF-16, with a NUL
    byte in it) as none.
    """
    return count_lines_together(repository, (pairs,))[0]


def count_lines_together(repository: Repository, groups: Sequence[Sequence[Pair]]) -> list[list[int]]:
    """The same for several groups of pairs, each as if it were alone."""
    from sdd.repo.scratch import ScratchFolder

    pairs = [pair for group in groups for pair in group]
    starts = set(accumulate(map(len, groups), initial=0))
    counted, left = [], 0
    with ScratchFolder() as scratch:
        for side in ("old", "new"):
            (scratch / side).mkdir()
        for number, (old, new) in enumerate(_middles(repository, pairs)):
            left = _MOST_COMPARED if number in starts else left
            lines = [_most(old), _most(new)]
            if sum(lines) <= left:
                left -= sum(lines)
                split = [side.splitlines(keepends=True) for side in (old, new)]
                if all(split):
                    _write(scratch, number, split)
                lines = [] if all(split) else [_weight(line) for side in split for line in side]
            counted.append(_submodules(pairs[number]) + sum(lines))
        for number, differing in _compared(repository, scratch).items():
            counted[number] += differing
    results = iter(counted)
    return [[*islice(results, len(group))] for group in groups]


def may_exceed(repository: Repository, pairs: Iterable[Pair], limit: int) -> bool:
    """Whether `count_lines` of some pairs may come to more than `limit` in all.

    A quick look that spares most changes the count: no more can differ than what is between the common start
    and the common end of two versions.
    """
    pairs = tuple(pairs)
    most = sum(map(_submodules, pairs))
    for old, new in _middles(repository, pairs):
        most += _most(old) + _most(new)
        if most > limit:
            return True
    return False


def _submodules(pair: Pair) -> int:
    return sum(bool(side and side.mode == SUBMODULE) for side in pair if pair[0] != pair[1])


def _middles(repository: Repository, pairs: Sequence[Pair]) -> Iterator[tuple[str, str]]:
    """The two texts of each pair without the lines at their start and end that they have in common."""
    for start in range(0, len(pairs), _READ_AT_ONCE):
        oids = [(_blob(before), _blob(after)) for before, after in pairs[start : start + _READ_AT_ONCE]]
        held = [oid for old, new in oids if old != new for oid in (old, new) if oid]
        texts = {"": "", **dict(zip(held, map(_text, repository.blobs(held)), strict=True))}
        for old, new in oids:
            yield _trimmed(texts[old], texts[new]) if old != new else ("", "")


def _blob(entry: Entry | None) -> str:
    return entry.oid if entry and entry.mode != SUBMODULE else ""


def _text(content: bytes) -> str:
    """A file's text, empty where it has none. Bytes that are neither UTF-8 nor marked UTF-16 are kept as surrogates."""
    try:
        return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError:
        return "" if b"\0" in content else content.decode(errors="surrogateescape")


def _trimmed(old: str, new: str) -> tuple[str, str]:
    """Two texts from the first line that differs to the last; only LF is looked for, which most lines end with."""
    start = old.rfind("\n", 0, _common(old, new)) + 1
    old, new = old[start:], new[start:]
    common = _common(old[::-1], new[::-1])
    kept = old.find("\n", len(old) - common) + 1
    end = len(old) - kept if kept else 0
    return old[: len(old) - end], new[: len(new) - end]


def _common(old: str, new: str) -> int:
    """How many characters two texts begin with alike: each step compares half of what is left."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _most(text: str) -> int:
    """No fewer lines than a text counts as, found without making them."""
    ends = sum(map(text.count, _LINE_ENDS)) - text.count("\r\n")
    return ends + (text[-1:] not in _LINE_ENDS) + _bytes(text) // _LONG_LINE


def _weight(line: str) -> int:
    return max(1, -(-_bytes(line.rstrip(_LINE_ENDS)) // _LONG_LINE))


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="surrogateescape"))


def _write(scratch: "Path", number: int, sides: Sequence[Sequence[str]]) -> None:
    """Writes two versions so that git, for which only LF ends a line, sees each line, or stretch of one, as a line."""
    numbers: dict[str, int] = {}
    for name, lines in zip(("old", "new"), sides, strict=True):
        with (scratch / name / str(number)).open("w", encoding="ascii") as file:
            for line in lines:
                own = numbers.setdefault(line, len(numbers))
                file.writelines(f"{own}.{stretch}\n" for stretch in range(_weight(line)))


def _compared(repository: Repository, scratch: "Path") -> Mapping[int, int]:
    """What git counts between the versions that were written: their number -> lines.

    git runs where there is neither a repository nor an attribute.
    """
    compared = sum(1 for _ in (scratch / "old").iterdir())
    if not compared:
        return {}
    nowhere = dict.fromkeys(("GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE"), str(scratch / "none"))
    done = repository.run("-C", str(scratch), *_COMPARE, environment=nowhere | {"GIT_ATTR_NOSYSTEM": "1"})
    counts = done.stdout.decode().split("\0")[:-1]
    if done.returncode > 1 or len(counts) != 3 * compared:
        raise SddError(
            f"changed lines cannot be counted: {os.fsdecode(done.stderr).strip()}", "look it over with: git fsck"
        )
    fields = zip(counts[::3], counts[1::3], strict=False)
    return {int(old.rpartition("/")[2]): sum(map(int, count.split("\t")[:2])) for count, old in fields}
