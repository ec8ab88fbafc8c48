"""Folders that moved as a whole: one entry `old/ -> new/` in place of the paths that it covers."""

from collections.abc import Iterable, Iterator, Mapping

from sdd.authoring.prose import moved_entry
from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.gate.cover import MovedFiles
from sdd.repo.changes import PathChange
from sdd.repo.objects import Tree


def with_moved_folders(files: tuple[str, ...], root: str, changes: Iterable[PathChange], head: Tree) -> tuple[str, ...]:
    """`files` (below `root`), where a folder that is gone from `head` has moved with several of its files that folder.

    What was altered on the way, or did not move along, stays named by its path.
    """
    named = {paths.join(root, path) for path in files}
    own = tuple(changed for changed in changes if changed.path in named)
    moves = MovedFiles(own)
    covered: set[str] = set()
    entries = []
    for old, new in sorted(set(_folders(own, root, head))):
        moved = moves.between(old, new)
        if len(moved) > 1 and not covered.issuperset(moved):
            covered |= {*moved, *moved.values()}
            entries.append(moved_entry(paths.relative(root, old), paths.relative(root, new)))
    return (*entries, *(path for path in files if paths.join(root, path) not in covered))


def folders_moved(changes: Iterable[PathChange]) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """(old folder, new folder, old path -> new path) of files of a change that moved together, each file once.

    Other files may be left in the old folder.
    """
    own = tuple(changes)
    moves = MovedFiles(own)
    told: set[str] = set()
    for old, new in sorted(set(_folders(own, "", ()))):
        moved = {path: target for path, target in moves.between(old, new).items() if path not in told}
        if len(moved) > 1:
            told |= moved.keys()
            yield old, new, moved


def _folders(changes: tuple[PathChange, ...], root: str, head: Tree | tuple[()]) -> Iterator[tuple[str, str]]:
    """(old, new) of the folders that files moved between, each as far up as the old one is not in `head`."""
    added = _only(changed for changed in changes if changed.status == "A")
    removed = _only(changed for changed in changes if changed.status == "D")
    for key, path in removed.items():
        old, new, pair = path, added.get(key, ""), None
        while True:
            (old, _, name), (new, _, new_name) = old.rpartition("/"), new.rpartition("/")
            if name != new_name or old in head or not (_is_below(old, root) and _is_below(new, root)):
                break
            pair = (f"{old}/", f"{new}/")
        if pair:
            yield pair


def _only(changes: Iterable[PathChange]) -> Mapping[tuple[str, str], str]:
    """(blob, file name) -> the one path that has both; what several have tells of no move."""
    entries = ((changed.path, changed.after or changed.before) for changed in changes)
    places = grouped(((entry.oid, path.rpartition("/")[2]), path) for path, entry in entries if entry)
    return {key: paths_of[0] for key, paths_of in places.items() if len(paths_of) == 1}


def _is_below(folder: str, root: str) -> bool:
    return folder not in ("", root) and paths.is_below(folder, root)
