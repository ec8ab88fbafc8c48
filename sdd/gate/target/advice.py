"""What to do where a target, or the history up to it, is missing here."""

from collections.abc import Sequence

from sdd.base.errors import SddError
from sdd.base.paths import shell_word
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, REMOTES, Branch, Refs

_IN_CI = "in GitHub Actions: set fetch-depth: 0 for actions/checkout"


def fetch_command(repository: Repository, remote: str, branch: str) -> str:
    """The command that fetches one branch of a remote with its whole history."""
    refspec = f"{branch}:{REMOTES}{remote}/{branch}"
    depth = "--unshallow " if repository.is_shallow else ""
    return f"git fetch {depth}{shell_word(remote)} {shell_word(refspec)}"


def no_target(repository: Repository, remote: str | None, names: Sequence[str]) -> SddError:
    """No branch known here is the target."""
    configured = repository.config.get("sdd.target")
    name = names[0] if names else "main"
    refs, prefix = repository.refs, f"{REMOTES}{remote}/" if remote else HEADS
    is_empty, likely = not refs.below(prefix), _likely(refs, prefix)
    another = f"git config sdd.target {likely or 'NAME'}"
    if configured:
        message = f"git config sdd.target names {configured}, and no such branch is known here"
    else:
        message = f"no target branch of {remote} is known here" if remote else "no target branch is known here"
    if remote and configured and likely:
        return SddError(message, f"{another}\nwhere {remote} has {name}: {fetch_command(repository, remote, name)}")
    if remote:
        another = f"another branch is the target: {another}"
        ways = [bring_target(repository, remote, name), _IN_CI]
    else:
        another = f"on the server: {name_target(repository)}" if repository.is_bare else f"name the target: {another}"
        ways = []
    empty = f"; an empty {'remote' if remote else 'repository'}: push {name} first" if is_empty else ""
    return SddError(message, "\n".join((*ways, another + empty)))


def bring_target(repository: Repository, remote: str, name: str) -> str:
    """The commands that bring a target here: where all branches are fetched, the remote can say which one it is."""
    refspecs = repository.git_answer("config", "--get-all", f"remote.{remote}.fetch") or ""
    if repository.config.get("sdd.target") or f"{HEADS}*:{REMOTES}{remote}/*" not in refspecs:
        return fetch_command(repository, remote, name)
    return f"git fetch {shell_word(remote)} && git remote set-head {shell_word(remote)} --auto"


def name_target(repository: Repository) -> str:
    """The command that makes a branch of a repository which others push to the target."""
    branch = _likely(repository.refs, HEADS) or "NAME"
    if repository.config.get("sdd.target"):
        return f"git config sdd.target {branch}"
    return f"git symbolic-ref HEAD {HEADS}{branch}"


def _likely(refs: Refs, prefix: str) -> str:
    """The branch that is the target where git's settings name none: main or master, else the only one; else empty."""
    branches = refs.below(prefix)
    branch = refs.default(prefix) or (branches[0] if len(branches) == 1 else None)
    return shell_word(branch.name) if branch else ""


def not_enough_history(repository: Repository, head: str, target: Branch | None) -> SddError:
    """A shallow clone lacks history that the verdict needs."""
    remote, branch = (target.remote or "origin", target.branch) if target else ("origin", "main")
    message = f"this clone is shallow and lacks the history between {target.name if target else 'the start'} and {head}"
    return SddError(message, f"{fetch_command(repository, remote, branch)}\n{_IN_CI}")


def check_depth(repository: Repository, target: Branch, tip: str, forks: Sequence[str]) -> None:
    """Raises SddError where a shallow clone might hide a better merge base than those that were found.

    A single merge base is the best one if no commit that only one side has is where the clone was cut off. Of several,
    one may be an ancestor of another in the history that is missing.
    """
    if not repository.is_shallow:
        return
    if len(forks) != 1 or repository.cut_off & set(repository.git("rev-list", f"{target.oid}...{tip}", "--").split()):
        raise not_enough_history(repository, tip, target)


def fetch_first(remote: str, ref: str, oid: str) -> SddError:
    """The receiving side's tip of a target is missing here."""
    branch = ref.removeprefix(HEADS)
    return SddError(
        f"{ref} stands at {oid[:10]} over there, which is not held here",
        f"fetch first, then merge or rebase onto it: git fetch {shell_word(remote)} {shell_word(branch)}",
    )
