"""What a push asks to judge: each line that git tells a hook -> a JudgementTarget, by the gate's table."""

from collections.abc import Sequence

from sdd.base.errors import SddError
from sdd.base.fields import Fields
from sdd.base.limits import TARGETS
from sdd.gate.target.advice import fetch_first, no_target
from sdd.gate.target.branches import Targets, find_own_targets, find_targets, upstream_first
from sdd.gate.target.judgement import (
    JudgedHead,
    JudgementTarget,
    against,
    against_nearest,
    judging_target,
    landed_already,
    nothing,
    with_forks,
)
from sdd.records.kinds.policy import Policy, is_policy
from sdd.records.layout import MARK, find_roots
from sdd.repo.history import file_changes, first_parents, is_ancestor, is_covered, new_commits, stands_on
from sdd.repo.objects import Repository
from sdd.repo.pushed import PushedRef
from sdd.repo.refs import (
    HEADS,
    REMOTES,
    REPLACE,
    TAGS,
    Branch,
    head_branch,
    holding,
    is_release_name,
    remote_names,
    remote_of_push,
    resolved,
)

_ELSEWHERE = "commits are all on another target"
_OTHER_LINE = "audit now follows the line of another target, which has merged this one; git merge --no-ff keeps its own"
_WAIVERS = "waivers/"
_PATHS = (f":(top,glob)**/{MARK}/**", f":(top,glob)**/{_WAIVERS}**")


