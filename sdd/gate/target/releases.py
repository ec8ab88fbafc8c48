"""Releases that no policy names as targets: which branches may be ones, and what one older than sdd is made from."""

from sdd.base.limits import TARGETS
from sdd.gate.target.branches import Targets
from sdd.gate.target.judgement import JudgedHead, JudgementTarget
from sdd.records.layout import has_root
from sdd.repo.changes import without_carried
from sdd.repo.history import is_ancestor, merge_bases, stands_on
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, TAGS, Branch, holding, is_release_name


def asked_whether_release(repository: Repository, target: JudgementTarget, targets: Targets) -> JudgementTarget:
    """The same with the question whether the judged branch is a release, where it is named like one and is no target.

    Judged by the target it lands on the word of records that are about other lines of the same files.
    """
    branch = target.ref.removeprefix(HEADS)
    if target.pushes_target or target.release or not targets.first or not has_root(repository.tree(targets.first.oid)):
        return target
    return target._replace(remark="; ".join(filter(None, (target.remark, _question(branch)))), release=branch)


def _question(branch: str) -> str:
    return f"is {branch} a release? name its branch in gate.targets"


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
    named = _question(release.branch)
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
        for branch in repository.refs.below(targets.prefix)
        if branch.ref not in known and is_release_name(branch.branch)
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
