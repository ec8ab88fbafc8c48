"""A verdict as SARIF 2.1.0, for code scanning and for viewers of it: the rule book, and a result a finding."""

from typing import Any
from urllib.parse import quote

from sdd import __version__
from sdd.base.errors import ExitCode
from sdd.base.paths import printable
from sdd.gate.check.verdict import Finding, JudgedChange, Verdict
from sdd.gate.rules import ALL, Rule, Severity
from sdd.records.kinds.waiver import Waiver
from sdd.render.documents.json_text import json_text
from sdd.render.findings import Fingerprints
from sdd.render.plan import Plans

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""The results of a run that GitHub takes; it refuses a log with more as a whole."""

_PLACES = {rule.name: place for place, rule in enumerate(ALL)}


def verdict_text(verdict: Verdict, plans: Plans) -> str:
    """One run with every finding; those that are waived are suppressed, with the waiver's reason."""
    ids = Fingerprints()
    results = [_result(change, finding, ids) for change in verdict.changes for finding in change.findings]
    results += [
        _result(change, finding, ids) | {"suppressions": [_suppression(waiver)]}
        for change in verdict.changes
        for finding, waiver, _ in change.waived
    ]
    remarks = [*verdict.remarks, *(change.remark for change in verdict.changes if change.remark)]
    if len(results) > MOST_RESULTS:
        remarks.append(f"{len(results) - MOST_RESULTS} of {len(results)} findings are left out, warnings first")
        results = sorted(results, key=lambda result: ("suppressions" in result, result["level"]))[:MOST_RESULTS]
    notes = [{"level": "note", "message": _message(remark)} for remark in remarks]
    status = ExitCode.FINDINGS if verdict.refused else ExitCode.CLEAN
    judged = {"executionSuccessful": True, "exitCode": int(status), "toolExecutionNotifications": notes}
    return _log(judged, results=results, properties={"changes": [_change(change) for change in verdict.changes]})


def error_text(message: str, fix: str, status: ExitCode) -> str:
    """A run that came to no result: without any, since an empty list would say that all is well."""
    notification = {"level": "error", "message": _message(message, *fix.splitlines())}
    return _log({"executionSuccessful": False, "exitCode": int(status), "toolExecutionNotifications": [notification]})


def _log(invocation: dict[str, Any], **run: Any) -> str:
    driver = {
        "name": "sdd",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in ALL],
    }
    start = {"SRCROOT": {"description": {"text": "The top of the repository."}}}
    head = {"tool": {"driver": driver}, "invocations": [invocation], "originalUriBaseIds": start}
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [{**head, "columnKind": "unicodeCodePoints", **run}]}
    return json_text(document)


def _rule(rule: Rule) -> dict[str, Any]:
    example = f"Bad example:\n\n```text\n{rule.example}```"
    level = "error" if rule.severity == Severity.ERROR else "warning"
    return {
        "id": rule.name,
        "name": rule.name.title().replace("-", ""),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.page},
        "help": {"text": f"{rule.page}\n\nBad example:\n\n{rule.example}", "markdown": f"{rule.page}\n\n{example}"},
        "defaultConfiguration": {"level": level, "enabled": rule.severity != Severity.OFF},
        "properties": {"tags": [rule.family]},
    }


def _result(change: JudgedChange, finding: Finding, ids: Fingerprints) -> dict[str, Any]:
    id = ids.next(finding)
    return {
        "ruleId": finding.rule,
        "ruleIndex": _PLACES[finding.rule],
        "level": "error" if change.stopped_by(finding) else "warning",
        "message": _message(finding.message, finding.fix),
        "locations": [_location(finding.path, finding.line, finding.column)],
        # GitHub reads only the second name; it is not to make an id out of the line, which a record added above moves.
        "partialFingerprints": {"finding/v1": id, "primaryLocationLineHash": id},
    }


def _suppression(waiver: Waiver) -> dict[str, Any]:
    reason = f"{waiver.reason} (approved by {waiver.approved_by}, until {waiver.expires})"
    place = _location(waiver.path, waiver.line)
    return {"kind": "external", "status": "accepted", "justification": printable(reason), "location": place}


def _location(path: str, line: int, column: int = 1) -> dict[str, Any]:
    place = {"uri": _uri(path), "uriBaseId": "SRCROOT"}
    return {"physicalLocation": {"artifactLocation": place, "region": {"startLine": line, "startColumn": column}}}


def _uri(path: str) -> str:
    """A path as a relative URI; the bytes of a name that is no UTF-8 stay what they are."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return quote(path.encode("utf-8", "surrogatepass"))


def _message(*lines: str) -> dict[str, str]:
    """Lines as a message of SARIF, in which braces are doubled; `](` would make a link of what somebody wrote."""
    text = "\n".join(printable(line) for line in lines if line)
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _change(change: JudgedChange) -> dict[str, Any]:
    return {
        "ref": printable(change.ref),
        "base": change.base,
        "head": change.head,
        "root": None if change.root is None else printable(change.root or "."),
        "tolerated": change.tolerated or None,
    }