class _Push(Fields):
    """A push as a whole: where it goes, the targets there, and the tips of the targets that it creates or moves."""

    repository: Repository
    targets: Targets
    remote: str | None
    url: str
    warns: bool
    new_tips: tuple[Branch, ...]

    def target(self, line: PushedRef) -> JudgementTarget:
        """What a line asks to judge: the gate's table, from its first row on."""
        is_target = self.targets.is_target(line.remote_ref)
        if line.is_deletion:
            return self._deleted(line) if is_target else nothing(line.remote_ref, "deleted, and not a target")
        if line.remote_ref.startswith(REPLACE):
            oid = line.remote_ref.removeprefix(REPLACE)
            raise SddError(
                f"{line.remote_ref} would show another object in place of {oid} in what has landed",
                f"push without it; if nothing needs it here: git replace -d {oid}",
            )
        tip = self._commit(line)
        if tip is None:
            return nothing(line.remote_ref, "a tag of no commit")
        if not is_target:
            return self._perhaps_release(line, self._branch_or_tag(line, tip))
        if line.is_new:
            return self._new_target(line, tip)
        target = self._moved_target(line, tip)
        remarks = filter(None, (target.remark, _OTHER_LINE if self._takes_other_line(line, tip) else ""))
        return target._replace(remark="; ".join(remarks))

    def _commit(self, line: PushedRef) -> str | None:
        if commit := self.repository.commit(line.local_oid):
            return commit
        if not self.repository.object(line.local_oid):
            raise SddError(f"{line.remote_ref}: {line.local_oid} is not held here", "look it over with: git fsck")
        if line.remote_ref.startswith(HEADS):
            raise SddError(f"{line.remote_ref} would hold no commit", "push a commit to a branch")
        return None

    def _old(self, line: PushedRef) -> Branch:
        """A target as the receiving side has it now."""
        old = self.repository.commit(line.remote_oid)
        if old is None:
            raise fetch_first(self.remote or self.url, line.remote_ref, line.remote_oid)
        branch = line.remote_ref.removeprefix(HEADS)
        return Branch(line.remote_ref, f"{self.remote}/{branch}" if self.remote else branch, branch, old)

    def _others(self, branches: Sequence[Branch], line: PushedRef) -> tuple[Branch, ...]:
        """Branches but for the one that a line pushes to."""
        side = f"{REMOTES}{self.remote}/" if self.remote else HEADS
        pushed = side + line.remote_ref.removeprefix(HEADS)
        return tuple(branch for branch in branches if branch.ref != pushed)

    def _deleted(self, line: PushedRef) -> JudgementTarget:
        if line.is_new:
            return nothing(line.remote_ref, "deleted, and was not there", pushes_target=True)
        old, others = self._old(line), self._others(self.targets.ours, line)
        if is_covered(self.repository, [other.oid for other in others], old.oid):
            return nothing(line.remote_ref, "deleted; its commits are all on another target", pushes_target=True)
        head = JudgedHead(line.remote_ref, None, self.repository.empty_tree_oid, pushes_target=True)
        return against(self.repository, head, old, (old.oid,), others)

    def _moved_target(self, line: PushedRef, tip: str) -> JudgementTarget:
        """TARGET is its own FORK, so that a forced rewind shows what it loses."""
        old = self._old(line)
        if old.oid == tip:
            return nothing(line.remote_ref, "nothing to judge: it stays where it is", pushes_target=True)
        head = JudgedHead(line.remote_ref, tip, pushes_target=True)
        others = self._others(self.targets.known, line)
        forward = self._is_elsewhere(line, tip) and is_ancestor(self.repository, old.oid, tip)
        ours = self._others(self.targets.ours, line)
        if not forward:
            return against(self.repository, head, old, (old.oid,), ours)
        is_older = judging_target(self.repository, (old, *ours)) is not old
        if alike := others if is_older else _judged_alike(self.repository, old.oid, tip, others):
            return landed_already(self.repository, head, alike, f"nothing to judge: its new {_ELSEWHERE}", (old.oid,))
        # What stands on a target of other rules tells nothing about what may land on this one.
        own = holding(self.repository, (tip,), ours)
        apart = tuple(branch for branch in ours if branch not in own)
        target = against(self.repository, head, old, (old.oid,), apart)
        return target._replace(remark=target.remark or f"judged by {old.name}: its {_ELSEWHERE}, by other rules")

    def _takes_other_line(self, line: PushedRef, tip: str) -> bool:
        """Whether a target is moved onto another one that has merged it: its own line ends there."""
        old = self._old(line).oid
        is_other = self._is_elsewhere(line, tip) or any(
            new.oid == tip for new in self.new_tips if new.ref != line.remote_ref
        )
        if old == tip or not is_other or not is_ancestor(self.repository, old, tip):
            return False
        return not first_parents(self.repository, old, tip)

    def _is_elsewhere(self, line: PushedRef, tip: str) -> bool:
        """Whether all commits of a tip are on other targets."""
        return is_covered(self.repository, [known.oid for known in self._others(self.targets.known, line)], tip)

    def _new_target(self, line: PushedRef, tip: str) -> JudgementTarget:
        head = JudgedHead(line.remote_ref, tip, pushes_target=True)
        known = self._others(self.targets.known, line)
        if self._is_elsewhere(line, tip):
            return landed_already(self.repository, head, known, f"nothing to judge: its {_ELSEWHERE}")
        others = self._others(self.targets.ours, line)
        if candidates := others or known:
            return with_forks(against_nearest(self.repository, head, candidates, others), head, known or candidates)
        from sdd.gate.target.first_push import first_push  # once in a target's life

        return first_push(self.repository, head)

    def _branch_or_tag(self, line: PushedRef, tip: str) -> JudgementTarget:
        if self.targets.alone and not self.warns and line.remote_ref.startswith(HEADS):
            return nothing(line.remote_ref, "no target: it is judged where it is to land (gate.server)")
        known = (*self.targets.known, *self.new_tips)
        candidates = self.targets.ours or self.new_tips
        if not candidates:
            raise no_target(self.repository, self.targets.remote, self.targets.named)
        # A branch that is older than sdd only warns on both sides; a draft does before it is pushed.
        warns = self.warns or line.remote_ref.startswith(HEADS)
        draft = self.warns and self.targets.is_draft(line.remote_ref)
        head = JudgedHead(line.remote_ref, tip, warns=warns, draft=draft)
        if is_covered(self.repository, [target.oid for target in known], tip):
            return landed_already(self.repository, head, known, "nothing to judge: its commits are all on a target")
        if line.remote_ref.startswith(TAGS):
            target = with_forks(against_nearest(self.repository, head, candidates, self.targets.ours), head, known)
        else:
            # Which target it follows, or its request will name, is not seen by a hook on the receiving side.
            near = upstream_first(self.repository, line.local_ref, candidates) if self.warns else candidates
            target = _against_each(self.repository, head, near, self.targets.ours, ties=not self.warns)
        if not target.older_than:
            return target
        from sdd.gate.target.releases import seen_from_release  # few branches are older than sdd

        return seen_from_release(self.repository, target, head, self.targets)

    def _perhaps_release(self, line: PushedRef, target: JudgementTarget) -> JudgementTarget:
        if not line.remote_ref.startswith(HEADS) or not is_release_name(line.remote_ref.removeprefix(HEADS)):
            return target
        from sdd.gate.target.releases import asked_whether_release  # few branches are named so

        return asked_whether_release(self.repository, target, self.targets)


