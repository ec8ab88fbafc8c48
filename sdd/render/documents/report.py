"""A report as one JSON document; report.schema.json beside this file is its JSON Schema."""

from collections.abc import Iterator
from typing import Any

from sdd.answers.lists import Row
from sdd.report.changes import Proportion, ReportedChange, Shares
from sdd.report.features import FeatureRow
from sdd.report.overview import OpenItem
from sdd.report.reading import Report


def report_document(report: Report) -> dict[str, Any]:
    """The whole report but for the long texts. People are named only where the report may name them."""
    subject, view = report.subject, report.overview
    document: dict[str, Any] = {
        "schema": "sdd/report/1",
        "project": subject.name,
        "commit": subject.commit,
        "day": subject.today,
        "period": {"since": subject.period.since or None, "until": subject.period.until or None},
        "since": subject.since,
        "before": subject.before,
        "answered": subject.answered,
        "address": subject.forge.address if subject.forge else None,
        "shares": _shares(view.total),
        "over_time": {
            "unit": view.series.unit,
            "pieces": [{"start": piece.start, **_shares(shares)} for piece, shares in view.series.pieces],
        },
        "by_feature": [{"feature": shares.name or None, **_shares(shares)} for shares in view.by_feature],
        "chores": view.chores,
        "waived": view.waived,
        "gaps": [
            gap._asdict() | {key: getattr(gap, key) or None for key in ("path", "commit", "requirement")}
            for gap in view.gaps
        ],
        "features": [_feature(row) for row in report.features],
        "requirements": [_trail(trail) for trail in report.trails],
        "contracts": [_row(row) for row in report.contracts],
        "phrs": list(_phrs(report)),
        "changes": [_change(change, subject.authors) for change in report.changes if subject.period.holds(change.day)],
        "adrs": [_row(row) for row in report.adrs],
        "constitutions": [
            {"path": one.path, "title": one.title, "version": one.version, "last_amended": one.last_amended}
            | {"principles": [{"number": p.number, "name": p.name, "cited_by": p.cited_by} for p in one.principles]}
            for one in report.constitutions
        ],
        "questions": [_open(item) for item in view.questions],
        "follow_ups": [_open(item) for item in view.follow_ups],
        "waivers": [_row(one.row) | {"days": one.days, "left": one.left} for one in view.waivers],
        "rules": [
            {"name": row.rule.name, "severity": row.rule.severity.value, "fired": row.fired} for row in report.rules
        ],
    }
    if subject.authors:
        document["by_author"] = [{"author": shares.name or None, **_shares(shares)} for shares in view.by_author]
    return document


def _shares(shares: Shares) -> dict[str, Any]:
    parts = {"passed": shares.passed, "spec": shares.spec, "contract": shares.contract, "phr": shares.phr}
    return {"changes": shares.changes, **{name: _share(share) for name, share in parts.items()}}


def _share(share: Proportion) -> dict[str, Any]:
    part = None if share.part is None else round(share.part, 4)
    return {"had": share.had, "needed": share.needed, "share": part}


def _feature(row: FeatureRow) -> dict[str, Any]:
    return {
        "path": row.path,
        "root": row.root or ".",
        "name": row.name,
        "title": row.title,
        "status": row.status.value,
        "reason": row.reason,
        "stories": [story._asdict() for story in row.stories],
        "tasks": {"total": row.standing.tasks, "done": row.standing.ticked},
        "contracts": {"total": row.standing.contracts, "open": row.standing.open_contracts},
        "open_questions": len(row.questions),
    }


def _trail(trail: Any) -> dict[str, Any]:
    found: dict[str, Any] = trail.row._asdict()
    return found | {"files": trail.files, "gaps": trail.gaps}


def _row(row: Row) -> dict[str, Any]:
    return row._asdict() | {"root": row.root or "."}


# Without --authors nobody is named: not by a branch, a label or a file's remark either.
_PHR = ("path", "root", "id", "title", "stage", "date", "feature", "model", "user", "kind", "files", "contract")


def _phrs(report: Report) -> Iterator[dict[str, Any]]:
    keys = [key for key in _PHR if report.subject.authors or key != "user"]
    for row in report.phrs:
        shown = _row(row)
        landing = report.landed.get(row.path)
        yield {**{key: shown[key] for key in keys}, "commit": landing.commit if landing else None}


def _change(change: ReportedChange, authors: bool) -> dict[str, Any]:
    found = change._asdict()
    if not authors:
        del found["authors"]
    return found


def _open(item: OpenItem) -> dict[str, Any]:
    return item._asdict()
