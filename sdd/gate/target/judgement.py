"""One thing to judge against the target chosen for it, or the reason why nothing is judged."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from sdd.base.errors import SddError
from sdd.base.limits import TARGETS
from sdd.base.paths import shell_word
from sdd.gate.target.actors import NOBODY, Actors
from sdd.gate.target.advice import check_depth
from sdd.records.kinds.policy import POLICY_PATH, has_policy
from sdd.records.layout import MARK, has_root, is_root
from sdd.repo.changes import Change, read_change, without_carried
from sdd.repo.history import merge_bases, new_commits, stands_on
from sdd.repo.objects import Repository, Tree
from sdd.repo.refs import Branch, holding


class Replay(NamedTuple):
    """What a pushed commit has from targets that hold it, or hold what it is made on, though none of them ends there.

    `tip` is that commit, `head` what is pushed. Only what differs from each of the `judged` commits is in doubt: the
    tips of targets, and the old tip of the ref. `target` is the one whose landings they are.
    """

    tip: str
    head: str
    judged: tuple[str, ...]
    target: Branch


class JudgementTarget(NamedTuple):
    """One thing to judge, or the reason why nothing is.

    `ref` is the remote ref pushed, or the name of the head judged. `change` is None where nothing is judged, and
    `remark` then says why; else it says what was decided, or nothing. `policy_revision` is what policy, roots and
    agent files are read from: TARGET, or another target where that is older than sdd, or head for an adopting change
    and a first push; None where no policy judges. `adopting`: TARGET has no root and head adds one, or head brings the
    first policy. `first_push`: a target that did not exist, and no other is known. `warn_only`: findings only warn
    (pre-push, a draft or a branch older than adoption). `pushes_target`: the pushed ref is a target itself.
    `older_than` is the name of the target where the branch was made before that adopted sdd, `apart` that it stands on
    another target, which has not adopted it. `release` is the branch or tag that an older branch is made from, or the
    judged branch, where it looks like a release that is no target. `replays` ask for the landings behind what is
    pushed, `or_else` finds what else it may be meant for where that refuses it, `actors` says who acts where the forge
    has told.
    """

    ref: str
    change: Change | None
    remark: str
    policy_revision: str | None
    adopting: bool = False
    first_push: bool = False
    warn_only: bool = False
    pushes_target: bool = False
    older_than: str = ""
    apart: bool = False
    release: str = ""
    replays: tuple[Replay, ...] = ()
    or_else: Callable[[], Iterable["JudgementTarget"]] = tuple
    actors: Actors = NOBODY

    @property
    def subject(self) -> tuple[object, ...]:
        """What its verdict follows from, but for the ref's name and the actors, who are told for a whole run."""
        nameless = self.change and self.change._replace(ref="")
        how = (self.adopting, self.first_push, self.warn_only, self.pushes_target, self.older_than, self.apart)
        return nameless, self.policy_revision, *how, self.replays


class JudgedHead(NamedTuple):
    """What is judged: the commit `tip`, or a tree on top of it (`tip` is None where there is no commit yet).

    `warns` says that the branch's age may turn findings into warnings (no target), `draft` that the policy does.
    `commits` are the new ones, oldest first, where they are known beforehand. `has_base` says that the target was
    named with `--base`.
    """

    ref: str
    tip: str | None
    tree: str | None = None
    pushes_target: bool = False
    warns: bool = False
    draft: bool = False
    commits: tuple[str, ...] | None = None
    has_base: bool = False

    @property
    def revision(self) -> str:
        """The id that the change ends at."""
        revision = self.tree or self.tip
        assert revision, "a head is a commit, a tree, or a tree on a commit"
        return revision

    def change(
        self, repository: Repository, target: Branch | None, forks: Sequence[str], others: Sequence[str] = ()
    ) -> Change:
        """What it changes with respect to a target and the FORKs; `others` are the tips of other targets."""
        return read_change(
            repository,
            ref=self.ref,
            target_name=target.name if target else "",
            target=target.oid if target else None,
            head=self.revision,
            forks=forks,
            other_targets=others,
            tip=self.tip,
            commits=self.commits,
        )


def nothing(ref: str, why: str, *, pushes_target: bool = False) -> JudgementTarget:
    """Nothing is judged."""
    return JudgementTarget(ref, None, why, None, pushes_target=pushes_target)


