"""A verdict as plain text, for a terminal and for what git shows of a hook: the last lines matter most."""

import shlex
from collections.abc import Iterable, Iterator

from sdd.check import Finding, JudgedChange, Verdict
from sdd.cover import CoveredFile
from sdd.mending import Mend, Next
from sdd.paths import printable
from sdd.rules import Severity

_SHOWN_FILES = 5
_COVERAGE_RULES = ("change-no-phr", "change-no-contract", "change-out-of-scope", "change-no-spec")


def gate_text(verdict: Verdict, mends: dict[int, tuple[Mend, ...]], *, verbose: bool, pushing: bool) -> str:
    """The verdict over a change or a push. One line for a pass; with `verbose` the table and the warnings too."""
    if not verdict.changes:
        return (
            "\n".join(f"sdd: pass: {printable(remark)}" for remark in verdict.remarks or ("nothing to judge",)) + "\n"
        )
    blocks = []
    for place, change in enumerate(verdict.changes):
        if change.root is not None or verbose:
            blocks.append("\n".join(_change(change, mends.get(place, ()), verbose, pushing)))
    remarks = [f"sdd: {printable(remark)}" for remark in verdict.remarks]
    return "\n".join([*remarks, *blocks]) + "\n"


def _change(change: JudgedChange, mends: tuple[Mend, ...], verbose: bool, pushing: bool) -> Iterator[str]:
    target = f"{printable(change.target_name) or 'nothing'} {(change.base or '')[:7]}".rstrip()
    against = f"{printable(change.ref)} {change.head[:7]} against {target}"
    where = f" (root {printable(change.root)})" if change.root else ""
    if change.remark:
        yield f"sdd: {printable(change.remark)}"
    if not change.errors:
        told = ", ".join(filter(None, (_counts(change.files) or "records only", _warned(change, verbose))))
        yield f"sdd: pass: {against}{where}: {told}"
        yield from _details(change) if verbose else ()
        return
    word = ("push refused" if pushing else "refused") if change.refused else "would be refused"
    yield f"sdd: {word}: {against}{where}"
    lacking = [file for file in change.files if file.lacks]
    if lacking:
        told = "; ".join(filter(None, (_counts(change.files), "" if verbose else "all: sdd gate -v")))
        verb = "lack" if len(lacking) != 1 else "lacks"
        yield f"sdd: {len(lacking)} of {_files(change.files)} {verb} records{f' ({told})' if told else ''}"
    yield ""
    yield from _details(change) if verbose else _errors(change)
    for mend in mends:
        yield from _mend(mend, len(lacking))
    if any(mend.ways for mend in mends):
        yield "Then push again: the record is a new commit on top, nothing is rebased."
        yield ""
    yield _last_line(change, lacking)


def _counts(files: Iterable[CoveredFile]) -> str:
    rows = tuple(files)
    exempt = sum(bool(file.exempt) for file in rows)
    covered = sum(not file.exempt and not file.lacks for file in rows)
    return ", ".join(
        part for part in (f"{covered} covered" if covered else "", f"{exempt} exempt" if exempt else "") if part
    )


def _files(files: tuple[CoveredFile, ...]) -> str:
    return f"{len(files)} changed file{'s' if len(files) != 1 else ''}"


def _warned(change: JudgedChange, verbose: bool) -> str:
    warnings = sum(finding.severity == Severity.WARNING for finding in change.findings)
    return f"{_warnings(warnings)}{'' if verbose else ' (-v lists them)'}" if warnings else ""


def _warnings(count: int) -> str:
    return f"{count} warning{'s' if count != 1 else ''}"


def _last_line(change: JudgedChange, lacking: list[CoveredFile]) -> str:
    warnings = sum(finding.severity == Severity.WARNING for finding in change.findings)
    count = (
        f"{len(lacking)} file{'s' if len(lacking) != 1 else ''}"
        if lacking
        else f"{len(change.errors)} error{'s' if len(change.errors) != 1 else ''}"
    )
    told = [
        f"refused, {count}" if change.refused else f"{count}, but {change.tolerated}",
        *([_warnings(warnings)] if warnings else []),
    ]
    found = {finding.rule for finding in change.errors}
    first = next((rule for rule in _COVERAGE_RULES if rule in found), change.errors[0].rule)
    return f"sdd: {', '.join(told)}; why: sdd explain {first}"


