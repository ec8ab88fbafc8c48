"""A refusal of what has landed already: the record that comes on top of it, or the waiver that answers for it."""

from datetime import date

from sdd.gate.check.change import judge
from sdd.gate.check.verdict import COVERAGE_RULES, JudgedChange
from sdd.gate.plan.beforehand import answering
from sdd.gate.plan.lacks import Beside
from sdd.gate.plan.make import plan
from sdd.gate.plan.ways import Plan, Step, look_at
from sdd.gate.target import target_of_revision
from sdd.gate.target.branches import nearest_target
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, Branch

REMARK = "this has landed already: what it lacks is answered on top of it"
# What a PHR on top supplies, as audit counts it.
_SUPPLIED = frozenset((*COVERAGE_RULES, "record-no-phr"))


def on_top(repository: Repository, changes: tuple[JudgedChange, ...], beside: Beside) -> Plan | None:
    """The plan for the one who answers for a landing, in a clone: a record, while nothing has landed since and a record
    can supply what is missing; else a waiver.
    """
    target = nearest_target(repository, changes[0].head)
    is_last = not repository.work_tree or (target is not None and target.oid == changes[0].head)
    can_be_supplied = is_last and all(each.rule in _SUPPLIED for change in changes for each in change.errors)
    made = answering(repository, changes, has_landed=True, always=not can_be_supplied)
    made = made or plan(repository, changes, beside._replace(landing=True))
    if not made:
        return None
    first = _going_there(repository, target, changes[0].ref)
    # Nothing asks for the records of a feature that begins after its work.
    ways = [way for way in made.ways if not any(step.argv[1:3] == ("feature", "new") for step in way.steps)]
    return made._replace(ways=tuple(way._replace(steps=(*first, *way.steps)) for way in ways or made.ways))


def record_on_top(repository: Repository, base: str, head: str, today: date) -> tuple[str, ...]:
    """The command that brings what the last landing, from `base` to `head`, lacks: the likeliest record, or, where it
    takes more than one command, the one that names them all. Empty where only a waiver answers for it.
    """
    verdict = judge(repository, (target_of_revision(repository, base, head),), today)
    failing = tuple(change for change in verdict.changes if change.errors and not change.landing)
    made = on_top(repository, failing, Beside()) if failing and not failing[0].drops else None
    steps = made.ways[0].steps if made else ()
    if any(step.argv[1:3] == ("waiver", "new") or not step.argv for step in steps):
        return ()
    records = [step.command for step in steps if step.argv[0] != "git"]
    return records[0] if len(records) == 1 else look_at(base, head) if records else ()


def _going_there(repository: Repository, target: Branch | None, ref: str) -> tuple[Step, ...]:
    """The steps to the branch that it landed on, as it is now; none in a clone that is there."""
    branch = target.branch if target else ref.removeprefix(HEADS)
    if not repository.work_tree:
        remote = "origin"
    elif not target or target.oid == repository.commit("HEAD"):
        return ()
    else:
        remote = target.remote
    pull = (Step(("git", "pull", "--rebase", remote, branch)),) if remote else ()
    return Step(("git", "switch", branch)), *pull
