"""History: which commits are new, what they say, and what a path has held before."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sdd.base.numbers import calendar_day
from sdd.repo.objects import SUBMODULE, Entry, Repository

_RAW = (
    "--raw", "-z", "--root", "--no-renames", "--no-abbrev", "--no-relative", "--ignore-submodules=none",
    "--no-ext-diff", "--no-textconv",
)  # fmt: skip
# A command line takes only so many paths; beyond that the whole history is asked, which gives the same answer.
_NAMED_PATHS = 200


class RawChange(NamedTuple):
    """One path that a commit changed, and how its content changed: A, M, D or T, for a merge one letter a parent.

    `commit` is what the caller's format says of the commit. An entry with the mode 000000 is not there.
    """

    commit: str
    path: str
    status: str
    before: Entry
    after: Entry


def absent(oid: str) -> Entry:
    """What RawChange holds for a file that is not there, in a repository with ids like this one."""
    return Entry("000000", "0" * len(oid))


def _raw_changes(listed: str) -> Iterator[RawChange]:
    """What git lists with the options _RAW, after one line about each commit."""
    commit = ""
    parts = iter(listed.split("\0"))
    for part in parts:
        written = part.lstrip("\n")
        if written.startswith(":"):
            *fields, status = written.lstrip(":").split(" ")
            # Modes and ids, those of the parents first.
            half = len(fields) // 2
            before, after = Entry(fields[0], fields[half]), Entry(fields[half - 1], fields[-1])
            yield RawChange(commit, next(parts), status, before, after)
        elif written:
            commit = written


def _log(repository: Repository, *arguments: str, about: str = "%H") -> Iterator[RawChange]:
    return _raw_changes(repository.git("log", *_RAW, f"--format={about}", *arguments))


def _log_of(repository: Repository, wanted: Collection[str], *arguments: str, about: str = "%H") -> Iterator[RawChange]:
    """The changes of some paths alone."""
    named = [f":(top,literal){path}" for path in sorted(wanted)] if len(wanted) <= _NAMED_PATHS else []
    yield from (change for change in _log(repository, *arguments, "--", *named, about=about) if change.path in wanted)


def changes_of(repository: Repository, commits: Sequence[str]) -> Mapping[str, tuple[RawChange, ...]]:
    """What each of some commits changed, none for nothing; of a merge, what it holds otherwise than every parent."""
    changes = _raw_changes(repository.diff_trees(commits, "-r", "-c", *_RAW))
    return {commit: tuple(changed) for commit, changed in groupby(changes, key=attrgetter("commit"))}


def file_changes(repository: Repository, commits: Sequence[str], pathspecs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(A, M, D or T, path) of what some commits changed against each of their parents, where a pathspec matches."""
    options = ("--root", "-m", "-r", "--no-commit-id", "--no-renames", "--no-ext-diff", "--name-status", "-z")
    listed = repository.diff_trees(commits, *options, "--", *pathspecs).split("\0")
    return zip(listed[::2], listed[1::2], strict=False)


class OwnCommits(NamedTuple):
    """The commits that a head has and its targets lack, every parent before its children.

    `stand_on` are those commits of the targets that these are made on.
    """

    commits: tuple[str, ...]
    stand_on: tuple[str, ...]


# What a head has of its own is asked three times on the way to a verdict.
@lru_cache(maxsize=16)
def _own_commits(repository: Repository, targets: tuple[str, ...], head: str) -> OwnCommits:
    order = ("--topo-order", "--reverse", "--boundary", "--stdin")
    # There may be more targets than a command line takes.
    asked = "".join(f"{line}\n" for line in (head, *(f"^{target}" for target in targets)))
    listed = repository.git("rev-list", *order, data=asked.encode()).split()
    stand_on = tuple(line[1:] for line in listed if line.startswith("-"))
    return OwnCommits(tuple(line for line in listed if not line.startswith("-")), stand_on)


def new_commits(repository: Repository, targets: Sequence[str], head: str) -> tuple[str, ...]:
    """The commits of `head` that no target has, every parent before its children. All are named by their ids."""
    return _own_commits(repository, tuple(targets), head).commits


def stands_on(repository: Repository, targets: Sequence[str], head: str) -> tuple[str, ...]:
    """Those commits of the targets that the commits which only `head` has are made on. All are named by their ids."""
    return _own_commits(repository, tuple(targets), head).stand_on


