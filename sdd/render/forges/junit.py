"""A verdict as JUnit XML, as GitLab, Jenkins and others show test results.

A suite is one ref in one root, a case one file and family of rules: GitLab lists cases by their name (the path),
Jenkins groups them by the class name (`sdd.change`, `sdd.phr`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as xml

from sdd.base.errors import ExitCode
from sdd.base.paths import as_text, printable, printable_line, printable_path
from sdd.gate.check.verdict import Finding, JudgedChange, Verdict
from sdd.gate.plan import Plan
from sdd.render.alterations import alteration_lines
from sdd.render.findings import place_of, without_repeats
from sdd.render.plan import Plans, plan_lines
from sdd.render.text.verdict import BROUGHT

_COUNTED = {
    "tests": "testcase",
    "failures": "testcase/failure",
    "errors": "testcase/error",
    "skipped": "testcase/skipped",
}


@dataclass
class _Case:
    """What one family of rules says about one file: what stops the change, and what does not."""

    stopping: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    exempt: str = ""


def verdict_text(verdict: Verdict, plans: Plans) -> str:
    """Errors that stop a change are failures; warnings and tolerated errors are in the case's output."""
    document = xml.Element("testsuites", name="sdd")
    for place, change in enumerate(verdict.changes):
        if change.root is not None:
            _suite(document, change, plans.get(place))
    if not len(document):
        suite = xml.SubElement(document, "testsuite", name="sdd")
        _text(_case(suite, "sdd", "nothing to judge"), "system-out", verdict.remarks)
    return _written(document)


def error_text(message: str, fix: str, status: ExitCode) -> str:
    """One case that could not be run."""
    document = xml.Element("testsuites", name="sdd")
    case = _case(xml.SubElement(document, "testsuite", name="sdd"), "sdd", "verdict")
    kind = "usage" if status == ExitCode.USAGE else "cannot-judge"
    _text(case, "error", fix.splitlines(), message=message, type=kind)
    return _written(document)


def _suite(document: xml.Element, change: JudgedChange, plan: Plan | None) -> None:
    root = f" (root {change.root})" if change.root else ""
    suite = xml.SubElement(document, "testsuite", name=printable(f"{change.ref}{root}"))
    properties = xml.SubElement(suite, "properties")
    values = [("target", change.target_name), ("base", change.base), ("head", change.head)]
    values += [("remark", change.remark), ("tolerated", change.tolerated)]
    values += [("alters", line) for line in alteration_lines([change])]
    for name, value in values:
        if value:
            xml.SubElement(properties, "property", name=name, value=printable(value))
    cases = _cases(change)
    for (path, family), case in cases.items():
        _judged(_case(suite, f"sdd.{family}", path), case)
    if not cases:
        _case(suite, "sdd", "records")
    if plan:
        lines = [*plan_lines(plan)]
        _text(suite, "system-out", ("Fix it in one of these ways:", *lines))


def _cases(change: JudgedChange) -> dict[tuple[str, str], _Case]:
    """(path, family of rules) -> its case; every file of the cover table has one."""
    cases: dict[tuple[str, str], _Case] = defaultdict(_Case)
    for file in change.files:
        covered = dict.fromkeys(f"covered by {as_text(record.path)}" for record in (*file.contracts, *file.phrs))
        cases[file.path, "change"] = _Case(notes=list(covered), exempt=file.exempt or "")
    for finding in without_repeats(change.findings):
        case = cases[finding.path, _family(finding)]
        if change.stopped_by(finding):
            case.stopping.append(finding)
        else:
            case.notes += _lines(finding)
    for finding, waiver, is_brought in change.waived:
        note = f"{finding.rule}: waived until {waiver.expires} by {waiver.path}: {waiver.reason}"
        about = f"approved by {waiver.approved_by}{f', {BROUGHT}' if is_brought else ''}"
        cases[finding.path, _family(finding)].notes.append(f"{note} ({about})")
    return cases


def _family(finding: Finding) -> str:
    return finding.rule.partition("-")[0]


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{place_of(finding)}: {finding.rule}: {finding.severity}: {finding.message}"
    if finding.fix:
        yield f"    {finding.fix}"


def _judged(element: xml.Element, case: _Case) -> None:
    if case.stopping:
        rules = ", ".join(dict.fromkeys(finding.rule for finding in case.stopping))
        lines = [line for finding in case.stopping for line in _lines(finding)]
        _text(element, "failure", lines, message=case.stopping[0].message, type=rules)
    elif case.exempt:
        xml.SubElement(element, "skipped", message=printable(f"exempt: {case.exempt}"))
    if case.notes:
        _text(element, "system-out", case.notes)


def _case(suite: xml.Element, group: str, name: str) -> xml.Element:
    return xml.SubElement(suite, "testcase", classname=group, name=printable_path(name), time="0")


def _text(parent: xml.Element, tag: str, lines: Iterable[str], **attributes: str) -> None:
    """A child with text. XML 1.0 cannot hold control characters: `printable` has made escapes of them."""
    values = {name: printable(value) for name, value in attributes.items()}
    xml.SubElement(parent, tag, values).text = "\n".join(map(printable_line, lines))


def _written(document: xml.Element) -> str:
    for suite in document:
        for name, below in _COUNTED.items():
            suite.set(name, str(len(suite.findall(below))))
        suite.set("time", "0")
    xml.indent(document)
    # ASCII with references for all else: it is the same in whatever encoding standard output has.
    written: bytes = xml.tostring(document, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii") + "\n"
