"""Asks the rules and makes a verdict of what they find: over a change, or over every record of a tree."""

from sdd.gate.check.baseline import first_baseline, only_new, shrunk
from sdd.gate.check.change import judge, judge_change
from sdd.gate.check.tree import check_tree, rules_broken
from sdd.gate.check.verdict import Finding, JudgedChange, NotJudged, Verdict, Waived
from sdd.gate.check.waiving import waivers_in_force

__all__ = [
    "Finding",
    "JudgedChange",
    "NotJudged",
    "Verdict",
    "Waived",
    "check_tree",
    "first_baseline",
    "judge",
    "judge_change",
    "only_new",
    "rules_broken",
    "shrunk",
    "waivers_in_force",
]
