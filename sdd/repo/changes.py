"""Changes: which paths a push really changes, and the readers of what git tells its hooks."""

import os
import tempfile
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sdd import paths
from sdd.errors import SddError
from sdd.repo.history import new_commits
from sdd.repo.objects import SUBMODULE, Entry, Repository
from sdd.repo.pushed import PushedRef, is_null, read_pre_push, read_pre_receive

__all__ = [
    "Change", "PathChange", "PushedRef", "changed_lines", "differences", "is_null", "merge_bases",
    "read_change", "read_pre_push", "read_pre_receive",
]  # fmt: skip

_DIFF_TREE = (
    "diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-relative", "--ignore-submodules=none",
    "--no-ext-diff", "--no-textconv", "--full-index",
)  # fmt: skip


class PathChange(NamedTuple):
    """One path of a change. `status` is A, M, D or T (a change of type); an Entry is None where the path is absent.

    `before` is what the path holds at FORK (the first of several that differs from head and has it, so that A
    means absent from every FORK that differs), `target` at TARGET, `after` at head.
    """

    path: str
    status: str
    before: Entry | None
    target: Entry | None
    after: Entry | None


@dataclass(frozen=True)
class Change:
    """What is judged: the paths that head changes with respect to TARGET and to FORK.

    `ref` names what is pushed (`refs/heads/x`), `target_name` the target as a person writes it (`origin/main`).
    `target`, `forks` and `head` are commit ids, except that head may be a tree (an uncommitted work tree, then
    `commits` ends at the commit below it; the empty tree where a target is deleted) and a fork the empty tree
    (nothing came before). `target` is None for a first push. `other_targets` are the tips of other target refs
    known here: a record in any of them is not added. `commits` are the new commits, oldest first.
    """

    ref: str
    target_name: str
    target: str | None
    forks: tuple[str, ...]
    head: str
    other_targets: tuple[str, ...]
    paths: tuple[PathChange, ...]
    commits: tuple[str, ...]


def merge_bases(repository: Repository, target: str, head: str) -> tuple[str, ...]:
    """Every best common ancestor of two commits: none, one, or several after a criss-cross merge."""
    done = repository.run("merge-base", "--all", target, head)
    if done.returncode not in (0, 1):
        reason = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise SddError(f"git finds no merge base of {target} and {head}: {reason}", "look it over with: git fsck")
    return tuple(done.stdout.decode().split())


def read_change(
    repository: Repository,
    *,
    ref: str,
    target_name: str,
    target: str | None,
    head: str,
    forks: Sequence[str],
    other_targets: Sequence[str] = (),
    tip: str | None = None,
) -> Change:
    """The change that `head` (a commit or a tree) is with respect to `target` and `forks` (at least one).

    A path is in it where its entry at head differs from TARGET's and from that of at least one FORK. `tip` is
    the commit that the new commits end at where head is a tree; None there means that no commit is new.
    Raises SddError where a revision is not held here.
    """
    by_fork = [differences(repository, fork, head) for fork in forks]
    by_target = None if target is None else by_fork[0] if target == forks[0] else differences(repository, target, head)
    changed = []
    for path in sorted({path for fork in by_fork for path in fork}):
        if by_target is not None and path not in by_target:
            continue
        pairs = [fork[path] for fork in by_fork if path in fork]
        before, after = next((pair for pair in pairs if pair[0]), pairs[0])
        at_target = by_target[path][0] if by_target is not None else None
        changed.append(PathChange(path, _status(before, after), before, at_target, after))
    commits: tuple[str, ...] = ()
    if last := tip or repository.commit(head):
        past = [known for known in (target, *forks) if known and known != repository.empty_tree_oid]
        commits = new_commits(repository, tuple(dict.fromkeys(past)), last)
    return Change(ref, target_name, target, tuple(forks), head, tuple(other_targets), tuple(changed), commits)


def differences(repository: Repository, old: str, new: str) -> Mapping[str, tuple[Entry | None, Entry | None]]:
    """path -> (entry in `old`, entry in `new`) of every path that two commits or trees hold differently."""
    parts = repository.git(*_DIFF_TREE, old, new).split("\0")
    found: dict[str, tuple[Entry | None, Entry | None]] = {}
    for header, path in zip(parts[:-1:2], parts[1::2], strict=True):
        old_mode, new_mode, old_oid, new_oid, _ = header.removeprefix(":").split(" ")
        if path in found:
            raise SddError(f"a tree of {new} holds {paths.printable(path)} twice", "look it over with: git fsck")
        found[path] = (_entry(old_mode, old_oid), _entry(new_mode, new_oid))
    return found


