"""The line of a branch: its first-parent commits, as each of them landed, and what each changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sdd.repo.objects import Entry, Repository

_FORMAT = "%H%n%P%n%cs%n%at%n%ct%n%aN <%aE>%n%cN <%cE>%n%s%n%B"
_LOG = ("-c", "log.showSignature=false", "-c", "log.showRoot=true", "log", "--first-parent", "-z")
_DIFF = (
    "diff-tree", "--stdin", "--root", "-r", "--raw", "-z", "--no-renames", "--no-relative", "--ignore-submodules=none",
)  # fmt: skip


class LineCommit(NamedTuple):
    """One commit of a line. `day` is the committer's (YYYY-MM-DD, in their own time zone), the times are Unix seconds.

    `author` and `committer` are `Name <mail>` as the mailmap has them. `cut` says that its parents are not held here: a
    shallow clone ends there.
    """

    oid: str
    parents: tuple[str, ...]
    day: str
    authored: int
    committed: int
    author: str
    committer: str
    title: str
    message: str
    cut: bool

    @property
    def base(self) -> str | None:
        """The commit that the line stood at before; None for a first one."""
        return self.parents[0] if self.parents else None

    @property
    def is_merge(self) -> bool:
        """Whether it brought a branch in."""
        return len(self.parents) > 1


def read_line(repository: Repository, tip: str, beyond: str | None = None) -> tuple[LineCommit, ...]:
    """The first-parent commits of `tip`, the oldest first; those that `beyond` has are left out. Both are ids."""
    listed = repository.git(*_LOG, "--reverse", f"--format={_FORMAT}", *_revisions(tip, beyond))
    cut = repository.cut_off
    return tuple(_commit(record, cut) for record in listed.split("\0") if record)


def count_line(repository: Repository, tip: str, beyond: str | None = None) -> int:
    """How many commits `read_line` would give."""
    return int(repository.git("rev-list", "--first-parent", "--count", *_revisions(tip, beyond)))


def line_days(repository: Repository, tip: str) -> tuple[tuple[str, str], ...]:
    """(id, day) of every first-parent commit of `tip`, the oldest first; days as `LineCommit` has them."""
    listed = repository.git(*_LOG, "--reverse", "--format=%H %cs", tip, "--")
    return tuple((oid, day) for oid, _, day in (line.partition(" ") for line in listed.split("\0") if line))


def first_that_added(repository: Repository, folders: Iterable[str], tip: str, beyond: str | None = None) -> str | None:
    """The oldest commit of a line that added something below one of some folders, None for none."""
    below = [f":(top,literal){folder}" for folder in folders]
    # A merge is compared with its first parent: that is what the line was before.
    only = ("-m", "--diff-filter=A", "--no-renames", "--format=%H")
    listed = repository.git(*_LOG, *only, *_revisions(tip, beyond), *below)
    found = [oid for oid in listed.split("\0") if oid]
    return found[-1] if found else None


class Touched(NamedTuple):
    """What one commit touched: every path, and the blobs of those that it added."""

    paths: frozenset[str]
    added: Mapping[str, Entry]


def touched(repository: Repository, commits: Sequence[str]) -> Mapping[str, Touched]:
    """What each of some commits touched, all in one question. Merges, and what touched nothing, are left out."""
    found: dict[str, dict[str, Entry | None]] = {}
    commit = ""
    parts = iter(repository.git(*_DIFF, data="".join(f"{oid}\n" for oid in commits).encode()).split("\0"))
    for part in parts:
        if part.startswith(":"):
            _, mode, _, oid, status = part.split(" ")
            found[commit][next(parts)] = Entry(mode, oid) if status == "A" else None
        elif part:
            commit = part
            found[commit] = {}
    return {
        commit: Touched(frozenset(paths), {path: entry for path, entry in paths.items() if entry})
        for commit, paths in found.items()
    }


def _revisions(tip: str, beyond: str | None) -> tuple[str, ...]:
    return (tip, f"^{beyond}", "--") if beyond else (tip, "--")


def _commit(record: str, cut: frozenset[str]) -> LineCommit:
    oid, parents, day, authored, committed, author, committer, title, message = record.split("\n", 8)
    return LineCommit(
        oid=oid,
        parents=tuple(parents.split()),
        day=day,
        authored=int(authored),
        committed=int(committed),
        author=author,
        committer=committer,
        title=title,
        message=message,
        cut=oid in cut,
    )
