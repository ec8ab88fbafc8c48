"""Records as JSON: the keys of an item of each kind, and where each comes from. What could not be read is None."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from sdd.records.agents import demanded_sections
from sdd.records.features import Feature
from sdd.records.links import path_from_top

Keys = Mapping[str, Callable[[Any], Any]]


def item(keys: Keys, record: object) -> dict[str, Any]:
    """A record as a JSON item."""
    return {key: read(record) for key, read in keys.items()}


def _same(*names: str) -> dict[str, Callable[[Any], Any]]:
    """Fields that are shown as they are."""
    return {name: attrgetter(name) for name in names}


def _texts(*names: str) -> dict[str, Callable[[Any], Any]]:
    """Fields that hold items, shown as their texts."""

    def reads(name: str) -> Callable[[Any], Any]:
        return lambda record: [entry.text for entry in getattr(record, name)]

    return {name: reads(name) for name in names}


_PLACE: Keys = {"path": attrgetter("path"), "root": lambda record: record.root or "."}

PHR: Keys = {
    **_PLACE,
    **_same("id", "title", "stage", "stage_written", "date", "feature", "model", "user", "branch"),
    "labels": lambda phr: list(phr.labels),
    # One that leaves the repository stays as it is.
    "files": lambda phr: [entry.path and (path_from_top(phr.root, entry.path) or entry.path) for entry in phr.files],
    "files_written": lambda phr: [entry.written for entry in phr.files],
    "tests": lambda phr: list(phr.tests),
    "links": lambda phr: dict(phr.links),
    **_same("prompt", "response"),
}

CONTRACT: Keys = {
    **_PLACE,
    **_same("line", "embedded", "id", "title", "kind", "status", "feature", "surface", "agent", "spec"),
    **_texts("requirements", "tasks", "scope"),
    "success": attrgetter("criteria"),
    **_texts("constraints", "invariants", "non_goals"),
    "checks": lambda contract: [check._asdict() for check in contract.checks],
    "discovery": lambda contract: [reference.written for reference in contract.discovery],
    **_texts("follow_ups"),
}

ADR: Keys = {**_PLACE, **_same("id", "title", "status", "status_written", "date", "feature")}

CONSTITUTION: Keys = {
    **_PLACE,
    **_same("title", "version", "ratified", "last_amended"),
    "principles": lambda constitution: [principle._asdict() for principle in constitution.principles],
    "impact": attrgetter("impact"),
    **_texts("placeholders"),
}

AGENT: Keys = {
    **_PLACE,
    "name": attrgetter("known_as"),
    **_same("description", "model"),
    "tools": lambda agent: list(agent.tools),
    "strict": attrgetter("strict"),
    "sections": lambda agent: list(demanded_sections(agent)),
    **_texts("checklist"),
    "errors": lambda agent: [{"code": code, "meaning": meaning} for code, meaning in agent.error_taxonomy],
    **_texts("duties"),
}

FEATURE: Keys = {
    **_PLACE,
    **_same("name", "title", "status"),
    "stories": lambda feature: _stories(feature),
    "requirements": lambda feature: [entry.id for entry in feature.spec.requirements] if feature.spec else [],
    "criteria": lambda feature: [entry.id for entry in feature.spec.criteria] if feature.spec else [],
    "open_questions": lambda feature: len(feature.spec.open_questions) if feature.spec else 0,
    "tasks": lambda feature: _tasks(feature),
    "contracts": lambda feature: list(feature.contracts),
    "phrs": lambda feature: list(feature.phrs),
}


def _stories(feature: Feature) -> list[dict[str, Any]]:
    return [
        {
            "id": f"US{story.number}" if story.number else None,
            "priority": story.priority,
            "scenarios": len(story.scenarios),
        }
        for story in (feature.spec.stories if feature.spec else ())
    ]


def _tasks(feature: Feature) -> dict[str, int]:
    tasks = feature.tasks.tasks if feature.tasks else ()
    return {"total": len(tasks), "done": sum(task.done for task in tasks)}


def with_findings(keys: Keys, records: Sequence[Any], broken: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Items that also name the rules that their records break."""
    return [item(keys, record) | {"findings": list(broken.get(record.path, ()))} for record in records]
