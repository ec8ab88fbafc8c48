"""A report as one JSON document; schemas/report.json is its JSON Schema."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sdd.answers.audit.counting import NEEDS, Proportion, RecordState, Shares
from sdd.answers.lists import Row
from sdd.gate.rules import ALL
from sdd.records.kinds.waiver import Waiver
from sdd.render.documents.records import REQUIREMENT_KEYS, item
from sdd.report.features import FeatureRow
from sdd.report.gaps import Gap
from sdd.report.reading import Report
from sdd.report.subject import Subject


def report_document(report: Report) -> dict[str, Any]:
    """The whole report but for the long texts. People are named only where the report may name them."""
    subject, view = report.subject, report.overview
    document: dict[str, Any] = {
        "schema": "sdd/report/1",
        **_subject(subject),
        "shares": _shares(view.total),
        "states": _states(view.states),
        "before_period": _shares(view.before) if view.before else None,
        "over_time": {
            "unit": view.series.unit,
            "pieces": [{"start": piece.bucket.start, **_shares(piece.shares)} for piece in view.series.pieces],
        },
        "by_feature": [{"feature": shares.name or None, **_shares(shares)} for shares in view.by_feature],
        "chores": view.chores,
        "waived": view.total.waived,
        "gaps": [_gap(gap) for gap in view.gaps],
        "all_gaps": view.all_gaps,
        "features": [_feature(row) for row in report.features],
        "requirements": list(items(report, "requirements")),
        "contracts": [_row(row) for row in report.contracts],
        "phrs": [
            item | {"root": row.root or "."} for item, row in zip(items(report, "phrs"), report.phrs, strict=True)
        ],
        "changes": list(items(report, "changes")),
        "adrs": [_row(row) for row in report.adrs],
        "constitutions": [
            _fields(row, "path", "title", "version", "last_amended")
            | {"principles": [_fields(principle, "number", "name", "cited_by") for principle in row.principles]}
            for row in report.constitutions
        ],
        "questions": [item._asdict() for item in view.questions],
        "tasks": [item._asdict() for item in view.tasks],
        "follow_ups": [item._asdict() for item in view.follow_ups],
        "waivers": [_row(item.row) | _fields(item, "days", "left") for item in (*view.waivers, *view.past_waivers)],
        "rules": [_fields(rule, "name", "severity") | {"fired": report.fired.get(rule.name, 0)} for rule in ALL],
    }
    if subject.authors:
        document["by_author"] = [{"author": shares.name or None, **_shares(shares)} for shares in view.by_author]
    return document


def _subject(subject: Subject) -> dict[str, Any]:
    return {
        "project": subject.name,
        "commit": subject.commit,
        "line": subject.line or None,
        "landed": subject.landed,
        "day": subject.today,
        "period": {"since": subject.period.since or None, "until": subject.period.until or None},
        "since": subject.since,
        "before": subject.before,
        "before_sdd": subject.before_sdd,
        "answered": subject.answered,
        "actor_shaped": subject.actor_shaped,
        "perhaps": subject.perhaps,
        "address": subject.forge.address if subject.forge else None,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return gap._asdict() | {key: getattr(gap, key) or None for key in ("path", "commit", "requirement", "by_hand")}


def _fields(value: object, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}


def _row(row: Row) -> dict[str, Any]:
    return row._asdict() | {"root": row.root or "."}


def _shares(shares: Shares) -> dict[str, Any]:
    proportions = {name: _share(getattr(shares, name)) for name in ("passed", "complete", *NEEDS)}
    return {"changes": shares.changes, "waived": shares.waived, **proportions}


def _states(states: Mapping[RecordState, int]) -> dict[str, int]:
    return {state.value: number for state, number in states.items()}


def _share(share: Proportion) -> dict[str, Any]:
    return {"had": share.had, "needed": share.needed, "share": share.part}


def _feature(row: FeatureRow) -> dict[str, Any]:
    return {
        "path": row.path,
        "root": row.root or ".",
        **_fields(row, "name", "title"),
        **_fields(row.standing, "status", "reason"),
        "stories": [_fields(story, "name", "title", "priority", "scenarios") for story in row.stories],
        "tasks": {"total": row.standing.tasks, "done": row.standing.ticked},
        "contracts": {"total": row.standing.contracts, "open": row.standing.open_contracts},
        "open_questions": len(row.questions),
        **_fields(row, "first_landed", "last_landed"),
    }


TABLES: Mapping[str, tuple[str, ...]] = {
    "requirements": (
        "feature", "id", "text", "criterion", "stories", "tasks", "contracts", "phrs", "commits", "files", "gaps",
        "inferred_stories", "inferred_done", "inferred_tasks", "inferred_phrs", "reverted", "reverted_by",
        "path", "line",
    ),
    "phrs": (
        "date", "stage", "feature", "id", "title", "kind", "surface", "model", "contract", "files", "commit", "path",
        "user",
    ),
    "changes": (
        "day", "commit", "title", "features", "kind", "state", "passed", "had_spec", "had_contract", "had_phr", "lacks",
        "files", "phrs", "surface", "model", "named", "lines", "rules", "waived", "approved_by", "reason", "authors",
    ),
}  # fmt: skip
"""The parts that can be had as tables: name -> columns; those that name people are there only where the report may."""


def columns(report: Report, table: str) -> list[str]:
    """The columns of one of TABLES. Without --authors nobody is named: not by a branch, a label or a remark either."""
    return [name for name in TABLES[table] if report.subject.authors or name not in ("user", "authors")]


def items(report: Report, table: str) -> Iterator[dict[str, Any]]:
    """The rows of one of TABLES: column -> value."""
    shown = columns(report, table)
    return ({name: values[name] for name in shown} for values in _ROWS[table](report))


def _requirements(report: Report) -> Iterator[dict[str, Any]]:
    return (item(REQUIREMENT_KEYS, trail.row) | _fields(trail, "files", "gaps") for trail in report.trails)


def _phrs(report: Report) -> Iterator[dict[str, Any]]:
    for row in report.phrs:
        landing = report.landed.get(row.path)
        yield row._asdict() | {"commit": landing.commit if landing else None}


def _changes(report: Report) -> Iterator[dict[str, Any]]:
    for change in report.every_change:
        if report.subject.period.holds(change.day):
            had = {f"had_{need}": need in change.had if need in change.asked else None for need in NEEDS}
            own = {"state": change.standing, "lacks": change.lacks, "waived": len(change.waived)}
            excuses = [waiver for waiver, _ in change.excuses]
            own |= {name: _of_all(excuses, name) for name in ("approved_by", "reason")}
            own |= {name: report.told(change, name) for name in ("surface", "model")}
            yield change._asdict() | had | own


def _of_all(waivers: Sequence[Waiver], name: str) -> tuple[str, ...]:
    """What each of some waivers says in a field, each text once."""
    return tuple(dict.fromkeys(value for waiver in waivers if (value := getattr(waiver, name))))


_ROWS = {"requirements": _requirements, "phrs": _phrs, "changes": _changes}
