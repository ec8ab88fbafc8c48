"""A push that takes landed commits off its target, by force or with the branch itself, and how they stay there."""

from sdd.base.listing import counted
from sdd.base.paths import shell_line
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.plan.ways import LOOK_AGAIN, Plan, Step, Way, commands_of
from sdd.gate.rules import Remedy
from sdd.repo.diverged import diverged
from sdd.repo.history import new_commits
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, head_branch

UNDO = 'to undo a landing: sdd revert COMMIT --reason "WHY"'
_KEEP = "keep it: a branch that is no target any more is taken out of the policy's targets first"


def without_landed(
    repository: Repository, change: JudgedChange, remote: str, *, has_landed: bool = False
) -> JudgedChange:
    """A refused change of a pushed target, which says whether the push takes landed commits off that: then no record
    helps, and each fix keeps the commits. `has_landed` says that it went through already.
    """
    base, tip = change.base or "", repository.commit(change.head)
    dropped = len(new_commits(repository, [tip], base)) if tip else 0
    if tip and not dropped:
        return change
    drops = f"rewinds {change.target_name} and drops {counted(dropped, 'commit')}"
    does = drops if tip else f"deletes {change.target_name}"
    commands = _taking_in(repository, change, remote, has_landed=has_landed)
    fix = " && ".join(map(shell_line, commands)) if tip else _KEEP
    findings = tuple(finding._replace(fix=fix, remedy=Remedy.OTHER) for finding in change.findings)
    return change._replace(findings=findings, remark=f"this push {does} ({UNDO})", drops=True)


def _taking_in(
    repository: Repository, change: JudgedChange, remote: str, *, has_landed: bool
) -> tuple[tuple[str, ...], ...]:
    """The commands that bring the commits which a push leaves out."""
    branch = change.ref.removeprefix(HEADS)
    # Those of a push that goes through are on no branch there any more, and nothing that has landed is rebased.
    if has_landed:
        pull = ("git", "pull", "--no-rebase", "--no-edit", remote)
        return ("git", "switch", branch), (*pull, branch), (*pull, change.base or "")
    if not change.refused:
        return (("git", "merge", "--no-edit", (change.base or "")[:12]),)
    ref = head_branch(repository) if repository.work_tree else None
    parted = diverged(repository, ref, is_target=True) if ref and repository.commit("HEAD") == change.head else None
    if parted and parted.tip == change.base:
        return (parted.remedy,)
    return (("git", "pull", "--rebase", remote, branch),)


def keeping_landed(changes: tuple[JudgedChange, ...]) -> Plan | None:
    """The plan for a push that would drop landed commits; None for one that deletes their branch: it has no way."""
    fix = changes[0].findings[0].fix
    if fix == _KEEP:
        return None
    paths = dict.fromkeys(finding.path for change in changes for finding in change.errors)
    steps = (*map(Step, commands_of(fix)), LOOK_AGAIN)
    return Plan(changes[0].ref, tuple(paths), (Way(steps, why="landed commits that the push leaves out"),))
