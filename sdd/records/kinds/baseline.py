"""The baseline: .specify/baseline.json, what was found in a root's records when it adopted sdd."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sdd.records.kinds.record import Problem

SCHEMA = "sdd/baseline/1"
_TEXTS = ("path", "rule", "message")


class BaselineEntry(NamedTuple):
    """One old finding: the path below the root, the rule, what it said, and a hash of the text of its line.

    The hash is empty for a finding about the file as a whole, and None in an entry of sdd 0.1, which wrote none. The
    message is for people: rules are reworded.
    """

    path: str
    rule: str
    message: str
    line_hash: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells the finding from others: not the line's number, since lines move."""
        return (
            (self.path, self.rule, self.message)
            if self.line_hash is None
            else (self.path, self.rule, "", self.line_hash)
        )


class Baseline(NamedTuple):
    """The findings that a root has known since it adopted sdd; with a `problem`, none could be read."""

    entries: tuple[BaselineEntry, ...] = ()
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
    return Baseline(
        tuple(
            BaselineEntry(**{name: entry[name] for name in (*_TEXTS, "line_hash") if name in entry}) for entry in listed
        )
    )


def _is_entry(written: Any) -> bool:
    if not isinstance(written, dict) or not isinstance(written.get("line_hash", ""), str):
        return False
    return all(isinstance(written.get(name), str) for name in _TEXTS)


def grown(landed: Baseline, now: Baseline, is_removed: Callable[[str], bool]) -> Iterator[BaselineEntry]:
    """The entries of a baseline that the landed one does not hold.

    Each entry that is gone stands for one of the same rule and line elsewhere where its own file is removed: the record
    has moved. An entry without a hash may be written anew, with one.
    """
    left = Counter(entry.key for entry in landed.entries)
    new = []
    for entry in now.entries:
        left[entry.key] -= 1
        if left[entry.key] < 0:
            new.append(entry)
    moved: Counter[tuple[str, str | None]] = Counter()
    for entry in landed.entries:
        if left[entry.key] > 0 and is_removed(entry.path):
            left[entry.key] -= 1
            moved[entry.rule, entry.line_hash] += 1
    convertible = {entry[:2] for entry in landed.entries if entry.line_hash is None}
    for entry in sorted(new, key=_order):
        elsewhere = ((entry.rule, entry.line_hash), (entry.rule, None))
        if former := next(filter(moved.get, elsewhere), None):
            moved[former] -= 1
        elif entry.line_hash is None or entry[:2] not in convertible:
            yield entry


def baseline_text(entries: Iterable[BaselineEntry]) -> str:
    """The file of a baseline: an entry a line, sorted, so that a difference shows what was fixed."""
    import json

    written = (
        {name: value for name, value in entry._asdict().items() if value is not None}
        for entry in sorted(entries, key=_order)
    )
    lines = ",\n".join(f"    {json.dumps(entry)}" for entry in written)
    return f'{{\n  "schema": "{SCHEMA}",\n  "findings": [\n{lines}\n  ]\n}}\n'


def _order(entry: BaselineEntry) -> tuple[str, ...]:
    return (*entry[:3], entry.line_hash or "")
