"""The plan for a fork's request: its author has nothing to do, a maintainer writes the record."""

from sdd.gate.check.verdict import COVERAGE_RULES, Verdict
from sdd.gate.plan.ways import SENTENCE, TITLE, WITHOUT_PHR, Plan, Step, Way

_NEW = ("sdd", "phr", "new", TITLE)


def of_maintainer(plan: Plan, request: str) -> Plan:
    """The plan as one way that takes its words from a request: the first that is a single PHR, else a bare PHR.

    It runs no check: what it would run is the contributor's.
    """
    alone = (way.steps[0].argv for way in plan.ways if len(way.steps) == 1)
    argv = next((argv for argv in alone if argv[:4] == _NEW), (*_NEW, "--commit"))
    rest = [word for word in argv[4:] if word not in ("--success", SENTENCE, "--run")]
    return Plan(
        plan.ref, plan.paths, (Way((Step((*_NEW[:3], "--for-pr", request, *rest)),), why=WITHOUT_PHR),), request
    )


def asking_nothing(verdict: Verdict, request: str) -> Verdict:
    """The verdict whose findings about missing records ask the contributor for nothing."""
    fix = f"for a maintainer: sdd phr new --for-pr {request}"
    changes = []
    for change in verdict.changes:
        findings = (each._replace(fix=fix) if each.rule in COVERAGE_RULES else each for each in change.findings)
        changes.append(change._replace(findings=tuple(findings)))
    return verdict._replace(changes=tuple(changes))
