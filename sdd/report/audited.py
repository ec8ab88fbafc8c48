"""From an audit to the changes that a report shows."""

from collections import Counter
from collections.abc import Mapping

from sdd.answers.audit.audit import Audit
from sdd.answers.audit.audited import AuditedChange
from sdd.gate.cover import Need
from sdd.report.changes import NEEDS, ReportedChange


def changes_of(audit: Audit, authors: Mapping[str, tuple[str, ...]] | None = None) -> tuple[ReportedChange, ...]:
    """The changes that there is a verdict over, the newest first. `authors` are told by the ids of heads."""
    return tuple(_change(change, (authors or {}).get(change.landing.head.oid, ())) for change in reversed(audit.judged))


def _change(change: AuditedChange, authors: tuple[str, ...]) -> ReportedChange:
    head = change.landing.head
    files = [file for verdict in change.verdicts for file in verdict.files if not file.exempt]
    kinds = Counter(kind for file in files for kind in file.kinds)
    had = {need: need in change.asked and need not in change.missed for need in Need}
    return ReportedChange(
        commit=head.oid,
        day=head.day,
        title=head.title,
        features=change.features,
        kind=kinds.most_common(1)[0][0].value if kinds else None,
        passed=change.passed,
        had_spec=had[Need.SPEC],
        had_contract=had[Need.CONTRACT],
        had_phr=had[Need.PHR],
        lacks=tuple(need for need in NEEDS if need in change.missed),
        files=len(files),
        lines=change.lines,
        rules=change.rules,
        waived=change.waived,
        authors=authors,
    )