def merge_bases(repository: Repository, target: str, head: str) -> tuple[str, ...]:
    """Every best common ancestor of two commits (ids): none, one, or several after a criss-cross merge."""
    own = _own_commits(repository, (target,), head)
    if not own.commits:
        return (head,)
    # What both have is below what the head's own commits stand on. Only of several one may be above another.
    if len(own.stand_on) < 2:
        return own.stand_on
    return tuple(repository.git("merge-base", "--all", target, head).split())


def is_covered(repository: Repository, targets: Sequence[str], head: str) -> bool:
    """Whether every commit of `head` is in one of the targets. With no target none is."""
    if head in targets:
        return True
    return bool(targets) and not new_commits(repository, targets, head)


def is_ancestor(repository: Repository, ancestor: str, descendant: str) -> bool:
    """Whether `ancestor` is `descendant` or in its history (ids). Raises SddError where a commit is not held here."""
    return is_covered(repository, (descendant,), ancestor)


def state_before(repository: Repository, commit: str) -> str:
    """What a commit is made on: the id of its first parent, of the empty tree where it has none."""
    return repository.commit(f"{commit}^") or repository.empty_tree_oid


def touched_by(repository: Repository, commit: str) -> tuple[str, ...]:
    """The paths that a commit changes against its first parent."""
    first = state_before(repository, commit)
    listed = repository.git("diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", first, commit, "--")
    return tuple(path for path in listed.split("\0") if path)


def added_by(repository: Repository, path: str, head: str, below: Sequence[str]) -> str | None:
    """The newest commit that `head` has and none of `below` that adds a path, None where none does."""
    options = ("--diff-filter=A", "--no-renames", "--format=%H", head, "--not", *below)
    listed = repository.git("log", "--max-count=1", *options, "--", f":(top,literal){path}")
    return listed.strip() or None


def made_apart(repository: Repository, base: str, tip: str, paths: Collection[str]) -> frozenset[str]:
    """Those of some paths at `base` that commits of `tip` which `base` lacks added too, and never held as `base` has
    them: both sides made a file of that name.
    """
    tree, added, shared = repository.tree(base), set(), set()
    for change in _log_of(repository, paths, "--no-merges", "--full-history", tip, f"^{base}"):
        if change.status == "A":
            added.add(change.path)
        if change.after == tree.get(change.path):
            shared.add(change.path)
    return frozenset(added - shared)


def last_change(repository: Repository, path: str, status: str, *revisions: str) -> tuple[str, tuple[str, ...]]:
    """The newest commit of some revisions that did what a letter of git's says to a path or to files below it, and to
    which of them; ("", ()) for none. A D is a removal, AM is what left it there.
    """
    options = ("--max-count=1", "--full-history", f"--diff-filter={status}", "--no-renames", "--name-only", "-z")
    listed = repository.git("log", *options, "--format=%H", *revisions, "--", f":(top,literal){path}")
    commit, _, names = listed.partition("\n")
    return commit.strip("\0"), tuple(name.lstrip("\n") for name in names.split("\0") if name)


def merged_branches(repository: Repository, base: str, tip: str) -> tuple[str, ...]:
    """The commits that `tip` has and `base` lacks (ids) which merges among these join, the newest first."""
    listed = [line.split() for line in repository.git("rev-list", "--parents", tip, f"^{base}", "--").splitlines()]
    new = {words[0] for words in listed}
    joined = (parent for _, *above in listed if len(above) > 1 for parent in above)
    return tuple(dict.fromkeys(parent for parent in joined if parent in new))


def parents(repository: Repository, commit: str) -> tuple[str, ...]:
    """The parents of a commit (an id)."""
    return tuple(repository.git("rev-list", "--parents", "-1", commit, "--").split()[1:])


def first_parents(repository: Repository, base: str, head: str) -> tuple[tuple[str, str], ...]:
    """(commit before, commit after) of each step of the line from `base` to `head`; none where base is not on it."""
    listed = repository.git("rev-list", "--first-parent", "--parents", head, f"^{base}", "--").splitlines()
    steps = [(words[1], words[0]) for line in listed if len(words := line.split()) > 1]
    return tuple(reversed(steps)) if len(steps) == len(listed) and steps and steps[-1][0] == base else ()


