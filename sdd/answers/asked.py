"""What is asked: a file, lines of it, a commit, a range or a requirement, told from one word as somebody types it."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sdd.base import paths
from sdd.base.errors import SddError, UsageError
from sdd.base.listing import counted
from sdd.base.numbers import whole_number
from sdd.base.paths import shell_word
from sdd.gate.target.branches import nearest_target
from sdd.records.kinds.ids import ANY_ID, known_ids
from sdd.repo.history import last_change, merge_bases, new_commits, renames
from sdd.repo.objects import FOLDER, SUBMODULE, Repository, Tree
from sdd.repo.refs import HEADS, REMOTES, Branch, find_mainline, is_branch, remote_branches
from sdd.secrets import hidden_lines

_LINES = re.compile(r"(.+):(\d{1,9})(?:-(\d{1,9}))?:?", re.DOTALL)
# As compilers and grep print a place.
_LINE_AND_COLUMN = re.compile(r"(.+):(\d{1,9}):\d{1,9}:?", re.DOTALL)
_REQUIREMENT = re.compile(rf"(?:(?P<feature>[^#]+)#)?(?P<name>{ANY_ID})", re.IGNORECASE)


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
        return f"{self.path}:{self.first}" + (f"-{self.last}" if self.last != self.first else "")


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


class AskedCommit(NamedTuple):
    """A commit, and the name that it was asked for by; it may be that of a branch. `within` is a branch that has it,
    where neither HEAD nor the branch that changes land on does.
    """

    commit: str
    written: str
    is_branch: bool = False
    within: str | None = None

    def __str__(self) -> str:
        return self.written


class AskedChange(NamedTuple):
    """What `head` has and `base` has not, two commits; `end` is how the head was written."""

    base: str
    head: str
    end: str
    written: str

    def __str__(self) -> str:
        return self.written


class AskedRequirement(NamedTuple):
    """A requirement or success criterion; `feature` is a name, number or path, None where none was given."""

    feature: str | None
    name: str

    def __str__(self) -> str:
        return f"{self.feature}#{self.name}" if self.feature else self.name


Asked = AskedLines | AskedFile | AskedCommit | AskedChange | AskedRequirement
_Range = tuple[int, int] | None


def read_question(
    repository: Repository, written: str, below_top: Callable[[str], str], revision: str | None = None
) -> Asked:
    """What `written` means: a file that is there before a requirement, a requirement before a range or a commit.

    Files are those of the work tree and of HEAD, or of a `revision` (a commit's id) alone. `below_top` makes a path
    from the top of one as it was typed; a path from the top is understood too. Raises UsageError for what is none of
    these, and for a file that cannot be asked about.
    """
    head = revision or repository.commit("HEAD")
    tree = repository.tree(head) if head else None
    top = None if revision else repository.work_tree
    for path, lines in _readings(repository, written, below_top):
        if _is_there(top, tree, path):
            return _asked_file(repository, top, tree, path, lines)
    requirement = _REQUIREMENT.fullmatch(written)
    if requirement and (requirement["feature"] or known_ids(requirement["name"].upper())):
        return AskedRequirement(requirement["feature"], requirement["name"])
    if commit := repository.commit(written):
        if is_branch(repository, written):
            return _asked_branch(repository, written, commit)
        return AskedCommit(commit, written) if revision else _asked_commit(repository, written, commit)
    if ".." in written and (change := _asked_range(repository, written)):
        return change
    if head and (gone := _asked_gone(repository, head, revision or "HEAD", _readings(repository, written, below_top))):
        return gone
    if requirement:
        return AskedRequirement(None, requirement["name"])
    if (names := remote_branches(repository, written)) and (commit := repository.commit(names[0])):
        return _asked_branch(repository, written, commit)
    without = _LINE_AND_COLUMN.fullmatch(written) or _LINES.fullmatch(written)
    raise UsageError(
        f"no file, commit or requirement here is called {without[1] if without else written}",
        "ask for src/x.py:12, src/x.py, a commit, a branch, A..B, or a requirement such as FR-003 or 001-x#FR-003",
    )


def _asked_commit(repository: Repository, written: str, commit: str) -> AskedChange | AskedCommit:
    """A commit; the change on a branch whose tip it is, where neither HEAD nor what has landed has it.

    What shares no history with the target is no branch of it.
    """
    target, head = nearest_target(repository, commit), repository.commit("HEAD")
    known = [oid for oid in (head, target.oid if target else None) if oid]
    is_ahead = target and new_commits(repository, known, commit) and merge_bases(repository, target.oid, commit)
    if not target or not is_ahead:
        return AskedCommit(commit, written, within=_other_target(repository, target, commit))
    asked = ("--contains", commit, "--format=%(objectname) %(refname)", HEADS, REMOTES)
    holders = [line.split(" ", 1) for line in repository.git("for-each-ref", *asked).splitlines()]
    if any(tip == commit for tip, _ in holders):
        return AskedChange(target.oid, commit, written, written)
    return AskedCommit(commit, written, within=holders[0][1] if holders else None)


def _other_target(repository: Repository, target: Branch | None, commit: str) -> str | None:
    """The target that a commit has landed on, where neither HEAD nor the mainline has it."""
    mainline = find_mainline(repository)
    if not target or not mainline or target == mainline:
        return None
    known = [mainline.oid, *filter(None, [repository.commit("HEAD")])]
    return target.name if new_commits(repository, known, commit) else None


def _asked_branch(repository: Repository, written: str, tip: str) -> AskedChange | AskedCommit:
    """The change on a branch; the commit of its tip where that has landed, or nobody knows where it would."""
    target = nearest_target(repository, tip)
    if target and new_commits(repository, [target.oid], tip):
        return AskedChange(target.oid, tip, written, written)
    return AskedCommit(tip, written, is_branch=True, within=_other_target(repository, target, tip))


def _asked_range(repository: Repository, written: str) -> AskedChange | None:
    """The change that A..B or A...B means, HEAD for a side that is left out; None where a side names no commit."""
    start, _, end = written.partition("..")
    start, end = start or "HEAD", end.removeprefix(".") or "HEAD"
    base, head = repository.commit(start), repository.commit(end)
    if not base or not head:
        return None
    if not new_commits(repository, [base], head):
        raise UsageError(f"there is no commit in {written}", "write A..B: what B has and A has not")
    return AskedChange(base, head, end, written)


def _readings(repository: Repository, written: str, below_top: Callable[[str], str]) -> Iterator[tuple[str, _Range]]:
    """Each path that may be meant, with its lines: a colon may be part of a name, a path may be one from the top."""
    readings: list[tuple[str, _Range]] = [(written, None)]
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


def _asked_gone(
    repository: Repository, head: str, name: str, readings: Iterable[tuple[str, _Range]]
) -> AskedFile | None:
    """A file that was there once; None for a path that no commit knows.

    Raises UsageError for lines of one, for a folder, and for what only another revision has.
    """
    for path, lines in dict.fromkeys(readings):
        path = path.rstrip("/")
        if not path or ".." in path.split("/"):
            continue
        place = f"{path}:{lines[0]}{f'-{lines[1]}' if lines[1] != lines[0] else ''}" if lines else path
        commit, removed = last_change(repository, path, "D", head)
        if commit and path not in removed:
            fix = f"ask for the change that removed the last of it: sdd why {commit[:10]}"
            raise UsageError(f"{path} was a folder, and is gone", fix)
        if commit and lines:
            moved_to = next((new for new, old in renames(repository, commit).items() if old == path), "")
            if moved_to:
                raise UsageError(
                    f"{path} is gone: {commit[:10]} moved it", f"sdd why {place.replace(path, moved_to, 1)}"
                )
            fix = f"what it held before: sdd why --rev {commit[:10]}^ {place}"
            raise UsageError(f"{path} is gone: {commit[:10]} removed it", fix)
        if commit:
            return AskedFile(path, committed=True, gone=commit)
        held, names = last_change(repository, path, "AM", "--all")
        if path in names:
            raise UsageError(f"{path} is not in {name}", f"sdd why --rev {_holder(repository, path, held)} {place}")
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


def _asked_file(
    repository: Repository, top: Path | None, tree: Tree | None, path: str, lines: _Range
) -> AskedFile | AskedLines:
    is_top = path in ("", ".")
    entry = tree.get(path) if tree and not is_top else None
    file = top / path if top else None
    if tree and (submodule := _submodule(tree, path)):
        where, inside = (
            shell_word(submodule),
            shell_word(paths.relative(submodule, path)) if path != submodule else "FILE",
        )
        command = f"sdd -C {where} why {inside}"
        if not (top and (top / submodule / ".git").exists()):
            # Its folder is empty, and git takes what is asked there for a question to this repository.
            command = f"git submodule update --init {where} && {command}"
        if path == submodule and lines is None:
            return AskedFile(path, committed=True, inside=command)
        raise UsageError(f"{submodule} is a submodule: it has a history of its own", f"ask there: {command}")
    if is_top or (file and file.is_dir() and not file.is_symlink()) or (entry and entry.mode == FOLDER):
        raise UsageError(f"{path or '.'} is a folder", f"ask for a file in it: sdd why {paths.join(path, 'FILE')}")
    if lines is None:
        return AskedFile(path, entry is not None)
    in_work_tree = bool(file and os.path.lexists(file))
    content = b""
    if file and in_work_tree:
        content = _content(path, file)
    elif entry:
        content = repository.blob(entry.oid)
    if b"\0" in content[:8000]:
        raise UsageError(f"{path} is binary: it has no lines", f"ask for it as a whole: sdd why {path}")
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
