"""An audit as a JSON document: schema sdd/audit/1."""

from collections import Counter
from itertools import chain
from typing import Any

from sdd.answers.audit.audit import Audit, Authors
from sdd.answers.audit.audited import AuditedChange, Lack
from sdd.answers.audit.counting import RecordState, Shares, shares, states_of
from sdd.gate.cover import Need


def audit_document(audit: Audit, authors: Authors | None) -> dict[str, Any]:
    """The shares, and every change, the worst gap first. People are named only where `authors` is given."""
    judged = audit.judged
    whole = shares(judged)
    passed = [change for change in judged if change.passed]
    document: dict[str, Any] = {
        "schema": "sdd/audit/1",
        "range": audit.span.name,
        "head": audit.span.tip,
        "adopted": audit.span.adopted,
        "policy": "at the time" if audit.options.at_the_time else "today",
        "changes": whole.changes,
        "passed": whole.passed.had,
        "share": whole.passed.part,
        "refused": sum(change.refused for change in judged),
        "waived": whole.waived,
        "states": {state.value: number for state, number in states_of(judged).items()},
        "answered": len(audit.answered),
        "actor_shaped": len(audit.actor_shaped),
        "perhaps": len(audit.perhaps),
        "before_sdd": audit.before_sdd,
        "since": audit.since,
        "before": audit.before,
        "not_judged": len(audit.not_judged),
        "lower_bound": bool(audit.at_least),
        "grouped": _grouped(audit),
        "by_need": {need.value: {"asked": share.needed, "had": share.had} for need, share in whole.by_need.items()},
        "by_rule": dict(audit.by_rule),
    }
    document |= {f"by_{name}": [_share(name, row) for row in rows] for name, rows in audit.tables(authors).items()}
    latest_first = map(reversed, (audit.answered, audit.actor_shaped, audit.perhaps, audit.not_judged, passed))
    items = chain(audit.failing, *latest_first)
    document["items"] = [_item(change, authors) for change in items]
    return document


def _share(key: str, row: Shares) -> dict[str, Any]:
    return {
        key: row.name or None,
        "changes": row.changes,
        "waived": row.waived,
        "passed": row.passed.had,
        "share": row.passed.part,
    }


def _grouped(audit: Audit) -> dict[str, Any]:
    by = Counter(evidence.value for landing in audit.grouped for evidence in landing.together)
    commits = sum(len(landing.commits) for landing in audit.grouped)
    return {"changes": len(audit.grouped), "commits": commits, "by": dict(sorted(by.items()))}


def _item(change: AuditedChange, authors: Authors | None) -> dict[str, Any]:
    landing = change.landing
    item = {
        "head": landing.head.oid,
        "base": landing.base,
        "date": landing.head.day,
        "title": change.title,
        "commits": [commit.oid for commit in landing.commits],
        "grouped_by": [evidence.value for evidence in landing.together],
        "verdict": _verdict(change),
        "answer": {"waiver": change.answer.path, "reason": change.answer.reason} if change.answer else None,
        "actor": change.actor or None,
        "perhaps": [commit.oid for commit in change.perhaps.commits] if change.perhaps else [],
        "refused": change.refused,
        "reason": change.reason or None,
        "rules": list(change.rules),
        "features": list(change.features),
        "needs": {need.value: need not in change.missed | change.excused for need in Need if need in change.asked},
        "lines": change.lines,
        "lacking": [_lack(lack) for lack in change.lacking],
        "waived": len(change.waived),
    }
    if authors is not None:
        item["authors"] = list(authors.get(landing.head.oid, ()))
    return item


def _verdict(change: AuditedChange) -> str:
    if change.answer:
        return "answered"
    if change.actor:
        return "actor-shaped"
    if change.perhaps:
        return "perhaps"
    if change.reason:
        return "error"
    if change.state == RecordState.WAIVED:
        return "waived"
    return "pass" if change.passed else "fail"


def _lack(lack: Lack) -> dict[str, Any]:
    return {"path": lack.file.path, "lacks": [need.value for need in lack.file.lacks], "lines": lack.lines}
