"""Further files put into a PHR that has not landed: only the lines of its `files` change."""

import re

from sdd.authoring.front_matter import KeyLines, keys_of
from sdd.authoring.prose import file_entry
from sdd.authoring.required import existing
from sdd.authoring.yaml_text import scalar, yaml_lines
from sdd.base import paths
from sdd.base.errors import SddError
from sdd.base.paths import path_word
from sdd.document import Value
from sdd.document.front_matter import locate
from sdd.document.source import BYTE_ORDER_MARK, Source
from sdd.gate.cover import Named
from sdd.gate.preview import ChangeState
from sdd.records.kinds import phr as phrs
from sdd.records.kinds.file_entries import moved_folder
from sdd.records.kinds.phr import Phr
from sdd.records.links import path_from_top
from sdd.repo.worktree import rewrite

_ENTRY = re.compile(r"([ \t]*-[ \t]+)\S.*")
_FLOW = re.compile(r"[^\[\]#]*\[[^\[\]#]*\][ \t]*")


def add_files(state: ChangeState, phr: Phr, files: tuple[str, ...]) -> tuple[str, ...]:
    """Puts `files` (below its root) into a PHR of the work tree, or what no PHR of the branch names yet.

    Gives those that it did not name before. Raises UsageError for a file that is not there, and SddError where the
    PHR's `files` cannot be added to.
    """
    assert state.repository.work_tree
    there = existing(state, files)
    below = tuple(paths.seen_from(phr.root, path_from_top(phr.root, path) or path) for path in there) or state.unnamed
    named = Named(phr, state.coverage.moves if state.coverage else None)
    added = tuple(path for path in dict.fromkeys(below) if paths.join(phr.root, path) not in named)
    if added:
        place = state.repository.work_tree / phr.path
        before = place.read_bytes()
        rewrite(place, before, with_files(phr, before, added))
    return added


def with_files(phr: Phr, content: bytes, files: tuple[str, ...]) -> bytes:
    """A PHR's content with `files` (paths below its root) behind those that it names; all else byte for byte.

    Raises SddError where its front matter holds them in a way that takes no more.
    """
    source = Source.of(content)
    lines = [source.text(number).removeprefix(BYTE_ORDER_MARK) for number in range(1, len(source.lines) + 1)]
    place = locate(lines)
    if place.start is None:
        raise SddError(f"{phr.path} has no front matter to name files in", f"see: sdd repair {path_word(phr.path)}")
    key = next((key for key in keys_of(lines) if key.name in phrs.FILES), None)
    number, written = (key.start + 1 if key else place.end + 1), _own_lines(key)
    extended = _extended(written, key.value if key else None, tuple(map(file_entry, files)))
    changed = source.removed(number, len(written)).inserted(number, extended).content
    after = phrs.parse(phr.path, changed, phr.root)
    old, new = ([(entry.path, entry.moved_to) for entry in record.files] for record in (phr, after))
    if new != [*old, *((moved_folder(path) or (path, "")) for path in files)]:
        fix = f"see: sdd repair {path_word(phr.path)}, or edit it"
        raise SddError(f"{phr.path} names its files in a way that sdd cannot add to", fix)
    return changed


def _own_lines(key: KeyLines | None) -> list[str]:
    """The lines of a key without the empty ones and the comments behind its last entry."""
    own = list(key.lines) if key else []
    while len(own) > 1 and (not own[-1].strip() or own[-1].lstrip().startswith("#")):
        own.pop()
    return own


def _extended(old: list[str], value: Value | None, entries: tuple[str, ...]) -> list[str]:
    """The lines of the key with further entries, in the way in which it is written already."""
    entry = _ENTRY.fullmatch(old[-1]) if old else None
    if entry and value and value.entries:
        return [*old, *(f"{entry[1]}{scalar(text)}" for text in entries)]
    if value and value.entries and not (len(old) == 1 and _FLOW.fullmatch(old[0])):
        return old
    key = old[0].partition(":")[0].strip() if old else "files"
    return yaml_lines(key, (*(entry.text for entry in (value.entries or () if value else ())), *entries))
