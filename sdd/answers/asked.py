"""What is asked: a file, lines of it, a commit, a range or a requirement, told from one word as somebody types it."""

import re
from collections.abc import Callable
from typing import NamedTuple

from sdd.answers.asked_files import AskedFile, AskedLines, asked_file, asked_gone, readings_of, without_lines
from sdd.base.errors import UsageError
from sdd.gate.target.branches import nearest_target
from sdd.records.kinds.ids import ANY_ID, known_ids
from sdd.repo.history import merge_bases, new_commits
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, REMOTES, Branch, find_mainline, is_branch, remote_branches

_REQUIREMENT = re.compile(rf"(?:(?P<feature>[^#]+)#)?(?P<name>{ANY_ID})", re.IGNORECASE)


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
    """A requirement or success criterion; `feature` is a name, number or path, None where none was given. Of several
    the one in the nearest root above the folder `within` is meant, if that is not the top.
    """

    feature: str | None
    name: str
    within: str = ""

    def __str__(self) -> str:
        return f"{self.feature}#{self.name}" if self.feature else self.name


Asked = AskedLines | AskedFile | AskedCommit | AskedChange | AskedRequirement


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
    readings = tuple(readings_of(repository, written, below_top))
    if file := asked_file(repository, top, tree, readings):
        return file
    requirement, folder = _REQUIREMENT.fullmatch(written), below_top(".")
    if requirement and (requirement["feature"] or known_ids(requirement["name"].upper())):
        return AskedRequirement(requirement["feature"], requirement["name"], folder)
    if commit := repository.commit(written):
        if is_branch(repository, written):
            return _asked_branch(repository, written, commit)
        return AskedCommit(commit, written) if revision else _asked_commit(repository, written, commit)
    if ".." in written and (change := _asked_range(repository, written)):
        return change
    if head and (gone := asked_gone(repository, head, revision or "HEAD", readings)):
        return gone
    if requirement:
        return AskedRequirement(None, requirement["name"], folder)
    if (names := remote_branches(repository, written)) and (commit := repository.commit(names[0])):
        return _asked_branch(repository, written, commit)
    raise UsageError(
        f"no file, commit or requirement here is called {without_lines(written)}",
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
