"""Blobs read, parsed and made into rows, many at a time: in this process, or in others where there are very many."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sdd.base.processes import processors, spread
from sdd.index.record_rows import Link, Row, rows_of
from sdd.index.terms import storable
from sdd.records.kinds import KINDS
from sdd.records.kinds.record import Prose
from sdd.repo.objects import Repository
from sdd.secrets import hidden, hidden_bytes

# Enough that handing a batch over costs little beside reading it, few enough that some may wait in memory.
_BATCH = 250
# To start another process takes as long as reading this many records.
_WORTH_A_PROCESS = 2000
# More than this only wait for the one process that stores what they have read.
_MOST_WORKERS = 4
_KINDS = {kind.name: kind for kind in KINDS}


class RecordFile(NamedTuple):
    """A file to read: its path from the top, the id of its content, its root, and the name of its kind."""

    path: str
    blob: str
    root: str
    kind: str


class Batch(NamedTuple):
    """The rows of some records, ready to be stored but for the numbers of texts, names and documents: in `tables` a
    text stands in place of its number. `links` and `prose` come with the number of their record.
    """

    tables: dict[str, list[Row]]
    links: list[tuple[int, int, Link]]
    prose: list[tuple[int, Prose]]


def read_batches(repository: Repository, sources: Sequence[RecordFile], first: int) -> Iterator[Batch]:
    """The rows of some files, numbered from `first` on in their order. Raises SddError for a blob that is not held.

    Where there are many, other processes read them.
    """
    pieces = [(sources[start : start + _BATCH], first + start) for start in range(0, len(sources), _BATCH)]
    if len(sources) < _WORTH_A_PROCESS:
        yield from (read_batch(repository, piece, number) for piece, number in pieces)
        return
    # What stores their rows waits for them most of the time.
    yield from spread(pieces, min(_MOST_WORKERS, processors()), _begin, repository.replica())


def read_batch(repository: Repository, sources: Sequence[RecordFile], first: int) -> Batch:
    """The rows of some files, read here and now."""
    batch = Batch({"records": []}, [], [])
    contents = repository.beginnings([source.blob for source in sources])
    paths = "\n".join(source.path for source in sources)
    is_any_hidden = hidden(paths) != paths  # to ask for each of them takes long, and hardly ever is one
    for number, (source, content) in enumerate(zip(sources, contents, strict=True)):
        _add(batch, source, content, first + number, hides=is_any_hidden)
    return batch


def _begin(repository: Repository) -> Callable[[tuple[Sequence[RecordFile], int]], Batch]:
    """The start of a process that reads: it has a `git cat-file` of its own."""
    return lambda piece: read_batch(repository, *piece)


def _add(batch: Batch, source: RecordFile, content: bytes, record: int, *, hides: bool) -> None:
    """Adds the rows of a file; `hides` says whether its path may hold a secret."""
    root, kind = source.root, _KINDS[source.kind]
    content = hidden_bytes(content)  # what is asked for out of the index is shown in pieces
    parsed = kind.parse(source.path, content, root)
    rows = rows_of(kind, parsed, content)
    problems = json.dumps(parsed.problems) if parsed.problems else None
    own = (record, kind.name, storable(source.path), storable(root), source.blob, problems)
    batch.tables["records"].append(own)
    for table, row in rows.tables:
        batch.tables.setdefault(table, []).append((record, *row))
    batch.links.extend([(record, position, link) for position, link in enumerate(rows.links, 1)])
    named = rows.prose
    if hides and hidden(source.path) != source.path:  # the path names the feature, whose words search would show
        named = tuple(prose._replace(names=hidden(prose.names)) for prose in named)
    batch.prose.extend([(record, prose) for prose in named])
