"""Which files a record covers, where it names none: those of the commit that added it."""

from sdd.base import paths
from sdd.gate.change import is_record_path
from sdd.records.kinds import locate
from sdd.records.kinds.phr import Phr
from sdd.repo.objects import Repository


def files_of_its_commit(repository: Repository, path: str, root: str) -> tuple[str, ...]:
    """What the commit that first added `path` changed beside records, as a record below `root` writes it.

    Nothing where that commit added other PHRs too (nobody can tell whose files they are), where the record is not
    committed, and in a shallow clone, whose first commit seems to add everything.
    """
    if repository.is_shallow or not repository.commit("HEAD"):
        return ()
    added = repository.git(
        "log", "--format=%H", "--diff-filter=A", "--no-renames", "HEAD", "--", f":(top,literal){path}"
    ).split()
    if not added:
        return ()
    listed = repository.git(
        "diff-tree", "--root", "-r", "-z", "--no-commit-id", "--name-status", "--no-renames", added[-1]
    ).split("\0")
    changed = list(zip(listed[::2], listed[1::2], strict=False))
    if sum(status == "A" and _is_phr(other) for status, other in changed) != 1:
        return ()
    return tuple(_seen_from(root, other) for _, other in changed if not _is_record(root, other))


def _is_phr(path: str) -> bool:
    located = locate(path)
    return located is not None and located[1].record is Phr


def _is_record(root: str, path: str) -> bool:
    located = locate(path)
    return located is not None or (paths.is_below(path, root) and is_record_path(paths.relative(root, path)))


def _seen_from(root: str, path: str) -> str:
    return paths.relative(root, path) if paths.is_below(path, root) else f"/{path}"
