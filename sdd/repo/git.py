"""git's commands: how each one is started, what it answers, and what the repository's configuration says."""

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Self

from sdd.base.errors import SddError
from sdd.base.paths import shell_line, shell_word

if TYPE_CHECKING:
    from pathlib import Path

    from sdd.repo.refs import Refs

MINIMUM_GIT = (2, 30)
EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""The id of an empty tree by the hash that ids are made with. git knows it even where it is not stored."""

# What a user may set that would change what git answers here; what their commits hold is theirs to set.
_EVERYWHERE = (
    "core.quotePath=false", "core.looseCompression=0", "core.fsmonitor=false", "core.safecrlf=false",
    "i18n.logOutputEncoding=UTF-8",
)  # fmt: skip
_SETTINGS = (
    *_EVERYWHERE, "advice.addEmbeddedRepo=false", "color.ui=false", "color.diff=false", "color.status=false",
    "color.branch=false", "color.grep=false", "column.ui=never", "column.status=never", "column.branch=never",
    "log.showSignature=false", "log.showRoot=true", "log.follow=false", "log.diffMerges=separate", "log.date=default",
    "format.pretty=medium", "diff.renames=true", "diff.renameLimit=1000", "diff.noprefix=false",
    "diff.mnemonicPrefix=false", "diff.relative=false", "diff.orderFile=/dev/null", "diff.ignoreSubmodules=none",
    "diff.submodule=short", "diff.algorithm=default", "diff.context=3", "diff.interHunkContext=0",
    "diff.colorMoved=no", "diff.wsErrorHighlight=none", "status.showUntrackedFiles=normal",
    "status.relativePaths=false", "status.renames=true", "status.showStash=false", "status.branch=false",
    "status.short=false", "status.submoduleSummary=false", "grep.patternType=default", "grep.extendedRegexp=false",
    "grep.lineNumber=false", "grep.column=false", "grep.fullName=false", "grep.fallbackToNoIndex=false",
    "blame.markIgnoredLines=false", "blame.markUnblamableLines=false",
)  # fmt: skip
# Those that read none but the first: to tell a git of all of them takes a tenth of the time of a small one.
_PLAIN = frozenset({
    "config", "for-each-ref", "hash-object", "ls-files", "ls-tree", "merge-base", "read-tree", "rev-list", "rev-parse",
    "symbolic-ref", "update-index", "write-tree",
})  # fmt: skip


# What git keeps to unpack similar objects, 96 MiB by itself. Neighbours of a history need little of that.
_HOLD_LITTLE = ("-c", "core.deltaBaseCacheLimit=8m")

# Settings of the caller's that would change what git answers: paths seen from a folder, patterns read otherwise.
_NOT_HANDED_ON = {
    "GIT_WORK_TREE", "GIT_PREFIX", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_ATTR_SOURCE",
}  # fmt: skip


class Git:
    """git in one repository, bare or with a work tree.

    Replace refs are off, so an object id always means the same bytes. The environment of a server's hook
    (its quarantine) is handed on to every git that is started. `git_folder` is its own folder as text, `common_folder`
    the one that all work trees share, and `folder` the one that git is started in: a gate that passes asks for no more,
    and does without what pathlib imports.
    """

    def __init__(self, git_dir: "Path | str", common_dir: "Path | str", work_tree: "Path | str | None") -> None:
        self.git_folder, self.common_folder = os.fspath(git_dir), os.fspath(common_dir)
        self._top = os.fspath(work_tree) if work_tree else None
        self.folder = self._top or self.git_folder
        self._environment = _environment(self.git_folder, self.common_folder, self._top)
        self._scratch_objects: dict[str, str] = {}

    @cached_property
    def git_dir(self) -> "Path":
        """git's own folder of this work tree."""
        from pathlib import Path

        return Path(self.git_folder)

    @cached_property
    def common_dir(self) -> "Path":
        """The folder that all work trees share."""
        from pathlib import Path

        return Path(self.common_folder)

    @cached_property
    def work_tree(self) -> "Path | None":
        """The top of the work tree, None where there is none."""
        from pathlib import Path

        return Path(self._top) if self._top else None

    @property
    def is_bare(self) -> bool:
        """Whether others push to it: it has no work tree, and is not asked from within the git folder of one."""
        return not self._top and self.git_answer("config", "--type=bool", "core.bare") == "true"

    def no_work_tree(self, lacking: str, fix: str) -> SddError:
        """What to raise where a work tree is needed: of a bare repository what it is `lacking`, with a fix for that."""
        if self.is_bare:
            return SddError(f"this repository is bare: {lacking}", fix)
        from pathlib import Path

        # The git folder of a further work tree names the `.git` there.
        named = self.git_dir / "gitdir"
        mark = Path(os.fsdecode(named.read_bytes()).rstrip("\n")) if named.is_file() else self.git_dir
        where = f": cd {shell_word(os.fspath(mark.parent))}" if mark.name == ".git" else ""
        return SddError("this is git's own folder, not the work tree", f"run it in the work tree{where}")

    @classmethod
    def discover(cls, start: "Path | str") -> Self:
        """The repository that `start` is in, as git itself finds it (`GIT_DIR` included).

        Raises SddError where there is none, where git refuses it, or where git is missing or too old.
        """
        if not os.path.isdir(start):
            raise SddError(f"{start} is not a folder", "name an existing folder after -C")
        # Not --path-format=absolute: git 2.30 would print it back as if it were an answer.
        arguments = ["--absolute-git-dir", "--git-common-dir", "--is-inside-work-tree", "--show-toplevel"]
        try:
            asked = subprocess.run(["git", "-C", start, "rev-parse", *arguments], capture_output=True, check=False)
        except FileNotFoundError:
            raise SddError("git is not on PATH", "install git 2.30 or newer") from None
        answer = os.fsdecode(asked.stdout).split("\n")
        # Where there is no work tree, git answers the first three questions and fails at the last.
        if not os.path.isabs(answer[0]) or (asked.returncode and answer[2:3] != ["false"]):
            require_git()
            said = os.fsdecode(asked.stderr)
            reason = said.strip().removeprefix("fatal: ").partition("\n")[0]
            if trust := next((line.strip() for line in said.splitlines() if " --add safe.directory " in line), ""):
                raise SddError(f"another user owns the repository at {start}", f"if you trust it: {trust}")
            raise SddError(f"no git repository at {start}: {reason}", "run git init, or name a repository with -C")
        if answer[2] not in ("true", "false") or len(answer) > len(arguments) + 1:
            raise SddError("the repository's path holds a line break", "move it to a folder whose path has none")
        # A work tree that the environment or the configuration names is one from anywhere.
        git_dir, common_dir, _, top = answer[:4]
        return cls(git_dir, os.path.realpath(os.path.join(start, common_dir)), top or None)

    def run(
        self, *arguments: str, data: bytes | None = None, environment: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[bytes]":
        """One git command to its end, whatever it answers. `data` is its standard input."""
        return subprocess.run(
            ["git", *_options(_EVERYWHERE if arguments[0] in _PLAIN else _SETTINGS), *arguments],
            cwd=self.folder,
            input=data,
            # Without a standard input of its own a git would read the one that a hook's lines come in.
            stdin=subprocess.DEVNULL if data is None else None,
            capture_output=True,
            check=False,
            env={**self._environment, **self._scratch_objects, **(environment or {})},
        )

    def fetch_nothing(self) -> None:
        """From now on a partial clone is not completed: its remote may name a program, which git would start."""
        self._environment |= {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}

    def use_own_index(self) -> None:
        """From now on the index is the work tree's own: what a hook was handed may be that of another one."""
        self._environment.pop("GIT_INDEX_FILE", None)

    @property
    def shell_folder(self) -> str | None:
        """The folder that the reader's shell is in, from the top of the work tree; None outside of it."""
        here, top = os.getcwd(), self._top and os.path.realpath(self._top)
        if not top or os.path.commonpath((here, top)) != top:
            return None
        return "" if here == top else os.path.relpath(here, top)

    @property
    def index_file(self) -> "Path":
        """The index that git works with: a hook of git's may be given one of its own."""
        from pathlib import Path

        return Path(self._environment.get("GIT_INDEX_FILE") or self.git_dir / "index")

    def git(self, *arguments: str, data: bytes | None = None, environment: Mapping[str, str] | None = None) -> str:
        """What one git command prints, undecodable bytes kept as surrogates. Raises SddError where it fails."""
        return _printed(arguments, self.run(*arguments, data=data, environment=environment))

    def diff_trees(self, asked: Iterable[str], *options: str) -> str:
        """What `git diff-tree` prints about many commits, each one of `asked`. Raises SddError where it fails."""
        lines = "".join(f"{line}\n" for line in asked)
        command = ("diff-tree", "--stdin", *options)
        return _printed(command, self.run(*_HOLD_LITTLE, *command, data=lines.encode()))

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
    def hooks_folder(self) -> "Path":
        """Where git looks for hooks, `core.hooksPath` considered."""
        # Relative to where git runs; --path-format came with git 2.31.
        folder = self.git("rev-parse", "--git-path", "hooks").removesuffix("\n")
        return (self.work_tree or self.git_dir) / folder

    @cached_property
    def refs(self) -> "Refs":
        """Every branch known here, by one question to git until `forget_refs`."""
        from sdd.repo.refs import read_refs

        return read_refs(self)

    def forget_refs(self) -> None:
        """Makes `refs` ask anew: something may have moved a branch, this command or whoever it has waited for."""
        vars(self).pop("refs", None)

    @cached_property
    def object_format(self) -> str:
        """The hash that object ids are made with: sha1 or sha256."""
        return self.config.get("extensions.objectformat", "sha1").lower()

    @cached_property
    def empty_tree_oid(self) -> str:
        """The id of a tree that holds nothing, in this repository's hash."""
        return EMPTY_TREES[self.object_format]

    @cached_property
    def is_shallow(self) -> bool:
        """Whether history was cut off by a shallow clone."""
        return os.path.exists(f"{self.common_folder}/shallow")

    @property
    def cut_off(self) -> frozenset[str]:
        """The commits whose parents a shallow clone lacks; none in a whole one."""
        return frozenset((self.common_dir / "shallow").read_text().split()) if self.is_shallow else frozenset()


@cache
def _options(settings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for setting in settings for word in ("-c", setting))


def _environment(git_dir: str, common_dir: str, work_tree: str | None) -> dict[str, str]:
    """The environment of every git that is started: what a hook handed down, its relative paths made absolute."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_HANDED_ON}
    for name in ("GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        if name in kept:
            kept[name] = os.path.join(work_tree or git_dir, kept[name])
    if work_tree:
        kept["GIT_WORK_TREE"] = work_tree
    return kept | {
        "GIT_DIR": git_dir,
        "GIT_COMMON_DIR": common_dir,
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


def _printed(command: Sequence[str], done: "subprocess.CompletedProcess[bytes]") -> str:
    if done.returncode:
        said = os.fsdecode(done.stderr).strip().splitlines() or [f"exit status {done.returncode}"]
        reason = next((line for line in said if line.startswith(("fatal: ", "error: "))), said[0])
        raise SddError(
            f"git {command[0]} failed: {reason}",
            f"run the command by hand to see more: git {shell_line(command)}",
        )
    return os.fsdecode(done.stdout)
