"""One tree of a repository, read folder by folder."""

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

from sdd.base import paths
from sdd.repo.folders import FOLDER, NOTHING, SYMLINK, Entry, Folder

if TYPE_CHECKING:
    from sdd.repo.objects import Repository


class Tree:
    """One tree of a repository. Folders are read as they are asked for, each once.

    What sdd.records was asked about it is noted: `roots` are those at or above a folder, the nearest first, `all_roots`
    are all of them, `features` those of a root, `layouts` which root has the records of a folder.
    """

    def __init__(self, repository: "Repository", oid: str) -> None:
        self.repository = repository
        self.oid = oid
        self._folders: dict[str, Folder] = {}
        self._entries: dict[str, Entry | None] = {}
        self.roots: dict[str, tuple[str, ...]] = {}
        self.all_roots: tuple[str, ...] | None = None
        self.features: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}
        self.layouts: dict[str, str] = {}

    def folder(self, path: str) -> Folder:
        """name -> Entry of one folder ("" is the top), empty where there is no such folder."""
        known = self._folders.get(path)
        if known is not None:
            return known
        unknown = [path, *takewhile(lambda folder: folder not in self._folders, paths.folders_above(path))]
        for folder in reversed(unknown):
            self._folders[folder] = self._read(folder)
        return self._folders[path]

    def keep(self, path: str, folder: Folder) -> None:
        """Takes what the folder at `path` holds from a caller that has read it."""
        self._folders[path] = folder

    def keep_entry(self, path: str, entry: Entry | None) -> None:
        """Takes what `path` holds from a caller that knows: to look for a name in a large folder takes long."""
        self._entries[path] = entry

    def get(self, path: str) -> Entry | None:
        """The entry at `path`, a folder's included; None where there is none."""
        if path in self._entries:
            return self._entries[path]
        folder, _, name = path.rpartition("/")
        held = self.folder(folder)
        if name in held:  # most names that are asked for are not there, and `in` is quick to say so
            return held[name]
        return None

    def file(self, path: str) -> Entry | None:
        """The entry at `path` where it is a regular file, else None."""
        entry = self.get(path)
        return entry if entry and entry.is_file else None

    def shown_by(self, path: str) -> str:
        """The path of the file in this tree that the symbolic link at `path` leads to, empty for none."""
        entry = self.get(path)
        if not entry or entry.mode != SYMLINK:
            return ""
        target = os.fsdecode(self.repository.beginnings((entry.oid,))[0])
        shown = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        return "" if shown.startswith(("/", "..")) or not self.file(shown) else shown

    def __contains__(self, path: str) -> bool:
        return self.get(path) is not None

    def load(self, wanted: Iterable[str]) -> None:
        """Reads the folders that some paths are in: one question to git a level, rather than one a folder."""
        above = {folder for path in wanted for folder in paths.folders_above(path)} - self._folders.keys()
        for _, level in groupby(sorted(above, key=_depth), key=_depth):
            entries = (self.get(folder) for folder in level)
            self.repository.folders([entry.oid for entry in entries if entry and entry.mode == FOLDER])

    def walk(self, below: str = "") -> Iterator[tuple[str, Entry]]:
        """(path, Entry) of everything below a folder that is no folder itself, in git's order."""
        # Folders may be nested deeper than functions.
        left = [(below, iter(self._read_ahead(below).items()))]
        while left:
            folder, held = left[-1]
            for name, entry in held:
                path = paths.join(folder, name)
                if entry.mode == FOLDER:
                    left.append((path, iter(self._read_ahead(path).items())))
                    break
                yield path, entry
            else:
                left.pop()

    def _read_ahead(self, path: str) -> Folder:
        """One folder, those in it read too: one question to git for all of them."""
        folder = self.folder(path)
        self.repository.folders([entry.oid for entry in folder.values() if entry.mode == FOLDER])
        return folder

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[str]]:
        """Name, in Unicode's composed form -> the paths of the files and folders that have it. Reads the whole tree."""
        files = [path for path, _ in self.repository.files(self.oid)]
        folders = {folder for path in files for folder in paths.folders_above(path) if folder}
        named: dict[str, list[str]] = {}
        for path in (*files, *sorted(folders)):
            named.setdefault(paths.composed(path.rpartition("/")[2]), []).append(path)
        return named

    def _read(self, path: str) -> Folder:
        entry = self.get(path) if path else Entry(FOLDER, self.oid)
        if not entry or entry.mode != FOLDER:
            return NOTHING
        return self.repository.folders((entry.oid,))[0]


def _depth(folder: str) -> int:
    return folder.count("/")
