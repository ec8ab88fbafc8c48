"""Asks the rules and makes a verdict of what they find: over a change, or over every record of a tree."""

from sdd.check.change import judge, judge_change
from sdd.check.tree import check_tree, rules_broken
from sdd.check.verdict import Finding, JudgedChange, NotJudged, Verdict

__all__ = [
    "Finding",
    "JudgedChange",
    "NotJudged",
    "Verdict",
    "check_tree",
    "judge",
    "judge_change",
    "rules_broken",
]
