"""What a push is judged against: the target branch, and whether enough of history is held here."""

from sdd.base.errors import SddError
from sdd.base.paths import shell_word
from sdd.gate.target import target_of_revision
from sdd.gate.target.advice import bring_target, name_target, no_target
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, REMOTES, remote_names
from sdd.setup.doctor.context import Diagnoses, Diagnosis, DoctorContext, fault, ok, warning

_PROMISOR_KEYS = ("promisor", "partialclonefilter")


def target(context: DoctorContext) -> Diagnoses:
    """Whether the branch that changes are judged against is known here."""
    repository = context.repository
    if context.is_ambiguous:
        message = f"several remotes ({', '.join(remote_names(repository))}), and nothing says which one holds it"
        yield fault(message, _set_target(repository) or "git fetch --all")
    elif context.target:
        number = len(context.targets.ours)
        more = f", the first of {number} targets" if number > 1 else ""
        remark = f" ({context.targets.remark})" if context.targets.remark else ""
        yield ok(f"{context.target.name}, here at {context.target.oid[:10]}{more}{remark}")
    elif context.is_bare and repository.refs.below(HEADS):
        told, line = no_target(repository, None, ()).message, name_target(repository)
        # Of several branches a person names one.
        yield fault(f"{told}: {line}") if line.endswith("NAME") else fault(told, line)
    elif context.is_bare or not repository.commit("HEAD"):
        yield warning("no branch yet that could be one: the first push makes it")
    else:
        yield _unknown_target(context)


def _unknown_target(context: DoctorContext) -> Diagnosis:
    names = context.targets.named
    if not _refusal(context):
        return ok(f"none yet: the first push of {names[0]} makes it, judged by its own policy")
    repository, remote = context.repository, context.targets.remote
    is_set = repository.config.get("sdd.target") or not remote
    remote = remote or next(iter(remote_names(repository)), None)
    fetched = bring_target(repository, remote, names[0]) if remote else ""
    fix = (_set_target(repository) if is_set else "") or fetched
    return fault(no_target(repository, context.targets.remote, names).message, fix)


def _refusal(context: DoctorContext) -> str:
    """Why HEAD cannot be judged, empty where it can."""
    try:
        target_of_revision(context.repository, None, None)
    except SddError as error:
        return error.message
    return ""


def _set_target(repository: Repository) -> str:
    """The command that makes a branch which is known here the target; empty where none is known."""
    refs = repository.refs
    prefixes = [f"{REMOTES}{name}/" for name in remote_names(repository)] or [HEADS]
    defaults = [branch for prefix in prefixes if (branch := refs.default(prefix))]
    branches = defaults or [branch for prefix in prefixes for branch in refs.below(prefix)]
    return f"git config sdd.target {shell_word(branches[0].name)}" if branches else ""


def history(context: DoctorContext) -> Diagnoses:
    """Whether all of history is held here."""
    is_shallow = context.repository.is_shallow
    if is_shallow:
        yield _shallow(context)
    if remote := _promisor(context.repository):
        message = f"a partial clone: sdd needs the network, since what is not held is fetched from {remote}"
        yield warning(message, f"git fetch --refetch --no-filter {shell_word(remote)}")
    elif not is_shallow:
        yield ok("whole: no object is missing on purpose")


def _shallow(context: DoctorContext) -> Diagnosis:
    remote = context.remote or next(iter(remote_names(context.repository)), None)
    fix = f"git fetch --unshallow {shell_word(remote)}" if remote else ""
    if context.target and context.repository.work_tree and (reason := _refusal(context)):
        return fault(f"a shallow clone, and HEAD cannot be judged: {reason}", fix)
    return warning("a shallow clone: a change that begins before its first commits cannot be judged", fix)


def _promisor(repository: Repository) -> str | None:
    """A remote that has promised to hand out what this clone left out, where an object of a branch is missing.

    Nothing is fetched to find that out.
    """
    settings = ((name, f"remote.{name}.{key}") for name in remote_names(repository) for key in _PROMISOR_KEYS)
    remote = next((name for name, setting in settings if setting in repository.config), None)
    listed = remote and repository.run("rev-list", "--objects", "--missing=print", "--branches", "--remotes").stdout
    return remote if listed and any(line.startswith(b"?") for line in listed.splitlines()) else None
