"""What `sdd repair` does or would do as a JSON document."""

from typing import Any

from sdd.authoring.repair.plan import RepairPlan


def repair_document(plan: RepairPlan, *, written: bool) -> dict[str, Any]:
    """The repairs with their diffs, the findings that go rule by rule, what is left as it is, with the reason, and
    what the gate would refuse in a commit of the repairs.
    """
    return {
        "schema": "sdd/repair/1",
        "written": written,
        "repairs": [
            {"path": repair.path, "to": repair.to, "done": list(repair.done), "diff": "\n".join(repair.diff())}
            for repair in plan.repairs
        ],
        "cleared": [row._asdict() for row in plan.cleared],
        "left": [refusal._asdict() for refusal in plan.left],
        "refused": [
            {"path": finding.path, "rule": finding.rule, "message": finding.message, "fix": finding.fix}
            for finding in plan.refused
        ],
    }
