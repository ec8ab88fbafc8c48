"""Findings as every format tells them: one a file for what records lack, and ids that outlive a moved line."""

from collections import Counter
from collections.abc import Iterable, Iterator

from sdd.base.paths import as_text
from sdd.gate.check.verdict import COVERAGE_RULES, Finding, JudgedChange, Verdict
from sdd.gate.rules import Severity


def without_repeats(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in their order; of those that say what one file lacks, only the one that comes first in
    COVERAGE_RULES.
    """
    rows = tuple(findings)
    lacks = {(finding.path, finding.rule) for finding in rows}
    first = {path: rule for rule in reversed(COVERAGE_RULES) for path, lack in lacks if lack == rule}
    return tuple(row for row in rows if row.rule not in COVERAGE_RULES or first[row.path] == row.rule)


def place_of(finding: Finding) -> str:
    """Where a finding is: path, line and column, as every tool reads it."""
    return f"{as_text(finding.path)}:{finding.line}:{finding.column}"


def findings_of(verdict: Verdict) -> Iterator[tuple[JudgedChange, Finding]]:
    """Every finding that counts with its change, those about what one file lacks once."""
    for change in verdict.changes:
        yield from ((change, finding) for finding in without_repeats(change.findings))


def warnings_of(change: JudgedChange) -> list[str]:
    """The rule of each finding of a change that is a warning."""
    return [finding.rule for finding in change.findings if finding.severity == Severity.WARNING]


class Fingerprints:
    """Ids of the findings of one verdict, each its own, which stay the same while the lines above it come and go.

    They are made of rule, path and message; what says the same again is numbered.
    """

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str, str]] = Counter()

    def next(self, finding: Finding) -> str:
        """The id of a finding: 32 hexadecimal digits. Asked about an equal one again it gives another."""
        import hashlib

        key = (finding.rule, finding.path, finding.message)
        self._seen[key] += 1
        words = "\0".join((str(self._seen[key]), *key))
        return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]
