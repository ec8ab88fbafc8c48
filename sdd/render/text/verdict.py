"""A verdict as plain text, for a terminal and for what git shows of a hook: the last lines matter most."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from sdd.base.listing import counted
from sdd.base.paths import as_text, printable, printable_line, printable_path
from sdd.gate.check.verdict import COVERAGE_RULES, Finding, JudgedChange, Verdict, Waived
from sdd.gate.cover import CoveredFile, FileState, worth_of
from sdd.gate.rules import Severity
from sdd.records.kinds.waiver import Waiver
from sdd.render.findings import place_of, warnings_of, without_repeats
from sdd.render.words import each_file_once, first, in_the_baseline, number_of

if TYPE_CHECKING:
    from sdd.gate.plan import Plan
    from sdd.render.plan import Plans

INSTALL = "pipx install sdd-gate"
"""How somebody gets sdd, as the README says it."""

# More files than this, or more findings of one rule in one file, are counted rather than shown.
_SHOWN = 5
BROUGHT = "brought by this change"


def gate_text(verdict: Verdict, plans: "Plans", *, verbose: bool, pushing: bool, is_elsewhere: bool = False) -> str:
    """The verdict over a change or a push. One line for a pass, and those that name what was waived; with `verbose`
    the table and the warnings too. A refusal that `is_elsewhere` judged, on a server or in CI, says how to get sdd.
    """
    if not verdict.changes:
        remarks = verdict.remarks or ("nothing to judge",)
        return "".join(f"sdd: pass: {printable(remark)}\n" for remark in remarks)
    lines = [f"sdd: {printable(remark)}" for remark in verdict.remarks]
    told = [(place, change) for place, change in enumerate(verdict.changes) if change.root is not None or verbose]
    # What is refused comes last: git shows the end of what a hook says.
    passing = [change for _, change in told if not change.errors]
    for _, roots in groupby(passing, key=lambda change: (change.ref, change.base, change.head)):
        for changes in ([change] for change in roots) if verbose else [[*roots]]:
            lines += _pass(changes, verbose)
    # A plan stands below the last root of its ref, and serves the files of all of them.
    offered = {plan.ref: frozenset(plan.paths) for plan in plans.values()}
    failing = sorted((each for each in told if each[1].errors), key=lambda each: each[1].refused)
    for place, change in failing:
        own = [*_failure(change, plans.get(place), offered.get(change.ref, frozenset()), verbose, pushing)]
        if is_elsewhere and change is failing[-1][1]:
            own.insert(-1, f"sdd: no sdd to run these commands with yet? {INSTALL}")
        lines += own
    return "\n".join(lines) + "\n"


def _against(changes: Sequence[JudgedChange]) -> str:
    """What was judged against what, in which root or how many of them."""
    change = changes[0]
    target = _named(change.target_name or "nothing", change.base or "")
    many = f" ({len(changes)} roots)" if len(changes) > 1 else ""
    where = many or (f" (root {printable(change.root)})" if change.root else "")
    return f"{_named(change.ref, change.head)} against {target}{where}"


def _named(name: str, oid: str) -> str:
    """A ref with its commit, which is said once where the commit is its own name."""
    return printable(name) if oid.startswith(name) else f"{printable(name)} {oid[:7]}".rstrip()


def _pass(changes: Sequence[JudgedChange], verbose: bool) -> Iterator[str]:
    """The same change in one root or several, where all of them pass."""
    yield from (f"sdd: {printable(change.remark)}" for change in changes if change.remark)
    counts = counts_of(file for change in changes for file in change.files)
    details = ", ".join(filter(None, (counts or "records only", _warnings(changes, verbose))))
    yield f"sdd: pass: {_against(changes)}: {details}"
    yield from _altered(changes)
    for change in changes:
        yield from (f"sdd: {line}" for line in waived_lines(change.waived, verbose=verbose))
        yield from _details(change) if verbose else ()


def _failure(
    change: JudgedChange, plan: "Plan | None", offered: Collection[str], verbose: bool, pushing: bool
) -> Iterator[str]:
    if change.remark:
        yield f"sdd: {printable(change.remark)}"
    word = ("push refused" if pushing else "refused") if change.refused else "would be refused"
    yield f"sdd: {word}: {_against([change])}"
    # No record helps a push that drops what has landed.
    lacking = 0 if change.drops else number_of(file for file in change.files if file.lacks)
    if lacking:
        details = "; ".join(filter(None, (counts_of(change.files), "" if verbose else "all: sdd gate -v")))
        yield f"sdd: {lacking_of(change.files, 'changed file')}{f' ({details})' if details else ''}"
    yield from _altered([change])
    yield from (f"sdd: {line}" for line in waived_lines(change.waived, verbose=verbose))
    yield ""
    if change.drops and not verbose:
        yield from _dropped(change, plan)
    else:
        yield from _details(change) if verbose else _errors(change, offered)
    # What is only corrected by hand stands below each error.
    if plan and any(step.argv or not step.corrects for way in plan.ways for step in way.steps):
        yield from _plan(plan, change.files)
    yield _last_line(change, lacking, plan)


def _altered(changes: Sequence[JudgedChange]) -> Iterator[str]:
    if any(change.altered for change in changes):
        from sdd.render.alterations import alteration_lines  # most changes alter nothing

        yield from (f"sdd: the change {line}" for line in alteration_lines(changes))


def lacking_of(files: Sequence[CoveredFile], noun: str) -> str:
    """How many of a change's files lack records."""
    lacking = number_of(file for file in files if file.lacks)
    return f"{lacking} of {counted(number_of(files), noun)} {'lacks' if lacking == 1 else 'lack'} records"


