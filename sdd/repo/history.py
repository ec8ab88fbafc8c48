"""History: which commits are new, what they say, and what a path has held before."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.repo.objects import SUBMODULE, Entry, Repository

_REVERT = re.compile(r"\b[Tt]his reverts commit ([0-9a-f]{7,64})\b")

_LOG = (
    "log",
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--ignore-submodules=none",
    "--no-ext-diff",
    "--no-textconv",
)


class OwnCommits(NamedTuple):
    """The commits that a head has and its targets have not, every parent before its children.

    `stand_on` are those commits of the targets that these are made on.
    """

    commits: tuple[str, ...]
    stand_on: tuple[str, ...]


# What a head has of its own is asked three times on the way to a verdict.
@lru_cache(maxsize=16)
def _own_commits(repository: Repository, targets: tuple[str, ...], head: str) -> OwnCommits:
    order = ("--topo-order", "--reverse", "--boundary")
    listed = repository.git("rev-list", *order, head, "--not", *targets, "--").split()
    stand_on = tuple(line[1:] for line in listed if line.startswith("-"))
    return OwnCommits(tuple(line for line in listed if not line.startswith("-")), stand_on)


def new_commits(repository: Repository, targets: Sequence[str], head: str) -> tuple[str, ...]:
    """The commits of `head` that no target has, every parent before its children. All are named by their ids."""
    return _own_commits(repository, tuple(targets), head).commits


def merge_bases(repository: Repository, target: str, head: str) -> tuple[str, ...]:
    """Every best common ancestor of two commits (ids): none, one, or several after a criss-cross merge."""
    own = _own_commits(repository, (target,), head)
    if not own.commits:
        return (head,)
    # What both have is below what the head's own commits stand on. Only of several one may be above another.
    if len(own.stand_on) < 2:
        return own.stand_on
    done = repository.run("merge-base", "--all", target, head)
    if done.returncode not in (0, 1):
        reason = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise SddError(f"git finds no merge base of {target} and {head}: {reason}", "look it over with: git fsck")
    return tuple(done.stdout.decode().split())


def count_new_commits(repository: Repository, targets: Sequence[str], head: str) -> int:
    """How many commits of `head` are in none of the targets."""
    return int(repository.git("rev-list", "--count", head, "--not", *targets, "--"))


def is_covered(repository: Repository, targets: Sequence[str], head: str) -> bool:
    """Whether every commit of `head` is in one of the targets. With no target none is."""
    if head in targets:
        return True
    return bool(targets) and not new_commits(repository, targets, head)


def is_ancestor(repository: Repository, ancestor: str, descendant: str) -> bool:
    """Whether `ancestor` is `descendant` or in its history. Raises SddError where a commit is not held here."""
    done = repository.run("merge-base", "--is-ancestor", ancestor, descendant)
    if done.returncode not in (0, 1):
        reason = os.fsdecode(done.stderr).strip().partition("\n")[0]
        raise SddError(f"git cannot compare {ancestor} with {descendant}: {reason}", "look it over with: git fsck")
    return done.returncode == 0


def commit_message(repository: Repository, oid: str) -> str:
    """A commit's whole message, bytes that are not UTF-8 kept as surrogates. Raises SddError for no commit."""
    found = repository.object(f"{oid}^{{commit}}")
    if not found:
        raise SddError(f"commit {oid} is not held in this repository", "fetch it first")
    return os.fsdecode(found[2].partition(b"\n\n")[2])


def subject(repository: Repository, oid: str) -> str:
    """The first paragraph of a commit's message as one line."""
    return " ".join(commit_message(repository, oid).lstrip("\n").partition("\n\n")[0].split())


class Facts(NamedTuple):
    """Who made a commit, on which day (YYYY-MM-DD, where it was made), and the first line of its message."""

    day: str
    author: str
    subject: str


def facts_of(repository: Repository, commit: str) -> Facts:
    """The facts of a commit (an id)."""
    told = repository.git("log", "-1", "--no-show-signature", "--format=%cs%n%an%n%s", commit, "--")
    return Facts(*told.removesuffix("\n").split("\n", 2))


def reverts_named(text: str) -> tuple[str, ...]:
    """The commit ids, full or short, that a text says it reverts: `This reverts commit X`, as git writes it."""
    return tuple(dict.fromkeys(_REVERT.findall(text)))


def reverted(repository: Repository, commits: Sequence[str]) -> Mapping[str, str]:
    """Commit that is held here -> the one of `commits` whose message says that it reverts it."""
    named = ((commit, oid) for commit in commits for oid in reverts_named(commit_message(repository, commit)))
    return {found: commit for commit, oid in named if (found := repository.commit(oid))}


def taken_back(repository: Repository, commits: Sequence[str], target: str | None) -> Mapping[str, str]:
    """Path that one of `commits` takes back -> the commit in the history of `target` that it says it reverts."""
    landed = {
        commit: by
        for commit, by in reverted(repository, commits).items()
        if target and is_ancestor(repository, commit, target)
    }
    return {path: commit for commit, by in landed.items() for path in touched_by(repository, by)}


def touched_by(repository: Repository, commit: str) -> tuple[str, ...]:
    """The paths that a commit changes against its first parent."""
    listed = repository.git("diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", f"{commit}^", commit, "--")
    return tuple(path for path in listed.split("\0") if path)


