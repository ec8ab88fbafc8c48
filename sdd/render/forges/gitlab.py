"""A verdict as GitLab's Code Quality report: a JSON list with one entry a finding."""

from typing import Any

from sdd.base.errors import ExitCode
from sdd.base.paths import printable, printable_path
from sdd.gate.check.verdict import Verdict
from sdd.render.documents.json_text import json_text
from sdd.render.findings import Fingerprints, findings_of
from sdd.render.plan import Plans
from sdd.render.words import shortened

# GitLab shows the description in one line of a list.
_LONGEST = 1000


def verdict_text(verdict: Verdict, plans: Plans) -> str:
    """The findings; those that are waived are left out."""
    ids = Fingerprints()
    entries = []
    for change, finding in findings_of(verdict):
        description = f"{finding.message}: {finding.fix}" if finding.fix else finding.message
        severity = "major" if change.stopped_by(finding) else "minor"
        place = finding.path, finding.line
        entries.append(_entry(description, finding.rule, ids.next(finding), severity, *place))
    return json_text(entries)


def error_text(message: str, fix: str, status: ExitCode) -> str:
    """One entry, at the top of the repository, since GitLab wants a path."""
    return json_text([_entry(f"{message}: {fix}", "sdd-cannot-judge", "0" * 32, "blocker", ".", 1)])


def _entry(description: str, rule: str, fingerprint: str, severity: str, path: str, line: int) -> dict[str, Any]:
    return {
        "description": printable(shortened(description, _LONGEST, "…")),
        "check_name": rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": printable_path(path), "lines": {"begin": line}},
    }