def held_before(repository: Repository, revision: str, paths: Collection[str]) -> Mapping[str, frozenset[Entry]]:
    """Path -> every entry that it has had at `revision` and at the states before, first parent by first parent.

    What only a commit within a merged branch held was never the state of anything that was judged. In a shallow
    clone this is only what was fetched: ask `repository.is_shallow` before blaming anybody.
    """
    held: dict[str, set[Entry]] = {path: set() for path in paths}
    for change in line_changes(repository, revision, None, held):
        held[change.path].update((change.before, change.after))
    return {
        path: frozenset(entry for entry in entries if entry.mode not in ("000000", SUBMODULE))
        for path, entries in held.items()
    }


def last_landing(repository: Repository, tip: str, path: str) -> str:
    """The last first-parent commit of `tip` that changed a path, for people: its id and its title."""
    options = ("--max-count=1", "--first-parent", "-m", "--format=%h %s", "--abbrev=12", tip)
    return repository.git("log", *options, "-s", "--", f":(top,literal){path}").strip()


def line_changes(
    repository: Repository, tip: str, beyond: str | None, paths: Collection[str] | None
) -> Iterator[RawChange]:
    """What each first-parent commit of `tip` changed in some paths (None: in all), the newest first; without those of
    `beyond`.
    """
    asked = ("-m", "--first-parent", tip, *([f"^{beyond}"] if beyond else []))
    return _log(repository, *asked, "--") if paths is None else _log_of(repository, paths, *asked)


def line_edits(repository: Repository, tip: str, pathspecs: Sequence[str]) -> Iterator[RawChange]:
    """How first-parent commits of `tip` changed the content of files that were there, the newest first."""
    return _log(repository, "-m", "--first-parent", "--diff-filter=M", tip, "--", *pathspecs)


def changes_after(repository: Repository, commit: str, tip: str, paths: Collection[str]) -> Iterator[RawChange]:
    """What the commits of `tip` that grew from `commit` changed in some paths, the oldest first."""
    order = ("--ancestry-path", "--topo-order", "--reverse", "--full-history")
    return _log_of(repository, paths, *order, f"{commit}..{tip}")


def first_that_added(repository: Repository, pathspecs: Iterable[str], *revisions: str) -> str | None:
    """The oldest commit of some revisions that added a path that one of git's pathspecs matches, None for none.

    "Oldest" is by ancestry: no commit in its own history added such a path. A merge is compared with each parent; with
    `--first-parent` among the revisions with that one alone, and only a branch's own line counts.
    """
    options = ("--root", "--topo-order", "-m", "--full-history", "--no-renames", "--diff-filter=A", "--format=%H")
    listed = repository.git("log", *options, *revisions, "--", *pathspecs).split()
    return listed[-1] if listed else None


class Addition(NamedTuple):
    """The commit that added a file: its id, its time (seconds since 1970), and the day where it was made."""

    commit: str
    time: int
    day: date


def additions(repository: Repository, revision: str, wanted: Collection[str]) -> Mapping[str, Addition]:
    """path -> the oldest commit in the history of `revision` that added it; none for what never was."""
    found = {}
    for change in _log_of(repository, wanted, "--diff-filter=A", revision, about="%H %ct %cs"):
        commit, time, written = change.commit.split(" ")
        # From the newest on, so that the oldest is what stays.
        found[change.path] = Addition(commit, int(time), calendar_day(written) or date.max)
    return found


def added_and_removed(repository: Repository, revision: str) -> Iterator[tuple[RawChange, ...]]:
    """What each commit that `revision` grew from added and removed, first parent by first parent, the oldest first."""
    changes = _log(repository, "--reverse", "-m", "--first-parent", "--diff-filter=AD", revision, "--")
    for _, changed in groupby(changes, key=attrgetter("commit")):
        yield tuple(changed)


@lru_cache(maxsize=1)
def last_changes(repository: Repository, revision: str) -> Mapping[str, int]:
    """How long ago each path of the history of `revision` last changed: 0 with the newest commit, more before."""
    found: dict[str, int] = {}
    ages: dict[str, int] = {}
    for change in _log(repository, revision, "--"):
        found.setdefault(change.path, ages.setdefault(change.commit, len(ages)))
    return found
