"""What a person would type into git: commits and branches, by GitPython. Imported only where something is written."""

import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from git import Repo
from git.exc import GitCommandError

from sdd.errors import SddError
from sdd.repo.objects import Repository


def commit_file(repository: Repository, path: str, message: str) -> None:
    """Commits one file (a path from the top) alone, whatever else is staged."""
    commit_files(repository, (path,), message)


def commit_files(repository: Repository, paths: Iterable[str], message: str) -> None:
    """Commits some files (paths from the top) alone, whatever else is staged.

    Raises SddError where git or one of its hooks refuses.
    """
    places = [f":(top,literal){path}" for path in paths]
    with _opened(repository) as porcelain:
        porcelain.git.add("--", *places)
        porcelain.git.commit("--quiet", "--only", "-m", message, "--", *places)


def switch_to_new_branch(repository: Repository, name: str) -> None:
    """Makes a branch where HEAD is, and checks it out. Raises SddError where it is there already."""
    with _opened(repository) as porcelain:
        porcelain.git.switch("--quiet", "--create", name)


@contextmanager
def _opened(repository: Repository) -> Iterator[Repo]:
    assert repository.work_tree, "only a work tree is written to"
    porcelain = Repo(repository.work_tree)
    try:
        yield porcelain
    except GitCommandError as error:
        said = str(error.stderr or error).strip().removeprefix("stderr: ").strip("' \n") or f"status {error.status}"
        command = shlex.join(map(str, error.command)) if isinstance(error.command, list) else str(error.command)
        raise SddError(f"git refused: {said.splitlines()[0]}", f"what was written is there; next: {command}") from None
    finally:
        porcelain.close()
