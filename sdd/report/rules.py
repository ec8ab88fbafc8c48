"""The rule book with how often each rule fired."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sdd.gate.rules.rule import Rule
from sdd.report.changes import ReportedChange


class RuleRow(NamedTuple):
    """One rule: in how many of the changes that landed it found an error."""

    rule: Rule
    fired: int


def rule_rows(rules: Iterable[Rule], changes: Iterable[ReportedChange]) -> tuple[RuleRow, ...]:
    """Every rule of a rule book, in its order."""
    fired = Counter(rule for change in changes for rule in change.rules)
    return tuple(RuleRow(rule, fired[rule.name]) for rule in rules)
