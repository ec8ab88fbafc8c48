"""A branch that has left what its remote has of it: git refuses a push of it as no fast-forward."""

from typing import NamedTuple

from sdd.repo.changes import differences
from sdd.repo.history import made_apart, merge_bases, new_commits
from sdd.repo.objects import Repository
from sdd.repo.reflog import was_at
from sdd.repo.refs import HEADS, REMOTES, remote_without_push

_WHO_AND_WHEN = "--format=%an%x00%ae%x00%at"


class Diverged(NamedTuple):
    """`behind` commits of the remote's branch `name`, which is at `tip`, are not here, beside those that only HEAD has.

    `are_former`: this clone's branch was at `tip` and left it, as a rebase, a squash or an amended commit does, and
    nobody else's work goes with it. Else `made_twice` are the paths at which both sides made a file of their own.
    """

    remote: str
    branch: str
    tip: str
    behind: int
    is_target: bool
    are_former: bool
    made_twice: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The remote's branch as a person writes it."""
        return f"{self.remote}/{self.branch}"

    @property
    def remedy(self) -> tuple[str, ...]:
        """The command that makes a push possible. A target is never replaced."""
        if not self.are_former:
            # A rebase would make each file anew under the name that both gave.
            how = ("--no-rebase", "--no-edit") if self.made_twice else ("--rebase",)
            return ("git", "pull", *how, self.remote, self.branch)
        if self.is_target:
            return ("git", "reset", "--soft", self.name)
        # Named, since the branch may have another upstream, as one made from origin/main, or none.
        return ("git", "push", "--force-with-lease", self.remote, self.branch)


def diverged(repository: Repository, ref: str, *, is_target: bool) -> Diverged | None:
    """How HEAD, which is the branch `ref`, and the branch of that name at the remote of a push have parted; None where
    one of them holds the other, or nothing is known of it. `is_target` says that others build on the branch.
    """
    branch = ref.removeprefix(HEADS)
    remote = remote_without_push(repository, branch) if ref.startswith(HEADS) else None
    there, here = repository.commit(f"{REMOTES}{remote}/{branch}") if remote else None, repository.commit("HEAD")
    if not remote or not there or not here:
        return None
    behind = new_commits(repository, [here], there)
    if not behind or not new_commits(repository, [there], here):
        return None
    apart = differences(repository, there, here)
    bases = merge_bases(repository, there, here) or (repository.empty_tree_oid,)
    are_former = was_at(repository, ref, there) and (
        _is_replaced(repository, there, here, is_target=is_target)
        or not any(apart.keys() & differences(repository, base, there) for base in bases)
    )
    both = () if are_former else [path for path, sides in apart.items() if all(sides)]
    made_twice = made_apart(repository, there, here, both) if both else frozenset()
    return Diverged(remote, branch, there, len(behind), is_target, are_former, made_twice)


def _is_replaced(repository: Repository, there: str, here: str, *, is_target: bool) -> bool:
    """Whether the commits that only `there` has are by authors of those that only `here` has; on a target, where one
    that was dropped must come back, each but a merge is a former version of one here by its author's date too.
    """
    own = _authored(repository, there, here)
    if is_target and not _authored(repository, here, there, "--no-merges") <= own:
        return False
    return {who for who, _ in _authored(repository, here, there)} <= {who for who, _ in own}


def _authored(repository: Repository, base: str, head: str, *which: str) -> set[tuple[str, str]]:
    """(who, when) of each commit that `head` has and `base` lacks: its author and the author's date."""
    lines = repository.git("log", _WHO_AND_WHEN, *which, head, f"^{base}", "--").splitlines()
    return {(who, when) for who, _, when in (line.rpartition("\0") for line in lines)}
