"""A verdict as Markdown, to be a comment on a pull request or a job's summary: at most 40 lines.

Text of the repository is always in code spans or code blocks. Nothing else keeps forges from making mentions,
links and issue numbers of it: they look for these in the page, after the Markdown has been read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from sdd.base.errors import ExitCode
from sdd.base.grouping import grouped
from sdd.base.listing import counted
from sdd.base.paths import as_text, printable, printable_line
from sdd.gate.check.verdict import Finding, JudgedChange, Verdict
from sdd.gate.cover import CoveredFile, FileState, Need
from sdd.gate.plan import Plan, Way
from sdd.gate.rules import Severity
from sdd.render.findings import warnings_of, without_repeats
from sdd.render.forges.altered import rule_lines
from sdd.render.forges.asked import request_lines
from sdd.render.moves import MOVED, gathered, rest_noun
from sdd.render.plan import Plans, afterwards, needs_words, told_of_request, way_parts
from sdd.render.text.verdict import BROUGHT, INSTALL, counts_of, lacking_of, rule_to_explain
from sdd.render.words import each_file_once, first, number_of, shortened

# How many of each are shown before the rest is counted, and the lines that are left for what comes further down.
_LINES, _CHANGES, _REMARKS, _WAIVED, _ROWS, _COMMANDS = 40, 2, 1, 2, 12, 4
_FOR_REQUESTS, _FOR_FILES, _FOR_FINDINGS = 2, 6, 8
# Characters of a path or a message, and of the whole: a comment on GitHub holds 65536.
_LONGEST, _LONGEST_COMMAND, _LONGEST_BY_HAND, _ALL = 200, 500, 1000, 60_000

_PATHS = _RULES = 3
_DONE = {"A": "added", "M": "modified", "D": "deleted", "T": "of another type"}

# What a code span cannot hold, within a table or outside: then every sign that could mean something is an entity.
_AWKWARD = re.compile(r"[`|\\]|^ | $|^$")
_SIGN = re.compile(r"[^\w/ -]|_|^ | $")
_BACKTICKS = re.compile(r"`+")


def verdict_text(verdict: Verdict, plans: Plans) -> str:
    """The verdict, the files, what to do next, and folded below it the findings."""
    changes = [change for change in verdict.changes if change.root is not None]
    changes.sort(key=lambda change: (not change.refused, not change.errors))
    lines = [f"### sdd: {_word(verdict)}", ""]
    lines += listed([_change(change) for change in changes], _CHANGES, "change")
    remarks = [code(remark) for remark in (*verdict.remarks, *(change.remark for change in changes if change.remark))]
    lines += listed(remarks if changes or remarks else ["nothing to judge"], _REMARKS, "remark")
    lines += rule_lines(changes, code)
    lines += listed([*_waivers(changes)], _WAIVED, "waiver")
    findings = _FOR_FINDINGS * any(change.findings for change in changes)
    files = _FOR_FILES * any(change.files or change.findings for change in changes)
    plan = _next(verdict, plans, _LINES - len(lines) - findings - files - _FOR_REQUESTS)
    lines += request_lines(changes, code, _LINES - len(lines) - findings - files - len(plan))
    lines += _table(changes, _LINES - len(lines) - findings - len(plan))
    lines += plan
    lines += _details(changes, _LINES - len(lines), _ALL - sum(map(len, lines)))
    return "\n".join(lines) + "\n"


def error_text(message: str, fix: str, status: ExitCode) -> str:
    """Why there is no verdict, and the way out."""
    lines = ["### sdd: cannot judge", "", code(message)]
    commands = fix.splitlines()[:_COMMANDS]
    return "\n".join([*lines, "", *_block([printable_line(line) for line in commands])] if commands else lines) + "\n"


def code(text: str, longest: int = _LONGEST) -> str:
    """Text out of a repository as a code span of one line, or where it would break one as code in HTML."""
    shown = shortened(printable(text), longest, "…")
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
    parts = [lacking_of(change.files, "changed file"), counts] if lacking else [counts or "records only"]
    if change.errors and not lacking:
        parts.append(counted(len(change.errors), "error"))
    if warnings := warnings_of(change):
        rules = first([*dict.fromkeys(warnings)], _RULES, "{} more")
        parts.append(f"{counted(len(warnings), 'warning')} ({', '.join(rules)})")
    if change.errors and change.tolerated:
        parts.append(change.tolerated)
    return f"{code(change.ref)} {code(change.head[:7])}{against}{root}: {', '.join(filter(None, parts))}"


def _waivers(changes: Sequence[JudgedChange]) -> Iterator[str]:
    """One line a waiver: who answers for what, why and how long, and what it lets pass here."""
    waived = (entry for change in changes for entry in change.waived)
    passed = grouped(((waiver, is_brought), finding) for finding, waiver, is_brought in waived)
    # What the change itself waives is read first.
    for (waiver, is_brought), findings in sorted(passed.items(), key=lambda entry: not entry[0][1]):
        agreed = f"until {code(waiver.expires or '')}, approved by {code(waiver.approved_by or 'nobody')}"
        reason = prose(waiver.reason or "")
        where = ", ".join(first([code(item.text) for item in waiver.paths], _PATHS, "{} more"))
        rules = ", ".join(dict.fromkeys(finding.rule for finding in findings))
        files = [code(as_text(path)) for path in dict.fromkeys(finding.path for finding in findings)]
        yield (
            f"**waived** {agreed}{f', **{BROUGHT}**' if is_brought else ''}: {reason} ({code(as_text(waiver.path))}"
            f"{f' for {where}' if where else ''}): {rules} of {', '.join(first(files, _PATHS, '{} more'))}"
        )


def _table(changes: list[JudgedChange], most: int) -> list[str]:
    """One row a file or record that something is to be said of: errors first, then deletions, last what is exempt.

    Where all is well and nothing is deleted, the rows are folded.
    """
    rows: dict[str, str] = {}
    rank: dict[str, int] = {}
    for change in changes:
        by_path = grouped((finding.path, finding) for finding in change.findings)
        for file in change.files:
            rows.setdefault(file.path, _state(file, by_path.get(file.path, ())))
            rank.setdefault(file.path, _rank(file))
        for path, findings in by_path.items():
            rows.setdefault(path, _counts(findings))
            if any(finding.severity == Severity.ERROR for finding in findings):
                rank[path] = 0
    if not rows:
        return []
    files = [file for change in changes for file in change.files]
    ordered = sorted(rows.items(), key=lambda row: (rank.get(row[0], 1), row[0]))
    told = [*gathered(ordered, files)]
    done = {file.path: _DONE[file.changed.status] for file in files}
    done |= {path: "moved" for path, _ in told if MOVED in path}
    lines = [f"| {code(as_text(path))} | {state} | {done.get(path, '')} |" for path, state in told]
    is_well = {file.state for file in files} <= {FileState.COVERED, FileState.EXEMPT} and len(rows) == len(files)
    is_well = is_well and 0 not in rank.values()
    is_folded = is_well and all(done[path] != _DONE["D"] for path, _ in told)
    fold = [*_folded(files)] if is_folded else []
    room = max(1, min(_ROWS, most - 3 - 4 * is_folded))
    shown = len(lines) if len(lines) <= room else room - 1
    table = ["| file | state | change |", "|---|---|---|", *first(lines, shown, "| and {} | | |", rest_noun(lines))]
    return ["", *fold, *table, *(["", "</details>"] if fold else [])]


def _state(file: CoveredFile, findings: Sequence[Finding]) -> str:
    if file.exempt:
        return f"exempt: {code(file.exempt)}"
    if file.lacks:
        scope = f" (out of the scope of {code(as_text(file.out_of_scope[0].path))})" if file.out_of_scope else ""
        return f"lacks {', '.join(file.lacks)}{scope if Need.CONTRACT in file.lacks else ''}"
    return _counts(findings) or file.state.value


def _rank(file: CoveredFile) -> int:
    if file.exempt:
        return 4
    return 0 if file.lacks else 2 if file.changed.status == "D" else 3


def _folded(files: Sequence[CoveredFile]) -> Iterator[str]:
    states = f": {counts_of(files)}" if any(file.exempt for file in files) else ", all covered"
    yield from (f"<details><summary>{counted(number_of(files), 'file')}{states}</summary>", "")


def _counts(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(counted(counts[weight], weight) for weight in (Severity.ERROR, Severity.WARNING) if counts[weight])


def _next(verdict: Verdict, plans: Plans, most: int) -> list[str]:
    """The ways to an accepted push with all their steps, each command a block of its own, in about `most` lines.

    The first way is always shown whole.
    """
    end = ["", afterwards(next(iter(plans.values())))] if plans else []
    if failed := next((change for change in verdict.changes if change.errors), None):
        asked = any(plan.request for plan in plans.values())
        install = "" if asked else f" (no sdd yet: `{INSTALL}`)"
        end += [*([] if plans else [""]), f"Why: `sdd rule show {rule_to_explain(failed)}`{install}"]
    files = [file for change in verdict.changes for file in change.files]
    lines: list[str] = []
    left = 0
    for plan in plans.values():
        start = ["", *([told_of_request(plan)] if plan.request else []), _subject(plan, files)]
        for way in plan.ways:
            made = [*start, *_way(way, is_choice=len(plan.ways) > 1)]
            if lines and len(lines) + len(made) + len(end) + 1 > most:
                left += 1
            else:
                lines += made
                start = []
    return [*lines, *([f"More ways ({left}): `sdd gate`"] if left else []), *end]


def _way(way: Way, *, is_choice: bool) -> Iterator[str]:
    """What it suits, then its steps in order: what is done by hand in words, what is run as a block."""
    if is_choice:
        why = f", as {code(way.why)}" if way.why else ""
        yield f"- as a {code(way.label)}{why}:"
    for word, text, is_command in way_parts(way):
        if is_command:
            yield from _block([text])
        else:
            yield f"{word}: {code(text, _LONGEST_BY_HAND)}"


def _subject(plan: Plan, files: Sequence[CoveredFile]) -> str:
    first_path, *others = each_file_once(plan.paths, files)
    more = f" and {counted(len(others), 'more file')}" if others else ""
    pick = ", in one of these ways" if len(plan.ways) > 1 else ""
    fill = " (fill in CAPITALS)" if needs_words(plan) else ""
    return f"Fix {code(as_text(first_path))}{more}{pick}{fill}:"


def _block(lines: list[str]) -> list[str]:
    """A code block; a line that is too long to be looked over before it is pasted is left to the command line."""
    shown = [line if len(line) <= _LONGEST_COMMAND else "sdd gate" for line in lines]
    return fenced([*dict.fromkeys(shown)], "sh")


def fenced(lines: Sequence[str], language: str) -> list[str]:
    """Some lines as a code block that none of them ends."""
    fence = "`" * max([3, *(len(run) + 1 for line in lines for run in _BACKTICKS.findall(line))])
    return [f"{fence}{language}", *lines, fence]


def _details(changes: list[JudgedChange], lines: int, letters: int) -> list[str]:
    """The findings as a folded list of at most `lines` lines and `letters` characters."""
    findings = [finding for change in changes for finding in without_repeats(change.findings)]
    # The first of each rule before its others: many of one are not to leave another only counted.
    seen: Counter[str] = Counter()
    ranks = []
    for finding in findings:
        seen[finding.rule] += 1
        ranks.append((finding.severity != Severity.ERROR, seen[finding.rule]))
    findings = [findings[place] for place in sorted(range(len(findings)), key=ranks.__getitem__)]
    if not findings or lines < _FOR_FINDINGS - 2:
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
