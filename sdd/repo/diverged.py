"""A branch that has left what its remote has of it: git refuses a push of it as no fast-forward."""

from typing import NamedTuple

from sdd.repo.changes import differences
from sdd.repo.history import made_apart, new_commits
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, REMOTES, remote_without_push

_WHO_AND_WHEN = "--format=%an%x00%ae%x00%at"


class Diverged(NamedTuple):
    """`behind` commits of the remote's branch `name`, which is at `tip`, are not here, beside those that only HEAD has;
    they `are_former` where each is an earlier version of one of these, by its author and its author's date, as an
    amended commit is, or a merge by one of their authors, which a rebase leaves out. Else `made_twice` are the paths at
    which both sides made a file of their own.
    """

    remote: str
    branch: str
    tip: str
    behind: int
    are_former: bool
    made_twice: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The remote's branch as a person writes it."""
        return f"{self.remote}/{self.branch}"

    def remedy(self, *, is_target: bool) -> tuple[str, ...]:
        """The command that makes a push possible. What others build on, such as a target, is never replaced."""
        if not self.are_former:
            # A rebase would make each file anew under the name that both gave.
            how = ("--no-rebase", "--no-edit") if self.made_twice else ("--rebase",)
            return ("git", "pull", *how, self.remote, self.branch)
        return ("git", "reset", "--soft", self.name) if is_target else ("git", "push", "--force-with-lease")


def diverged(repository: Repository, ref: str) -> Diverged | None:
    """How HEAD, which is the branch `ref`, and the branch of that name at the remote of a push have parted; None where
    one of them holds the other, or nothing is known of it.
    """
    branch = ref.removeprefix(HEADS)
    remote = remote_without_push(repository, branch) if ref.startswith(HEADS) else None
    there, here = repository.commit(f"{REMOTES}{remote}/{branch}") if remote else None, repository.commit("HEAD")
    if not remote or not there or not here:
        return None
    behind = new_commits(repository, [here], there)
    if not behind or not new_commits(repository, [there], here):
        return None
    own = _authored(repository, there, here)
    merges = _authored(repository, here, there, "--merges")
    others = {merge for merge in merges if merge[0] not in {author for author, _ in own}}
    are_former = not others and _authored(repository, here, there, "--no-merges") <= own
    apart = () if are_former else [path for path, sides in differences(repository, there, here).items() if all(sides)]
    made_twice = made_apart(repository, there, here, apart) if apart else frozenset()
    return Diverged(remote, branch, there, len(behind), are_former, made_twice)


def _authored(repository: Repository, base: str, head: str, *which: str) -> set[tuple[str, str]]:
    """(who, when) of each commit that `head` has and `base` lacks: its author and the author's date."""
    lines = repository.git("log", _WHO_AND_WHEN, *which, head, f"^{base}", "--").splitlines()
    return {(who, when) for who, _, when in (line.rpartition("\0") for line in lines)}
