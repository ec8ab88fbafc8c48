"""The state of a work tree as a JSON document: `sdd status --json`."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sdd.render.documents.verdict import change_document
from sdd.render.plan import plan_documents
from sdd.render.text.status import WorkTreeState

# So many paths of a list, and findings of a rule in a root, are told: the others are like them.
_PATHS = 10
_FINDINGS = 3


def status_document(state: WorkTreeState, *, whole: bool) -> dict[str, Any]:
    """What a push would do, and what comes next; unless it is the `whole` one, long lists are cut, and it says so."""
    left: Counter[str] = Counter()
    document = _document(state)
    if not whole:
        document["uncommitted"] = _cut(document["uncommitted"], "uncommitted", left)
        for change in document["changes"]:
            change["files"] = _cut(sorted(change["files"], key=lambda file: not file["lacks"]), "files", left)
            change["findings"] = [*_first_of_each_rule(change["findings"], left)]
            for request in change["requests"]:
                request["files"] = _cut(request["files"], "requests", left)
        for way in document["next"]:
            way["covers"] = _cut(way["covers"], "covers", left)
    return {**document, "left_out": dict(left) or None}


def _cut(items: list[Any], name: str, left: Counter[str]) -> list[Any]:
    """The first of some items; how many more there are is counted under a name."""
    if len(items) > _PATHS:
        left[name] += len(items) - _PATHS
    return items[:_PATHS]


def _first_of_each_rule(findings: list[dict[str, Any]], left: Counter[str]) -> Iterator[dict[str, Any]]:
    told: Counter[str] = Counter()
    for finding in findings:
        told[finding["rule"]] += 1
        if told[finding["rule"]] <= _FINDINGS:
            yield finding
        else:
            left["findings"] += 1


def _document(state: WorkTreeState) -> dict[str, Any]:
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
        "behind": state.diverged.behind if state.diverged else 0,
        "unmerged": list(state.unfinished.unmerged),
        "hook": state.has_hook,
        "capture": dict(state.capture_document) if state.capture_document else None,
        "next": plan_documents(state.plan) if state.plan else [],
        "changes": [change_document(change) for change in state.changes],
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
