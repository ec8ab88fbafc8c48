"""What several rules find in the same way."""

import re

from sdd.gate.rules.rule import Findings, RuleFinding, Severity, TreeContext
from sdd.records.kinds.checklist import Checklist
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.record import Record
from sdd.records.kinds.tasks import Tasks


def faulty_lines(record: Record, fix: str = "fix this line", severity: Severity | None = None) -> Findings:
    """The lines of a record that could not be read."""
    for problem in record.problems:
        yield RuleFinding(record.path, problem.line, problem.message, fix, severity)


def template_text(
    record: Phr | Contract | Constitution | Plan | Tasks | Checklist, fix: str, severity: Severity | None = None
) -> Findings:
    """What a record still contains of its template."""
    for token in record.placeholders:
        yield RuleFinding(record.path, token.line, f"still contains the template's {token.text}", fix, severity)


def number_taken(context: TreeContext, path: str, numbered: re.Pattern[str]) -> tuple[str, str] | None:
    """(name, number) of an older file in a record's folder that has its number, None where there is none.

    `numbered` matches the names that have a number; its first group is that number.
    """
    folder, _, name = path.rpartition("/")
    number = numbered.match(name)
    for other in context.after.tree.folder(folder) if number else ():
        same = numbered.match(other)
        is_twin = number and same and other != name and int(same[1]) == int(number[1])
        if number and is_twin and context.came_first(f"{folder}/{other}", path):
            return other, number[1]
    return None