def counts_of(files: Iterable[CoveredFile]) -> str:
    """How many files are covered, how many waived and how many exempt; empty where none is."""
    files = tuple(files)
    states = (FileState.COVERED, FileState.WAIVED, FileState.EXEMPT)
    told = ((number_of(file for file in files if file.state == state), state) for state in states)
    return ", ".join(f"{number} {state}" for number, state in told if number)


def waived_lines(waived: tuple[Waived, ...], *, verbose: bool) -> Iterator[str]:
    """What does not count because of a waiver: each waiver with its reason, and below it one line a file."""
    rules: dict[tuple[Waiver, bool], dict[str, list[str]]] = {}
    for finding, waiver, is_brought in waived:
        rules.setdefault((waiver, is_brought), {}).setdefault(finding.path, []).append(finding.rule)
    for (waiver, is_brought), by_file in rules.items():
        reason = " ".join((waiver.reason or "").split())
        where = ", ".join(item.text for item in waiver.paths[:_SHOWN])
        about = [f"approved by {waiver.approved_by}", *([f"for {where}"] if where else []), *([BROUGHT] * is_brought)]
        told = f"waived until {waiver.expires} by {printable(waiver.path)}: {printable(reason)}"
        yield f"{told} ({printable(', '.join(about))})"
        lines = [f"{printable_path(path)}: {', '.join(dict.fromkeys(rules))}" for path, rules in by_file.items()]
        for line in first(lines, None if verbose else _SHOWN, "and {} (all: -v)", "more file"):
            yield f"  {line}"


def _warnings(changes: Iterable[JudgedChange], verbose: bool) -> str:
    warnings = sum(len(warnings_of(change)) for change in changes)
    return f"{counted(warnings, 'warning')}{'' if verbose else ' (-v lists them)'}" if warnings else ""


def _last_line(change: JudgedChange, lacking: int, plan: "Plan | None") -> str:
    from sdd.render.plan import STEP_BY_STEP, is_asked_for  # a pass has no need of it

    count = counted(lacking, "file") if lacking else counted(len(change.errors), "error")
    verdict = f"refused, {count}" if change.refused else f"{count}, but {change.tolerated}"
    details = ", ".join(filter(None, (verdict, _warnings([change], verbose=True))))
    asked = f"; {STEP_BY_STEP}" if plan and is_asked_for(plan) else ""
    return f"sdd: {details}; why: sdd rule show {rule_to_explain(change)}{asked}"


def rule_to_explain(change: JudgedChange) -> str:
    """The rule whose page helps the most with a change that has errors."""
    rules = {finding.rule for finding in change.errors}
    likely = ("history-rewritten",) if change.drops else COVERAGE_RULES
    return next((rule for rule in likely if rule in rules), change.errors[0].rule)


def _errors(change: JudgedChange, offered: Collection[str]) -> Iterator[str]:
    """The errors; for what a file lacks one line a file, with its fix where no command is `offered` for the file, some
    files shown and the rest counted.
    """
    others = [finding for finding in change.errors if finding.rule not in COVERAGE_RULES]
    if others:
        yield from _by_file(others)
        yield ""
    lacks = sorted(finding for finding in without_repeats(change.errors) if finding.rule in COVERAGE_RULES)
    if lacks:
        from sdd.render.moves import rest_noun  # a pass has no need of it

        lines = _lacks(lacks, change, offered)
        yield from first(lines, _SHOWN, "... and {} (all: sdd gate -v)", rest_noun(lines))
    if lacks and change.landing:
        yield f"    {printable_line(lacks[0].fix)}"
    if lacks:
        yield ""


def _dropped(change: JudgedChange, plan: "Plan | None") -> Iterator[str]:
    """The errors of a push that takes landed commits off its target: some of them, since one command keeps it all."""
    others = (finding for finding in change.errors if finding.rule not in COVERAGE_RULES)
    lines = [line for finding in others for line in _finding(finding, with_fix=False)]
    yield from first(lines, _SHOWN, "... and {} (all: sdd gate -v)", "more error")
    yield from () if plan else (f"    {printable_line(change.errors[0].fix)}",)
    yield from ("",) if lines or not plan else ()


def _lacks(lacks: Iterable[Finding], change: JudgedChange, offered: Collection[str]) -> list[str]:
    """What files lack, a line (with its fix, two) a file; what moved together in one."""
    from sdd.render.moves import MOVED, gathered  # a pass has no need of it

    rows = [
        (finding.path, finding._replace(path="", fix="" if change.landing or finding.path in offered else finding.fix))
        for finding in lacks
    ]
    whole = ((path, finding._replace(path=path)) for path, finding in gathered(rows, change.files))
    return ["\n".join(_finding(finding, is_folder=MOVED in path)) for path, finding in whole]


