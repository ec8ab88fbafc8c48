"""What has moved HEAD and branches: git's own log of it."""

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS

_ONTO = regex(r"rebase\b.* onto ([0-9a-f]{40,64})")
_COMMITS = ("commit", "commit (initial)", "commit (amend)")


class Move(NamedTuple):
    """One move of HEAD between two commits, `before` empty where there was none. `is_commit` says that a commit was
    made of what the work tree held; all else (a checkout, a merge, a rebase) writes to the work tree, or may.

    `time`, in seconds since 1970, is the date that the log tells, or when git wrote the commit, whichever is later: the
    first is the committer's, who may set it.
    """

    before: str
    after: str
    time: float
    is_commit: bool


def moves_of_head(repository: Repository, most: int) -> Iterator[Move]:
    """The last moves of a work tree's HEAD, the newest first; none where git keeps no log."""
    form = ("--date=unix", "--format=%H%x09%gd%x09%gs")
    listed = repository.git_answer("log", "--walk-reflogs", f"--max-count={most + 1}", *form, "HEAD", "--") or ""
    entries = [line.split("\t", 2) for line in listed.split("\n") if line.count("\t") > 1]
    for number, (after, told, message) in enumerate(entries[:most]):
        what = message.partition(":")[0]
        before = entries[number + 1][0] if number + 1 < len(entries) else ""
        if before or what == "commit (initial)":
            yield Move(before, after, max(_told(told), _written(repository, after)), what in _COMMITS)


def began_at(repository: Repository, branch: str) -> str | None:
    """The commit on which the work of a branch of this clone stands: where it was made, or what it was rebased on or
    moved forward to since. None where git's log of it does not tell, or it holds merges of other work since.
    """
    ref = f"{HEADS}{branch}"
    for at, message in _moves_of(repository, ref):
        onto = _ONTO.match(message)
        if onto or message.startswith("branch: Created") or message.endswith(": Fast-forward"):
            base = onto[1] if onto else at
            is_below = repository.git_answer("merge-base", "--is-ancestor", base, ref) is not None
            return base if is_below and not repository.git("rev-list", "--merges", f"{base}..{ref}", "--") else None
    return None


def was_at(repository: Repository, ref: str, commit: str) -> bool:
    """Whether a branch (a ref) of this clone was at a commit (an id) once, as far back as git's log of it goes."""
    return any(at == commit for at, _ in _moves_of(repository, ref))


def _moves_of(repository: Repository, ref: str) -> Iterator[tuple[str, str]]:
    """(where it went, git's word for how) of each move of a branch, the newest first; none where git keeps no log."""
    listed = repository.git_answer("log", "--walk-reflogs", "--format=%H%x09%gs", ref, "--") or ""
    for line in listed.splitlines():
        at, _, message = line.partition("\t")
        yield at, message


def _told(selector: str) -> float:
    """The time in `HEAD@{1770000000}`."""
    seconds = selector.partition("{")[2].rstrip("}")
    return float(seconds) if seconds.isdecimal() else 0.0


def _written(repository: Repository, oid: str) -> float:
    """When git wrote an object that is not packed yet, 0 for one that is."""
    with suppress(OSError):
        return (repository.common_dir / "objects" / oid[:2] / oid[2:]).stat().st_mtime
    return 0.0
