"""What `sdd repair` does or would do as a JSON document."""

from typing import Any

from sdd.authoring.repair.plan import RepairPlan


def repair_document(plan: RepairPlan, *, written: bool) -> dict[str, Any]:
    """The repairs with their diffs, and what is left as it is, with the reason."""
    return {
        "schema": "sdd/repair/1",
        "written": written,
        "repairs": [
            {"path": repair.path, "to": repair.to, "done": list(repair.done), "diff": "\n".join(repair.diff())}
            for repair in plan.repairs
        ],
        "left": [refusal._asdict() for refusal in plan.left],
    }
