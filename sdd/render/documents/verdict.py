"""A verdict as a JSON document: schema sdd/verdict/1."""

from typing import Any

from sdd.base.errors import ExitCode
from sdd.gate.check.verdict import Finding, JudgedChange, Verdict, Waived
from sdd.gate.cover import CoveredFile
from sdd.gate.fixes import Fix, Suggestion
from sdd.render.documents.json_text import json_text
from sdd.render.formats import Ways

SCHEMA = "sdd/verdict/1"


def verdict_text(verdict: Verdict, ways: Ways) -> str:
    """The whole verdict as one document."""
    return json_text(verdict_document(verdict, ways))


def error_text(message: str, fix: str, status: ExitCode) -> str:
    """Why there is no verdict: in the verdict's own document where something could not be judged."""
    error = {"message": message, "fix": fix}
    if status == ExitCode.CANNOT_JUDGE:
        return json_text({"schema": SCHEMA, "verdict": "error", "error": error})
    return json_text({"schema": "sdd/error/1", **error})


def verdict_document(verdict: Verdict, ways: Ways) -> dict[str, Any]:
    """The whole verdict; `ways` are the fixes by the position of the change they belong to."""
    changes = [change_document(change, ways.get(place, ())) for place, change in enumerate(verdict.changes)]
    return {
        "schema": SCHEMA,
        "verdict": "pass" if verdict.passed else "fail",
        "refused": verdict.refused,
        "changes": changes,
        "remarks": list(verdict.remarks),
    }


def change_document(change: JudgedChange, fixes: tuple[Fix, ...]) -> dict[str, Any]:
    """One judged change, with the commands that fix it."""
    return {
        "ref": change.ref,
        "base": change.base,
        "target": change.target_name or None,
        "head": change.head,
        "root": None if change.root is None else change.root or ".",
        "files": [_file(file) for file in change.files],
        "findings": [finding_document(finding) for finding in change.findings],
        "waived": [_waived(waived) for waived in change.waived],
        "in_baseline": len(change.in_baseline),
        "not_judged": [rule._asdict() for rule in change.not_judged],
        "next": [_next(way, fix, change) for fix in fixes for way in fix.ways],
        "remark": change.remark or None,
        "tolerated": change.tolerated or None,
    }


def _file(file: CoveredFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "status": file.changed.status,
        "exempt": file.exempt,
        "kind": "+".join(file.kinds) or None,
        "feature": file.feature,
        "spec": file.spec,
        "contract": file.contracts[0].path if file.contracts else None,
        "phrs": [phr.path for phr in file.phrs],
        "lacks": list(file.lacks),
    }


def finding_document(finding: Finding) -> dict[str, Any]:
    """One finding, its keys in the order in which people read them."""
    told = {"rule": finding.rule, "severity": finding.severity.value} | finding._asdict()
    del told["secret"]
    return told


def _waived(waived: Waived) -> dict[str, Any]:
    finding, waiver = waived
    agreed = {"reason": waiver.reason, "approved_by": waiver.approved_by, "expires": waiver.expires}
    return {**finding_document(finding), "waiver": waiver.path, **agreed}


def _next(way: Suggestion, fix: Fix, change: JudgedChange) -> dict[str, Any]:
    fixed = frozenset(fix.paths)
    covers = [place for place, finding in enumerate(change.findings) if finding.path in fixed]
    return {
        "for": way.label or None,
        "argv": list(way.argv),
        "then": list(way.then),
        "needs": list(way.needs),
        "covers": covers,
    }
