"""The records that somebody means by a path, a part of one or a number."""

import posixpath
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sdd.base.numbers import whole_number
from sdd.records.kinds.reading import id_in_name
from sdd.records.kinds.record import Record

AnyRecord = TypeVar("AnyRecord", bound=Record)


def fitting(records: Iterable[AnyRecord], wanted: str) -> list[AnyRecord]:
    """The records that `wanted` may mean: by their whole path, else by a part of it, else by their number."""
    records, wanted = tuple(records), posixpath.normpath(wanted)
    found = [record for record in records if record.path == wanted]
    found = found or [record for record in records if f"/{wanted}" in f"/{record.path}"]
    return found or [record for record in records if wanted.isdecimal() and _number(record) == whole_number(wanted)]


def likeliest(records: Sequence[AnyRecord], *wishes: Callable[[AnyRecord], bool]) -> Sequence[AnyRecord]:
    """Those of several records that fulfil the first wish, as long as any does, of these the second, and so on."""
    for wish in wishes if len(records) > 1 else ():
        records = [record for record in records if wish(record)] or records
    return records


def _number(record: Record) -> int | None:
    written = id_in_name(record.path)
    return whole_number(written) if written else None
