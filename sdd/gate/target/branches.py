"""Which branches are targets: the first one by git's own settings, and those that the policy at its tip names."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sdd.base.limits import TARGETS
from sdd.base.wildcards import is_too_costly
from sdd.records.kinds.policy import Policy
from sdd.records.layout import find_roots, is_root
from sdd.repo.history import new_commits
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, REMOTES, Branch, Refs, first_target, remote_here, remote_names


class Targets(NamedTuple):
    """The targets of one receiving side.

    `prefix` is where its branches are known here (`refs/remotes/origin/`, `refs/heads/`), `first` the target that
    git's settings name (None where it is not known here), `named` the names that it may have. `receives` says
    whether that is the side that receives the push (a fork's pushes are judged by upstream's target). `ours` are all
    targets of that side, the first included, in the order of the policy's `targets`; `known` are the targets of any
    side. `patterns` and `drafts` are the policy's branch patterns. `alone` says that a server judges no other branches.
    `remark` says what had to be assumed.
    """

    prefix: str
    named: tuple[str, ...]
    first: Branch | None
    ours: tuple[Branch, ...] = ()
    known: tuple[Branch, ...] = ()
    patterns: tuple[str, ...] = ()
    drafts: tuple[tuple[str, ...], ...] = ()
    alone: bool = False
    receives: bool = True
    remark: str = ""

    @property
    def remote(self) -> str | None:
        """The remote whose branches these are, None for this repository's own."""
        return self.prefix.removeprefix(REMOTES).removesuffix("/") if self.prefix != HEADS else None

    def is_target(self, ref: str) -> bool:
        """Whether a ref of the receiving side (`refs/heads/x`) is a target."""
        if not self.receives or not ref.startswith(HEADS):
            return False
        branch = ref.removeprefix(HEADS)
        return branch in self.named or matches_any(branch, self.patterns)

    def is_draft(self, ref: str) -> bool:
        """Whether every policy at the first target's tip calls the ref a draft."""
        name = ref.removeprefix(HEADS)
        return bool(self.drafts) and all(matches_any(name, patterns) for patterns in self.drafts)

    def with_old_tips(self, tips: Mapping[str, str]) -> "Targets":
        """The same with other tips: ref of the receiving side -> the commit that it says it has there."""

        def renew(branch: Branch) -> Branch:
            oid = tips.get(HEADS + branch.branch) if branch.ref.startswith(self.prefix) else None
            return branch._replace(oid=oid) if oid else branch

        first = renew(self.first) if self.first else None
        return self._replace(first=first, ours=tuple(map(renew, self.ours)), known=tuple(map(renew, self.known)))


_STARS = {"**": ".*", "*": "[^/]*"}
_FEW_STARS = 2


def matches(branch: str, pattern: str) -> bool:
    """Whether a branch name matches a pattern: `*` and `?` stay within one part of the name, `**` does not."""
    pattern = pattern.removeprefix(HEADS)
    if is_too_costly(pattern):
        return False
    if pattern.endswith("/"):
        pattern += "**"
    parts = [part for part in re.split(r"(\*\*|\*|\?|\[!?[^\]/]+\])", pattern) if part]
    if sum(part in _STARS for part in parts) > _FEW_STARS:
        return _matches_stepwise(branch, parts)
    return bool(re.fullmatch("".join(map(_expression, parts)), branch, re.DOTALL))


def _expression(part: str) -> str:
    return _STARS.get(part) or ("[^/]" if part == "?" else _literal_or_set(part))


def _matches_stepwise(branch: str, parts: Sequence[str]) -> bool:
    """The same in steps that do not multiply with each star: which of the parts may come next, letter by letter."""
    steps = [step for part in parts for step in ([part] if part in _STARS or part[0] in "?[" else list(part))]
    fits = [
        re.compile("." if step == "**" else "[^/]" if step == "*" else _expression(step), re.DOTALL) for step in steps
    ]
    places = _reached(steps, {0})
    for letter in branch:
        further = (
            place if steps[place] in _STARS else place + 1
            for place in places
            if place < len(steps) and fits[place].fullmatch(letter)
        )
        places = _reached(steps, set(further))
    return len(steps) in places


def _reached(steps: Sequence[str], places: set[int]) -> set[int]:
    """Some places and those behind the stars there, which may stand for nothing."""
    for place, step in enumerate(steps):
        if place in places and step in _STARS:
            places.add(place + 1)
    return places


def matches_any(branch: str, patterns: Iterable[str]) -> bool:
    """Whether a branch name matches one of some patterns."""
    return any(matches(branch, pattern) for pattern in patterns)


def _literal_or_set(part: str) -> str:
    if not (part.startswith("[") and part.endswith("]")):
        return re.escape(part)
    negated = part.startswith("[!")
    content = part[2 if negated else 1 : -1]
    if not content:
        return re.escape(part)
    # As in a shell: a range that runs backwards holds nothing.
    members = [
        f"{re.escape(first)}-{re.escape(last)}" if last else re.escape(alone)
        for first, last, alone in re.findall(r"(.)-(.)|(.)", content, re.DOTALL)
        if first <= last
    ]
    if not members:
        return "." if negated else "(?!)"
    return f"[{'^' if negated else ''}{''.join(members)}]"


