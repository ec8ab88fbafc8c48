"""The state of a work tree as a JSON document: `sdd status --json`."""

from typing import Any

from sdd.render.documents.verdict import change_document
from sdd.render.plan import plan_documents
from sdd.render.text.status import WorkTreeState


def status_document(state: WorkTreeState) -> dict[str, Any]:
    """What a push would do, and what comes next."""
    return {
        "schema": "sdd/status/1",
        "branch": state.branch,
        "target": state.target or None,
        "ahead": state.ahead,
        "uncommitted": sorted(state.uncommitted),
        "feature": state.feature,
        "push": _push(state),
        "remark": state.unjudged or state.nothing or None,
        "operation": state.unfinished.operation or None,
        "unmerged": list(state.unfinished.unmerged),
        "hook": state.has_hook,
        "capture": dict(state.capture_document) if state.capture_document else None,
        "changes": [change_document(change) for change in state.changes],
        "next": plan_documents(state.plan) if state.plan else [],
        "open": {
            "contracts": list(state.open_contracts),
            "questions": state.questions,
            "follow_ups": state.follow_ups,
            "waivers": state.waivers,
        },
    }


def _push(state: WorkTreeState) -> str:
    if state.unjudged:
        return "unjudged"
    return "nothing" if state.nothing else "refused" if state.refused else "pass"
