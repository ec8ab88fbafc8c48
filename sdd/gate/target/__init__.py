"""What is judged: a pushed line, a revision or the work tree -> a JudgementTarget, as the gate's table has it."""

from collections.abc import Sequence

from sdd.base.errors import SddError, UsageError
from sdd.gate.target.advice import fetch_command, no_target
from sdd.gate.target.branches import find_targets, targets_beside, upstream_first
from sdd.gate.target.judgement import (
    JudgedHead,
    JudgementTarget,
    against_nearest,
    is_older,
    judging_target,
    landed_already,
    nothing,
    sign_of_adoption,
    stands_apart,
)
from sdd.records.kinds.policy import Policy
from sdd.repo.history import is_ancestor, is_covered
from sdd.repo.objects import Repository
from sdd.repo.refs import (
    HEADS,
    REMOTES,
    TAGS,
    Branch,
    full_name,
    head_branch,
    holding,
    is_release_name,
    remote_names,
    remote_without_push,
)


def target_of_revision(
    repository: Repository, base: str | None, head: str | None, *, lands: bool = False
) -> JudgementTarget:
    """What `sdd gate` judges: a revision (HEAD without one) against a base, or against the target. It `lands` where the
    base is about to be moved to it.

    Raises UsageError for a revision that does not exist, SddError where there is no commit yet or no target.
    """
    current = head_branch(repository)
    head = full_name(repository, head) if head else None
    tip = repository.commit(head or "HEAD")
    if tip is None and head in (None, "HEAD"):
        raise SddError("there is no commit yet", "commit something first, or see where you are: sdd status")
    if tip is None:
        raise UsageError(f"unknown revision: {head}", "name a commit, branch or tag after --head")
    ref = (current or "HEAD") if head in (None, "HEAD") else _ref(repository, head or "HEAD")
    return _target_of(repository, JudgedHead(ref, tip, pushes_target=lands), base)


def target_of_work_tree(repository: Repository, tree: str, base: str | None = None) -> JudgementTarget:
    """What `sdd status` judges: the work tree (`tree` is its snapshot), as if it were pushed, against a base or the
    target. Raises UsageError for a base that does not exist.
    """
    head = JudgedHead(head_branch(repository) or "HEAD", repository.commit("HEAD"), tree, warns=True)
    return _target_of(repository, head, base)


def judging_policy(repository: Repository, root: str) -> Policy:
    """The policy of a root that the work tree, older than sdd, lacks: as the target has it that judges, else the
    defaults. The files of the work tree are not read: git's filters would run.
    """
    head = repository.commit("HEAD")
    try:
        judging = target_of_work_tree(repository, repository.tree(head).oid).policy_revision if head else None
    except SddError:  # nobody knows of a target yet
        judging = None
    return Policy.of(repository.tree(judging or repository.empty_tree_oid), root).or_defaults()


def _target_of(repository: Repository, head: JudgedHead, base: str | None) -> JudgementTarget:
    if base is None:
        return _target_by_settings(repository, head)
    full = full_name(repository, base)
    target = repository.commit(full)
    if target is None:
        raise _unknown_base(repository, base)
    head, named = head._replace(has_base=True), _named_base(repository, full, target)
    others = targets_beside(repository, named, named.remote or remote_without_push(repository, None))
    judging = judging_target(repository, (named, *others))
    if judging is named:
        # What is judged may be on its own branch already, which tells nothing about what landed elsewhere.
        others = tuple(branch for branch in others if branch.oid != head.tip)
        own = holding(repository, (head.tip,), others) if head.tip and others else ()
        return _target_among(repository, head, [named], tuple(branch for branch in others if branch not in own))
    # It may be older than sdd: then another target's policy holds, and what that has came by its landings.
    is_adopted = sign_of_adoption(repository, judging or named)
    landed = [branch.oid for branch in others if is_adopted(repository.tree(branch.oid))]
    if (
        head.tip
        and not head.tree
        and is_covered(repository, landed, head.tip)
        and is_ancestor(repository, target, head.tip)
    ):
        return landed_already(repository, head, others, "nothing to judge: its commits are all on a target", (target,))
    return _target_among(repository, head, [named], others)


