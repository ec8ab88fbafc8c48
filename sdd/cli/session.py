"""What every command needs at its start and its end: the repository it stands in, and how results are printed."""

import os
from pathlib import Path

import click

from sdd.base import paths
from sdd.base.errors import SddError, UsageError
from sdd.cli.printing import print_json, print_text, remark
from sdd.records.layout import MARK
from sdd.repo.objects import Repository, Tree

__all__ = [
    "folder_below_top", "json_option", "open_repository", "path_below_top", "print_json", "print_text", "remark",
    "root_above", "top_of", "tree_to_read",
]  # fmt: skip

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def open_repository(ctx: click.Context) -> Repository:
    """The repository that the command line names (-C) or stands in; closed when the command ends."""
    directory: Path = ctx.find_object(Path) or Path()
    return ctx.with_resource(Repository.discover(directory))


def top_of(repository: Repository) -> Path:
    """The top folder of the work tree. Raises SddError for a bare repository."""
    if not repository.work_tree:
        raise SddError("this repository is bare: it has no work tree", "work in a clone of it")
    return repository.work_tree


def tree_to_read(repository: Repository, rev: str | None) -> Tree:
    """The tree that a reading command reads: a commit's, else the work tree's, else (bare) HEAD's.

    Raises UsageError for a revision that does not exist.
    """
    if rev is None and repository.work_tree:
        return repository.tree(repository.snapshot())
    if rev is not None and not repository.object(f"{rev}^{{tree}}"):
        raise UsageError(f"unknown revision: {rev}", "name a commit, branch or tag that this repository holds")
    return repository.tree(rev or "HEAD")


def path_below_top(ctx: click.Context, repository: Repository, path: str) -> str:
    """A path that was typed, relative to where the command works, as one from the top of the repository."""
    # git tells its top without links; the last name may be a link that is meant itself.
    place = (ctx.find_object(Path) or Path()).resolve()
    typed = Path(os.path.normpath(place / path))
    full = typed.parent.resolve() / typed.name
    return Path(os.path.relpath(full, repository.work_tree or place)).as_posix().removeprefix("./").rstrip("/")


def folder_below_top(ctx: click.Context, repository: Repository) -> str:
    """The folder that the command works in, as a path from the top of the work tree ("" is the top itself)."""
    directory: Path = ctx.find_object(Path) or Path()
    place, top = directory.resolve(), top_of(repository).resolve()
    return place.relative_to(top).as_posix().removeprefix(".") if place.is_relative_to(top) else ""


def root_above(top: Path, folder: str) -> str | None:
    """The nearest root above a folder of the work tree (or the folder itself), None for none."""
    above = paths.folders_above(paths.join(folder, "x"))
    return next((place for place in above if (top / place / MARK).is_dir()), None)
