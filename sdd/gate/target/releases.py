"""Releases that no policy names as targets: what a branch older than sdd is made from, and lands on."""

from sdd.base.limits import TARGETS
from sdd.base.regex import regex
from sdd.gate.target.branches import Targets
from sdd.gate.target.judgement import JudgedHead, JudgementTarget
from sdd.repo.changes import without_carried
from sdd.repo.history import is_ancestor, merge_bases, stands_on
from sdd.repo.objects import Repository
from sdd.repo.refs import TAGS, Branch, holding, read_refs

# How people name the branches of releases: v0, 1.x, 5-0-stable, release/1.0, REL_12_STABLE, maint-1.2, 18-lts.
_RELEASE = regex(
    r"(?i)(?:releases?|rel|stable|maint|maintenance|support|lts|branch)[-_/.].+"
    r"|v\d+(?:[._-](?:\d+|x))*|\d+(?:[._-](?:\d+|x))+|.+[-_.](?:stable|lts|maint)"
)


def seen_from_release(
    repository: Repository, target: JudgementTarget, head: JudgedHead, targets: Targets
) -> JudgementTarget:
    """What a branch older than the adoption asks to judge, as the change of the release that it is made from: where
    findings only warn, none is about what was released long ago. The rules stay those of the target; where findings
    refuse, the release is only named.
    """
    change = target.change
    if not change or not change.target or not head.tip or not target.older_than or target.apart:
        return target
    release = _release_below(repository, head, change.target, targets)
    forks = merge_bases(repository, release.oid, head.tip) if release else ()
    if not release or not forks:
        return target
    named = f"is {release.branch} a release? name its branch in gate.targets"
    if not target.warn_only:
        hint = f"made from {release.name}, which is nearer (--base {release.name}); {named}"
        return target._replace(remark="; ".join(filter(None, (target.remark, hint))), release=release.name)
    own = head.change(repository, release, forks, (change.target, *change.other_targets)[:TARGETS])
    remark = f"older than adoption, and made from {release.name}: findings only warn; {named}"
    own = without_carried(repository, own, change.target)
    return target._replace(change=own, apart=True, release=release.name, remark=remark)


def _release_below(repository: Repository, head: JudgedHead, target: str, targets: Targets) -> Branch | None:
    """The release that is made on and a target lacks: a branch that is named so, else the newest tag."""
    tip, known = head.tip or "", {branch.ref for branch in targets.ours}
    branches = [
        branch
        for branch in read_refs(repository).below(targets.prefix)
        if branch.ref not in known and _RELEASE.fullmatch(branch.branch)
    ][:TARGETS]
    if branches:
        bases = stands_on(repository, (target, *(branch.oid for branch in branches)), tip) or (tip,)
        releases = holding(repository, bases, branches)
        if releases and not all(is_ancestor(repository, base, target) for base in bases):
            return releases[0]
    told = ("--sort=-creatordate", "--count=2", "--format=%(refname)", f"--merged={tip}", f"--no-merged={target}")
    tags = repository.git("for-each-ref", *told, TAGS[:-1]).split()
    name = next((tag for tag in tags if tag != head.ref), "")
    oid = repository.commit(name) if name else None
    return Branch(name, name.removeprefix(TAGS), name.removeprefix(TAGS), oid) if oid else None
