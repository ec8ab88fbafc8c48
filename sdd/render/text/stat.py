"""A verdict over a tree as numbers, rule by rule: what `sdd check --stat` prints."""

from typing import NamedTuple

from sdd.gate.check.verdict import Verdict
from sdd.gate.rules import Severity
from sdd.render.words import in_the_baseline


class Count(NamedTuple):
    """How often a rule found something that counts, how often the baseline holds what it found, and in how many files.

    `severity` is the heaviest of its findings.
    """

    rule: str
    severity: Severity
    findings: int
    in_baseline: int
    files: int


def counts(verdict: Verdict) -> list[Count]:
    """One count for each rule that found something, the most findings first."""
    new = [finding for change in verdict.changes for finding in change.findings]
    old = [finding for change in verdict.changes for finding in change.in_baseline]
    rows = []
    for rule in {finding.rule for finding in (*new, *old)}:
        its_new, its_old = ([finding for finding in findings if finding.rule == rule] for findings in (new, old))
        its = (*its_new, *its_old)
        heaviest = min(finding.severity for finding in its)  # "error" sorts before "warning"
        rows.append(Count(rule, heaviest, len(its_new), len(its_old), len({finding.path for finding in its})))
    return sorted(rows, key=lambda row: (-row.findings, -row.in_baseline, row.rule))


def stat_text(verdict: Verdict) -> str:
    """A table for people; where a baseline holds findings, with a column for them."""
    rows = counts(verdict)
    known = sum(row.in_baseline for row in rows)
    head, baseline = ("   shown  baseline", "{:>10}") if known else ("findings", "")
    lines = [f"{head}  files  severity  rule"] if rows else ["sdd: nothing was found"]
    for row in rows:
        held = baseline.format(row.in_baseline)
        lines.append(f"{row.findings:>8}{held}  {row.files:>5}  {row.severity:<8}  {row.rule}")
    if known:
        lines.append(f"sdd: {sum(row.findings for row in rows)} shown, {in_the_baseline(known)}")
    return "\n".join(lines) + "\n"
