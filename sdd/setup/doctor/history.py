"""What a push is judged against: the target branch, and whether enough of history is held here."""

import shlex

from sdd.base.errors import SddError
from sdd.gate.target import target_of_revision
from sdd.gate.target.advice import fetch_command, no_target
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, REMOTES, read_refs, remote_names
from sdd.setup.doctor.checked import Row, Rows, fault, ok, warning
from sdd.setup.doctor.place import Place


def target(place: Place) -> Rows:
    """Whether the branch that changes are judged against is known here."""
    repository = place.repository
    if place.needs_word:
        named = ", ".join(remote_names(repository))
        told = f"several remotes ({named}), and nothing says which one holds it"
        yield fault(told, _word(repository) or "git fetch --all")
    elif place.target:
        number = len(place.targets.ours)
        more = f", the first of {number} targets" if number > 1 else ""
        remark = f" ({place.targets.remark})" if place.targets.remark else ""
        yield ok(f"{place.target.name}, here at {place.target.oid[:10]}{more}{remark}")
    elif place.is_bare or not repository.commit("HEAD"):
        yield warning("no branch yet that could be one: the first push makes it")
    else:
        yield _unknown_target(place)


def _unknown_target(place: Place) -> Row:
    repository, named = place.repository, place.targets.named
    try:
        target_of_revision(repository, None, None)
    except SddError:
        said = no_target(repository, place.targets.remote, named)
        settled = repository.config.get("sdd.target") or not place.targets.remote
        return fault(said.message, (_word(repository) if settled else "") or _fetch(place))
    return ok(f"none yet: the first push of {named[0]} makes it, judged by its own policy")


def _word(repository: Repository) -> str:
    """The setting that names a branch which is known here; empty where none is."""
    refs = read_refs(repository)
    prefixes = [f"{REMOTES}{name}/" for name in remote_names(repository)] or [HEADS]
    branch = next((found for prefix in prefixes if (found := refs.default(prefix))), None)
    branch = branch or next((found for prefix in prefixes for found in refs.below(prefix)), None)
    return f"git config sdd.target {shlex.quote(branch.name)}" if branch else ""


def _fetch(place: Place) -> str:
    """The commands that bring the target here: where all branches are fetched, the remote can say which one it is."""
    names = remote_names(place.repository)
    remote = place.targets.remote or (names[0] if names else None)
    if not remote:
        return ""
    fetched = place.repository.git_answer("config", "--get-all", f"remote.{remote}.fetch") or ""
    if f"{HEADS}*:{REMOTES}{remote}/*" not in fetched:
        return fetch_command(place.repository, remote, place.targets.named[0])
    name = shlex.quote(remote)
    return f"git fetch {name} && git remote set-head {name} --auto"


def history(place: Place) -> Rows:
    """Whether all of history is held here."""
    whole = True
    if place.repository.is_shallow:
        whole = False
        yield from _shallow(place)
    promisors = _promisors(place.repository)
    if promisors and _lacks_objects(place.repository):
        whole = False
        remote = promisors[0]
        told = f"a partial clone: what is not held is asked of {remote} when it is read, so sdd needs the network"
        yield warning(told, f"git fetch --refetch --no-filter {shlex.quote(remote)}")
    if whole:
        yield ok("whole: no object is missing on purpose")


def _shallow(place: Place) -> Rows:
    remote = place.remote or next(iter(remote_names(place.repository)), None)
    mend = f"git fetch --unshallow {shlex.quote(remote)}" if remote else ""
    try:
        if place.target and place.repository.work_tree:
            target_of_revision(place.repository, None, None)
    except SddError as error:
        yield fault(f"a shallow clone, and HEAD cannot be judged: {error.message}", mend)
    else:
        yield warning("a shallow clone: a change that begins before its first commits cannot be judged", mend)


def _promisors(repository: Repository) -> list[str]:
    """The remotes that have promised to hand out what this clone left out."""
    config = repository.config
    signs = ("promisor", "partialclonefilter")
    return [name for name in remote_names(repository) if any(f"remote.{name}.{sign}" in config for sign in signs)]


def _lacks_objects(repository: Repository) -> bool:
    """Whether an object of a branch known here is missing. Nothing is fetched to find that out."""
    listed = repository.run("rev-list", "--objects", "--missing=print", "--branches", "--remotes")
    return any(line.startswith(b"?") for line in listed.stdout.splitlines())
