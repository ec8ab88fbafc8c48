"""The hits of a search as lines for people: place, kind, title, and the words around the hit."""

from collections.abc import Iterator, Mapping

from sdd.base.paths import printable, printable_path
from sdd.index.search import Hit, SearchResult
from sdd.index.snippet import Snippet
from sdd.render.words import shortened

_LONGEST_TITLE = 100


def hits_text(result: SearchResult, changed: Mapping[str, str]) -> str:
    """Two lines a hit, best first, the words that were looked for in square brackets. `changed` has the mark of each
    record that was changed after it had landed.
    """
    return "\n".join(line for hit in result.hits for line in _hit(hit, changed.get(hit.path, ""))) or "nothing found"


def _hit(hit: Hit, mark: str) -> Iterator[str]:
    # A requirement and a task are known by their ids, and what they say is their title; of a record the path says more.
    is_short = hit.kind in ("requirement", "task")
    name = f"{hit.names.partition(' ')[0]} " if is_short else ""
    summary = f"{name}{shortened(hit.title, _LONGEST_TITLE)}".strip()
    yield f"{printable_path(hit.path)}:{hit.line}: {hit.kind}: {printable(summary)}{f' ({mark})' if mark else ''}"
    marked = [hit.snippet.text[start:end] for start, end in hit.snippet.marks]
    if marked and hit.snippet.text != hit.title and not (is_short and all(word in summary for word in marked)):
        yield f"    {_marked(hit.snippet)}"


def _marked(piece: Snippet) -> str:
    shown, done = "", 0
    for start, end in piece.marks:
        shown += f"{printable(piece.text[done:start])}[{printable(piece.text[start:end])}]"
        done = end
    return shown + printable(piece.text[done:])
