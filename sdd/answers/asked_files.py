"""A file that is asked for, or lines of it: as the work tree or a commit has it, or gone."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sdd.base import paths
from sdd.base.errors import SddError, UsageError
from sdd.base.listing import counted
from sdd.base.numbers import whole_number
from sdd.base.paths import path_word, shell_word
from sdd.repo.history import last_change
from sdd.repo.objects import FOLDER, SUBMODULE, Repository, Tree
from sdd.repo.refs import HEADS, REMOTES, find_mainline
from sdd.repo.renames import moves
from sdd.secrets import hidden_lines

_LINES = re.compile(r"(.+):(\d{1,9})(?:-(\d{1,9}))?:?", re.DOTALL)
# As compilers and grep print a place.
_LINE_AND_COLUMN = re.compile(r"(.+):(\d{1,9}):\d{1,9}:?", re.DOTALL)

_Range = tuple[int, int] | None
Reading = tuple[str, _Range]
"""A path from the top that may be meant, and the first and last line, None for the whole file."""


class AskedLines(NamedTuple):
    """Lines of a file: as it is in the work tree where it is there, else as the revision has it.

    Not `committed` is a file that the revision does not hold. `hidden` has each line that holds a part of a secret,
    without it.
    """

    path: str
    first: int
    last: int
    in_work_tree: bool
    committed: bool
    hidden: Mapping[int, str]

    def __str__(self) -> str:
        return _place(self.path, (self.first, self.last))


class AskedFile(NamedTuple):
    """A file as a whole; not `committed` is one that the revision does not hold, `gone` the commit that removed it. A
    submodule is one too, and `inside` is the command that asks about its own files.
    """

    path: str
    committed: bool
    gone: str | None = None
    inside: str = ""

    def __str__(self) -> str:
        return self.path


def readings_of(repository: Repository, written: str, below_top: Callable[[str], str]) -> Iterator[Reading]:
    """Each path that may be meant, with its lines: a colon may be part of a name, a path may be one from the top."""
    readings: list[Reading] = [(written, None)]
    for pattern in (_LINES, _LINE_AND_COLUMN):
        place = pattern.fullmatch(written)
        first = whole_number(place[2]) if place else None
        last = whole_number(place[3] or place[2]) if place and pattern is _LINES else first
        if place and first is not None and last is not None:
            readings.append((place[1], (first, last)))
    for path, lines in readings:
        yield _without_links(repository, below_top(path)), lines
        yield os.path.normpath(path).lstrip("/"), lines
        if name := paths.from_text(path):
            yield name, lines


def without_lines(written: str) -> str:
    """The path in front of what seem to be lines."""
    place = _LINE_AND_COLUMN.fullmatch(written) or _LINES.fullmatch(written)
    return place[1] if place else written


def asked_file(
    repository: Repository, top: Path | None, tree: Tree | None, readings: Iterable[Reading]
) -> AskedFile | AskedLines | None:
    """The file that is meant, of the work tree at `top` or of a tree; None where neither has one.

    Raises UsageError for what is there and cannot be asked about.
    """
    there = ((path, lines) for path, lines in readings if _is_there(top, tree, path))
    return next((_told(repository, top, tree, path, lines) for path, lines in there), None)


def asked_gone(repository: Repository, head: str, name: str, readings: Iterable[Reading]) -> AskedFile | None:
    """A file that was there once, as a commit `head` knows it that is called `name`; None for a path that no commit
    knows.

    Raises UsageError for lines of one, for a folder, and for what only another revision has.
    """
    for path, lines in dict.fromkeys(readings):
        path = path.rstrip("/")
        if not path or ".." in path.split("/"):
            continue
        place = _place(path_word(path), lines)
        commit, removed = last_change(repository, path, "D", head)
        if commit and path not in removed:
            fix = f"ask for the change that removed the last of it: sdd why {commit[:10]}"
            raise UsageError(f"{path} was a folder, and is gone", fix)
        if commit and lines:
            if new := moves(repository, commit).get(path):
                raise UsageError(f"{path} is gone: {commit[:10]} moved it", f"sdd why {_place(path_word(new), lines)}")
            fix = f"what it held before: sdd why --rev {commit[:10]}^ {place}"
            raise UsageError(f"{path} is gone: {commit[:10]} removed it", fix)
        if commit:
            return AskedFile(path, committed=True, gone=commit)
        held, names = last_change(repository, path, "AM", "--all")
        if path in names:
            raise UsageError(
                f"{path} is not in {name}", f"sdd why --rev {shell_word(_holder(repository, path, held))} {place}"
            )
    return None


def _holder(repository: Repository, path: str, commit: str) -> str:
    """A branch that has a path, the one that changes land on before others; else the commit that had it last."""
    target = find_mainline(repository)
    asked = ("--contains", commit, "--format=%(refname:short)", HEADS, REMOTES)
    names = [target.name] if target else []
    names += repository.git("for-each-ref", *asked).split()
    return next((name for name in names if path in repository.tree(name)), commit[:10])


def _without_links(repository: Repository, path: str) -> str:
    """A path from the top as git knows it: no folder that it leads through is a link."""
    if not repository.work_tree:
        return path
    file = repository.work_tree / path
    real = os.path.join(os.path.realpath(file.parent), file.name)  # noqa: PTH118 - the last part may be a link
    return Path(os.path.relpath(real, os.path.realpath(repository.work_tree))).as_posix()


def _is_there(top: Path | None, tree: Tree | None, path: str) -> bool:
    parts = path.split("/")
    if ".." in parts or ".git" in parts:
        return False
    if path in ("", ".") or (tree and (path in tree or _submodule(tree, path))):
        return True
    return bool(top and os.path.lexists(top / path))


def _submodule(tree: Tree, path: str) -> str | None:
    """The submodule that a path is, or stands in."""
    above = (path, *paths.folders_above(path))
    return next((at for at in above if at and (entry := tree.get(at)) and entry.mode == SUBMODULE), None)


def _told(
    repository: Repository, top: Path | None, tree: Tree | None, path: str, lines: _Range
) -> AskedFile | AskedLines:
    is_top = path in ("", ".")
    entry = tree.get(path) if tree and not is_top else None
    file = top / path if top else None
    if tree and (submodule := _submodule(tree, path)):
        where = path_word(submodule)
        inside = "FILE" if path == submodule else path_word(paths.relative(submodule, path))
        command = f"sdd -C {where} why {inside}"
        if not (top and (top / submodule / ".git").exists()):
            # Its folder is empty, and git takes what is asked there for a question to this repository.
            command = f"git submodule update --init {where} && {command}"
        if path == submodule and lines is None:
            return AskedFile(path, committed=True, inside=command)
        raise UsageError(f"{submodule} is a submodule: it has a history of its own", f"ask there: {command}")
    if is_top or (file and file.is_dir() and not file.is_symlink()) or (entry and entry.mode == FOLDER):
        raise UsageError(
            f"{path or '.'} is a folder", f"ask for a file in it: sdd why {path_word(paths.join(path, 'FILE'))}"
        )
    if lines is None:
        return AskedFile(path, entry is not None)
    in_work_tree = bool(file and os.path.lexists(file))
    content = b""
    if file and in_work_tree:
        content = _content(path, file)
    elif entry:
        content = repository.blob(entry.oid)
    if b"\0" in content[:8000]:
        raise UsageError(f"{path} is binary: it has no lines", f"ask for it as a whole: sdd why {path_word(path)}")
    first, last = lines
    count = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
    if not 1 <= first <= last or last > count:
        has = counted(count, "line") if count else "no lines"
        raise UsageError(
            f"{path} has {has}: there is no {first}{f'-{last}' if last != first else ''}",
            "lines count from 1: PATH:A-B",
        )
    # A line of a key is told from any other by the lines around it.
    hidden = hidden_lines(content.decode("utf-8", "surrogateescape"))
    return AskedLines(path, first, last, in_work_tree, entry is not None, hidden)


def _content(path: str, file: Path) -> bytes:
    """What a file of the work tree, or a link in place of one, holds."""
    try:
        return os.fsencode(file.readlink()) if file.is_symlink() else file.read_bytes()
    except OSError as error:
        raise SddError(f"{path} cannot be read: {error.strerror}", "see to its permissions") from None


def _place(path: str, lines: _Range) -> str:
    """A path, or its word in a command, with the lines that are asked for."""
    if not lines:
        return path
    first, last = lines
    return f"{path}:{first}" + (f"-{last}" if last != first else "")