def _target_by_settings(repository: Repository, head: JudgedHead) -> JudgementTarget:
    branch = head.ref.removeprefix(HEADS) if head.ref.startswith(HEADS) else None
    remote = remote_without_push(repository, branch)
    if remote is None and remote_names(repository) and not repository.config.get("sdd.target"):
        message = "there are several remotes, and none is configured as the target"
        raise SddError(message, "git config sdd.target REMOTE/BRANCH")
    targets = find_targets(repository, remote)
    is_target = targets.is_target(head.ref)
    # What goes to a target is never only warned about, however old that is.
    head = head._replace(
        pushes_target=is_target, warns=head.warns and not is_target, draft=not is_target and targets.is_draft(head.ref)
    )
    if targets.first is None:
        if (is_target and _awaits_first_push(repository, head, remote, branch)) or (
            head.tip is None and remote is None
        ):
            from sdd.gate.target.first_push import first_push  # once in a repository's life

            return first_push(repository, head)
        raise no_target(repository, remote, targets.named)
    if head.tree is None and targets.first.ref == head.ref:
        return nothing(head.ref, f"nothing to judge: {targets.first.name} is the target itself", pushes_target=True)
    own = [target for target in targets.ours if is_target and HEADS + target.branch == head.ref]
    others = tuple(target for target in targets.ours if target not in own)
    target = _target_among(repository, head, own or targets.ours, others)
    is_named_so = head.ref.startswith(HEADS) and is_release_name(head.ref.removeprefix(HEADS))
    if not target.older_than and not is_named_so:
        return target
    from sdd.gate.target.releases import asked_whether_release, seen_from_release  # few branches are such ones

    target = seen_from_release(repository, target, head, targets)
    return asked_whether_release(repository, target, targets) if is_named_so else target


def _target_among(
    repository: Repository, head: JudgedHead, candidates: Sequence[Branch], others: Sequence[Branch]
) -> JudgementTarget:
    changes_tree = head.tree and head.tip and repository.tree(head.tip).oid != head.tree
    if head.tip and not changes_tree and is_covered(repository, [candidate.oid for candidate in candidates], head.tip):
        holders = holding(repository, (head.tip,), candidates) if len(candidates) > 1 else candidates
        name = holders[0].name if holders else "a target"
        why = f"nothing to judge: its commits are all on {name}"
        if head.tree:
            judging = judging_target(repository, (*candidates, *others))
            old = judging and is_older(repository, judging, (head.tip,))
            return nothing(head.ref, why, pushes_target=head.pushes_target)._replace(
                policy_revision=judging.oid if judging else None,
                older_than=judging.name if judging and old else "",
                apart=stands_apart(repository, (head.tip, *(branch.oid for branch in holders[:1])), candidates),
            )
        return landed_already(repository, head, candidates, why)
    return against_nearest(repository, head, upstream_first(repository, head.ref, candidates), others)


def _awaits_first_push(repository: Repository, head: JudgedHead, remote: str | None, branch: str | None) -> bool:
    """Whether the remote still seems to be empty: nothing was ever fetched from it.

    A verdict on commits needs more certainty than a preview: no upstream branch may be configured either.
    """
    if repository.is_shallow or repository.git("for-each-ref", "--count=1", f"{REMOTES}{remote}/"):
        return False
    return head.tree is not None or f"branch.{branch}.merge" not in repository.config


def _ref(repository: Repository, name: str) -> str:
    """The ref that a name from `full_name` leads to; itself where it is an id or another revision."""
    if not name.startswith(("refs/", "@")):
        return name
    full = repository.git_answer("rev-parse", "--verify", "--quiet", "--symbolic-full-name", "--end-of-options", name)
    return full or name


def _named_base(repository: Repository, base: str, target: str) -> Branch:
    """A base as the remote's branch that it names, so that a fix can fetch more of it."""
    if any(sign in base for sign in "~^:"):  # a revision such as main~1 is no branch
        return Branch(base, base, base, target)
    full = _ref(repository, base)
    remote = next((name for name in remote_names(repository) if full.startswith(f"{REMOTES}{name}/")), None)
    branch = full.removeprefix(f"{REMOTES}{remote}/").removeprefix(HEADS).removeprefix(TAGS)
    return Branch(full, f"{remote}/{branch}" if remote else branch, branch, target)


def _unknown_base(repository: Repository, base: str) -> SddError:
    for remote in remote_names(repository):
        if base.startswith(f"{remote}/"):
            command = fetch_command(repository, remote, base.removeprefix(f"{remote}/"))
            return SddError(f"{base} is not held here", f"{command}\nin GitHub Actions: set fetch-depth: 0")
    return UsageError(f"unknown revision: {base}", "name a commit, branch or tag after --base")