def _by_file(findings: Iterable[Finding]) -> Iterator[str]:
    """Findings in their order; of many that one rule has in one file, the rest counted and the fix said once."""
    for (path, rule), group in groupby(findings, key=lambda finding: (finding.path, finding.rule)):
        own = list(group)
        for place, finding in enumerate(own[:_SHOWN]):
            last = place + 1 == len(own) or own[place + 1].fix != finding.fix
            yield from _finding(finding, with_fix=last and place + 1 < _SHOWN)
        if len(own) > _SHOWN:
            yield f"{printable_line(as_text(path))}: {rule}: and {len(own) - _SHOWN} more (all: -v)"
        if len(own) >= _SHOWN and own[-1].fix:
            yield f"    {printable_line(own[-1].fix)}"


def _finding(finding: Finding, *, with_fix: bool = True, is_folder: bool = False) -> Iterator[str]:
    weight = "" if finding.severity == Severity.ERROR else f" {finding.severity}:"
    place = as_text(finding.path) if is_folder else place_of(finding)
    yield f"{printable_line(place)}: {finding.rule}:{weight} {printable(finding.message)}"
    if with_fix and finding.fix:
        yield f"    {printable_line(finding.fix)}"


def _plan(plan: "Plan", files: Sequence[CoveredFile]) -> Iterator[str]:
    from sdd.render.plan import afterwards, needs_words, plan_lines, told_of_request  # a pass has no need of it

    if plan.request:
        yield told_of_request(plan)
    if (likely := plan.ways[0]).label and likely.why:
        yield f"This looks like a {likely.label}: {printable(likely.why)}."
    number = len(each_file_once(plan.paths, files))
    subject = "it" if number == 1 else f"all {number}"
    pick = ": pick one line" if len(plan.ways) > 1 else ""
    yield f"Fix {subject}{pick}{' (fill in CAPITALS)' if needs_words(plan) else ''}:"
    yield from (*plan_lines(plan), afterwards(plan), "")


def _details(change: JudgedChange) -> Iterator[str]:
    """The cover table, then every finding."""
    from sdd.records.kinds.runs_told import runs_told  # asked for with -v alone

    for file in change.files:
        behind = dict.fromkeys([*(contract.path for contract in file.contracts), *(phr.path for phr in file.phrs)])
        kind = f" [{'+'.join(file.kinds)}]" if behind else ""
        needs = (("lacks", file.lacks), ("waived", file.waived))
        without = [f"{word} {', '.join(own)}" for word, own in needs if own]
        has = [f"{'has' if without else 'covered by'} {', '.join(map(printable_path, behind))}"] if behind else []
        state = f"exempt ({file.exempt})" if file.exempt else ", ".join((*without, *has)) or "covered"
        yield f"{file.changed.status} {printable_path(file.path)}{kind}: {state}"
    yield ""
    for check in change.checks:
        where = f"{printable_path(check.path)}:{check.line}"
        yield f"{where}: check: {worth_of(check.state, check.text)}: {printable(check.text)}"
    for phr in filter(None, (request.phr for request in change.requests)):
        for run in runs_told(phr.tests):
            where = f"{printable_path(phr.path)}:{phr.at('tests')}"
            yield f"{where}: test: {run.outcome}: {printable(run.command)}"
    for finding in change.findings:
        yield from _finding(finding)
    for entry in change.not_judged:
        yield f"{printable_line(as_text(entry.path))}: {entry.rule}: not judged, because of {entry.because}"
    if change.checks or change.findings or change.not_judged:
        yield ""


def check_text(verdict: Verdict, *, verbose: bool, strict: bool) -> str:
    """The verdict over a tree: the findings, a count, and what `check` does not say."""
    findings = [finding for change in verdict.changes for finding in change.findings]
    errors = [finding for finding in findings if finding.severity == Severity.ERROR]
    # A secret is never left to an option, even where a baseline makes it a warning.
    shown = [
        finding
        for finding in findings
        if verbose or strict or finding.severity == Severity.ERROR or finding.rule == "record-secret"
    ]
    waived = tuple(entry for change in verdict.changes for entry in change.waived)
    lines = [f"sdd: {line}" for line in waived_lines(waived, verbose=verbose)]
    if verbose:
        for finding in shown:
            lines += _finding(finding)
    else:
        lines += _by_file(shown)
    if shown:
        lines.append("")
    counts = f"{counted(len(errors), 'error')}, {counted(len(findings) - len(errors), 'warning')}"
    more = " (-v lists the warnings)" if len(findings) > len(shown) else ""
    known = sum(len(change.in_baseline) for change in verdict.changes)
    clean = "sdd: nothing new was found" if known else "sdd: every record is clean"
    lines.append(f"sdd: {counts}{more}" if findings else clean)
    if known:
        lines.append(f"sdd: not shown: {in_the_baseline(known)} (--all)")
    lines.append("sdd: this says nothing about a push: that is judged by sdd gate")
    return "\n".join(lines) + "\n"
