"""Files that moved together, in one line: `old/ -> new/ (30 files)`."""

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from sdd.authoring.moved_folders import folders_moved
from sdd.base.grouping import grouped
from sdd.gate.cover import CoveredFile

MOVED = "/ -> "
"""What is in the name of a folder that moved."""

Said = TypeVar("Said", bound=Hashable)


def gathered(rows: Iterable[tuple[str, Said]], files: Iterable[CoveredFile]) -> Iterator[tuple[str, Said]]:
    """What is said of some paths of a change, as (path, said), in the order of `rows`: what is the same of `files` that
    moved between two folders is said once, of both folders.
    """
    together = {
        path: (f"{old} -> {new}", moved)
        for old, new, moved in folders_moved(file.changed for file in files)
        for pair in moved.items()
        for path in pair
    }
    groups = grouped(((together.get(path, (path, {}))[0], said), path) for path, said in rows)
    for (place, said), paths in groups.items():
        _, moved = together.get(paths[0], ("", {}))
        number = sum(old in paths or moved[old] in paths for old in moved)
        yield (f"{place} ({number} files)" if number > 1 else paths[0]), said


def rest_noun(lines: Iterable[str]) -> str:
    """What the lines are that are left out: files, where none is of a folder that moved."""
    return "more line" if any(MOVED in line for line in lines) else "more file"