def landed_already(
    repository: Repository, head: JudgedHead, known: Sequence[Branch], why: str, judged: Sequence[str] = ()
) -> JudgementTarget:
    """Nothing is judged of a head whose commits all lie on known targets, unless none of them ends there: then the
    landings behind it are replayed. At the commits `judged` everything was judged too.
    """
    assert head.tip, "what lies on a target is a commit"
    passed = nothing(head.ref, why, pushes_target=head.pushes_target)
    tips = tuple(dict.fromkeys((*judged, *(branch.oid for branch in known))))
    if head.tip in tips:
        return passed
    holders = holding(repository, (head.tip,), known) if len({branch.oid for branch in known}) > 1 else known
    holder = next(iter(holders), known[0])
    replay = Replay(head.tip, head.tip, tips, holder)
    return passed._replace(replays=(replay,), warn_only=head.warns and head.draft)


def with_forks(target: JudgementTarget, head: JudgedHead, known: Sequence[Branch]) -> JudgementTarget:
    """The same with the landings behind its FORKs, where no target ends there: a release or a tag keeps what it is
    made on, while a branch brings only its own work to its target.
    """
    if not target.change or not head.tip:
        return target
    tips = tuple(dict.fromkeys(branch.oid for branch in known))
    forks = (fork for fork in target.change.forks if fork not in tips)
    return target._replace(replays=tuple(Replay(fork, head.tip, tips, known[0]) for fork in forks))


def against(
    repository: Repository,
    head: JudgedHead,
    target: Branch,
    forks: Sequence[str],
    others: Sequence[Branch],
    judging: Branch | None = None,
) -> JudgementTarget:
    """The change that head is with respect to a target and the FORKs.

    A target older than sdd is judged by the policy of another one (of `judging` where that is known): otherwise code
    would land there unjudged, and go on from there as if it had been judged.
    """
    judging = judging or judging_target(repository, (target, *others))
    adopted = judging is target
    elder = None if adopted else judging
    if not adopted and not elder and not has_root(repository.tree(head.revision)):
        return nothing(head.ref, f"no root (a folder with {MARK}/), neither in {target.name} nor in what is judged")
    tips = dict.fromkeys(other.oid for other in others if other.oid != target.oid)
    change = head.change(repository, target, forks, tuple(tips)[:TARGETS])
    if elder:
        # What the elder target holds has landed there; bringing it along is no new work.
        change = without_carried(repository, change, elder.oid)
    adopting = (not adopted and not elder) or _brings_first_policy(repository, change, target, others)
    older = is_older(repository, elder or target, forks)
    remark = ""
    if adopting:
        remark = "the adopting change: its records are judged, by its own policy"
    elif head.warns and head.draft:
        remark = "a draft: findings only warn"
    elif head.warns and older:
        remark = "a branch older than adoption: findings only warn"
    elif elder:
        remark = f"{target.name} has no policy: judged by the policy of {elder.name}"
    return JudgementTarget(
        head.ref,
        change,
        remark,
        policy_revision=elder.oid if elder else head.revision if adopting else target.oid,
        adopting=adopting,
        warn_only=head.warns and not adopting and (head.draft or older),
        pushes_target=head.pushes_target,
        older_than=(elder or target).name if older and not adopting else "",
        apart=bool(elder) or stands_apart(repository, forks, others),
    )


def judging_target(repository: Repository, targets: Sequence[Branch]) -> Branch | None:
    """The target whose policy judges what is meant for the first of some: its own, or for one that is older than sdd
    the first other one's; None where none has a root.

    Spec-kit makes `.specify/` too, so a root without a policy is older than the policy of another target. Where it once
    had a policy it was judged, and stays judged by itself.
    """
    tree, others = repository.tree(targets[0].oid), targets[1:]
    if others and not _rules(tree):
        ruling = next((other for other in others if _rules(repository.tree(other.oid))), None)
        if ruling and (not has_root(tree) or _never_had_policy(repository, targets[0])):
            return ruling
    return next((target for target in targets if has_root(repository.tree(target.oid))), None)


def _rules(tree: Tree) -> bool:
    """Whether a tree has a policy. Below a top that is a root none is looked for: that reads the whole tree."""
    return POLICY_PATH in tree or (not is_root(tree, "") and has_policy(tree))


