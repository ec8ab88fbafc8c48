"""A verdict as a JSON document: schema sdd/verdict/1."""

from typing import Any

from sdd.base.errors import ExitCode
from sdd.gate.check.verdict import Alteration, Finding, JudgedChange, Verdict, Waived
from sdd.gate.cover import CoveredFile, by_place, proves_nothing
from sdd.render.documents.json_text import json_text
from sdd.render.documents.requests import request_document
from sdd.render.plan import Plans, plan_documents

SCHEMA = "sdd/verdict/1"


def verdict_text(verdict: Verdict, plans: Plans) -> str:
    """The whole verdict as one document."""
    return json_text(verdict_document(verdict, plans))


def error_text(message: str, fix: str, status: ExitCode) -> str:
    """Why there is no verdict: in the verdict's own document where something could not be judged."""
    error = {"message": message, "fix": fix}
    if status == ExitCode.CANNOT_JUDGE:
        return json_text({"schema": SCHEMA, "verdict": "error", "error": error})
    return json_text({"schema": "sdd/error/1", **error})


def verdict_document(verdict: Verdict, plans: Plans) -> dict[str, Any]:
    """The whole verdict, and the ways to get each refused ref accepted."""
    return {
        "schema": SCHEMA,
        "verdict": "pass" if verdict.passed else "fail",
        "refused": verdict.refused,
        "changes": [*map(change_document, verdict.changes)],
        "next": [way for plan in plans.values() for way in plan_documents(plan)],
        "remarks": list(verdict.remarks),
    }


def change_document(change: JudgedChange) -> dict[str, Any]:
    """One judged change."""
    judged = by_place(change.checks)
    return {
        "ref": change.ref,
        "base": change.base,
        "target": change.target_name or None,
        "head": change.head,
        "root": None if change.root is None else change.root or ".",
        "altered": [*map(_altered, change.altered)],
        "requests": [request_document(request, judged) for request in change.requests],
        "checks": [
            {**check._asdict(), "proves_nothing": proves_nothing(check.state, check.text)} for check in change.checks
        ],
        "files": [_file(file) for file in change.files],
        "findings": [finding_document(finding) for finding in change.findings],
        "waived": [_waived(waived) for waived in change.waived],
        "in_baseline": len(change.in_baseline),
        "not_judged": [rule._asdict() for rule in change.not_judged],
        "remark": change.remark or None,
        "tolerated": change.tolerated or None,
    }


def _altered(alteration: Alteration) -> dict[str, Any]:
    details = [
        {"text": text, "looser": is_looser, "before": before or None, "after": after or None}
        for text, is_looser, before, after in alteration.details
    ]
    own = {"path": alteration.path, "status": alteration.status, "details": details}
    return own | {"rule": alteration.is_rule, "stock": alteration.is_stock}


def _file(file: CoveredFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "status": file.changed.status,
        "exempt": file.exempt,
        "kind": "+".join(file.kinds) or None,
        "feature": file.feature,
        "spec": file.spec,
        "contract": file.contracts[0].path if file.contracts else None,
        "contracts": [contract.path for contract in file.contracts],
        "phrs": [phr.path for phr in file.phrs],
        "lacks": list(file.lacks),
        "waived": list(file.waived),
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding, its keys in the order in which people read them."""
    told = {"rule": finding.rule, "severity": finding.severity.value} | finding._asdict()
    del told["secret"], told["remedy"]
    return told


def _waived(waived: Waived) -> dict[str, Any]:
    finding, waiver, is_brought = waived
    agreed = {"reason": waiver.reason, "approved_by": waiver.approved_by, "expires": waiver.expires}
    place = {"waiver": waiver.path, "paths": [item.text for item in waiver.paths], "brought": is_brought}
    return {**finding_document(finding), **place, **agreed}
