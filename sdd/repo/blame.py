"""Which commit each line of a file came with, as `git blame` has it: renames and moved lines followed."""

import os
from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.base.paths import shell_word
from sdd.base.regex import regex
from sdd.repo.objects import Repository

IGNORED_REVISIONS = ".git-blame-ignore-revs"
"""The file, at the top of a work tree, that lists commits which only changed how the code is set."""

# git finds a block that has moved where it is large enough not to be chance: a single line seldom is.
_AROUND = 10
_COMMIT = regex(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class BlamedLine(NamedTuple):
    """A line of a file. `commit` is None where it is not committed yet; then only `line` and `text` say something.

    `path` and `line_then` are where it was in that commit, `time` is when that was made (seconds since 1970).
    """

    line: int
    text: str
    commit: str | None
    path: str
    line_then: int
    time: int = 0


def blame(repository: Repository, path: str, first: int, last: int, revision: str | None) -> tuple[BlamedLine, ...]:
    """The lines `first` to `last` of a file (a path from the top) with the commits that they came with.

    The lines are those that a revision has, None for the file in the work tree. They must exist.
    Raises SddError where git refuses, as for a setting that leads nowhere.
    """
    # A name in quotes is then plain ASCII.
    arguments = ["-c", "core.quotePath=true", "blame", "--line-porcelain", "-C", "--no-textconv"]
    arguments += ["--ignore-revs-file=/dev/stdin", "-L", f"{max(1, first - _AROUND)},{last + _AROUND}"]
    arguments += [revision] if revision else []
    # A list that a user names for all repositories is read here: git would refuse the repositories that have none.
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    ignored = "\n".join(_ignored(repository)).encode()
    done = repository.run(*arguments, "--", path, data=ignored, environment=alone)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ").partition("\n")[0]
        fix = f"see what git says: git blame -- {shell_word(path)}"
        if "object name" in reason:
            fix = "git config blame.ignoreRevsFile names a file that git cannot read: fix or unset it"
        raise SddError(f"git blame failed: {reason}", fix)
    return tuple(line for line in _lines(os.fsdecode(done.stdout)) if first <= line.line <= last)


def _ignored(repository: Repository) -> Iterator[str]:
    """The commits that the lists name which there are; a line that git would refuse is passed over."""
    named = repository.config.get("blame.ignorerevsfile", "")
    for name in filter(None, dict.fromkeys((IGNORED_REVISIONS, named))):
        listed = b""
        if repository.work_tree:
            file = repository.work_tree / Path(name).expanduser()
            listed = file.read_bytes() if file.is_file() else b""
        elif kept := repository.object(f"HEAD:{name}"):
            listed = kept[2]
        for line in listed.decode(errors="replace").splitlines():
            written = line.partition("#")[0].strip()
            if _COMMIT.fullmatch(written):
                yield written


def _lines(porcelain: str) -> Iterator[BlamedLine]:
    """Each line comes as a header, the facts of its commit, and its text after a tab."""
    facts: dict[str, str] = {}
    for written in porcelain.split("\n")[:-1]:
        if written.startswith("\t"):
            commit, then, now = facts[""].split(" ")[:3]
            # git quotes a name as C does, and Python reads what C does.
            name = facts["filename"]
            path = os.fsdecode(literal_eval(f"b{name}")) if name.startswith('"') else name
            text, time = written[1:].removesuffix("\r"), int(facts["committer-time"])
            yield BlamedLine(int(now), text, commit if commit.strip("0") else None, path, int(then), time)
            facts = {}
        elif facts:
            key, _, facts[key] = written.partition(" ")
        else:
            facts = {"": written}
