"""Lists: the rows of one kind with what belongs to each, as `sdd NOUN list` and reports show them."""

import json
from collections.abc import Iterable, Mapping
from sqlite3 import Connection
from typing import Any, NamedTuple

from sdd.index.search import records_about
from sdd.index.terms import storable
from sdd.records.followups import Closing, FollowUp, settle


class Wanted(NamedTuple):
    """Which rows are wanted; an empty value asks for nothing. `since` is a day, YYYY-MM-DD."""

    feature: str = ""
    stage: str = ""
    since: str = ""
    user: str = ""
    file: str = ""
    status: str = ""


class PhrRow(NamedTuple):
    """One PHR: what its front matter says, and the files that it names, from the top."""

    path: str
    root: str
    id: str | None
    title: str | None
    stage: str | None
    date: str | None
    feature: str | None
    model: str | None
    user: str | None
    kind: str | None
    files: tuple[str, ...]
    contract: str | None


class ContractRow(NamedTuple):
    """One contract, in a file of its own or within a PHR (`embedded`). `checks` counts them, `made` the ticked ones."""

    path: str
    line: int
    embedded: bool
    id: str | None
    title: str | None
    kind: str | None
    status: str | None
    feature: str | None
    agent: str | None
    criteria: str | None
    scope: tuple[str, ...]
    requirements: tuple[str, ...]
    checks: int
    made: int


class AdrRow(NamedTuple):
    """One decision."""

    path: str
    id: str | None
    title: str | None
    status: str | None
    date: str | None
    feature: str | None


class TaskRow(NamedTuple):
    """One checkbox of a task list. `requirements` are those that its text names."""

    path: str
    line: int
    id: str | None
    text: str
    done: bool
    skipped: bool
    story: str | None
    phase: str | None
    feature: str | None
    requirements: tuple[str, ...]


class WaiverRow(NamedTuple):
    """One waiver. `expires` is its last day."""

    path: str
    id: str | None
    title: str | None
    rules: tuple[str, ...]
    paths: tuple[str, ...]
    reason: str | None
    approved_by: str | None
    expires: str | None


def phrs(index: Connection, wanted: Wanted) -> tuple[PhrRow, ...]:
    """The PHRs, the newest first."""
    rows = _rows(
        index,
        "SELECT record, path, root, number, phrs.title, stage, date, feature, model, user, phrs.kind "
        "FROM phrs JOIN records ON records.id = record",
        _record_conditions(index, wanted, ("feature", "stage", "user", "date")),
        "ORDER BY date IS NULL, date DESC, path",
    )
    files, contracts = _links(index, "files"), _links(index, "contract")
    found = []
    for record, path, root, number, title, stage, day, feature, model, user, kind in rows:
        own = (number, title, stage, day, feature, model, user, kind)
        contract = next(iter(contracts.get(record, ())), None)
        found.append(PhrRow(path, root, *own, files.get(record, ()), contract))
    return tuple(found)


def contracts(index: Connection, wanted: Wanted) -> tuple[ContractRow, ...]:
    """The contracts, in the order of paths."""
    rows = _rows(
        index,
        "SELECT record, path, line, embedded, number, contracts.title, contracts.kind, status, feature, agent, "
        "texts.text, scope FROM contracts JOIN records ON records.id = record LEFT JOIN texts ON texts.id = criteria",
        _record_conditions(index, wanted, ("feature", "status")),
        "ORDER BY path",
    )
    requirements = _links(index, "requirement")
    counted = "SELECT record, count(*), sum(done) FROM contract_items WHERE part = 'check' GROUP BY record"
    checks = {record: (count, made) for record, count, made in index.execute(counted)}
    found = []
    for record, path, line, embedded, number, title, kind, status, feature, agent, criteria, scope in rows:
        named = tuple(_id(name) for name in requirements.get(record, ()))
        own = (number, title, kind, status, feature, agent, criteria)
        patterns = tuple(json.loads(scope or "[]"))
        found.append(ContractRow(path, line, bool(embedded), *own, patterns, named, *checks.get(record, (0, 0))))
    return tuple(found)


def adrs(index: Connection, wanted: Wanted) -> tuple[AdrRow, ...]:
    """The decisions, in the order of paths."""
    rows = _rows(
        index,
        "SELECT path, number, adrs.title, status, date, feature FROM adrs JOIN records ON records.id = record",
        _record_conditions(index, wanted, ("feature", "status", "date")),
        "ORDER BY path",
    )
    return tuple(AdrRow(*row) for row in rows)


