"""Asks the rule book about some records: what every rule finds, and which could not be judged."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from itertools import chain

from sdd.gate import rules
from sdd.gate.check.verdict import Finding, NotJudged
from sdd.gate.rules import Rule, RuleFinding, Severity, TreeContext
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.record import Record
from sdd.records.project import Project
from sdd.secrets import hidden

RULE_NAMES = frozenset(rule.name for rule in rules.ALL)


Subject = Record | str | None
"""What a rule is asked about: a record, a path, or with None the tree or change as a whole."""


def tree_context(
    project: Project,
    below: Iterable[str],
    record_at: Callable[[str], Record | None],
    revision: str | None,
    today: date,
) -> TreeContext:
    """What the rules are told about some paths of a root, and the records among them."""
    return TreeContext(
        after=project,
        before=project.emptied,
        paths=tuple(below),
        record_at=record_at,
        revision=revision or "",
        rule_names=RULE_NAMES,
        today=today,
    )


def ask(
    context: TreeContext,
    policy: Policy,
    further: Iterable[Record] = (),
    progress: Callable[[int, int], None] | None = None,
) -> tuple[tuple[tuple[Finding, bool], ...], tuple[NotJudged, ...]]:
    """What every rule that the policy does not turn off finds in a context and in `further` records, with whether it is
    firm; and what was not judged. Both are in the order of rules.

    All rules are asked about a path before the next one is read, so that a large tree need not fit into memory.
    `progress` is told how many of how many paths were judged.
    """
    asked = [rule for rule in rules.ALL if _is_asked(rule, context, policy)]
    findings: dict[str, list[tuple[Finding, bool]]] = {rule.name: [] for rule in asked}
    not_judged: dict[str, list[NotJudged]] = {rule.name: [] for rule in asked}
    plans: dict[tuple[type, ...], tuple[tuple[Rule, int], ...]] = {}
    for subjects in _together(context, further, progress):
        types = tuple(map(type, subjects))
        if types not in plans:
            plans[types] = _plan(asked, types)
        # (rule, path) of what fired or could not be judged: a rule that needs it cannot be judged there.
        silenced: set[tuple[str, str]] = set()
        for rule, number in plans[types]:
            subject = subjects[number]
            path = subject.path if isinstance(subject, Record) else ""
            if blocking := next((need for need in rule.needs if (need, path) in silenced), None):
                silenced.add((rule.name, path))
                not_judged[rule.name].append(NotJudged(rule.name, path, blocking))
                continue
            for each in _answer(rule, subject, context):
                silenced.add((rule.name, each.path))
                findings[rule.name].append((_finding(rule, each, policy), each.firm))
    return tuple(chain(*findings.values())), tuple(chain(*not_judged.values()))


def _plan(asked: Iterable[Rule], types: tuple[type, ...]) -> tuple[tuple[Rule, int], ...]:
    """Each rule with the number of a subject that it is asked about; of subjects only their types are known."""
    return tuple(
        (rule, number)
        for rule in asked
        for number, subject in enumerate(types)
        if issubclass(subject, rule.subject or type(None))
    )


def _is_asked(rule: Rule, context: TreeContext, policy: Policy) -> bool:
    severity = policy.rules.get(rule.name) or rule.severity
    return severity != Severity.OFF and isinstance(context, rule.context or TreeContext)


def _together(
    context: TreeContext, further: Iterable[Record], progress: Callable[[int, int], None] | None
) -> Iterator[tuple[Subject, ...]]:
    """What rules are asked about: what has one path together, since rules need each other there."""
    yield (None,)
    for number, path in enumerate(context.paths):
        if progress:
            progress(number, len(context.paths))
        yield (path, *_subjects(context.record_at(path)))
    for record in further:
        yield tuple(_subjects(record))


def _subjects(record: Record | None) -> Iterator[Record]:
    """A record, and the contract inside it."""
    if record:
        yield record
    if isinstance(record, Phr) and record.contract:
        yield record.contract


def _finding(rule: Rule, told: RuleFinding, policy: Policy) -> Finding:
    """A rule's finding with the severity that it has by a policy."""
    written = policy.rules.get(rule.name)
    severity = Severity(written) if written else told.severity or rule.severity
    return Finding(told.path, told.line, 1, rule.name, severity, told.message, told.fix, told.secret, told.remedy)


def _answer(rule: Rule, subject: Subject, context: TreeContext) -> tuple[RuleFinding, ...]:
    """What a rule finds in a record, at a path, or in a tree or change as a whole."""
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