def find_targets(repository: Repository, remote: str | None) -> Targets:
    """The targets where pushes go to `remote`; with None they are this repository's own branches.

    A remote of which no target is known here is judged by origin's.
    """
    refs = repository.refs
    first = first_target(repository, refs, remote)
    targets = Targets(first.prefix, first.named, first.branch, receives=first.receives, remark=first.remark)
    if targets.first is None:
        return targets._replace(known=_known(repository, refs, ()))
    return _with_policy(repository, refs, targets, targets.first)


def targets_beside(repository: Repository, target: Branch, remote: str | None) -> tuple[Branch, ...]:
    """The other targets of a remote, as a push to `target` finds them; where git's settings name none that is known
    here, those that the policies at the tip of `target` name.
    """
    targets = find_targets(repository, remote)
    if targets.first is None:
        prefix = f"{REMOTES}{remote}/" if remote else HEADS
        targets = _with_policy(repository, repository.refs, targets._replace(prefix=prefix), target)
    return tuple(branch for branch in targets.ours if branch.oid != target.oid)


def upstream_first(repository: Repository, ref: str, candidates: Sequence[Branch]) -> tuple[Branch, ...]:
    """Some targets, the one first that a branch of this repository tracks: it is meant for that where others are as
    near. A release cut from main leaves both as near to a backport.
    """
    settings = f"branch.{ref.removeprefix(HEADS)}"
    remote, merged = (repository.config.get(f"{settings}.{key}", "") for key in ("remote", "merge"))
    upstream = merged if remote == "." else f"{REMOTES}{remote}/{merged.removeprefix(HEADS)}"
    return tuple(sorted(candidates, key=lambda branch: branch.ref != upstream))


def targets_here(repository: Repository) -> Targets:
    """The targets of a push of what is checked out, as git is set up."""
    return find_targets(repository, remote_here(repository))


def nearest_target(repository: Repository, commit: str) -> Branch | None:
    """The target that work at a commit is judged by, or has landed on: the one from which it is the fewest commits
    away, of equals the one that a push from here goes to. None where no target is known here.
    """
    targets = targets_here(repository)
    return nearest_of(repository, (*filter(None, [targets.first]), *targets.ours[:TARGETS]), commit)


def nearest_of(repository: Repository, branches: Sequence[Branch], commit: str) -> Branch | None:
    """The branch from which a commit is the fewest commits away, of equals the first; None of none."""
    nearest: Branch | None = None
    fewest = 0
    for branch in dict.fromkeys(branches):
        away = len(new_commits(repository, [branch.oid], commit))
        if nearest is None or away < fewest:
            nearest, fewest = branch, away
        if not fewest:
            break
    return nearest


def find_own_targets(repository: Repository, refs: Refs, head: str | None) -> Targets:
    """The targets of the repository that receives a push: among its own branches. `head` is the ref HEAD names."""
    configured = repository.config.get("sdd.target", "").removeprefix(HEADS)
    names = (configured,) if configured else tuple(dict.fromkeys([(head or "").removeprefix(HEADS), "main", "master"]))
    # Another name of a branch is no branch: what is pushed to it moves the one that it stands for.
    named = tuple(refs.symbolic.get(HEADS + name, name).removeprefix(HEADS) for name in names if name)
    first = next((branch for name in named if (branch := refs.branch(HEADS, name))), None)
    if first is None:
        return Targets(HEADS, named, None)
    targets = _with_policy(repository, refs, Targets(HEADS, (first.branch,), first), first)
    return targets._replace(known=targets.ours)


def _with_policy(repository: Repository, refs: Refs, targets: Targets, first: Branch) -> Targets:
    """The same with the targets that the policies at the first target's tip name."""
    policies = _policies(repository, first.oid)
    patterns = tuple(dict.fromkeys(pattern for policy in policies for pattern in policy.targets))
    ours = _in_order(first, refs.below(targets.prefix), patterns)
    return targets._replace(
        ours=ours,
        known=tuple(dict.fromkeys([*ours, *_known(repository, refs, patterns)])),
        patterns=patterns,
        drafts=tuple(policy.draft for policy in policies),
        alone=bool(policies) and all(policy.server == "targets" for policy in policies),
    )


def _in_order(first: Branch, branches: Sequence[Branch], patterns: Sequence[str]) -> tuple[Branch, ...]:
    """The first target and the branches that a pattern names, in the order of the patterns, then by name."""

    def place(branch: Branch) -> int:
        return next((index for index, pattern in enumerate(patterns) if matches(branch.branch, pattern)), -1)

    chosen = [branch for branch in branches if place(branch) >= 0 and branch.ref != first.ref]
    return tuple(sorted([first, *chosen], key=lambda branch: (place(branch), branch.branch)))


def _known(repository: Repository, refs: Refs, patterns: Sequence[str]) -> tuple[Branch, ...]:
    """The targets of every remote: its default branch, and what the patterns name there."""

    def targets() -> Iterator[Branch]:
        for remote in remote_names(repository):
            prefix = f"{REMOTES}{remote}/"
            if branch := refs.default(prefix):
                yield branch
            yield from (branch for branch in refs.below(prefix) if matches_any(branch.branch, patterns))

    return tuple(dict.fromkeys(targets()))


def _policies(repository: Repository, oid: str) -> tuple[Policy, ...]:
    """The policies at a target's tip: the top's where the top is a root, else those of every root."""
    tree = repository.tree(oid)
    roots = ("",) if is_root(tree, "") else find_roots(tree)
    # A policy that cannot be read names no branches; whether anything may be judged by it is for the check.
    return tuple(Policy.of(tree, root) for root in roots)
