"""The baseline: .specify/baseline.json, what was found in a root's records when it adopted sdd."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sdd.records.kinds.record import Problem

SCHEMA = "sdd/baseline/1"


class BaselineEntry(NamedTuple):
    """One finding of old: the path below the root, the rule and what it said. Not the line, since lines move."""

    path: str
    rule: str
    message: str


class Baseline(NamedTuple):
    """The findings that a root has known since it adopted sdd; with a `problem`, none could be read."""

    entries: frozenset[BaselineEntry] = frozenset()
    problem: Problem | None = None


def parse(content: bytes) -> Baseline:
    """A baseline file. One that cannot be read whole holds nothing and says why."""
    import json

    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        return Baseline(problem=Problem(error.lineno, f"no JSON: {error.msg}"))
    except (ValueError, RecursionError):
        return Baseline(problem=Problem(1, "the file is no JSON that can be read"))
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        return Baseline(problem=Problem(1, f"is no baseline: its schema is not {SCHEMA}"))
    listed = document.get("findings")
    if not isinstance(listed, list) or not all(map(_is_entry, listed)):
        return Baseline(problem=Problem(1, "findings must be a list of entries with path, rule and message"))
    return Baseline(frozenset(BaselineEntry(*(entry[name] for name in BaselineEntry._fields)) for entry in listed))


def _is_entry(written: Any) -> bool:
    return isinstance(written, dict) and all(isinstance(written.get(name), str) for name in BaselineEntry._fields)


def baseline_text(entries: Iterable[BaselineEntry]) -> str:
    """The file of a baseline: an entry a line, sorted, so that a difference shows what was mended."""
    import json

    lines = ",\n".join(f"    {json.dumps(entry._asdict())}" for entry in sorted(set(entries)))
    return f'{{\n  "schema": "{SCHEMA}",\n  "findings": [\n{lines}\n  ]\n}}\n'
