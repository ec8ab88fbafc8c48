"""The plan for a fork's request: a maintainer writes its record, and its author takes out what no record allows."""

from sdd.gate.check.verdict import COVERAGE_RULES, Verdict
from sdd.gate.plan.ways import SENTENCE, TITLE, WITHOUT_PHR, Plan, Step, Way

_DECISIONS = ("policy-changed", "root-changed")
_NEW = ("sdd", "phr", "new", TITLE)


def of_author(verdict: Verdict) -> tuple[str, ...]:
    """What the author of a request has to take out: its record decides no policy, and alters no other record."""
    errors = (each for change in verdict.changes for each in change.errors)
    return tuple(
        dict.fromkeys(each.path for each in errors if each.rule in (*_DECISIONS, "policy-invalid", "history-rewritten"))
    )


def without_decisions(verdict: Verdict) -> Verdict:
    """The verdict as it is once the author has taken out what changes the policy."""
    changes = (
        change._replace(findings=tuple(each for each in change.findings if each.rule not in _DECISIONS))
        for change in verdict.changes
    )
    return verdict._replace(changes=tuple(changes))


def of_maintainer(plan: Plan, request: str, left: tuple[str, ...]) -> Plan | None:
    """The plan as one way that takes its words from a request: the first that is a single PHR, else a bare PHR. None
    where all of it is `left` to the author.

    It runs no check: what it would run is the contributor's.
    """
    if left and set(plan.paths) <= {*left}:
        return None
    alone = (way.steps[0].argv for way in plan.ways if len(way.steps) == 1)
    argv = next((argv for argv in alone if argv[:4] == _NEW), (*_NEW, "--commit"))
    rest = [word for word in argv[4:] if word not in ("--success", SENTENCE, "--run")]
    step = Step((*_NEW[:3], "--for-pr", request, *rest))
    return plan._replace(ways=(Way((step,), why=WITHOUT_PHR),), request=request, asks_author=bool(left))


def asking_nothing(verdict: Verdict, request: str) -> Verdict:
    """The verdict whose findings about missing records ask the contributor for nothing, and those about the policy to
    leave it alone.
    """
    fixes = dict.fromkeys(COVERAGE_RULES, f"for a maintainer: sdd phr new --for-pr {request}")
    fixes |= dict.fromkeys(_DECISIONS, "take it out of the request: a maintainer decides it apart")
    changes = []
    for change in verdict.changes:
        findings = (each._replace(fix=fixes.get(each.rule, each.fix)) for each in change.findings)
        changes.append(change._replace(findings=tuple(findings)))
    return verdict._replace(changes=tuple(changes))
