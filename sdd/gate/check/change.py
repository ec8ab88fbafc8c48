"""Judges a change: the rules over what it touches, softened where the target had a fault already."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from sdd import __version__
from sdd.base.errors import SddError
from sdd.base.limits import SECONDS
from sdd.gate.change import ChangeView
from sdd.gate.check.alterations import alterations_of
from sdd.gate.check.asking import RULE_NAMES, ask, tree_context
from sdd.gate.check.requests import requests_of
from sdd.gate.check.verdict import Finding, JudgedChange, Verdict
from sdd.gate.check.waiving import waive_in_change
from sdd.gate.cover import Coverage, judged_checks
from sdd.gate.rules import ChangeContext, Severity, Stood
from sdd.gate.rules.contract_names import of_lost_parts
from sdd.gate.rules.phr_names import RULES_OF_NAMES, of_renamed_features
from sdd.gate.target.judgement import JudgementTarget
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.record import Record
from sdd.records.project import Reader
from sdd.repo.objects import Repository

if TYPE_CHECKING:
    from sdd.gate.check.standing import Standing

WARN_ONLY = "findings only warn on this ref"
"""Why findings are tolerated on drafts, and on branches older than adoption."""


class NewerPolicy(SddError):
    """The policy at TARGET asks for a newer sdd. CI and servers judge nothing by it; a hook leaves it to them."""


# With more of them, to read a target's whole line is less work than to ask for the paths of each.
_FEW_REPLAYS = 8


def judge(
    repository: Repository,
    targets: Iterable[JudgementTarget],
    today: date,
    allow: Callable[[int], object] = lambda _: None,
) -> Verdict:
    """The verdict over what is pushed. Raises SddError where a change cannot be judged.

    `allow` is told how many seconds of CPU time the policy grants.
    """
    reader = Reader(repository.beginnings)
    changes: list[JudgedChange] = []
    remarks: list[str] = []
    targets = tuple(targets)
    among_many = sum(len(target.replays) for target in targets) > _FEW_REPLAYS
    known: dict[object, tuple[JudgedChange, ...]] = {}
    for target in targets:
        # Refs at one commit, such as a branch and a tag, differ in nothing but their names.
        if target.subject not in known:
            known[target.subject] = _judge_target(repository, target, reader, today, allow, among_many=among_many)
        own = tuple(change._replace(ref=target.ref) for change in known[target.subject])
        for other in target.or_else() if any(change.refused for change in own) else ():
            judged = _judge_target(repository, other, reader, today, allow)
            if not any(change.refused for change in judged):
                target, own = other, judged
                break
        changes += own
        # Where only landings are refused, that there is nothing to judge is not true.
        if target.remark and (target.change or not own):
            remarks.append(f"{target.ref}: {target.remark}")
    return Verdict(tuple(changes), tuple(remarks))


def _judge_target(
    repository: Repository,
    target: JudgementTarget,
    reader: Reader,
    today: date,
    allow: Callable[[int], object],
    *,
    among_many: bool = False,
) -> tuple[JudgedChange, ...]:
    """What is found about one pushed ref against one target."""
    changes: tuple[JudgedChange, ...] = ()
    if target.change:
        view = ChangeView(repository, target, reader)
        allow(max((view.policy(root).seconds for root in view.roots), default=SECONDS))
        changes = judge_change(Coverage(view), today, warn_only=target.warn_only)
    if target.replays:
        from sdd.gate.check.replay import replay  # few pushes move a ref to what has landed

        changes += replay(repository, target, reader, today, among_many=among_many)
    return changes


def judge_change(
    coverage: Coverage | None, today: date, *, warn_only: bool = False, within: bool = False
) -> tuple[JudgedChange, ...]:
    """Judges one change, root by root; nothing for None. `warn_only` says that its findings do not refuse it; `within`
    that the question what stood on its target is part of another such question, and not asked again.
    """
    if not coverage:
        return ()
    stood = (lambda _, entries: frozenset(entries)) if within else _stood(coverage, today)
    judged = (_judge_root(coverage, root, today, stood, warn_only=warn_only) for root in coverage.view.roots)
    ungoverned = _empty(coverage, None)
    return (*judged, ungoverned) if ungoverned.files else tuple(judged)


def _empty(coverage: Coverage, root: str | None) -> JudgedChange:
    """A change before its rules are asked."""
    change = coverage.view.change
    return JudgedChange(
        ref=change.ref,
        target_name=change.target_name,
        base=change.target,
        head=change.head,
        root=root,
        commits=change.commits,
        files=coverage.by_root.get(root, ()),
        policy=coverage.view.policy(root) if root is not None else None,
        altered=alterations_of(coverage.view, root) if root is not None else (),
        requests=requests_of(coverage, root) if root is not None else (),
        checks=(*judged_checks(coverage, root),) if root is not None else (),
    )


def _stood(coverage: Coverage, today: date) -> Stood:
    """Asked by few changes, those that revert."""

    @cache
    def standing() -> "Standing":
        from sdd.gate.check.standing import Standing

        view = coverage.view
        return Standing(view.repository, view.change, view.reader, today)

    return lambda revision, entries: standing().stood(revision, entries)


def _judge_root(coverage: Coverage, root: str, today: date, stood: Stood, *, warn_only: bool) -> JudgedChange:
    view = coverage.view
    policy = view.policy(root)
    remark = _broken_policy(view, root)  # before anything is asked by it
    context = _change_context(coverage, root, today, stood)
    bereft = {record.path: record for record in (*of_lost_parts(context), *of_renamed_features(context))}
    findings, not_judged = ask(context, policy, {**_needed(context), **bereft}.values())
    judged = _empty(coverage, root)._replace(
        findings=tuple(sorted(_softened(context, findings, policy, bereft))),
        not_judged=not_judged,
        remark=remark,
        tolerated=_tolerance((policy, view.found_policy(root)), today, warn_only=warn_only),
    )
    return waive_in_change(judged, view, today)


def _broken_policy(view: ChangeView, root: str) -> str:
    """A remark where the policy at TARGET cannot be read and this change fixes it.

    Raises SddError where it does not: no verdict may rest on half a policy.
    """
    policy = view.policy_as_written(root)
    faults = policy_faults(policy)
    if not faults:
        return ""
    if policy.path in view.records and not policy_faults(view.after(root).policy):
        return (
            f"the policy of the target cannot be read; the change that fixes it is judged by the defaults ({faults[0]})"
        )
    place = view.change.ref if view.own_rules else view.change.target_name
    if policy.newer:
        raise NewerPolicy(f"the policy at {place} asks for sdd {policy.newer}: this is {__version__}", "update sdd")
    fix = f"push a change that fixes {policy.path}: the defaults judge it\nor update sdd, if a newer one understands it"
    if view.own_rules:
        fix = f"correct {policy.path}, commit it, and push again"
    raise SddError(f"the policy at {place} cannot be read: {faults[0]}", fix)


def policy_faults(policy: Policy) -> tuple[str, ...]:
    """Why no verdict may rest on a policy, each fault with its place; none where sdd understands all of it."""
    problems = [f"{policy.path}:{problem.line}: {problem.message}" for problem in policy.problems]
    unknown = [name for name in policy.rules if name not in RULE_NAMES]
    return (*problems, *(f"{policy.path}:{policy.at(f'rules.{name}')}: unknown rule {name}" for name in unknown))


def _change_context(coverage: Coverage, root: str, today: date, stood: Stood) -> ChangeContext:
    view = coverage.view
    after = view.after(root)
    below = tuple(changed.path for changed in view.changed_of_root.get(root, ()) if changed.after)
    return ChangeContext(
        after=after,
        before=view.before(root),
        paths=below,
        record_at=lambda path: after.record(path) if path in view.records else None,
        revision=view.change.commits[-1] if view.change.commits else "",
        coverage=coverage,
        stood=stood,
        rule_names=RULE_NAMES,
        today=today,
    )


def _needed(context: ChangeContext) -> dict[str, Record]:
    """Records outside the change that its files depend on: unfinished specs, and the contracts that cover them."""
    faults = {id(file.spec_faults): file.spec_faults for file in context.files}.values()
    specs = {fault.path for some in faults for fault in some if fault.path}
    needed = {path: context.after.record(path) for path in sorted(specs)}
    covering = {id(file.contracts): file.contracts for file in context.files}.values()
    for contract in (contract for some in covering for contract in some):
        if contract.path not in context.view.records:
            needed[contract.path] = contract
    own = frozenset(context.paths)
    return {path: record for path, record in needed.items() if record and path not in own}


def _softened(
    context: ChangeContext, findings: Sequence[tuple[Finding, bool]], policy: Policy, bereft: Collection[str]
) -> Iterator[Finding]:
    """The findings of a change; an error that TARGET's copy of the record had already is a warning.

    What a governed file needs is never softened; specs outside the change have no other findings, and the `bereft`
    records only that the change takes away what they name.
    """
    of_change = {*context.view.records, *context.paths}
    earlier: dict[str, set[tuple[str, str]]] = {}
    for finding, firm in findings:
        if firm:
            yield finding
        elif finding.path in of_change or (finding.path in bereft and finding.rule in RULES_OF_NAMES):
            is_error = finding.severity == Severity.ERROR
            if is_error and finding.path not in earlier:
                earlier[finding.path] = _earlier(context, finding.path, policy)
            had = is_error and (finding.rule, finding.message) in earlier[finding.path]
            yield finding._replace(severity=Severity.WARNING) if had else finding


def _earlier(context: ChangeContext, path: str, policy: Policy) -> set[tuple[str, str]]:
    """(rule, message) of what the record rules find in TARGET's copy of a record, at whichever path."""
    landed = context.before.record(path) or context.view.moved_phrs.get(path)
    if not landed:
        return set()
    earlier = tree_context(context.before, (landed.path,), lambda _: landed, context.revision, context.today)
    return {(finding.rule, finding.message) for finding, _ in ask(earlier, policy)[0]}


def _tolerance(policies: Iterable[Policy], today: date, *, warn_only: bool) -> str:
    """Why findings only warn; empty where they refuse. A change that was only warned when it came still is, whatever a
    later policy says of the days.
    """
    until = max((policy.warn_until or "" for policy in policies), default="")
    if today.isoformat() <= until:
        return f"findings only warn until {until}"
    return WARN_ONLY if warn_only else ""
