"""What the work tree holds otherwise than HEAD: which paths, and the blobs that a commit of them would have."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.repo.objects import Entry, Repository

_STATUS = ("status", "--porcelain=v2", "-z", "--no-renames", "--ignored=no")
_WITH_COMMIT = ("--branch", "--no-ahead-behind", "--untracked-files=all", "--ignore-submodules=all")
_GONE = "000000"


class CheckoutState(NamedTuple):
    """HEAD's commit, None before the first one, and what the work tree holds otherwise.

    `uncommitted` maps each path whose state is not the one of that commit to what it holds now, None where it holds
    nothing. A bare repository has no such path.
    """

    commit: str | None
    uncommitted: Mapping[str, Entry | None]


def uncommitted_paths(repository: Repository, *, untracked: bool = True) -> tuple[str, ...]:
    """The paths that the index or the work tree holds otherwise than HEAD, submodules included, ignored files not.

    A repository within this one that is no submodule is given as its folder, with a slash at its end.
    """
    listed = repository.git(*_STATUS, f"--untracked-files={'all' if untracked else 'no'}")
    return tuple(_state(line)[0] for line in listed.split("\0")[:-1])


def ignored_paths(repository: Repository, paths: Sequence[str]) -> dict[str, str]:
    """Those of some paths that git ignores and does not hold -> the rule that says so, as FILE:LINE."""
    asked = "\0".join(paths).encode("utf-8", "surrogateescape")
    fields = os.fsdecode(repository.run("check-ignore", "-v", "-z", "--stdin", data=asked).stdout).split("\0")
    rules = zip(*(fields[place::4] for place in range(4)), strict=False)
    return {path: f"{file}:{line}" for file, line, pattern, path in rules if not pattern.startswith("!")}


def first_hidden(repository: Repository, paths: Sequence[str]) -> Mapping[str, str]:
    """Each rule (FILE:LINE) that makes git ignore some paths -> the first of them."""
    return {rule: path for path, rule in reversed(ignored_paths(repository, paths).items())}


def hidden_by_rules(repository: Repository, paths: Sequence[str]) -> list[str]:
    """What to change where git would keep some records out of every commit."""
    told = "{} makes git ignore {}: remove that line, records must be committed"
    return [told.format(*hidden) for hidden in first_hidden(repository, paths).items()]


def read_work_tree(repository: Repository, patterns: Sequence[str], concerns: Callable[[str], object]) -> CheckoutState:
    """HEAD and the work tree without ignored files. Only paths that concern the caller are read.

    `patterns` are git's (`*.md`): a quick choice of files, so that git need not look at every other one.

    Nothing of the repository is written: what is not stored yet goes to its scratch objects (`Repository.store`).
    """
    if not repository.work_tree:
        return CheckoutState(repository.commit("HEAD"), {})
    commit: str | None = None
    found: dict[str, Entry | None] = {}
    unread: dict[str, str] = {}
    for line in repository.git(*_STATUS, *_WITH_COMMIT, "--", *patterns).split("\0")[:-1]:
        if line.startswith("# "):
            if line.startswith("# branch.oid "):
                commit = line.removeprefix("# branch.oid ")
            continue
        path, mode, entry = _state(line)
        if not concerns(path):
            continue
        # A link is no record, whatever it points to, and who reads a pipe waits for ever.
        if mode is None or not _is_regular(repository.work_tree / path):
            found[path] = entry
        else:
            unread[path] = mode
    stored = repository.store(tuple(unread)) if unread else {}
    found |= {path: Entry(mode, stored[path]) if path in stored else None for path, mode in unread.items()}
    return CheckoutState(None if commit == "(initial)" else commit, found)


def _is_regular(path: Path) -> bool:
    try:
        return S_ISREG(path.lstat().st_mode)
    except OSError:  # it went away meanwhile
        return False


def _state(line: str) -> tuple[str, str | None, Entry | None]:
    """(path, mode, entry) of one line: a mode where the file has still to be read, else the entry itself."""
    sign, _, rest = line.partition(" ")
    if sign == "?":
        # Within a repository of its own nothing is listed but its folder, which is none of ours.
        return rest, None if rest.endswith("/") else "100644", None
    if sign == "1":
        states, _, _, in_index, in_tree, _, staged, path = rest.split(" ", 7)
        if states[1] == ".":
            return path, None, None if in_index == _GONE else Entry(in_index, staged)
    elif sign == "u":
        *_, in_tree, _, _, _, path = rest.split(" ", 9)
    else:
        raise SddError(f"git status says what sdd does not know: {line[:80]}", "update sdd")
    readable = in_tree.startswith("100")
    return path, in_tree if readable else None, None if in_tree == _GONE or readable else Entry(in_tree, "")