def _never_had_policy(repository: Repository, target: Branch) -> bool:
    from sdd.gate.target.adoption import never_had_policy  # few targets have none

    return never_had_policy(repository, target.oid)


def _brings_first_policy(repository: Repository, change: Change, target: Branch, others: Sequence[Branch]) -> bool:
    if not any(each.after and f"/{each.path}".endswith(f"/{POLICY_PATH}") for each in change.paths):
        return False
    from sdd.gate.target.adoption import brings_first_policy  # few changes touch a policy: it reads whole trees

    return brings_first_policy(repository, change.head, target.oid, [other.oid for other in others])


def stands_apart(repository: Repository, commits: Collection[str], targets: Sequence[Branch]) -> bool:
    """Whether one of some commits is the tip of a target without a policy, such as a release older than adoption."""
    return any(branch.oid in commits and not has_policy(repository.tree(branch.oid)) for branch in targets)


def is_older(repository: Repository, target: Branch, forks: Sequence[str]) -> bool:
    """Whether what is made on some commits is older than the adoption of sdd at a target."""
    if target.oid in forks:
        return False
    is_adopted = sign_of_adoption(repository, target)
    return is_adopted(repository.tree(target.oid)) and not any(is_adopted(repository.tree(fork)) for fork in forks)


def sign_of_adoption(repository: Repository, target: Branch) -> Callable[[Tree], bool]:
    """What tells that a tree has adopted sdd as a target has: that it has a policy, since spec-kit makes `.specify/`
    too. A target that has roots and no policy adopted it with a root.
    """
    return has_policy if has_policy(repository.tree(target.oid)) else has_root


def against_nearest(
    repository: Repository, head: JudgedHead, candidates: Sequence[Branch], others: Sequence[Branch]
) -> JudgementTarget:
    """The change with respect to the candidate from which head is the fewest commits away, the first of equals."""
    forks: tuple[str, ...] = ()
    target = candidates[0]
    if head.tip:
        candidates, others = _nearest(repository, head.tip, candidates, others)
        for target in candidates:
            if forks := merge_bases(repository, target.oid, head.tip):
                break
        check_depth(repository, target, head.tip, forks)
    if forks:
        return against(repository, head, target, forks, others)
    if not has_root(repository.tree(head.revision)):
        meant = head.pushes_target or head.has_base
        if meant and any(has_root(repository.tree(branch.oid)) for branch in (*candidates, *others)):
            raise SddError(
                f"{head.ref} is meant for a target, yet shares no history with {target.name} and has no root",
                f"start it from {target.name}, or take it out of the policy's targets",
            )
        return nothing(head.ref, f"shares no history with {target.name} and has no root")
    raise SddError(
        f"{head.ref} shares no history with {target.name}, yet has a root (a folder with {MARK}/)",
        f"start the branch from {target.name}, or merge it: "
        f"git merge --allow-unrelated-histories {shell_word(target.name)}",
    )


def _nearest(
    repository: Repository, tip: str, candidates: Sequence[Branch], others: Sequence[Branch]
) -> tuple[Sequence[Branch], Sequence[Branch]]:
    """The candidates, the one from which `tip` is the fewest commits away first, and the other targets, the nearest
    first; of many with different tips those that hold what its own commits are made on.
    """
    oids = dict.fromkeys(branch.oid for branch in candidates)
    bases = stands_on(repository, tuple(oids), tip) if len(oids) > 1 else ()
    if len(oids) < 2 or not bases:
        return candidates[:TARGETS], others
    holders = holding(repository, bases, (*candidates, *others))
    first = [branch for branch in candidates if branch in holders]
    others = sorted(others, key=lambda branch: branch not in holders)
    if first:
        # No target is nearer than one that holds all that the commits which no target has are made on.
        return first, others
    some = {branch for base in bases[:TARGETS] for branch in holding(repository, (base,), candidates)}
    near = list(dict.fromkeys(branch.oid for branch in candidates if branch in some))[:TARGETS]
    own = {oid: len(new_commits(repository, [oid], tip)) for oid in near}
    return sorted((branch for branch in candidates if branch.oid in own), key=lambda branch: own[branch.oid]), others
