"""Git objects: a repository, its trees read folder by folder, and blobs through one long-lived `git cat-file`."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self

from sdd.base import paths
from sdd.base.errors import SddError
from sdd.repo.folders import EXECUTABLE, FOLDER, NOTHING, REGULAR, SUBMODULE, SYMLINK, Entry, Folder

__all__ = [
    "EMPTY_TREES", "EXECUTABLE", "FOLDER", "REGULAR", "SUBMODULE", "SYMLINK", "Entry", "Repository", "Tree",
    "require_git",
]  # fmt: skip

MINIMUM_GIT = (2, 30)
EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""The id of a tree that holds nothing, by the hash that ids are made with. git knows it even where it is not stored."""

# As many questions as fit into any pipe at once (POSIX: 512 bytes, Linux and macOS: 4096 at the least), so that asking
# never waits for git, which itself may be waiting for its answers to be read.
_ASKED_AT_ONCE = 50

# A command line takes only so many paths.
_STORED_AT_ONCE = 100

_QUIET_CONFIG = (
    "-c", "core.quotePath=false", "-c", "core.looseCompression=0", "-c", "advice.addEmbeddedRepo=false",
    "-c", "core.fsmonitor=false", "-c", "core.safecrlf=false",
)  # fmt: skip

# Settings of the caller's that would change what git answers: paths seen from a folder, patterns read otherwise.
_NOT_HANDED_ON = {
    "GIT_WORK_TREE", "GIT_PREFIX", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_ATTR_SOURCE",
}  # fmt: skip