def added_paths(repository: Repository, commits: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Each of some commits that adds paths -> those that it adds: held by none of its parents."""
    asked = "".join(f"{commit}\n" for commit in commits).encode()
    options = ("-r", "-c", "--root", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv")
    parts = iter(repository.git("diff-tree", "--stdin", *options, data=asked).split("\0"))
    found: dict[str, set[str]] = {}
    commit = ""
    for part in parts:
        if not part.startswith(":"):
            commit = part
        elif (path := next(parts)) and set(part.rpartition(" ")[2]) == {"A"}:
            found.setdefault(commit, set()).add(path)
    return {commit: frozenset(added) for commit, added in found.items()}


def added_by(repository: Repository, path: str, head: str, below: Sequence[str]) -> str | None:
    """The newest commit that `head` has and none of `below` that adds a path, None where none does."""
    options = ("--diff-filter=A", "--no-renames", "--format=%H", head, "--not", *below)
    listed = repository.git("log", "--max-count=1", "--no-show-signature", *options, "--", f":(top,literal){path}")
    return listed.strip() or None


def renamed_from(repository: Repository, commit: str, path: str) -> str | None:
    """The name that a path had before a commit renamed it, told from the likeness of two files; None for none."""
    before = parents(repository, commit)
    if not before:
        return None
    options = ("-r", "--find-renames", "--diff-filter=R", "--name-status", "-z", "--no-ext-diff", "--no-textconv")
    parts = repository.git("diff-tree", *options, before[0], commit).split("\0")
    return next((old for old, new in zip(parts[1::3], parts[2::3], strict=False) if new == path), None)


def parents(repository: Repository, commit: str) -> tuple[str, ...]:
    """The parents of a commit (an id)."""
    return tuple(repository.git("rev-list", "--parents", "-1", commit, "--").split()[1:])


def held_before(repository: Repository, revision: str, path: str) -> frozenset[Entry]:
    """Every entry that `path` has had at `revision` and at the states that it grew from, first parent by first parent.

    What only a commit within a merged branch held was never the state of anything that was judged. In a shallow
    clone this is only what was fetched: ask `repository.is_shallow` before blaming anybody.
    """
    text = repository.git(*_LOG, "-m", "--first-parent", "--format=", revision, "--", f":(top,literal){path}")
    held: set[Entry] = set()
    parts = iter(text.split("\0"))
    for header in parts:
        # Where the path was once a folder, what stood in it is listed too.
        if header.lstrip("\n").startswith(":") and next(parts) == path:
            old_mode, new_mode, old_oid, new_oid, _ = header.lstrip("\n:").split(" ")
            held |= {Entry(old_mode, old_oid), Entry(new_mode, new_oid)}
    return frozenset(entry for entry in held if entry.mode not in ("000000", SUBMODULE))


def first_commit_that_added(repository: Repository, pattern: str, revision: str) -> str | None:
    """The oldest commit of `revision`'s history that added a path that matches a glob (`**/x/**`), None for none.

    "Oldest" is by ancestry: no commit in its own history added such a path.
    """
    arguments = ("-c", "log.showRoot=true", "log", "--topo-order", "--reverse", "-m", "--full-history", "--no-renames")
    listed = repository.git(
        *arguments, "--diff-filter=A", "--format=%H", "-z", "--name-only", revision, "--", f":(top,glob){pattern}"
    )
    found = re.match(r"[0-9a-f]{40,64}", listed)
    return found.group() if found else None


def added_on(repository: Repository, revision: str, path: str) -> date | None:
    """The day of the oldest commit in the history of `revision` that added `path`, None where none did."""
    days = additions(repository, revision, path, "%cs")
    return date.fromisoformat(days[-1]) if days else None


def additions(repository: Repository, revision: str, path: str, shown: str) -> list[str]:
    """What `shown` (a placeholder of git log) is of each commit up to `revision` that added a file, newest first."""
    only = ("--diff-filter=A", "--no-renames", revision, "--", f":(top,literal){path}")
    return repository.git("log", f"--format={shown}", *only).split()


def authors(repository: Repository, commits: int = 500) -> frozenset[str]:
    """The mail addresses of those who wrote the last commits of HEAD, bots left out; none before the first commit."""
    listed = repository.git_answer("log", f"--max-count={commits}", "--format=%aE") or ""
    return frozenset(address for address in listed.casefold().splitlines() if address and "[bot]@" not in address)


class AddedRemoved(NamedTuple):
    """The paths that a commit adds and removes against its first parent, each with its blob."""

    added: Mapping[str, str]
    removed: Mapping[str, str]


def added_and_removed(repository: Repository, revision: str) -> Iterator[AddedRemoved]:
    """What each commit that `revision` grew from added and removed, first parent by first parent, the oldest first."""
    options = ("--reverse", "-m", "--first-parent", "--diff-filter=AD", "--format=%x01", *_LOG[1:])
    listed = repository.git("-c", "log.showRoot=true", "log", *options, revision, "--")
    for commit in listed.split("\x01")[1:]:
        added: dict[str, str] = {}
        removed: dict[str, str] = {}
        parts = iter(commit.strip("\0\n").split("\0"))
        for header in filter(None, parts):
            *_, before, after, status = header.split(" ")
            if status == "A":
                added[next(parts)] = after
            else:
                removed[next(parts)] = before
        yield AddedRemoved(added, removed)


@lru_cache(maxsize=1)
def last_changes(repository: Repository, revision: str) -> Mapping[str, int]:
    """How long ago each path of the history of `revision` last changed, counted in commits from the newest (0)."""
    listed = repository.git("log", "--format=%x01", "--name-only", "--no-renames", "-z", revision)
    found: dict[str, int] = {}
    for age, commit in enumerate(listed.split("\x01")[1:]):
        for path in commit.replace("\n", "", 1).split("\0"):
            if path:
                found.setdefault(path, age)
    return found