def _entry(mode: str, oid: str) -> Entry | None:
    return None if mode == "000000" else Entry(mode, oid)


def _status(before: Entry | None, after: Entry | None) -> str:
    if before is None or after is None:
        return "A" if after else "D"
    return "M" if before.mode[:2] == after.mode[:2] else "T"


# -- how much a push changes -------------------------------------------------------------------------------


def changed_lines(repository: Repository, change: Change, wanted: Collection[str]) -> dict[str, int]:
    """path -> lines added plus lines removed, counted from the blobs, for each path of the change that is wanted.

    No attribute can blind the count. A submodule or a symlink counts as one line on each side, and a file that is
    no text (neither UTF-8 nor marked UTF-16) as none.
    """
    counted = dict.fromkeys(wanted, 0)
    pairs: list[tuple[str, str, str]] = []
    for path, _, before, _, after in change.paths:
        if path not in counted:
            continue
        for side in (before, after):
            counted[path] += bool(side and side.mode == SUBMODULE)
        sides = [side.oid if side and side.mode != SUBMODULE else "" for side in (before, after)]
        if sides[0] != sides[1]:
            pairs.append((path, sides[0], sides[1]))
    for (path, *sides), lines in zip(pairs, _count(repository, pairs), strict=True):
        counted[path] += _count_by_hand(repository, sides) if lines is None else lines
    return counted


def _count(repository: Repository, pairs: Sequence[tuple[str, str, str]]) -> list[int | None]:
    """git's own count for each pair of blobs, None where it sees no text.

    git reads attributes even for two bare blobs, so the blobs are put under plain numbers into two trees of an
    empty repository of our own that borrows the objects: there, nobody has set an attribute.
    """
    if not pairs:
        return []
    trees = [
        "".join(f"100644 blob {pair[side]}\t{number}\n" for number, pair in enumerate(pairs) if pair[side])
        for side in (1, 2)
    ]
    with tempfile.TemporaryDirectory(prefix="sdd-") as scratch:
        environment = _empty_repository(repository, Path(scratch))
        made = repository.run("mktree", "--batch", data="\n".join(trees).encode(), environment=environment)
        oids = made.stdout.decode().split()
        if made.returncode or len(oids) != 2:
            raise SddError(
                f"changed lines cannot be counted: {os.fsdecode(made.stderr).strip()}", "look it over with: git fsck"
            )
        options = (
            "-c",
            "core.attributesFile=/dev/null",
            "diff-tree",
            "-r",
            "--numstat",
            "-z",
            "--no-renames",
            "--no-ext-diff",
        )
        done = repository.run(*options, "--no-textconv", "--diff-algorithm=myers", *oids, environment=environment)
    if done.returncode:
        raise SddError(
            f"changed lines cannot be counted: {os.fsdecode(done.stderr).strip()}", "look it over with: git fsck"
        )
    counted: list[int | None] = [0] * len(pairs)
    for line in done.stdout.decode().split("\0")[:-1]:
        added, removed, number = line.split("\t")
        counted[int(number)] = None if added == "-" else int(added) + int(removed)
    return counted


def _empty_repository(repository: Repository, place: Path) -> dict[str, str]:
    """Makes a bare repository that holds nothing but borrows `repository`'s objects; the environment to use it in."""
    (place / "refs").mkdir()
    (place / "objects" / "info").mkdir(parents=True)
    (place / "HEAD").write_text("ref: refs/heads/none\n")
    extension = (
        f"[extensions]\n\tobjectFormat = {repository.object_format}\n" if repository.object_format != "sha1" else ""
    )
    (place / "config").write_text(
        f"[core]\n\trepositoryFormatVersion = {int(bool(extension))}\n\tbare = true\n{extension}"
    )
    borrowed = b"".join(os.fsencode(folder) + b"\n" for folder in repository.object_folders)
    (place / "objects" / "info" / "alternates").write_bytes(borrowed)
    own = {"GIT_DIR": str(place), "GIT_COMMON_DIR": str(place), "GIT_OBJECT_DIRECTORY": str(place / "objects")}
    return own | {"GIT_WORK_TREE": str(place), "GIT_ATTR_NOSYSTEM": "1"}


def _count_by_hand(repository: Repository, sides: Sequence[str]) -> int:
    """Lines that only one of two blobs has; 0 where one of them is no text. git takes any NUL byte for no text."""
    lines: list[Counter[bytes]] = []
    for oid in sides:
        content = repository.blob(oid) if oid else b""
        try:
            content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
        except UnicodeDecodeError:
            return 0
        lines.append(Counter(content.splitlines()))
    before, after = lines
    return (before - after).total() + (after - before).total()
