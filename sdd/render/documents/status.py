"""The screen of `sdd status` as a JSON document."""

from typing import Any

from sdd.render.documents.verdict import change_document
from sdd.render.text.status import Standing


def status_document(standing: Standing) -> dict[str, Any]:
    """Where somebody stands, and what comes next."""
    return {
        "schema": "sdd/status/1",
        "branch": standing.branch,
        "target": standing.target or None,
        "ahead": standing.ahead,
        "uncommitted": sorted(standing.uncommitted),
        "feature": standing.feature,
        "push": "nothing" if standing.nothing else "refused" if standing.refused else "pass",
        "remark": standing.nothing or None,
        "changes": [change_document(change, ()) for change in standing.changes],
        "next": [list(way.argv) for fix in standing.fixes for way in fix.ways],
        "open": {"questions": standing.questions, "follow_ups": standing.follow_ups, "waivers": standing.waivers},
    }
