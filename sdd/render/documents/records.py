"""Records as JSON: the fields that their kinds declare, by name. What could not be read is None."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from sdd.answers.trail.inferred import Inferred
from sdd.answers.trail.requirements import RequirementRow
from sdd.index.record_rows import as_is, texts_of
from sdd.index.record_tables import SHAPES, ColumnField
from sdd.records.agents import demanded_sections
from sdd.records.features import Feature
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.field import Form
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import Record
from sdd.records.links import path_from_top

Keys = Mapping[str, Callable[[Any], Any]]


def document(record: Record) -> dict[str, Any]:
    """A record of any kind as a JSON item; the top of the repository is `.` there."""
    shape = SHAPES[type(record)]
    shown: dict[str, Any] = {"path": record.path, "root": record.root or "."}
    shown |= _values(record, shape.columns)
    for attribute, field in shape.columns:
        if field.form == Form.PATHS:
            shown[attribute] = [_from_top(record.root, path) for path in shown[attribute]]
    for attribute, _, columns in shape.lists:
        shown[attribute] = [_entry(entry, columns) for entry in getattr(record, attribute)]
    return shown


def _values(subject: object, columns: Iterable[ColumnField]) -> dict[str, Any]:
    return {
        field.key or attribute: _READ.get(field.form, as_is)(getattr(subject, attribute))
        for attribute, field in columns
    }


def _from_top(root: str, path: str) -> str:
    """A path as it is below the top; one that leaves the repository stays as it is."""
    return path and (path_from_top(root, path) or path)


def _entry(entry: Any, columns: Sequence[ColumnField]) -> Any:
    """An item of a list: its only text, or all that it says and its line."""
    values = _values(entry, columns)
    return next(iter(values.values())) if len(values) == 1 else {**values, "line": entry.line}


def keys_of(record: type[Record]) -> tuple[str, ...]:
    """The keys of the JSON items of a kind."""
    shape = SHAPES[record]
    fields = (field.key or attribute for attribute, field in shape.columns)
    return ("path", "root", *fields, *(listed.attribute for listed in shape.lists))


_READ: Mapping[Form, Callable[[Any], Any]] = {
    Form.COUNT: len,
    Form.LIST: texts_of,
    Form.PATHS: texts_of,
    Form.PAIRS: dict,
}


def item(keys: Keys, record: object) -> dict[str, Any]:
    """What is no record as a JSON item."""
    return {key: read(record) for key, read in keys.items()}


def fields(*names: str) -> dict[str, Callable[[Any], Any]]:
    """Fields that are shown as they are; the top of the repository is `.` as a root."""
    return {name: (lambda record: record.root or ".") if name == "root" else attrgetter(name) for name in names}


def _inferred(name: str) -> Callable[[RequirementRow], Any]:
    return lambda row: getattr(row.inferred, name) if row.inferred else None


REQUIREMENT_KEYS: Keys = fields(*(name for name in RequirementRow._fields if name not in ("inferred", "reverted"))) | {
    **{f"inferred_{name}": _inferred(name) for name in Inferred._fields},
    "reverted": lambda row: [path for path, _ in row.reverted],
    "reverted_by": lambda row: list(dict.fromkeys(phr for _, phr in row.reverted)),
}
"""The keys of a requirement with its trail; those of what is inferred are null where nothing is."""


def _texts(*names: str) -> dict[str, Callable[[Any], Any]]:
    """Fields that hold items, shown as their texts."""

    def reads(name: str) -> Callable[[Any], Any]:
        return lambda record: [entry.text for entry in getattr(record, name)]

    return {name: reads(name) for name in names}


CONSTITUTION: Keys = {
    **fields("path", "root", "title", "version", "ratified", "last_amended"),
    "principles": lambda constitution: [principle._asdict() for principle in constitution.principles],
    "impact": attrgetter("impact"),
    **_texts("placeholders"),
}

AGENT: Keys = {
    **fields("path", "root"),
    "name": attrgetter("known_as"),
    **fields("description", "model"),
    "tools": lambda agent: list(agent.tools),
    "strict": attrgetter("strict"),
    "sections": lambda agent: list(demanded_sections(agent)),
    **_texts("checklist"),
    "errors": lambda agent: [{"code": code, "meaning": meaning} for code, meaning in agent.error_taxonomy],
    **_texts("duties"),
}

FEATURE: Keys = {
    **fields("path", "root", "name", "title"),
    "status": attrgetter("standing.status"),
    "stories": lambda feature: _stories(feature),
    "requirements": lambda feature: [entry.id for entry in feature.spec.requirements] if feature.spec else [],
    "criteria": lambda feature: [entry.id for entry in feature.spec.criteria] if feature.spec else [],
    "open_questions": attrgetter("standing.open_questions"),
    "tasks": lambda feature: {"total": feature.standing.tasks, "done": feature.standing.ticked},
    "contracts": lambda feature: [contract.path for contract in feature.of(Contract)],
    "phrs": lambda feature: [phr.path for phr in feature.of(Phr)],
    **fields("first_landed", "last_landed"),
}


def _stories(feature: Feature) -> list[dict[str, Any]]:
    return [
        {
            "id": story.name,
            "priority": story.priority,
            "scenarios": len(story.scenarios),
        }
        for story in (feature.spec.stories if feature.spec else ())
    ]
