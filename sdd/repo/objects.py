"""Git objects: a repository, its trees read folder by folder, and blobs through one long-lived `git cat-file`."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from sdd import paths
from sdd.errors import SddError

REGULAR, EXECUTABLE, SYMLINK, SUBMODULE, FOLDER = "100644", "100755", "120000", "160000", "40000"
MINIMUM_GIT = (2, 30)

_QUIET_CONFIG = (
    "-c", "core.quotePath=false", "-c", "core.looseCompression=0", "-c", "advice.addEmbeddedRepo=false",
    "-c", "core.fsmonitor=false", "-c", "core.safecrlf=false",
)  # fmt: skip


class Entry(NamedTuple):
    """What a path holds: git's mode and the object id (hexadecimal)."""

    mode: str
    oid: str

    @property
    def is_file(self) -> bool:
        """Whether this is a regular file, executable or not."""
        return self.mode in (REGULAR, EXECUTABLE)


class Repository:
    """One git repository, bare or with a work tree. Use it as a context manager: it holds a child process.

    Replace refs are off, so an object id always means the same bytes. The environment of a server's hook
    (its quarantine) is handed on to every git that is started.
    """

    def __init__(self, git_dir: Path, common_dir: Path, work_tree: Path | None) -> None:
        self.git_dir = git_dir
        self.common_dir = common_dir
        self.work_tree = work_tree
        self._environment = {**os.environ, "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
        self._reader: subprocess.Popen[bytes] | None = None
        self._scratch: Path | None = None

    @classmethod
    def discover(cls, start: Path) -> Self:
        """The repository that `start` stands in, as git itself finds it (`GIT_DIR` included).

        Raises SddError where there is none, where git refuses it, or where git is missing or too old.
        """
        if not start.is_dir():
            raise SddError(f"{start} is not a folder", "name an existing folder after -C")
        arguments = ["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--is-inside-work-tree"]
        try:
            asked = subprocess.run(["git", "-C", start, *arguments], capture_output=True, check=False)
        except FileNotFoundError:
            raise SddError("git is not on PATH", "install git 2.30 or newer") from None
        answer = os.fsdecode(asked.stdout).split("\n")
        if asked.returncode or not Path(answer[0]).is_absolute():
            require_git()
            reason = os.fsdecode(asked.stderr).strip().removeprefix("fatal: ").partition("\n")[0]
            raise SddError(f"no git repository at {start}: {reason}", "run git init, or name a repository with -C")
        git_dir, common_dir, inside = answer[:3]
        work_tree = None
        if inside == "true":
            top = subprocess.run(["git", "-C", start, "rev-parse", "--show-toplevel"], capture_output=True, check=True)
            work_tree = Path(os.fsdecode(top.stdout).removesuffix("\n"))
        return cls(Path(git_dir), Path(common_dir), work_tree)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child process and removes the scratch objects of `snapshot`."""
        if self._reader:
            assert self._reader.stdin and self._reader.stdout
            self._reader.stdin.close()
            self._reader.stdout.close()
            self._reader.wait()
            self._reader = None
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    # -- plumbing ------------------------------------------------------------------------------------------

    def run(
        self, *arguments: str, data: bytes | None = None, environment: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[bytes]":
        """One git command to its end, whatever it answers. `data` is its standard input."""
        place = ("-C", str(self.work_tree)) if self.work_tree else ("--git-dir", str(self.git_dir))
        return subprocess.run(
            ["git", *_QUIET_CONFIG, *place, *arguments],
            input=data if data is not None else b"",
            capture_output=True,
            check=False,
            env={**self._environment, **(environment or {})},
        )

    def git(self, *arguments: str, data: bytes | None = None) -> str:
        """What one git command prints, undecodable bytes kept as surrogates. Raises SddError where it fails."""
        done = self.run(*arguments, data=data)
        if done.returncode:
            reason = os.fsdecode(done.stderr).strip().partition("\n")[0] or f"exit status {done.returncode}"
            raise SddError(f"git {arguments[0]} failed: {reason}", "run the command by hand to see more: git " + " ".join(arguments))
        return os.fsdecode(done.stdout)

    @cached_property
    def config(self) -> Mapping[str, str]:
        """git's configuration, keys in lower case as git prints them; the last value of a key wins."""
        listed = self.git("config", "--list", "-z")
        pairs = (entry.partition("\n") for entry in listed.split("\0") if entry)
        return {key: value for key, _, value in pairs}

    @cached_property
    def null_oid(self) -> str:
        """The object id of nothing, 40 or 64 zeros as the repository's hash has it."""
        return "0" * (64 if self.config.get("extensions.objectformat") == "sha256" else 40)

    @cached_property
    def is_shallow(self) -> bool:
        """Whether history was cut off by a shallow clone."""
        return (self.common_dir / "shallow").exists()

    # -- objects -------------------------------------------------------------------------------------------

    def object(self, name: str) -> tuple[str, str, bytes] | None:
        """(object id, type, content) of whatever `name` means to git, None where it means nothing here."""
        if "\n" in name:
            return None
        if self._reader is None:
            place = ("-C", str(self.work_tree)) if self.work_tree else ("--git-dir", str(self.git_dir))
            self._reader = subprocess.Popen(
                ["git", *place, "cat-file", "--batch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
            )
        assert self._reader.stdin and self._reader.stdout
        try:
            self._reader.stdin.write(os.fsencode(name) + b"\n")
            self._reader.stdin.flush()
            header = self._reader.stdout.readline().split()
        except BrokenPipeError:
            header = []
        if not header:
            raise SddError(f"git cat-file ended while it read {name}", "look the repository over with: git fsck")
        if len(header) != 3 or not header[2].isdigit():
            return None
        content = self._reader.stdout.read(int(header[2]))
        self._reader.stdout.read(1)
        return header[0].decode(), header[1].decode(), content

    def blob(self, oid: str) -> bytes:
        """A blob's content. Raises SddError where it is not held here (a partial or damaged clone)."""
        found = self.object(oid)
        if not found or found[1] != "blob":
            raise SddError(f"blob {oid} is not held in this repository", "fetch it: git fetch --refetch, or look it over with: git fsck")
        return found[2]

    def commit(self, name: str) -> str | None:
        """The id of the commit that `name` (a ref, an id, a tag, any revision) stands for, None where there is none."""
        found = self.object(f"{name}^{{commit}}")
        return found[0] if found else None

    def tree(self, name: str) -> "Tree":
        """The tree of a commit, or a tree itself. Raises SddError where `name` is neither."""
        found = self.object(f"{name}^{{tree}}")
        if not found:
            raise SddError(f"unknown revision: {name}", "name a commit, branch or tag that this repository holds")
        return Tree(self, found[0])

    def snapshot(self) -> str:
        """The id of the tree that a commit of everything in the work tree (but ignored files) would have.

        Nothing of the repository is written: objects and the index go to a scratch folder that lasts until
        `close`. Raises SddError where there is no work tree.
        """
        if not self.work_tree:
            raise SddError("this repository is bare: it has no files of its own to look at", "name a commit with --rev")
        self.close()
        self._scratch = Path(tempfile.mkdtemp(prefix="sdd-"))
        index = self._scratch / "index"
        own_index = Path(self._environment.get("GIT_INDEX_FILE") or self.git_dir / "index")
        if own_index.exists():
            shutil.copy2(own_index, index)
        objects = self.git("rev-parse", "--path-format=absolute", "--git-path", "objects").removesuffix("\n")
        alternates = self._environment.get("GIT_ALTERNATE_OBJECT_DIRECTORIES")
        self._environment |= {
            "GIT_OBJECT_DIRECTORY": str(self._scratch / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join([objects, alternates] if alternates else [objects]),
        }
        (self._scratch / "objects").mkdir()
        with_index = {"GIT_INDEX_FILE": str(index)}
        self.run("add", "--all", "--ignore-errors", environment=with_index)
        written = self.run("write-tree", environment=with_index)
        if written.returncode:
            reason = os.fsdecode(written.stderr).strip().partition("\n")[0]
            raise SddError(f"the work tree cannot be read: {reason}", "see what git status says")
        return written.stdout.decode().strip()


class Tree:
    """One tree of a repository. Folders are read as they are asked for, each once."""

    def __init__(self, repository: Repository, oid: str) -> None:
        self.repository = repository
        self.oid = oid
        self._folders: dict[str, dict[str, Entry]] = {}

    def folder(self, path: str) -> Mapping[str, Entry]:
        """name -> Entry of one folder ("" is the top), empty where there is no such folder."""
        known = self._folders.get(path)
        if known is None:
            known = self._folders[path] = self._read(path)
        return known

    def get(self, path: str) -> Entry | None:
        """The entry at `path`, a folder's included; None where there is none."""
        folder, _, name = path.rpartition("/")
        return self.folder(folder).get(name)

    def file(self, path: str) -> Entry | None:
        """The entry at `path` where it is a regular file, else None."""
        entry = self.get(path)
        return entry if entry and entry.is_file else None

    def __contains__(self, path: str) -> bool:
        return self.get(path) is not None

    def walk(self, below: str = "") -> Iterator[tuple[str, Entry]]:
        """(path, Entry) of everything below a folder that is no folder itself, in git's order."""
        for name, entry in self.folder(below).items():
            path = paths.join(below, name)
            if entry.mode == FOLDER:
                yield from self.walk(path)
            else:
                yield path, entry

    def _read(self, path: str) -> dict[str, Entry]:
        if not path:
            oid = self.oid
        else:
            entry = self.get(path)
            if not entry or entry.mode != FOLDER:
                return {}
            oid = entry.oid
        found = self.repository.object(oid)
        if not found or found[1] != "tree":
            raise SddError(f"tree {oid} is not held in this repository", "look it over with: git fsck")
        return dict(_entries(found[2], len(oid) // 2))


def _entries(content: bytes, oid_bytes: int) -> Iterator[tuple[str, Entry]]:
    """The entries of a raw tree object: `<mode> <name>\\0<binary id>`, one after the other."""
    position = 0
    while position < len(content):
        space = content.index(b" ", position)
        name_end = content.index(b"\0", space)
        mode = content[position:space].decode("ascii")
        position = name_end + 1 + oid_bytes
        yield os.fsdecode(content[space + 1 : name_end]), Entry(mode, content[name_end + 1 : position].hex())


def require_git() -> None:
    """Raises SddError where git is missing or older than MINIMUM_GIT."""
    try:
        said = subprocess.run(["git", "version"], capture_output=True, check=False).stdout.decode()
    except FileNotFoundError:
        raise SddError("git is not on PATH", "install git 2.30 or newer") from None
    numbers = tuple(int(part) for part in said.removeprefix("git version ").split(".")[:2] if part.isdigit())
    if numbers < MINIMUM_GIT:
        raise SddError(f"sdd needs git 2.30 or newer, this is {said.strip()}", "update git")