def tasks(index: Connection, wanted: Wanted) -> tuple[TaskRow, ...]:
    """The tasks, in the order of their lists. The status is open, done or skipped."""
    conditions = _record_conditions(index, wanted, ("feature",))
    if wanted.status:
        conditions.append(("CASE WHEN skipped THEN 'skipped' WHEN done THEN 'done' ELSE 'open' END = ?", wanted.status))
    rows = _rows(
        index,
        "SELECT record, path, line, name, texts.text, done, skipped, story, phase, feature "
        "FROM tasks JOIN records ON records.id = record JOIN texts ON texts.id = tasks.text",
        conditions,
        "ORDER BY path, line",
    )
    requirements = _links(index, "requirement", by_line=True)
    found = []
    for record, path, line, name, text, done, skipped, story, phase, feature in rows:
        named = tuple(_id(one) for one in requirements.get((record, line), ()))
        found.append(TaskRow(path, line, name, text, bool(done), bool(skipped), story, phase, feature, named))
    return tuple(found)


def waivers(index: Connection) -> tuple[WaiverRow, ...]:
    """The waivers, in the order of paths."""
    rows = _rows(
        index,
        "SELECT path, number, waivers.title, rules, paths, texts.text, approved_by, expires "
        "FROM waivers JOIN records ON records.id = record LEFT JOIN texts ON texts.id = reason",
        [],
        "ORDER BY path",
    )
    return tuple(
        WaiverRow(path, number, title, tuple(json.loads(rules or "[]")), tuple(json.loads(paths or "[]")), *own)
        for path, number, title, rules, paths, *own in rows
    )


def follow_ups(index: Connection) -> tuple[FollowUp, ...]:
    """The follow-ups of all contracts with the PHRs that settled them, in the order of paths."""
    left = index.execute(
        "SELECT path, root, contract_items.line, row_number() OVER (PARTITION BY records.id ORDER BY position), "
        "texts.text, contracts.title, contracts.feature FROM contract_items "
        "JOIN records ON records.id = contract_items.record JOIN contracts ON contracts.record = records.id "
        "JOIN texts ON texts.id = contract_items.text WHERE part = 'follow-up' ORDER BY path, position"
    ).fetchall()
    closes = _links(index, "closes")
    places = index.execute("SELECT id, path, root FROM records WHERE kind = 'phr' ORDER BY path")
    closing = (Closing(path, root, closes[record]) for record, path, root in places if record in closes)
    return settle((FollowUp(*row) for row in left), closing)


Condition = tuple[str, Any]


def _rows(index: Connection, asked: str, conditions: Iterable[Condition], order: str) -> list[Any]:
    conditions = list(conditions)
    where = f"WHERE {' AND '.join(text for text, _ in conditions)}" if conditions else ""
    return index.execute(f"{asked} {where} {order}", [value for _, value in conditions]).fetchall()


def _record_conditions(index: Connection, wanted: Wanted, columns: Iterable[str]) -> list[Condition]:
    """What the rows must be: `columns` are those that the table has of the ones that can be asked for."""
    wanted = Wanted(*map(storable, wanted))
    asked = {"feature": wanted.feature, "stage": wanted.stage, "user": wanted.user, "status": wanted.status}
    conditions: list[Condition] = [(f"{name} = ? COLLATE NOCASE", asked[name]) for name in columns if asked.get(name)]
    if wanted.since and "date" in columns:
        conditions.append(("date >= ?", wanted.since))
    if wanted.file:
        about = json.dumps(sorted(records_about(index, wanted.file)))
        conditions.append(("record IN (SELECT value FROM json_each(?))", about))
    return conditions


def _links(index: Connection, relation: str, *, by_line: bool = False) -> Mapping[Any, tuple[str, ...]]:
    """Record (with `by_line`: record and line) -> what it names in one relation, in its order."""
    found: dict[Any, list[str]] = {}
    asked = "SELECT record, line, target FROM mentions JOIN names ON names.id = mentions.name WHERE relation = ?"
    for record, line, name in index.execute(f"{asked} ORDER BY record, position", (relation,)):
        found.setdefault((record, line) if by_line else record, []).append(name)
    return {key: tuple(names) for key, names in found.items()}


def _id(name: str) -> str:
    """The id in the name of a requirement: specs/001-vat#FR-001."""
    return name.rpartition("#")[2]
