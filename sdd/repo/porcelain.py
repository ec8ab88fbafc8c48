"""What a person would type into git: commits and branches, by GitPython. Imported only where something is written."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from git import Git
from git.exc import GitCommandError

from sdd.base.errors import SddError
from sdd.base.paths import shell_line, shell_word
from sdd.base.regex import regex
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, head_branch

WAIT = 10.0
"""Seconds that a command waits for another git."""

_PAUSE = 0.05
# What comes after the files are written.
_SAVING = frozenset(("add", "commit"))
_PARTIAL = regex(r"cannot do a partial commit during a ([a-z-]+)")


def commit_files(repository: Repository, paths: Iterable[str], message: str, *, signoff: bool = False) -> None:
    """Commits some files (paths from the top) alone, whatever else is staged and whatever git is told to ignore.

    Raises SddError where git or one of its hooks refuses.
    """
    with _opened(repository) as porcelain:
        places = _add(repository, porcelain, paths)
        if porcelain.git.status("--porcelain", "--", *places.values()):  # an earlier run may have committed them
            words = ("--quiet", "--only", *_signed(signoff), "-m", message)
            _patiently(repository, porcelain.git.commit, *words, "--", *places.values())


def stage_files(repository: Repository, paths: Iterable[str]) -> None:
    """Puts some files (paths from the top) into the index. Raises SddError where git refuses."""
    with _opened(repository) as porcelain:
        _add(repository, porcelain, paths)


def _add(repository: Repository, porcelain: "_Porcelain", paths: Iterable[str]) -> dict[str, str]:
    """Stages some files; path -> its pathspec."""
    places = {path: f":(top,literal){path}" for path in paths}
    # A sparse checkout refuses a path that it leaves out, even where the file is there.
    sparse = ["--sparse"] if repository.config.get("core.sparsecheckout") == "true" else []
    left = _not_staged_as_removed(repository, porcelain, places)
    _patiently(repository, porcelain.git.add, "--force", *sparse, "--", *left)
    return places


def _not_staged_as_removed(repository: Repository, porcelain: "_Porcelain", places: Mapping[str, str]) -> list[str]:
    """The pathspecs of the files that `git add` knows: not of one that `git mv` or `git rm` has taken away."""
    top = repository.work_tree or Path()
    gone = {path for path in places if not os.path.lexists(top / path)}
    if gone:
        gone -= {*porcelain.git.ls_files("-z", "--full-name", "--", *(places[path] for path in gone)).split("\0")}
    return [place for path, place in places.items() if path not in gone]


@contextmanager
def on_new_branch(repository: Repository, name: str) -> Iterator[None]:
    """Makes a branch where HEAD is and checks it out; both are taken back where what is done on it fails.

    What an earlier run made of that is kept.
    """
    before = head_branch(repository)
    if before == f"{HEADS}{name}":
        yield
        return
    with _opened(repository) as porcelain:
        porcelain.git.switch("--quiet", *([] if repository.commit(f"{HEADS}{name}") else ["--create"]), name)
        try:
            yield
        except BaseException:
            # Nothing was committed on it, so that HEAD goes back without touching a file.
            if before:
                porcelain.git.symbolic_ref("HEAD", before)
            else:
                porcelain.git.switch("--quiet", "--detach")
            if repository.commit(f"{HEADS}{name}"):  # not before the first commit
                porcelain.git.branch("--quiet", "--delete", "--force", name)
            raise


@contextmanager
def on_branch_at(repository: Repository, name: str, commit: str) -> Iterator[None]:
    """Checks out a branch, made at a commit if it is new. Goes back where what is done fails and leaves nothing."""
    before = head_branch(repository) or repository.commit("HEAD") or ""
    is_new = not repository.commit(f"{HEADS}{name}")
    with _opened(repository) as porcelain:
        if before != f"{HEADS}{name}":
            porcelain.git.switch("--quiet", *(["--no-track", "--create", name, commit] if is_new else [name]))
        try:
            yield
        except BaseException:
            if before != f"{HEADS}{name}" and not porcelain.git.status("--porcelain"):
                porcelain.git.switch("--quiet", *_place(before))
                if is_new:
                    porcelain.git.branch("--quiet", "--delete", "--force", name)
            raise


def _place(head: str) -> list[str]:
    """A branch or a commit, as git's switch takes it."""
    return [head.removeprefix(HEADS)] if head.startswith(HEADS) else ["--detach", head]


def fetch_commit(repository: Repository, remote: str, ref: str) -> None:
    """Fetches one ref of a remote, and keeps no branch of it. Raises SddError where git fails."""
    with _opened(repository) as porcelain:
        porcelain.git.fetch("--quiet", "--no-tags", "--no-write-fetch-head", remote, ref)


