"""A verdict over a tree as numbers, rule by rule, as a JSON document."""

from typing import Any

from sdd.gate.check.verdict import Verdict
from sdd.render.text.stat import counts


def stat_document(verdict: Verdict) -> dict[str, Any]:
    """One item a rule that found something."""
    return {
        "schema": "sdd/stat/1",
        "items": [row._asdict() for row in counts(verdict)],
        "waived": sum(len(change.waived) for change in verdict.changes),
        "in_baseline": sum(len(change.in_baseline) for change in verdict.changes),
    }
