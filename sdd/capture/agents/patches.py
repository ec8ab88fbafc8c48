"""Patches as `apply_patch` takes them: one text that adds, updates, moves and removes several files."""

from collections.abc import Iterator

from sdd.capture.agents.values import path
from sdd.capture.events import Edit

PATCH = "*** Begin Patch"
_END = "*** End Patch"
_ADDED, _UPDATED, _REMOVED, _MOVED = "*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: "


def patch_edits(patch: str) -> tuple[Edit, ...]:
    """The files of the first patch in a text. A file that moves is removed at its old path."""
    return tuple(_edits(patch.partition(PATCH)[2].splitlines()))


def _edits(lines: list[str]) -> Iterator[Edit]:
    where, written, former = "", list[str](), list[str]()
    for line in lines:
        if line.startswith("+"):
            written.append(line[1:])
        elif line.startswith("-"):
            former.append(line[1:])
        elif line.startswith(_MOVED) and where:
            yield Edit(where, removed=True)
            where = _path(line, _MOVED)
        elif line.startswith((_ADDED, _UPDATED, _REMOVED, _END)):
            if where:
                yield Edit(where, "\n".join(written), former="\n".join(former))
            where, written, former = _path(line, _ADDED, _UPDATED), [], []
            if removed := _path(line, _REMOVED):
                yield Edit(removed, removed=True)
            if line.startswith(_END):
                return
    if where:
        yield Edit(where, "\n".join(written), former="\n".join(former))


def _path(line: str, *headers: str) -> str:
    return next((path(line.removeprefix(header).strip()) for header in headers if line.startswith(header)), "")
