"""What `sdd gate` says of a change that does not pass, beyond its findings: how to get it accepted."""

import os
from collections.abc import Iterator

from sdd.base.paths import join
from sdd.capture.due import MISSED, missed, untold, with_records
from sdd.cli.gate_line import GateLine
from sdd.gate.check.verdict import COVERAGE_RULES, JudgedChange, Verdict
from sdd.gate.plan import Plan
from sdd.gate.plan.beforehand import answering, by_hand, plan_elsewhere
from sdd.gate.plan.corrections import corrected
from sdd.gate.plan.has_landed import REMARK, on_top
from sdd.gate.plan.lacks import Beside
from sdd.gate.plan.make import plan
from sdd.gate.plan.place import seen_top
from sdd.gate.plan.rewound import keeping_landed, without_landed
from sdd.gate.plan.uncommitted import records_in_work_tree
from sdd.records.kinds.policy import POLICY_PATH
from sdd.records.layout import find_roots
from sdd.render.plan import Plans, way_line
from sdd.repo.history import last_change
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, find_mainline, remote_of_push
from sdd.repo.unfinished import unfinished


def with_plans(repository: Repository, asked: GateLine, verdict: Verdict) -> tuple[Verdict, Plans]:
    """A verdict that did not pass with what else is said of it, and the plan for each refused ref."""
    if asked.pre_push and verdict.refused:
        verdict = verdict._replace(remarks=(*verdict.remarks, *_left_behind(repository, verdict)))
    verdict = _without_landed(repository, asked, verdict)
    folder = _folder(repository, asked)
    pushing = asked.pushes and not asked.landed
    if asked.for_pr:
        from sdd.gate.plan.fork import asking_nothing, of_author, of_maintainer, without_decisions

        plans = _plans(repository, without_decisions(verdict), folder, pushing=pushing, away=False)
        left, verdict = of_author(verdict), asking_nothing(verdict, asked.for_pr)
        made = ((place, of_maintainer(plan, asked.for_pr, left)) for place, plan in plans.items())
        return verdict, {place: plan for place, plan in made if plan}
    plans = _plans(repository, verdict, folder, pushing=pushing, away=True, landed=asked.landed)
    return _answered(verdict, plans) if asked.landed else verdict, plans


def _left_behind(repository: Repository, verdict: Verdict) -> Iterator[str]:
    """What to do with a hook that judges by the defaults, since a target has no policy any more."""
    for name, base in dict.fromkeys((each.target_name, each.base) for each in verdict.changes if each.refused):
        if base and POLICY_PATH not in (tree := repository.tree(base)):
            commit, _ = last_change(repository, POLICY_PATH, "D", base)
            # The hook is the other roots' too.
            if commit and not any(join(root, POLICY_PATH) in tree for root in find_roots(tree)):
                yield f"{name}: its policy was taken out ({commit[:10]}); if sdd was: sdd hook uninstall"


def _without_landed(repository: Repository, asked: GateLine, verdict: Verdict) -> Verdict:
    """The verdict with what is said of pushes that take landed commits off their target."""
    if not asked.pushes:
        return verdict
    remote = remote_of_push(repository, *asked.pre_push) if asked.pre_push else None
    changes = []
    for change in verdict.changes:
        branch = change.ref.removeprefix(HEADS)
        is_own = change.target_name == (f"{remote}/{branch}" if remote else branch)
        if change.errors and change.base and is_own and not change.landing:
            change = without_landed(repository, change, remote or "origin", has_landed=asked.landed)
        changes.append(change)
    return verdict._replace(changes=tuple(changes))


def _folder(repository: Repository, asked: GateLine) -> str:
    """The folder from which the reader asks, from the top; git runs a hook at the top, and tells where a push began."""
    if asked.pre_push:
        return os.environ.get("GIT_PREFIX", "").strip("/")
    return repository.shell_folder or ""


def _answered(verdict: Verdict, plans: Plans) -> Verdict:
    """The verdict over what has landed, where findings about missing records name what answers for them."""
    lines = {plan.ref: way_line(plan.ways[0]) for plan in plans.values()}
    changes = []
    for change in verdict.changes:
        own = (
            each._replace(fix=lines.get(change.ref) or each.fix) if each.rule in COVERAGE_RULES else each
            for each in change.findings
        )
        changes.append(change._replace(findings=tuple(own)))
    return Verdict(tuple(changes), (*verdict.remarks, REMARK))


def _plans(
    repository: Repository, verdict: Verdict, folder: str, *, pushing: bool, away: bool, landed: bool = False
) -> Plans:
    """How to get each refused ref accepted; a push that is not refused lands on its target.

    `folder` is the one that the reader is in, from the top. With `away`, a branch that is not checked out has to be
    first.
    """
    uncommitted = records_in_work_tree(repository) if repository.work_tree else ()
    doing = unfinished(repository)
    by_ref: dict[tuple[str, str], dict[int, JudgedChange]] = {}
    for place, change in enumerate(verdict.changes):
        if change.errors and not change.landing:
            by_ref.setdefault((change.ref, change.head), {})[place] = change
    plans = {}
    for failing in by_ref.values():
        changes = tuple(failing.values())
        made: Plan | None
        if changes[0].drops:
            made = keeping_landed(changes)
        elif landed:
            made = on_top(repository, changes, Beside(folder=folder))
        elif away and repository.work_tree and (elsewhere := plan_elsewhere(repository, changes)):
            made = elsewhere
        elif doing.unmerged:
            made = by_hand(changes[0].ref, doing, find_mainline(repository) if doing.added else None)
        elif not (made := answering(repository, changes) if (landing := pushing and _lands(changes)) else None):
            beside = Beside(uncommitted=uncommitted, landing=landing, unfinished=doing, folder=folder)
            made = plan(repository, changes, beside)
            made = corrected(changes, made, seen_top(folder)) if away else made
            lacking = untold(changes)
            is_here = bool(lacking) and repository.commit("HEAD") == changes[0].head
            if made and is_here and (drafted := lacking & missed(repository, changes).files):
                made = with_records(made, lacking, drafted, (MISSED,))
        if made:
            # Below what is shown last: what is refused.
            plans[max(failing, key=lambda place: (failing[place].refused, place))] = made
    return plans


def _lands(changes: tuple[JudgedChange, ...]) -> bool:
    """Whether what is pushed is its own target, and goes through with warnings."""
    to_target = f"/{changes[0].target_name}".endswith(f"/{changes[0].ref.removeprefix(HEADS)}")
    return to_target and not any(change.refused for change in changes)
