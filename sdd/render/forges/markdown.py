"""A verdict as Markdown, to be a comment on a pull request or a job's summary: at most 60 lines.

Text of the repository is always in code spans or code blocks. Nothing else keeps forges from making mentions,
links and issue numbers of it: they look for these in the page, after the Markdown has been read.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from sdd.base.errors import ExitCode
from sdd.base.paths import as_text, printable, printable_line
from sdd.gate.check.verdict import Finding, JudgedChange, Verdict, Waived
from sdd.gate.plan import Plan
from sdd.gate.rules import Severity
from sdd.render.findings import warnings_of, without_repeats
from sdd.render.forges.asked import request_lines, rule_lines
from sdd.render.moves import MOVED, gathered, rest_noun
from sdd.render.plan import Plans, needs_words, shell_line, told_of_request
from sdd.render.text.verdict import afterwards, counts_of, lacking_of, rule_to_explain
from sdd.render.words import counted, first, shortened

# How many of each are shown before the rest is counted: a few lines are always left for findings.
_LINES, _CHANGES, _REMARKS, _WAIVED, _ROWS, _PLANS, _COMMANDS, _REQUESTS = 60, 3, 2, 3, 12, 2, 4, 16
# Characters of a path or a message, and of the whole: a comment on GitHub holds 65536.
_LONGEST, _LONGEST_COMMAND, _ALL = 200, 500, 60_000

# What a code span cannot hold, within a table or outside: then every sign that could mean something is an entity.
_AWKWARD = re.compile(r"[`|\\]|^ | $|^$")
_SIGN = re.compile(r"[^\w/ -]|_|^ | $")
_BACKTICKS = re.compile(r"`+")


def verdict_text(verdict: Verdict, plans: Plans) -> str:
    """The verdict, the files, what to do next, and folded below it the findings."""
    changes = [change for change in verdict.changes if change.root is not None]
    lines = [f"### sdd: {_word(verdict)}", ""]
    lines += listed([_change(change) for change in changes], _CHANGES, "change")
    remarks = [code(remark) for remark in (*verdict.remarks, *(change.remark for change in changes if change.remark))]
    lines += listed(remarks if changes or remarks else ["nothing to judge"], _REMARKS, "remark")
    lines += listed([_waived(waived) for change in changes for waived in change.waived], _WAIVED, "waived finding")
    lines += rule_lines(changes, lambda path: code(as_text(path)))
    lines += request_lines(changes, prose, _REQUESTS)
    lines += _table(changes)
    lines += _next(verdict, plans)
    lines += _details(changes, _LINES - len(lines), _ALL - sum(map(len, lines)))
    return "\n".join(lines) + "\n"


def error_text(message: str, fix: str, status: ExitCode) -> str:
    """Why there is no verdict, and the way out."""
    lines = ["### sdd: cannot judge", "", code(message)]
    commands = fix.splitlines()[:_COMMANDS]
    return "\n".join([*lines, "", *_block([printable_line(line) for line in commands])] if commands else lines) + "\n"


def code(text: str) -> str:
    """Text out of a repository as a code span of one line, or where it would break one as code in HTML."""
    shown = shortened(printable(text), _LONGEST, "…")
    if not _AWKWARD.search(shown):
        return f"`{shown}`"
    return f"<code>{_SIGN.sub(lambda sign: f'&#{ord(sign.group())};', shown)}</code>"


def prose(text: str) -> str:
    """Words of a record as a code span, whatever lines they are on."""
    return code(" ".join(text.split()))


def _word(verdict: Verdict) -> str:
    if verdict.passed:
        return "pass"
    return "refused" if verdict.refused else "would be refused"


def listed(items: Sequence[str], most: int, noun: str) -> Iterator[str]:
    """At most so many items of a list, and how many more there are."""
    return first([f"- {item}" for item in items], most, "- and {}", f"more {noun}")


def _change(change: JudgedChange) -> str:
    """One line of a change: what was judged against what, and the result."""
    against = f" against {code(change.target_name)} {code(change.base[:7])}" if change.base else ""
    root = f" (root {code(change.root)})" if change.root else ""
    lacking = sum(bool(file.lacks) for file in change.files)
    counts = counts_of(change.files)
    parts = [lacking_of(change, lacking), counts] if lacking else [counts or "records only"]
    if change.errors and not lacking:
        parts.append(counted(len(change.errors), "error"))
    if warnings_of(change):
        parts.append(counted(warnings_of(change), "warning"))
    if change.errors and change.tolerated:
        parts.append(change.tolerated)
    return f"{code(change.ref)} {code(change.head[:7])}{against}{root}: {', '.join(filter(None, parts))}"


def _waived(waived: Waived) -> str:
    finding, waiver = waived
    until = f"is waived until {code(waiver.expires or '')} by {code(as_text(waiver.path))}"
    return f"{code(as_text(finding.path))} {finding.rule} {until}: {prose(waiver.reason or '')}"


def _table(changes: list[JudgedChange]) -> list[str]:
    """One row a file that something is to be said of, those with errors first."""
    rows: dict[str, str] = {}
    for change in changes:
        by_path: dict[str, list[Finding]] = {file.path: [] for file in change.files if not file.exempt}
        for finding in change.findings:
            by_path.setdefault(finding.path, []).append(finding)
        states = {file.path: file.state.value for file in change.files}
        states |= {file.path: f"lacks {', '.join(file.lacks)}" for file in change.files if file.lacks}
        lacking = {file.path for file in change.files if file.lacks}
        failing = {path for path in by_path if path in lacking or _count(by_path[path], Severity.ERROR)}
        for path in sorted(by_path, key=lambda path: (path not in failing, path)):
            told = "" if path in lacking else _counts(by_path[path])
            rows.setdefault(path, told or states.get(path, "covered"))
    if not rows:
        return []
    files = [file for change in changes for file in change.files]
    lines = [f"| {code(as_text(path))} | {state} |" for path, state in gathered(rows.items(), files)]
    table = ["| file | state |", "|---|---|", *first(lines, _ROWS, "| and {} | |", rest_noun(lines))]
    if set(rows.values()) == {"covered"}:
        return [
            "",
            f"<details><summary>{counted(len(rows), 'file')}, all covered</summary>",
            "",
            *table,
            "",
            "</details>",
        ]
    return ["", *table]


def _count(findings: list[Finding], severity: Severity) -> int:
    return sum(finding.severity == severity for finding in findings)


def _counts(findings: list[Finding]) -> str:
    counts = {severity: _count(findings, severity) for severity in (Severity.ERROR, Severity.WARNING)}
    return ", ".join(counted(count, severity.value) for severity, count in counts.items() if count)


def _next(verdict: Verdict, plans: Plans) -> list[str]:
    """The commands that fix it, each block to be pasted as it is."""
    lines: list[str] = []
    for plan in [*plans.values()][:_PLANS]:
        lines += ["", told_of_request(plan)] if plan.request else []
        lines += ["", _subject(plan), "", *_block([*filter(None, map(shell_line, plan.ways))])]
    if len(plans) > _PLANS:
        lines += ["", f"More to fix ({len(plans) - _PLANS}): `sdd gate`"]
    if plans:
        lines += ["", afterwards(next(iter(plans.values())))]
    failed = next((change for change in verdict.changes if change.errors), None)
    return [*lines, "", f"Why: `sdd rule show {rule_to_explain(failed)}`"] if failed else lines


def _subject(plan: Plan) -> str:
    files = f" and {counted(len(plan.paths) - 1, 'more file')}" if len(plan.paths) > 1 else ""
    pick = ", by one of these lines" if len(plan.ways) > 1 else ""
    fill = " (fill in CAPITALS)" if needs_words(plan) else ""
    return f"Fix {code(as_text(plan.paths[0]))}{files}{pick}{fill}:"


def _block(lines: list[str]) -> list[str]:
    """A code block; a line that is too long to be looked over before it is pasted is left to the command line."""
    shown = [line if len(line) <= _LONGEST_COMMAND else "sdd gate" for line in lines]
    fence = "`" * max([3, *(len(run) + 1 for line in shown for run in _BACKTICKS.findall(line))])
    return [f"{fence}sh", *dict.fromkeys(shown), fence]


def _details(changes: list[JudgedChange], lines: int, letters: int) -> list[str]:
    """The findings as a folded list of at most `lines` lines and `letters` characters."""
    findings = [finding for change in changes for finding in without_repeats(change.findings)]
    findings.sort(key=lambda finding: finding.severity != Severity.ERROR)
    if not findings:
        return []
    start = ["", f"<details><summary>{counted(len(findings), 'finding')}</summary>", ""]
    rows = ((finding.path, finding._replace(path="")) for finding in findings)
    told = [
        _finding(path, finding) for path, finding in gathered(rows, (f for change in changes for f in change.files))
    ]
    fitting = sum(length <= letters for length in accumulate(map(len, told)))
    return [*start, *listed(told, min(fitting, max(0, lines - len(start) - 3)), "finding"), "", "</details>"]


def _finding(path: str, finding: Finding) -> str:
    place = code(as_text(path) if MOVED in path else f"{as_text(path)}:{finding.line}")
    weight = "" if finding.severity == Severity.ERROR else f" ({finding.severity})"
    fix = f" ({code(finding.fix)})" if finding.fix else ""
    return f"{place} {finding.rule}{weight}: {code(finding.message)}{fix}"