def _against_each(
    repository: Repository, head: JudgedHead, candidates: Sequence[Branch], others: Sequence[Branch], *, ties: bool
) -> JudgementTarget:
    """The change against the nearest candidate, or else against each other one whose tip head was made on: a branch
    that merges a release back holds the tips of both, and may be meant for either. With `ties` one as near counts too.
    """
    target = against_nearest(repository, head, candidates, others)
    oids = tuple(dict.fromkeys(branch.oid for branch in candidates))
    bases = stands_on(repository, oids, head.tip) if head.tip and len(oids) > 1 else ()
    if not target.change or not bases:
        return target
    chosen, nearest = holding(repository, bases, candidates) if ties else (), target.change.target or ""
    if len(bases) > 1:
        # To hold what the nearest target holds is no sign of another one, such as a release older than it.
        apart = {base for base in bases[:TARGETS] if not is_ancestor(repository, base, nearest)}
        chosen += tuple(branch for branch in candidates if branch.oid in apart)
    tips = {branch.oid: branch for branch in reversed(chosen[:TARGETS]) if branch.oid != nearest}
    # Hundreds of branches may be as near, and few pushes are refused by the first.
    return target._replace(or_else=lambda: (against_nearest(repository, head, [tip], others) for tip in tips.values()))


def targets_of_push(
    repository: Repository, pushed: Sequence[PushedRef], remote: str, url: str
) -> tuple[JudgementTarget, ...]:
    """What each line of a pre-push hook asks to judge. The hook's arguments are `remote` (a name or a URL) and `url`.

    Raises SddError where a line cannot be judged.
    """
    if not pushed:
        return ()
    receiving = remote_of_push(repository, remote, url)
    names = remote_names(repository)
    by_url = None if receiving or not names else "origin" if "origin" in names else names[0]
    targets = find_targets(repository, receiving or by_url)
    if targets.prefix == (f"{REMOTES}{receiving}/" if receiving else HEADS):
        # The tips that the push reports are newer than what was fetched last.
        tips = {line.remote_ref: line.remote_oid for line in pushed if not line.is_new}
        targets = targets.with_old_tips({ref: oid for ref, oid in tips.items() if repository.commit(oid)})
    return _targets_of_lines(repository, targets, pushed, receiving, url or remote, warns=True)


def targets_of_receive(repository: Repository, pushed: Sequence[PushedRef]) -> tuple[JudgementTarget, ...]:
    """What each line of a pre-receive hook asks to judge: the targets are this repository's own branches.

    Raises SddError where a line cannot be judged.
    """
    if not pushed:
        return ()
    refs = repository.refs
    targets = find_own_targets(repository, refs, head_branch(repository))
    moved = resolved(repository, refs, [line.remote_ref for line in pushed])
    pushed = [line._replace(remote_ref=moved[line.remote_ref]) for line in pushed]
    return _targets_of_lines(repository, targets, pushed, None, "", warns=False)


def _targets_of_lines(
    repository: Repository, targets: Targets, pushed: Sequence[PushedRef], remote: str | None, url: str, *, warns: bool
) -> tuple[JudgementTarget, ...]:
    new_tips = []
    for line in pushed:
        if targets.is_target(line.remote_ref) and (tip := repository.commit(line.local_oid)):
            branch = line.remote_ref.removeprefix(HEADS)
            new_tips.append(Branch(line.remote_ref, branch, branch, tip))
    push = _Push(repository=repository, targets=targets, remote=remote, url=url, warns=warns, new_tips=tuple(new_tips))
    judged = map(push.target, pushed)
    return tuple(target._replace(remark="; ".join(filter(None, (target.remark, targets.remark)))) for target in judged)


def _judged_alike(repository: Repository, old: str, tip: str, others: Sequence[Branch]) -> tuple[Branch, ...]:
    """Those of some targets that hold `tip`, and on whose way from `old` the rules of `old` held throughout.

    Nobody can tell what a push made of several commits found at its base, so no commit of that way, and none that it
    is made on, may have other policies or roots; nor other waivers, where a waiver counts only once it has landed, or
    where a waiver on the other target could answer for the landings behind `tip`.
    """
    tree = repository.tree(old)
    waits = any(Policy.of(tree, root).waivers == "landed" for root in find_roots(tree))
    tips = {branch.oid: branch for branch in reversed(holding(repository, (tip,), others))}
    asked = (tip,) if tip in tips else tuple(tips)[:TARGETS]
    alike = {oid for oid in asked if not _changes_rules(repository, old, oid, waivers=waits or oid != tip)}
    return tuple(branch for branch in others if branch.oid in alike)


def _changes_rules(repository: Repository, old: str, tip: str, *, waivers: bool) -> bool:
    commits = new_commits(repository, (old,), tip)
    return any(
        is_policy(path)
        or (waivers and f"/{_WAIVERS}" in f"/{path}")
        or (status != "M" and f"/{MARK}/" in f"/{path}")  # a root, perhaps
        for status, path in file_changes(repository, commits, _PATHS)
    )
