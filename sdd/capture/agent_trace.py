"""Which lines of a commit agents wrote, as an agent-trace document: https://agent-trace.dev, version 0.1.0."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sdd import __version__
from sdd.base import paths
from sdd.records.edits import line_digest, lines_read
from sdd.records.kinds.phr import UNSPECIFIED, Phr
from sdd.records.project import Reader, records_of
from sdd.repo.objects import Repository

VERSION = "0.1.0"
_VENDOR = "sdd"


def agent_trace(repository: Repository, commit: str) -> dict[str, Any]:
    """The document of a commit: for each file the lines that tool calls wrote, with the PHR that tells of them.

    The same commit has the same document. A line counts where its text is what a PHR says a tool call wrote.
    """
    tree, reader = repository.tree(commit), Reader(repository.beginnings)
    files: dict[str, list[dict[str, Any]]] = {}
    for phr in records_of(tree, reader, Phr):
        for path, digests in lines_read(phr.edits).items():
            place = paths.join(phr.root, path)
            entry = tree.file(place)
            ranges = [*_ranges(repository.blob(entry.oid), digests)] if entry else []
            if ranges:
                files.setdefault(place, []).append(_conversation(phr, ranges))
    made = int(repository.git("show", "-s", "--format=%ct", commit))
    return {
        "version": VERSION,
        "id": str(uuid5(NAMESPACE_URL, f"{_VENDOR}:{commit}")),
        "timestamp": datetime.fromtimestamp(made, UTC).isoformat(),
        "vcs": {"type": "git", "revision": commit},
        "tool": {"name": "sdd", "version": __version__},
        "files": [{"path": path, "conversations": files[path]} for path in sorted(files)],
    }


def _conversation(phr: Phr, ranges: list[dict[str, int]]) -> dict[str, Any]:
    # A record of several models does not say which of them wrote a file.
    is_known = phr.model and phr.model != UNSPECIFIED and ", " not in phr.model
    contributor = {"type": "ai"} | ({"model_id": phr.model} if is_known else {})
    return {"contributor": contributor, "ranges": ranges, "related": [{"type": "record", "url": phr.path}]}


def _ranges(content: bytes, digests: frozenset[str]) -> Iterator[dict[str, int]]:
    """The lines with these digests, as ranges. A line that says too little goes with both its neighbours."""
    lines = [line_digest(line) for line in content.decode("utf-8", "surrogateescape").splitlines()]
    telling = [(number, digest in digests) for number, digest in enumerate(lines, 1) if digest]
    for is_own, group in groupby(telling, key=lambda pair: pair[1]):
        if is_own:
            numbers = [number for number, _ in group]
            yield {"start_line": numbers[0], "end_line": numbers[-1]}
