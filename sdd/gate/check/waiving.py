"""Waivers: findings that somebody answers for no longer count, and the verdict lists them."""

from collections.abc import Iterable, Iterator
from datetime import date

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.gate.change import ChangeView
from sdd.gate.check.asking import RULE_NAMES
from sdd.gate.check.verdict import Finding, JudgedChange, Waived
from sdd.gate.cover import CoveredFile, Need, reaches
from sdd.gate.cover.lookup import literal_folders
from sdd.gate.rules.waiver import RECORD_SECRET, in_force
from sdd.records.kinds.waiver import Waiver
from sdd.records.layout import WAIVERS, roots_of
from sdd.records.project import Project


def waivers_in_force(project: Project, today: date) -> tuple[Waiver, ...]:
    """The waivers of one root that count on a day."""
    folder = project.path(project.placed(WAIVERS))
    records = (project.record(f"{folder}/{name}") for name in project.tree.folder(folder))
    return tuple(record for record in records if isinstance(record, Waiver) and in_force(record, today, RULE_NAMES))


def waivers_that_count(view: ChangeView, root: str, today: date) -> tuple[Waiver, ...]:
    """The waivers of one root that count for a change: head's, where TARGET's policy says so, else TARGET's."""
    return waivers_in_force(view.after(root) if _at_once(view, root) else view.before(root), today)


def _at_once(view: ChangeView, root: str) -> bool:
    """Whether a waiver of a root counts for the change that brings it. One that did as it landed still does, however
    strict a later policy is.
    """
    return "same-change" in (view.policy(root).waivers, view.found_policy(root).waivers)


def waive_in_change(change: JudgedChange, view: ChangeView, today: date) -> JudgedChange:
    """A judged change without what the waivers of its root, and of the roots above, cover.

    They are TARGET's; those that the change itself brings count where the policies say so, that of the root that is
    judged and that of the one that holds the waiver, and are named where not.
    """
    if change.root is None or not change.findings:
        return change
    roots = (change.root, *roots_of(view.head, change.root))
    landed = [waiver for root in roots for waiver in waivers_in_force(view.before(root), today)]
    at_once = [root for root in roots if _at_once(view, root) and _at_once(view, roots[0])]
    own = {root: waivers_in_force(view.after(root), today) for root in roots}
    change = waive(change, (*landed, *(waiver for root in at_once for waiver in own[root])))
    told = (entry._replace(is_brought=entry.waiver.path in view.records) for entry in change.waived)
    covering = _Covering(waiver for root in roots if root not in at_once for waiver in own[root])
    findings = tuple(_awaiting(finding, covering) for finding in change.findings)
    return change._replace(findings=findings, waived=tuple(told))


def _awaiting(finding: Finding, covering: "_Covering") -> Finding:
    """A finding that says which waiver will cover it once that has landed."""
    waiver = covering.first(finding)
    if not waiver:
        return finding
    return finding._replace(message=f"{finding.message}; {waiver.path} counts once it has landed")


def waive(change: JudgedChange, waivers: Iterable[Waiver]) -> JudgedChange:
    """A judged change with the findings that waivers cover moved to `waived`.

    What a file lacks is waived once all findings about it are.
    """
    covering = _Covering(waivers)
    if not covering:
        return change
    kept, waived = [], []
    for finding in change.findings:
        if waiver := covering.first(finding):
            waived.append(Waived(finding, waiver))
        else:
            kept.append(finding)
    places = {(entry.finding.rule, entry.finding.path) for entry in waived}
    files = tuple(_with_waived(file, places) for file in change.files)
    return change._replace(findings=tuple(kept), waived=tuple(waived), files=files)


class _Covering:
    """Some waivers, filed under their rules and the folders that their patterns begin with."""

    def __init__(self, waivers: Iterable[Waiver]) -> None:
        self._waivers = tuple(waivers)
        self._filed = grouped(
            ((rule.text, folder), number)
            for number, waiver in enumerate(self._waivers)
            for folder in dict.fromkeys(literal_folders(waiver.root, waiver.paths))
            for rule in waiver.rules
        )

    def __bool__(self) -> bool:
        return bool(self._waivers)

    def first(self, finding: Finding) -> Waiver | None:
        """The first waiver that covers a finding."""
        places = dict.fromkeys((finding.path, *paths.folders_above(finding.path)))
        near = sorted({number for place in places for number in self._filed.get((finding.rule, place), ())})
        return next((waiver for number in near if _covers(waiver := self._waivers[number], finding)), None)


def _covers(waiver: Waiver, finding: Finding) -> bool:
    named = any(item.text == finding.rule for item in waiver.rules)
    if finding.rule == RECORD_SECRET:
        named = named and any(item.text == finding.secret for item in waiver.secrets)
    return named and reaches(waiver.root, waiver.paths, finding.path)


def _with_waived(file: CoveredFile, places: set[tuple[str, str]]) -> CoveredFile:
    """A row of the cover table whose needs are `waived`, no longer in its `lacks`, once all their findings are."""
    waived = tuple(need for need in file.lacks if places.issuperset(findings_of_lack(file, need)))
    return file._replace(lacks=tuple(need for need in file.lacks if need not in waived), waived=waived)


def findings_of_lack(file: CoveredFile, need: Need) -> Iterator[tuple[str, str]]:
    """(rule, path) of the findings about what a file lacks."""
    if need == Need.SPEC:
        yield from ((fault.rule, fault.path or file.path) for fault in file.spec_faults)
    elif need == Need.CONTRACT:
        yield "change-out-of-scope" if file.out_of_scope else "change-no-contract", file.path
    else:
        yield "change-no-phr", file.path
