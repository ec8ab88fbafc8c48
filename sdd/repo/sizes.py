"""Sizes: how many lines two versions of a file differ by, counted from the blobs so that no attribute can blind it."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from sdd.base.errors import SddError
from sdd.repo.folders import Pair
from sdd.repo.objects import SUBMODULE, Entry, Repository

_COUNT = (
    "diff-tree", "-r", "--numstat", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--diff-algorithm=myers",
)  # fmt: skip

# So few files that they fit into memory even where all of them are large.
_READ_AT_ONCE = 20


def count_lines(repository: Repository, pairs: Sequence[Pair]) -> list[int]:
    """Lines added plus lines removed from the first entry of each pair to the second.

    A submodule counts as one line on each side, and a file that is no text (neither UTF-8 nor marked UTF-16) as none.
    """
    blobs = [(_blob(before), _blob(after)) for before, after in pairs]
    differing = [number for number, (before, after) in enumerate(blobs) if before != after]
    counted = [sum(bool(side and side.mode == SUBMODULE) for side in pair if pair[0] != pair[1]) for pair in pairs]
    for number, lines in zip(differing, _count(repository, [blobs[number] for number in differing]), strict=True):
        counted[number] += _count_by_hand(repository, blobs[number]) if lines is None else lines
    return counted


def may_exceed(repository: Repository, pairs: Iterable[Pair], limit: int) -> bool:
    """Whether `count_lines` of some pairs may come to more than `limit` in all.

    A quick look that spares most changes the count: no more can differ than what is between the common start
    and the common end of two versions.
    """
    most = 0
    left = iter(pairs)
    while some := tuple(islice(left, _READ_AT_ONCE)):
        sides = [side for pair in some for side in pair]
        most += sum(bool(side and side.mode == SUBMODULE) for side in sides)
        held = [oid for oid in map(_blob, sides) if oid]
        contents = {"": b"", **dict(zip(held, repository.blobs(held), strict=True))}
        most += sum(_differing(contents[_blob(before)], contents[_blob(after)]) for before, after in some)
        if most > limit:
            return True
    return False


def _differing(before: bytes, after: bytes) -> int:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    shorter = min(len(old), len(new))
    start = next((number for number in range(shorter) if old[number] != new[number]), shorter)
    rest = shorter - start
    end = next((number for number in range(rest) if old[-1 - number] != new[-1 - number]), rest)
    return len(old) + len(new) - 2 * (start + end)


def _blob(entry: Entry | None) -> str:
    return entry.oid if entry and entry.mode != SUBMODULE else ""


def _count(repository: Repository, pairs: Sequence[tuple[str, str]]) -> list[int | None]:
    """git's own count for each pair of blobs, None where it sees no text.

    git reads attributes even for two bare blobs, so the blobs are put under plain numbers into two trees of an
    empty repository of our own that borrows the objects: there, nobody has set an attribute.
    """
    if not pairs:
        return []
    trees = [
        "".join(f"100644 blob {pair[side]}\t{number}\n" for number, pair in enumerate(pairs) if pair[side]) + "\n"
        for side in (0, 1)
    ]
    import tempfile

    with tempfile.TemporaryDirectory(prefix="sdd-") as scratch:
        environment = _empty_repository(repository, Path(scratch))
        made = repository.run("mktree", "--batch", data="".join(trees).encode(), environment=environment)
        oids = made.stdout.decode().split()
        if made.returncode or len(oids) != 2:
            raise _uncounted(made.stderr)
        done = repository.run("-c", "core.attributesFile=/dev/null", *_COUNT, *oids, environment=environment)
        if done.returncode:
            raise _uncounted(done.stderr)
    counted: list[int | None] = [0] * len(pairs)
    for line in done.stdout.decode().split("\0")[:-1]:
        added, removed, number = line.split("\t")
        counted[int(number)] = None if added == "-" else int(added) + int(removed)
    return counted


def _uncounted(reason: bytes) -> SddError:
    return SddError(f"changed lines cannot be counted: {os.fsdecode(reason).strip()}", "look it over with: git fsck")


def _empty_repository(repository: Repository, place: Path) -> dict[str, str]:
    """Makes a bare repository that holds nothing but borrows `repository`'s objects; the environment to use it in."""
    (place / "refs").mkdir()
    (place / "objects" / "info").mkdir(parents=True)
    (place / "HEAD").write_text("ref: refs/heads/none\n")
    extension = (
        f"[extensions]\n\tobjectFormat = {repository.object_format}\n" if repository.object_format != "sha1" else ""
    )
    (place / "config").write_text(
        f"[core]\n\trepositoryFormatVersion = {int(bool(extension))}\n\tbare = true\n{extension}"
    )
    borrowed = b"".join(os.fsencode(folder) + b"\n" for folder in repository.object_folders)
    (place / "objects" / "info" / "alternates").write_bytes(borrowed)
    own = {"GIT_DIR": str(place), "GIT_COMMON_DIR": str(place), "GIT_OBJECT_DIRECTORY": str(place / "objects")}
    return own | {"GIT_WORK_TREE": str(place), "GIT_ATTR_NOSYSTEM": "1"}


def _count_by_hand(repository: Repository, sides: Sequence[str]) -> int:
    """Lines that only one of two blobs has; 0 where one of them is no text. git takes any NUL byte for no text."""
    lines: list[Counter[bytes]] = []
    for oid in sides:
        content = repository.blob(oid) if oid else b""
        try:
            content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
        except UnicodeDecodeError:
            return 0
        lines.append(Counter(content.splitlines()))
    before, after = lines
    return (before - after).total() + (after - before).total()
