"""PHRs of a change that somebody has begun: the template is not filled in, and no file is named yet."""

from collections.abc import Iterator, Sequence

from sdd.base import paths
from sdd.base.listing import listed
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import Need
from sdd.gate.plan.gap import Gap
from sdd.gate.plan.ways import Plan, Step, Way
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.reading import is_token
from sdd.records.kinds.record import ChangeKind
from sdd.records.project import Project

UNFILLED, NOT_FILLED_IN = "phr-placeholder", "a PHR that is not filled in"


def with_begun(gap: Gap, changes: Sequence[JudgedChange]) -> Plan | None:
    """The plan to fill in such a PHR: another one would leave it as unfinished as it is. None where it would not supply
    what every file lacks.
    """
    files = [file.path for file in gap.lacking if Need.PHR in file.lacks]
    if not files or len(files) < len(gap.lacking) or gap.undecided or gap.waiting or gap.untold:
        return None
    begun = next((phr for phr in _begun(gap, changes) if all(paths.is_below(path, phr.root) for path in files)), None)
    if not begun:
        return None
    named = listed([paths.relative(begun.root, path) for path in files])
    kinds = f"{ChangeKind.FIX}, {ChangeKind.REFACTOR} or {ChangeKind.FEATURE}"
    text = f"fill in {begun.path}, with files: {named} and kind: {kinds}; commit it, and run sdd status"
    return Plan(gap.change.ref, (*files, begun.path), (Way((Step(by_hand=text),), why=NOT_FILLED_IN),))


def _begun(gap: Gap, changes: Sequence[JudgedChange]) -> Iterator[Phr]:
    tree = gap.repository.tree(gap.change.head)
    for change in changes:
        for path in dict.fromkeys(finding.path for finding in change.errors if finding.rule == UNFILLED):
            phr = Project(tree, change.root or "", gap.reader).get(Phr, path)
            if phr and all(is_token(entry.written) for entry in phr.files):
                yield phr
