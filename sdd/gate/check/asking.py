"""Asks the rule book about some records: what every rule finds, and which could not be judged."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache

from sdd.gate import rules
from sdd.gate.check.verdict import Finding, NotJudged
from sdd.gate.rules import Rule, RuleFinding, Severity, TreeContext
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.record import Record
from sdd.records.project import Project
from sdd.secrets import hidden

RULE_NAMES = frozenset(rule.name for rule in rules.ALL)


def tree_context(
    project: Project, below: Iterable[str], records: Iterable[Record], revision: str | None, today: date
) -> TreeContext:
    """What the rules are told about some paths of a root, and the records among them."""
    return TreeContext(
        after=project,
        before=project.emptied,
        paths=tuple(below),
        records=tuple(records),
        revision=revision or "",
        rule_names=RULE_NAMES,
        today=today,
    )


def ask(
    context: TreeContext,
    policy: Policy,
    records: Iterable[Record],
    progress: Callable[[int, int], None] | None = None,
) -> tuple[list[tuple[Finding, bool]], tuple[NotJudged, ...]]:
    """What every rule that the policy does not turn off finds, with whether it is firm; and what was not judged.
    `progress` is told how many of how many rules were asked.
    """
    findings: list[tuple[Finding, bool]] = []
    not_judged: list[NotJudged] = []
    # (rule, path) of what fired or could not be judged: a rule that needs it cannot be judged there.
    silenced: set[tuple[str, str]] = set()
    subjects = tuple(_subjects(records))
    for number, rule in enumerate(rules.ALL):
        if progress:
            progress(number, len(rules.ALL))
        written = policy.rules.get(rule.name)
        severity = Severity(written) if written else None
        if (severity or rule.severity) == Severity.OFF or not isinstance(context, rule.context or TreeContext):
            continue
        asked = [subject for subject in subjects if rule.subject and isinstance(subject, rule.subject)]
        for subject in asked if rule.subject else [None]:
            blocking = next((need for need in rule.needs if subject and (need, subject.path) in silenced), None)
            if subject and blocking:
                silenced.add((rule.name, subject.path))
                not_judged.append(NotJudged(rule.name, subject.path, blocking))
                continue
            for each in _answer(rule, subject, context):
                silenced.add((rule.name, each.path))
                weight = severity or each.severity or rule.severity
                shown = Finding(each.path, each.line, 1, rule.name, weight, each.message, each.fix, each.secret)
                findings.append((shown, each.firm))
    return findings, tuple(not_judged)


def _answer(rule: Rule, subject: Record | None, context: TreeContext) -> tuple[RuleFinding, ...]:
    """What a rule finds in a record, or in a tree or change as a whole."""
    if subject is None:
        return _shown(rule.function(context))
    if rule.context is None:
        return context.after.reader.once(_text_answer, subject, rule)
    return _shown(rule.function(subject, context))


def _text_answer(record: Record, rule: Rule) -> tuple[RuleFinding, ...]:
    return _shown(rule.function(record))


def _shown(findings: Iterable[RuleFinding]) -> tuple[RuleFinding, ...]:
    """Findings as they may be shown: a message quotes what a record says. Thousands of files may get the same one."""
    told = tuple(findings)
    shown = cache(hidden) if told else hidden
    return tuple(each._replace(message=shown(each.message), fix=shown(each.fix)) for each in told)


def _subjects(records: Iterable[Record]) -> Iterator[Record]:
    """The records, each followed by the contract inside it."""
    for record in records:
        yield record
        if isinstance(record, Phr) and record.contract:
            yield record.contract
