"""Blobs read, parsed and made into rows, many at a time: in this process, or in others where there are very many."""

import json
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from sdd.base.processes import processors, spread
from sdd.index.record_tables import Row, rows_of
from sdd.index.schema import BY_NAME
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.repo.objects import Repository

# Enough that handing a batch over costs little beside reading it, few enough that some may wait in memory.
_BATCH = 250
# To start another process takes as long as reading this many records.
_WORTH_A_PROCESS = 2000
# More than this only wait for the one process that stores what they have read.
_MOST_WORKERS = 4


class RecordFile(NamedTuple):
    """A file to read: its path from the top and the id of its content."""

    path: str
    blob: str


class Batch(NamedTuple):
    """The rows of some records, ready to be stored but for the numbers of texts, names and documents.

    `texts` maps hashes to texts, `uses` to how often they are referred to; in `tables` a hash stands where the text's
    number will be. `links` hold a name in its place. `documents` are (record, kind, line, title, names, feature,
    texts) with (line, hash) pairs.
    """

    texts: dict[bytes, str]
    uses: dict[bytes, int]
    tables: dict[str, list[Row]]
    links: list[Row]
    documents: list[Row]


def read_batches(
    repository: Repository, sources: Sequence[RecordFile], first: int, *, alone: bool = False
) -> Iterator[Batch]:
    """The rows of some files, numbered from `first` on in their order. Raises SddError for a blob that is not held.

    Where there are many, another process reads them; `alone` keeps all of it in this one.
    """
    pieces = [(sources[start : start + _BATCH], first + start) for start in range(0, len(sources), _BATCH)]
    if alone or len(sources) < _WORTH_A_PROCESS:
        yield from (read_batch(repository, piece, number) for piece, number in pieces)
        return
    workers = max(1, min(_MOST_WORKERS, processors() - 1))
    yield from spread(pieces, workers, _begin, repository.replica())


def read_batch(repository: Repository, sources: Sequence[RecordFile], first: int) -> Batch:
    """The rows of some files, read here and now."""
    batch = Batch({}, {}, {"records": []}, [], [])
    for number, (source, content) in enumerate(zip(sources, repository.blobs([s.blob for s in sources]), strict=True)):
        _add(batch, source, content, first + number)
    return batch


def _begin(repository: Repository) -> Callable[[tuple[Sequence[RecordFile], int]], Batch]:
    """The start of a process that reads: it has a `git cat-file` of its own."""
    return lambda piece: read_batch(repository, *piece)


def _add(batch: Batch, source: RecordFile, content: bytes, record: int) -> None:
    located = locate(source.path)
    assert located, "only what some kind describes is read"
    root, kind = located
    parsed = kind.parse(source.path, content, root)
    rows = rows_of(kind, parsed, content)
    problems = json.dumps(parsed.problems) if parsed.problems else None
    own = (record, kind.name, storable(source.path), storable(root), source.blob, problems)
    batch.tables["records"].append(own)
    for table, row in rows.tables:
        values: list[Any] = [record, *row]
        for place in BY_NAME[table].text_places:
            values[place] = _hashed(batch, values[place])
        batch.tables.setdefault(table, []).append(tuple(values))
    batch.links.extend([(record, position, *link) for position, link in enumerate(rows.links, 1)])
    for *said, texts in rows.prose:
        batch.documents.append((record, *said, tuple([(line, _hashed(batch, text)) for line, text in texts])))


def _hashed(batch: Batch, text: str | None) -> bytes | None:
    if text is None:
        return None
    known = text_hash(text)
    batch.texts[known] = text
    batch.uses[known] = batch.uses.get(known, 0) + 1
    return known


def text_hash(text: str) -> bytes:
    """What a text that is storable is known by: 16 bytes of BLAKE2b over its UTF-8."""
    return blake2b(text.encode(), digest_size=16).digest()
