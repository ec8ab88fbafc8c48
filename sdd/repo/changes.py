"""Changes: which paths a push really changes, and the readers of what git tells its hooks."""

from dataclasses import dataclass
from typing import NamedTuple

from sdd.repo.objects import Entry


class PathChange(NamedTuple):
    """One path of a change. `status` is A, M, D or T (a change of type); an Entry is None where the path is absent.

    `before` is what the path holds at FORK (the first of several), `target` at TARGET, `after` at head.
    """

    path: str
    status: str
    before: Entry | None
    target: Entry | None
    after: Entry | None


@dataclass(frozen=True)
class Change:
    """What is judged: the paths that head changes with respect to TARGET and to every FORK.

    `ref` names what is pushed (`refs/heads/x`), `target_name` the target as a person writes it (`origin/main`).
    `target`, `forks` and `head` are commit ids, except that head may be a tree (an uncommitted work tree, then
    `commits` ends at the commit below it); `target` is None for a first push. `other_targets` are the tips of
    other target refs known here: a record in any of them is not added. `commits` are the new commits, oldest first.
    """

    ref: str
    target_name: str
    target: str | None
    forks: tuple[str, ...]
    head: str
    other_targets: tuple[str, ...]
    paths: tuple[PathChange, ...]
    commits: tuple[str, ...]


class PushedRef(NamedTuple):
    """One line of a hook's standard input. Ids are as git sent them; all zeros mean that there is nothing."""

    local_ref: str
    local_oid: str
    remote_ref: str
    remote_oid: str
