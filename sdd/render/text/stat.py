"""A verdict over a tree as numbers, rule by rule: what `sdd check --stat` prints."""

from typing import NamedTuple

from sdd.gate.check.verdict import Verdict
from sdd.gate.rules import Severity
from sdd.render.words import counted


class Count(NamedTuple):
    """How often a rule found something, and in how many files. `severity` is the heaviest of its findings."""

    rule: str
    severity: Severity
    findings: int
    files: int


def counts(verdict: Verdict) -> list[Count]:
    """One count for each rule that found something, the most findings first."""
    findings = [finding for change in verdict.changes for finding in change.findings]
    rows = []
    for rule in {finding.rule for finding in findings}:
        its = [finding for finding in findings if finding.rule == rule]
        heaviest = min(finding.severity for finding in its)  # "error" sorts before "warning"
        rows.append(Count(rule, heaviest, len(its), len({finding.path for finding in its})))
    return sorted(rows, key=lambda row: (-row.findings, row.rule))


def stat_text(verdict: Verdict) -> str:
    """A table for people, and what the baseline holds beside it."""
    rows = counts(verdict)
    lines = ["findings  files  severity  rule"] if rows else ["sdd: nothing was found"]
    lines += [f"{row.findings:>8}  {row.files:>5}  {row.severity:<8}  {row.rule}" for row in rows]
    known = sum(change.in_baseline for change in verdict.changes)
    lines += [f"sdd: not counted: {counted(known, 'finding')} of the baseline (--all)"] if known else []
    return "\n".join(lines) + "\n"
