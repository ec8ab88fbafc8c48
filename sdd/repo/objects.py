"""A repository's objects: trees and blobs through one long-lived `git cat-file`, and scratch ones of the work tree."""

import fcntl
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from sdd.base.errors import SddError
from sdd.base.limits import RECORD_BYTES
from sdd.repo.folders import EXECUTABLE, FOLDER, REGULAR, SUBMODULE, SYMLINK, Entry, Folder
from sdd.repo.git import Git
from sdd.repo.tree import Tree

if TYPE_CHECKING:
    from pathlib import Path

    from sdd.repo.scratch import ScratchFolder

__all__ = ["EXECUTABLE", "FOLDER", "REGULAR", "SUBMODULE", "SYMLINK", "Entry", "Repository", "Tree"]

# As many questions as fit into any pipe at once (POSIX: 512 bytes, Linux and macOS: 4096 at the least), so that asking
# never waits for git, which itself may be waiting for its answers to be read.
_ASKED_AT_ONCE = 50

_SKIPPED_AT_ONCE = 1024 * 1024

_PIPE_BYTES = 1024 * 1024  # the most that Linux allows everybody by default

# A command line takes only so many paths.
_STORED_AT_ONCE = 100


class Repository(Git):
    """The objects of one git repository. Use it as a context manager: it holds a child process."""

    def __init__(self, git_dir: "Path | str", common_dir: "Path | str", work_tree: "Path | str | None") -> None:
        super().__init__(git_dir, common_dir, work_tree)
        self._reader: subprocess.Popen[bytes] | None = None
        self._folders: dict[str, Folder] = {}
        self._trees: dict[str, Tree] = {}
        self._scratch: ScratchFolder | None = None

    def replica(self) -> Self:
        """The same repository with a child process of its own, for another process to ask; scratch objects are seen
        as long as this one is open.
        """
        other = type(self)(self.git_folder, self.common_folder, self._top)
        other._scratch_objects = dict(self._scratch_objects)
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child process and removes the scratch objects of `snapshot` and `store`."""
        self._end_reader()
        if self._scratch:
            self._scratch.close()
            self._scratch = None
            self._scratch_objects = {}

    @property
    def folders_held(self) -> int:
        """How many folders it has read and not forgotten."""
        return len(self._folders)

    def forget(self) -> None:
        """Drops the trees that were read: a caller may go through more of them than memory can hold."""
        self._folders.clear()
        self._trees.clear()

    def _end_reader(self) -> None:
        if self._reader:
            assert self._reader.stdin and self._reader.stdout
            self._reader.stdin.close()
            self._reader.stdout.close()
            self._reader.wait()
            self._reader = None

    @cached_property
    def names(self) -> frozenset[str]:
        """What the repository is called: its folder's name, and the last part of its origin's address."""
        folder = self.common_dir.parent if self.common_dir.name == ".git" else self.common_dir
        origin = (self.git_answer("config", "--get", "remote.origin.url") or "").strip()
        last = (folder.name, origin.rstrip("/").rpartition("/")[2])
        return frozenset(name.removesuffix(".git") for name in last if name)

    # -- objects -------------------------------------------------------------------------------------------

    def object(self, name: str) -> tuple[str, str, bytes] | None:
        """(object id, type, content) of whatever `name` means to git, None where it means nothing here."""
        try:
            asked = os.fsencode(name)
        except UnicodeEncodeError:  # half a surrogate pair, as YAML's escapes can write it: no name of git's
            return None
        if b"\n" in asked:
            return None
        # git cat-file ends at a branch without an upstream.
        if "@{" in name and self.git_answer("rev-parse", "--verify", "--quiet", "--end-of-options", name) is None:
            return None
        self._ask(asked)
        return self._answer(name)

    def blob(self, oid: str) -> bytes:
        """A blob's content. Raises SddError where it is not held here (a partial or damaged clone)."""
        return self.blobs((oid,))[0]

    def blobs(self, oids: Sequence[str]) -> list[bytes]:
        """The contents of some blobs, in their order. Raises SddError where one is not held here."""
        return list(self._contents(oids, "blob"))

    def beginnings(self, oids: Sequence[str]) -> list[bytes]:
        """The same, each cut off one byte after what is read of a record at most."""
        return list(self._contents(oids, "blob", RECORD_BYTES + 1))

    def commits(self, oids: Sequence[str]) -> Iterator[bytes]:
        """The contents of some commits, in their order. Raises SddError where one is not held here."""
        return self._contents(oids, "commit")

    def folders(self, oids: Sequence[str]) -> list[Folder]:
        """name -> Entry of some tree objects, in their order. Each is read once, however many commits hold it.

        Raises SddError where one is not held here.
        """
        unknown = [oid for oid in dict.fromkeys(oids) if oid not in self._folders]
        for oid, content in zip(unknown, self._contents(unknown, "tree"), strict=True):
            self._folders[oid] = Folder(content, oid)
        return [self._folders[oid] for oid in oids]

    def files(self, tree: str) -> Iterator[tuple[str, Entry]]:
        """(path, Entry) of everything in a tree that is no folder, in git's order: the quick way to all of a large one.

        Raises SddError where `tree` is none.
        """
        for line in self.git("ls-tree", "-r", "-z", "--full-tree", tree).split("\0")[:-1]:
            header, _, path = line.partition("\t")
            mode, _, oid = header.split(" ")
            yield path, Entry(mode, oid)

    def _contents(self, oids: Sequence[str], kind: str, most: int | None = None) -> Iterator[bytes]:
        """To wait for each answer before the next question would take longer than git needs to find them."""
        for start in range(0, len(oids), _ASKED_AT_ONCE):
            together = oids[start : start + _ASKED_AT_ONCE]
            self._ask(*(oid.encode() for oid in together))
            for oid, found in [(oid, self._answer(oid, most)) for oid in together]:
                if not found or found[1] != kind:
                    raise SddError(
                        f"{kind} {oid} is not held in this repository",
                        "fetch it: git fetch --refetch, or look it over with: git fsck",
                    )
                yield found[2]

    def _ask(self, *names: bytes) -> None:
        if self._reader is None:
            self._reader = subprocess.Popen(
                ["git", "cat-file", "--batch"],
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**self._environment, **self._scratch_objects},
            )
            _widen(self._reader.stdout)
        assert self._reader.stdin
        with suppress(BrokenPipeError):  # git has ended: no answer will say so
            self._reader.stdin.write(b"".join(name + b"\n" for name in names))
            self._reader.stdin.flush()

    def _answer(self, name: str, most: int | None = None) -> tuple[str, str, bytes] | None:
        assert self._reader and self._reader.stdout
        header = self._reader.stdout.readline().split()
        if not header:
            self._end_reader()  # the next question starts another
            raise SddError(
                f"git cat-file ended while it read {name}",
                "fetch what a partial clone lacks: git fetch --refetch, or look it over with: git fsck",
            )
        if len(header) != 3 or not header[2].isdigit():
            return None
        size = int(header[2])
        wanted = size if most is None else min(size, most)
        content = self._reader.stdout.read(wanted)
        left = size - wanted + 1  # with the line feed behind it
        while left and (skipped := self._reader.stdout.read(min(left, _SKIPPED_AT_ONCE))):
            left -= len(skipped)
        return header[0].decode(), header[1].decode(), content

    def commit(self, name: str) -> str | None:
        """The id of the commit that `name` (a ref, an id, a tag, any revision) means, None where there is none."""
        found = self.object(f"{name}^{{commit}}")
        return found[0] if found else None

    def tree(self, name: str) -> "Tree":
        """The tree of a commit, or a tree itself. Raises SddError where `name` is neither."""
        if name in self._trees:
            return self._trees[name]
        found = self.object(f"{name}^{{tree}}")
        if not found:
            raise SddError(f"unknown revision: {name}", "name a commit, branch or tag that this repository holds")
        oid, _, content = found
        if oid not in self._trees:
            self._folders[oid] = Folder(content, oid)
            self._trees[oid] = Tree(self, oid)
        if len(name) == len(oid) and not name.strip("0123456789abcdef"):  # an id means the same for ever
            self._trees[name] = self._trees[oid]
        return self._trees[oid]

    # -- the work tree ---------------------------------------------------------------------------------------

    def snapshot(self) -> str:
        """The id of the tree that a commit of everything in the work tree (but ignored files) would have.

        Nothing of the repository is written: objects and the index go to a scratch folder that lasts until
        `close`. Raises SddError where there is no work tree.
        """
        if not self.work_tree:
            raise self.no_work_tree("it has no files of its own to look at", "name a commit with --rev")
        index = self._scratch_folder().index(self, "index")
        index.copy(self.index_file)
        index.run("add", "--all", "--ignore-errors")
        return index.write_tree()

    def store(self, files: Sequence[str]) -> dict[str, str]:
        """path -> id of the blob that git would make of each of some files of the work tree, filters applied.

        The blobs go to the scratch objects of `snapshot`. A file that cannot be read is left out. Raises SddError where
        there is no room for one.
        """
        scratch = self._scratch_folder().path
        found: dict[str, str] = {}
        for start in range(0, len(files), _STORED_AT_ONCE):
            together = files[start : start + _STORED_AT_ONCE]
            done = self.run("hash-object", "-w", "--", *together)
            if not done.returncode:
                found |= dict(zip(together, done.stdout.decode().split(), strict=True))
            elif len(together) > 1:
                # One that went away meanwhile must not hide the others.
                for file in together:
                    found |= self.store((file,))
            elif not self.run("hash-object", "--", *together).returncode:
                reason = os.fsdecode(done.stderr).strip().partition("\n")[0] or "it is full"
                raise SddError(
                    f"{together[0]} cannot be stored in {scratch}: {reason}",
                    "make room there, or name another folder: TMPDIR=/path sdd ...",
                )
        return found

    def tree_with(self, tree: str, files: Mapping[str, tuple[str, bytes] | None]) -> str:
        """The id of a tree with some files as given: path -> (mode, content), or None for one that goes.

        Its objects go to the scratch ones of `snapshot`.
        """
        scratch = self._scratch_folder()
        stored = []
        for number, (_, content) in enumerate(filter(None, files.values())):
            stored.append(scratch.path / f"file-{number}")
            stored[-1].write_bytes(content)
        named = os.fsencode("".join(f"{file}\n" for file in stored))
        oids = iter(self.git("hash-object", "-w", "--no-filters", "--stdin-paths", data=named).split())
        lines = [
            f"{file[0]} {next(oids)}\t{path}\0" if file else f"0 {'0' * len(tree)}\t{path}\0"
            for path, file in files.items()
        ]
        # What goes makes room for what comes.
        listed = os.fsencode("".join(sorted(lines, key=lambda line: not line.startswith("0 "))))
        index = scratch.index(self, "changed-index")
        index.run("read-tree", tree)
        index.run("update-index", "-z", "--index-info", data=listed)
        return index.write_tree()

    def _scratch_folder(self) -> "ScratchFolder":
        """A folder for objects that are to be forgotten, which borrows the repository's own."""
        if self._scratch is None:
            from sdd.repo.scratch import ScratchFolder

            self._end_reader()  # it knows of no scratch objects
            objects = self._environment.get("GIT_OBJECT_DIRECTORY") or f"{self.common_folder}/objects"
            self._scratch = ScratchFolder()
            self._scratch_objects = self._scratch.borrow(objects)
        return self._scratch


def _widen(pipe: "IO[bytes] | None") -> None:
    """Lets a pipe hold a large folder at once, where the system can and allows it: else git waits a dozen times."""
    size = getattr(fcntl, "F_SETPIPE_SZ", None)
    if pipe and size:
        with suppress(OSError):
            fcntl.fcntl(pipe, size, _PIPE_BYTES)
