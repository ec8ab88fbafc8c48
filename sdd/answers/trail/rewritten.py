"""Records whose words were changed after they had landed: what they said before, and the commit that changed it."""

from collections.abc import Collection, Mapping, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.asking import rows_for
from sdd.answers.trail.changed import changed_since_landing
from sdd.answers.trail.steps import Step, StepKind
from sdd.base.grouping import grouped
from sdd.index.mainline import held_mainline
from sdd.records.kinds import locate
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import Record
from sdd.records.project import Reader
from sdd.repo.history import RawChange, line_edits
from sdd.repo.objects import REGULAR, Entry, Repository

_REDACTED = "[REDACTED:"


class Rewritten(NamedTuple):
    """A PHR or contract as it stood before a `commit` changed its words; as it is now where that removed a secret."""

    commit: str
    first: Phr | Contract

    @property
    def mark(self) -> str:
        """What is to be said of it wherever it is shown."""
        return f"changed by {self.commit[:10]} after it landed"

    @property
    def contract(self) -> Contract | None:
        """The contract that it is or holds."""
        return self.first if isinstance(self.first, Contract) else self.first.contract


def rewritten(
    index: Connection, repository: Repository, tip: str | None, asked: Collection[str] | None = None
) -> Mapping[str, Rewritten]:
    """Path -> what was changed, for the PHRs and contracts, or those that are `asked` for, that say something else now
    than when they landed on the line of `tip`.
    """
    paths = changed_since_landing(index, repository, asked) if asked is not None else ()
    if not tip or (asked is not None and not paths):
        return {}
    specs = [f":(top,literal){path}" for path in paths] or [":(top)*.prompt.md", ":(top)*.contract.md"]
    edits = grouped((edit.path, edit) for edit in line_edits(repository, tip, specs))
    ask = "SELECT path, blob FROM records WHERE kind IN ('phr', 'contract') AND path IN (?)"
    blobs = dict(rows_for(index, ask, edits))
    reader = Reader(repository.beginnings)
    found = ((path, _first(reader, path, edits[path][::-1], blob)) for path, blob in blobs.items())
    return {path: first for path, first in found if first}


def rewritten_of(index: Connection, repository: Repository, asked: Collection[str]) -> Mapping[str, Rewritten]:
    """The same for some records, on the line that the index holds the landings of."""
    line = held_mainline(index)
    return rewritten(index, repository, line.tip, asked) if line else {}


def as_landed(step: Step, known: Mapping[str, Rewritten]) -> Step:
    """A step to a record with the words that it landed with, and a mark where they were changed."""
    changed = known.get(step.place)
    if not changed or step.kind not in (StepKind.PHR, StepKind.CONTRACT):
        return step
    first, contract = changed.first, changed.contract
    if step.kind is StepKind.CONTRACT:
        text = contract.criteria if contract else ""
        if isinstance(first, Phr) and text == step.text:
            return step  # it was the PHR around it
    else:
        text = first.prompt if isinstance(first, Phr) else ""
    detail = ", ".join(filter(None, (step.detail, changed.mark)))
    return step._replace(title=first.title or step.title, text=text or step.text, detail=detail)


def _first(reader: Reader, path: str, edits: Sequence[RawChange], now: str) -> Rewritten | None:
    """What a record said before the first of some edits, the oldest first, that changed its words for good."""
    for edit in edits:
        before, after, last = (_read(reader, path, entry) for entry in (edit.before, edit.after, Entry(REGULAR, now)))
        if before and after and last and _differ(before, after) and _differ(before, last):
            is_redacted = _words(last).count(_REDACTED) > _words(before).count(_REDACTED)
            return Rewritten(edit.commit, last if is_redacted else before)
    return None


def _read(reader: Reader, path: str, entry: Entry) -> Phr | Contract | None:
    at = locate(path)
    record = reader.record(path, entry, at[0], at[1]) if at and entry.is_file else None
    return record if isinstance(record, Phr | Contract) else None


def _differ(before: Record, after: Record) -> bool:
    from sdd.gate.rules.history import only_extends

    return not only_extends(before, after)


def _words(record: Phr | Contract) -> str:
    if isinstance(record, Contract):
        return f"{record.title}\n{record.criteria}"
    return f"{record.title}\n{record.prompt}\n{record.response}\n{record.contract and record.contract.criteria}"