class Repository:
    """One git repository, bare or with a work tree. Use it as a context manager: it holds a child process.

    Replace refs are off, so an object id always means the same bytes. The environment of a server's hook
    (its quarantine) is handed on to every git that is started.
    """

    def __init__(self, git_dir: Path, common_dir: Path, work_tree: Path | None) -> None:
        self.git_dir = git_dir
        self.common_dir = common_dir
        self.work_tree = work_tree
        self._environment = _environment(git_dir, common_dir, work_tree)
        self._scratch_objects: dict[str, str] = {}
        self._reader: subprocess.Popen[bytes] | None = None
        self._folders: dict[str, Folder] = {}
        self._trees: dict[str, Tree] = {}
        self._scratch: Path | None = None

    @classmethod
    def discover(cls, start: Path) -> Self:
        """The repository that `start` stands in, as git itself finds it (`GIT_DIR` included).

        Raises SddError where there is none, where git refuses it, or where git is missing or too old.
        """
        if not start.is_dir():
            raise SddError(f"{start} is not a folder", "name an existing folder after -C")
        # Not --path-format=absolute: git 2.30 would print it back as if it were an answer.
        arguments = ["--absolute-git-dir", "--git-common-dir", "--is-inside-work-tree", "--show-toplevel"]
        try:
            asked = subprocess.run(["git", "-C", start, "rev-parse", *arguments], capture_output=True, check=False)
        except FileNotFoundError:
            raise SddError("git is not on PATH", "install git 2.30 or newer") from None
        answer = os.fsdecode(asked.stdout).split("\n")
        # Where there is no work tree, git answers the first three questions and fails at the last.
        if not Path(answer[0]).is_absolute() or (asked.returncode and answer[2:3] != ["false"]):
            require_git()
            reason = os.fsdecode(asked.stderr).strip().removeprefix("fatal: ").partition("\n")[0]
            raise SddError(f"no git repository at {start}: {reason}", "run git init, or name a repository with -C")
        git_dir, common_dir, inside, top = answer[:4]
        work_tree = Path(top) if inside == "true" else None
        return cls(Path(git_dir), (start / common_dir).resolve(), work_tree)

    def replica(self) -> Self:
        """The same repository with a child process of its own, for another process to ask; scratch objects are seen
        as long as this one is open.
        """
        other = type(self)(self.git_dir, self.common_dir, self.work_tree)
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
            import shutil

            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None
            self._scratch_objects = {}

    def forget(self) -> None:
        """Lets go of the trees that were read, for who goes through more of them than memory can hold."""
        self._folders.clear()
        self._trees.clear()

    def _end_reader(self) -> None:
        if self._reader:
            assert self._reader.stdin and self._reader.stdout
            self._reader.stdin.close()
            self._reader.stdout.close()
            self._reader.wait()
            self._reader = None

    # -- plumbing ------------------------------------------------------------------------------------------

    def run(
        self, *arguments: str, data: bytes | None = None, environment: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[bytes]":
        """One git command to its end, whatever it answers. `data` is its standard input."""
        return subprocess.run(
            ["git", *_QUIET_CONFIG, *arguments],
            cwd=self.work_tree or self.git_dir,
            input=data,
            # Without a standard input of its own a git would read the one that a hook's lines come in.
            stdin=subprocess.DEVNULL if data is None else None,
            capture_output=True,
            check=False,
            env={**self._environment, **self._scratch_objects, **(environment or {})},
        )

    def git(self, *arguments: str, data: bytes | None = None) -> str:
        """What one git command prints, undecodable bytes kept as surrogates. Raises SddError where it fails."""
        done = self.run(*arguments, data=data)
        if done.returncode:
            said = os.fsdecode(done.stderr).strip().splitlines() or [f"exit status {done.returncode}"]
            reason = next((line for line in said if line.startswith(("fatal: ", "error: "))), said[0])
            raise SddError(
                f"git {arguments[0]} failed: {reason}",
                "run the command by hand to see more: git " + " ".join(arguments),
            )
        return os.fsdecode(done.stdout)

    def git_answer(self, *arguments: str) -> str | None:
        """What one git command prints without its last line end, None where it says no by its exit status."""
        done = self.run(*arguments)
        return None if done.returncode else os.fsdecode(done.stdout).removesuffix("\n")

    @cached_property
    def config(self) -> Mapping[str, str]:
        """git's configuration, keys in lower case as git prints them; the last value of a key wins."""
        listed = self.git("config", "--list", "-z")
        pairs = (entry.partition("\n") for entry in listed.split("\0") if entry)
        return {key: value for key, _, value in pairs}

    @cached_property
    def object_format(self) -> str:
        """The hash that object ids are made with: sha1 or sha256."""
        return self.config.get("extensions.objectformat", "sha1").lower()

    @cached_property
    def null_oid(self) -> str:
        """The object id of nothing, 40 or 64 zeros as the repository's hash has it."""
        return "0" * len(self.empty_tree_oid)

    @cached_property
    def empty_tree_oid(self) -> str:
        """The id of a tree that holds nothing, in this repository's hash."""
        return EMPTY_TREES[self.object_format]

    @property
    def object_folders(self) -> tuple[Path, ...]:
        """The folders that objects are read from: a snapshot's scratch, a hook's quarantine, the repository's own."""
        named = (self._scratch_objects.get("GIT_OBJECT_DIRECTORY"), self._environment.get("GIT_OBJECT_DIRECTORY"))
        return (*(Path(folder) for folder in named if folder), self.common_dir / "objects")

    @cached_property
    def is_shallow(self) -> bool:
        """Whether history was cut off by a shallow clone."""
        return (self.common_dir / "shallow").exists()

    @property
    def cut_off(self) -> frozenset[str]:
        """The commits whose parents a shallow clone has not; none in a whole one."""
        return frozenset((self.common_dir / "shallow").read_text().split()) if self.is_shallow else frozenset()

    # -- objects -------------------------------------------------------------------------------------------

    def object(self, name: str) -> tuple[str, str, bytes] | None:
        """(object id, type, content) of whatever `name` means to git, None where it means nothing here."""
        try:
            asked = os.fsencode(name)
        except UnicodeEncodeError:  # half a surrogate pair, as YAML's escapes can write it: no name of git's
            return None
        if b"\n" in asked:
            return None
        self._ask(asked)
        return self._answer(name)

    def blob(self, oid: str) -> bytes:
        """A blob's content. Raises SddError where it is not held here (a partial or damaged clone)."""
        return self.blobs((oid,))[0]

    def blobs(self, oids: Sequence[str]) -> list[bytes]:
        """The contents of some blobs, in their order. Raises SddError where one is not held here."""
        return self._contents(oids, "blob")

    def folders(self, oids: Sequence[str]) -> list[Folder]:
        """name -> Entry of some tree objects, in their order. Each is read once, however many commits hold it.

        Raises SddError where one is not held here or cannot be read.
        """
        unknown = [oid for oid in dict.fromkeys(oids) if oid not in self._folders]
        for oid, content in zip(unknown, self._contents(unknown, "tree"), strict=True):
            self._keep_folder(oid, content)
        return [self._folders[oid] for oid in oids]

    def files(self, tree: str) -> Iterator[tuple[str, Entry]]:
        """(path, Entry) of everything in a tree that is no folder, in git's order: the quick way to all of a large one.

        Raises SddError where `tree` is none.
        """
        for line in self.git("ls-tree", "-r", "-z", "--full-tree", tree).split("\0")[:-1]:
            header, _, path = line.partition("\t")
            mode, _, oid = header.split(" ")
            yield path, Entry(mode, oid)

    def _keep_folder(self, oid: str, content: bytes) -> None:
        try:
            self._folders[oid] = Folder(content, len(oid) // 2)
        except ValueError:
            raise SddError(f"tree {oid} is malformed", "look it over with: git fsck") from None

    def _contents(self, oids: Sequence[str], kind: str) -> list[bytes]:
        """To wait for each answer before the next question would take longer than git needs to find them."""
        contents = []
        for start in range(0, len(oids), _ASKED_AT_ONCE):
            together = oids[start : start + _ASKED_AT_ONCE]
            self._ask(*(oid.encode() for oid in together))
            for oid, found in [(oid, self._answer(oid)) for oid in together]:
                if not found or found[1] != kind:
                    raise SddError(
                        f"{kind} {oid} is not held in this repository",
                        "fetch it: git fetch --refetch, or look it over with: git fsck",
                    )
                contents.append(found[2])
        return contents

    def _ask(self, *names: bytes) -> None:
        if self._reader is None:
            self._reader = subprocess.Popen(
                ["git", "cat-file", "--batch"],
                cwd=self.work_tree or self.git_dir,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**self._environment, **self._scratch_objects},
            )
        assert self._reader.stdin
        with suppress(BrokenPipeError):  # git has ended: no answer will say so
            self._reader.stdin.write(b"".join(name + b"\n" for name in names))
            self._reader.stdin.flush()

    def _answer(self, name: str) -> tuple[str, str, bytes] | None:
        assert self._reader and self._reader.stdout
        header = self._reader.stdout.readline().split()
        if not header:
            raise SddError(
                f"git cat-file ended while it read {name}",
                "fetch what a partial clone lacks: git fetch --refetch, or look it over with: git fsck",
            )
        if len(header) != 3 or not header[2].isdigit():
            return None
        content = self._reader.stdout.read(int(header[2]) + 1)[:-1]
        return header[0].decode(), header[1].decode(), content

    def commit(self, name: str) -> str | None:
        """The id of the commit that `name` (a ref, an id, a tag, any revision) stands for, None where there is none."""
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
            self._keep_folder(oid, content)
            self._trees[oid] = Tree(self, oid)
        if len(name) == len(oid) and not name.strip("0123456789abcdef"):  # an id means the same for ever
            self._trees[name] = self._trees[oid]
        return self._trees[oid]

    def snapshot(self) -> str:
        """The id of the tree that a commit of everything in the work tree (but ignored files) would have.

        Nothing of the repository is written: objects and the index go to a scratch folder that lasts until
        `close`. Raises SddError where there is no work tree.
        """
        import shutil

        if not self.work_tree:
            raise SddError("this repository is bare: it has no files of its own to look at", "name a commit with --rev")
        self.close()
        own_index = Path(self._environment.get("GIT_INDEX_FILE") or self.git_dir / "index")
        scratch_index = self._scratch_folder() / "index"
        if own_index.exists():
            shutil.copy2(own_index, scratch_index)
        with_index = {"GIT_INDEX_FILE": str(scratch_index)}
        # No hook may run (post-index-change), and a split index would be written next to the real one.
        quietly = ("-c", "core.hooksPath=/dev/null", "-c", "core.splitIndex=false")
        self.run(*quietly, "add", "--all", "--ignore-errors", environment=with_index)
        written = self.run(*quietly, "write-tree", environment=with_index)
        if written.returncode:
            reason = os.fsdecode(written.stderr).strip().partition("\n")[0]
            raise SddError(f"the work tree cannot be read: {reason}", "see what git status says")
        return written.stdout.decode().strip()

    def store(self, files: Sequence[str]) -> dict[str, str]:
        """path -> id of the blob that git would make of each of some files of the work tree, filters applied.

        The blobs go to the scratch objects of `snapshot`. A file that cannot be read is left out. Raises SddError where
        there is no room for one.
        """
        self._end_reader()
        scratch = self._scratch_folder()
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

    def _scratch_folder(self) -> Path:
        """A folder for objects that are to be forgotten, which borrows the repository's own."""
        if self._scratch is None:
            import tempfile

            objects = Path(self._environment.get("GIT_OBJECT_DIRECTORY") or self.common_dir / "objects")
            self._scratch = Path(tempfile.mkdtemp(prefix="sdd-"))
            # Borrowed by file and not by environment: there a colon would part a path in two.
            borrowed = self._scratch / "objects" / "info" / "alternates"
            borrowed.parent.mkdir(parents=True)
            borrowed.write_bytes(os.fsencode(objects) + b"\n")
            self._scratch_objects = {"GIT_OBJECT_DIRECTORY": str(self._scratch / "objects")}
        return self._scratch


class Tree:
    """One tree of a repository. Folders are read as they are asked for, each once.

    `roots` notes which of its folders are roots and which are not, as far as anybody has asked (sdd.records.layout).
    """

    def __init__(self, repository: Repository, oid: str) -> None:
        self.repository = repository
        self.oid = oid
        self._folders: dict[str, Folder] = {}
        self.roots: dict[str, bool] = {}

    def folder(self, path: str) -> Folder:
        """name -> Entry of one folder ("" is the top), empty where there is no such folder."""
        known = self._folders.get(path)
        if known is None:
            known = self._folders[path] = self._read(path)
        return known

    def keep(self, path: str, folder: Folder) -> None:
        """What stands in the folder at `path`, told by somebody who has read it: it is not looked up again."""
        self._folders[path] = folder

    def get(self, path: str) -> Entry | None:
        """The entry at `path`, a folder's included; None where there is none."""
        folder, _, name = path.rpartition("/")
        held = self.folder(folder)
        if name in held:
            return held[name]
        return None

    def file(self, path: str) -> Entry | None:
        """The entry at `path` where it is a regular file, else None."""
        entry = self.get(path)
        return entry if entry and entry.is_file else None

    def __contains__(self, path: str) -> bool:
        return self.get(path) is not None

    def load(self, wanted: Iterable[str]) -> None:
        """Reads the folders that some paths stand in: one question to git a level, rather than one a folder."""
        above = {folder for path in wanted for folder in paths.folders_above(path)} - self._folders.keys()
        for _, level in groupby(sorted(above, key=_depth), key=_depth):
            entries = (self.get(folder) for folder in level)
            self.repository.folders([entry.oid for entry in entries if entry and entry.mode == FOLDER])

    def walk(self, below: str = "") -> Iterator[tuple[str, Entry]]:
        """(path, Entry) of everything below a folder that is no folder itself, in git's order."""
        for name, entry in self.folder(below).items():
            path = paths.join(below, name)
            if entry.mode == FOLDER:
                yield from self.walk(path)
            else:
                yield path, entry

    def _read(self, path: str) -> Folder:
        if not path:
            oid = self.oid
        else:
            entry = self.get(path)
            if not entry or entry.mode != FOLDER:
                return NOTHING
            oid = entry.oid
        return self.repository.folders((oid,))[0]


def _depth(folder: str) -> int:
    return folder.count("/")


def _environment(git_dir: Path, common_dir: Path, work_tree: Path | None) -> dict[str, str]:
    """The environment of every git that is started: what a hook handed down, its relative paths made absolute."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON}
    for name in ("GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        if name in kept:
            kept[name] = str((work_tree or git_dir) / kept[name])
    if work_tree:
        kept["GIT_WORK_TREE"] = str(work_tree)
    return kept | {
        "GIT_DIR": str(git_dir),
        "GIT_COMMON_DIR": str(common_dir),
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }


def git_version() -> tuple[str, tuple[int, ...]]:
    """What git says of its version, and the first two numbers of that. Raises SddError where git is missing."""
    try:
        said = subprocess.run(["git", "version"], capture_output=True, check=False).stdout.decode().strip()
    except FileNotFoundError:
        raise SddError("git is not on PATH", "install git 2.30 or newer") from None
    return said, tuple(int(part) for part in said.removeprefix("git version ").split(".")[:2] if part.isdigit())


def require_git() -> None:
    """Raises SddError where git is missing or older than MINIMUM_GIT."""
    said, numbers = git_version()
    if numbers < MINIMUM_GIT:
        raise SddError(f"sdd needs git 2.30 or newer, this is {said}", "update git")