def start_revert(repository: Repository, commit: str, mainline: int | None) -> None:
    """Undoes a commit (of a merge: what it brought to parent `mainline`) in the index and the work tree.

    What conflicts is left unmerged. Raises SddError where git does not begin at all; then nothing has changed.
    """
    options = ["--mainline", str(mainline)] if mainline else []
    with _opened(repository) as porcelain:
        command = ["git", "revert", "--no-commit", *options, commit]
        status, _, told = porcelain.git.execute(command, with_extended_output=True, with_exceptions=False)
        if status and not porcelain.git.diff("--name-only", "--diff-filter=U"):
            raise GitCommandError(command, status, told)


def abort_revert(repository: Repository) -> None:
    """Takes back what `start_revert` did."""
    with _opened(repository) as porcelain:
        porcelain.git.revert("--abort")


def restore(repository: Repository, revision: str, paths: Iterable[str]) -> None:
    """Puts some files (paths from the top), as a revision has them, into the index and the work tree."""
    with _opened(repository) as porcelain:
        porcelain.git.checkout(revision, "--", *(f":(top,literal){path}" for path in paths))


def commit_staged(repository: Repository, message: str, *, signoff: bool = False) -> None:
    """Commits what is staged. Raises SddError where git or one of its hooks refuses."""
    with _opened(repository) as porcelain:
        _patiently(repository, porcelain.git.commit, "--quiet", *_signed(signoff), "-m", message)


def _signed(signoff: bool) -> list[str]:
    return ["--signoff"] if signoff else []


def wait_for_index(repository: Repository) -> None:
    """Waits until no git writes the index. Raises SddError where that takes too long."""
    deadline = time.monotonic() + WAIT
    while _index_lock(repository).exists():
        _pause(repository, deadline)


def _patiently(repository: Repository, command: Callable[..., object], *arguments: str) -> None:
    """Runs a git command that writes the index, again where another git was just at that."""
    deadline = time.monotonic() + WAIT
    while True:
        try:
            command(*arguments)
            return
        except GitCommandError as error:
            told = str(error.stderr)
            if "index.lock" not in told and "cannot lock ref 'HEAD'" not in told:
                raise
        _pause(repository, deadline)


def _pause(repository: Repository, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise SddError(
            f"another git has been at work here for {WAIT:g} s",
            "what was written is there. Once no git is at work (one that was killed leaves this file behind):\n"
            f"rm -f {shell_word(str(_index_lock(repository)))}\n"
            "then run the command again: it goes on where it stopped",
        )
    time.sleep(_PAUSE)


def _index_lock(repository: Repository) -> Path:
    return repository.git_dir / "index.lock"


class _Porcelain(NamedTuple):
    """git at work in one work tree, of whose branches it may move one."""

    repository: Repository
    program: Git

    @property
    def git(self) -> Git:
        """The program, about to do something."""
        self.repository.forget_refs()
        return self.program


@contextmanager
def _opened(repository: Repository) -> Iterator[_Porcelain]:
    assert repository.work_tree, "only a work tree is written to"
    porcelain = _Porcelain(repository, Git(repository.work_tree))
    if not (repository.work_tree / ".git").exists() or not os.environ.keys().isdisjoint(("GIT_DIR", "GIT_WORK_TREE")):
        porcelain.git.update_environment(GIT_DIR=str(repository.git_dir), GIT_WORK_TREE=str(repository.work_tree))
    try:
        yield porcelain
    except GitCommandError as error:
        said = str(error.stderr or error).strip().removeprefix("stderr: ").strip("' \n") or f"status {error.status}"
        if step := _PARTIAL.search(said):
            message = f"git commits nothing by itself during a {step[1]}"
            raise SddError(message, f"the record is written and staged; next: git {step[1]} --continue") from None
        words = [*map(str, error.command)] if isinstance(error.command, list | tuple) else [str(error.command)]
        kept = "what was written is there; " if _SAVING.intersection(words[:2]) else ""
        fix = f"{kept}next: {shell_line(words)}"
        if "commit" in words and (hook := _message_hook(repository)):
            fix += f"\nif it is the message that {hook} refuses: give --signoff, or --message TEXT"
        raise SddError(f"git refused: {said.splitlines()[0]}", fix) from None
    finally:
        porcelain.git.clear_cache()


def _message_hook(repository: Repository) -> str:
    """The hook that reads messages, as a path to show; empty for none."""
    assert repository.work_tree
    path = repository.git_answer("rev-parse", "--git-path", "hooks/commit-msg")
    return path if path and (repository.work_tree / path).exists() else ""