def _errors(change: JudgedChange) -> Iterator[str]:
    """The errors, one line a file for what it lacks; five such files are shown, the rest counted."""
    others = [finding for finding in change.errors if finding.rule not in _COVERAGE_RULES]
    for finding in others:
        yield from _finding(finding)
    if others:
        yield ""
    lacks = [finding for finding in change.errors if finding.rule in _COVERAGE_RULES]
    by_file: dict[str, Finding] = {}
    for finding in sorted(lacks, key=lambda one: _COVERAGE_RULES.index(one.rule)):
        by_file.setdefault(finding.path, finding)
    shown = sorted(by_file.values())
    for finding in shown[:_SHOWN_FILES]:
        yield from _finding(finding, with_fix=False)
    if len(shown) > _SHOWN_FILES:
        yield f"... and {len(shown) - _SHOWN_FILES} more files (all: sdd gate -v)"
    if shown:
        yield ""


def _finding(finding: Finding, *, with_fix: bool = True) -> Iterator[str]:
    place = f"{printable(finding.path)}:{finding.line}:{finding.column}"
    weight = "" if finding.severity == Severity.ERROR else f" {finding.severity}:"
    yield f"{place}: {finding.rule}:{weight} {printable(finding.message)}"
    if with_fix and finding.fix:
        yield f"    {printable(finding.fix)}"


def _mend(mend: Mend, lacking: int) -> Iterator[str]:
    if not mend.ways:
        return
    count = len(mend.files)
    subject = f"all {count}" if count == lacking and count > 1 else f"{count} of them" if lacking > 1 else "it"
    fill = " (fill in CAPITALS)" if any(way.needs for way in mend.ways) else ""
    yield f"Mend {subject}{', pick one line' if len(mend.ways) > 1 else ''}{fill}:"
    for way in mend.ways:
        yield next_line(way)


def next_line(way: Next) -> str:
    """A way to mend as a line to paste into a shell."""
    label = f"next[{way.label}]" if way.label else "next"
    commands = " && ".join(_shell(command) for command in (way.argv, way.then) if command)
    return f"{label}: {commands}"


def _shell(argv: tuple[str, ...]) -> str:
    return " ".join(f'"{word}"' if word.isupper() and word != "FEATURE" else shlex.quote(word) for word in argv)


def _details(change: JudgedChange) -> Iterator[str]:
    """The cover table, then every finding."""
    for file in change.files:
        said = (
            f"exempt ({file.exempt})" if file.exempt else "lacks " + ", ".join(file.lacks) if file.lacks else "covered"
        )
        behind = dict.fromkeys([*(contract.path for contract in file.contracts), *(phr.path for phr in file.phrs)])
        told = ", ".join(map(printable, behind))
        kind = f" [{'+'.join(file.kinds)}]" if behind else ""
        link = ", has" if file.lacks else " by"
        yield f"{file.changed.status} {printable(file.path)}{kind}: {said}{f'{link} {told}' if told else ''}"
    yield ""
    for finding in change.findings:
        yield from _finding(finding)
    for one in change.not_judged:
        yield f"{printable(one.path)}: {one.rule}: not judged, because of {one.because}"
    if change.findings or change.not_judged:
        yield ""


def check_text(verdict: Verdict, *, verbose: bool, strict: bool) -> str:
    """The verdict over a tree: the findings, a count, and what `check` does not say."""
    findings = [finding for change in verdict.changes for finding in change.findings]
    errors = sum(finding.severity == Severity.ERROR for finding in findings)
    warnings = len(findings) - errors
    lines: list[str] = []
    for finding in findings:
        if finding.severity == Severity.ERROR or verbose or strict:
            lines += _finding(finding)
    if lines:
        lines.append("")
    told = f"{errors} error{'s' if errors != 1 else ''}, {_warnings(warnings)}" if findings else "every record is clean"
    more = " (-v lists the warnings)" if warnings and not (verbose or strict) else ""
    lines += [f"sdd: {told}{more}", "sdd: this says nothing about a push: that is judged by sdd gate"]
    return "\n".join(lines) + "\n"
