"""What a search found as a JSON document."""

from collections.abc import Mapping
from typing import Any

from sdd.index.search import Hit, SearchResult


def search_document(query: str, result: SearchResult, changed: Mapping[str, str]) -> dict[str, Any]:
    """The hits, best first; `matched` says how much of the query they hold. `changed` has the mark of each record that
    was changed after it had landed.
    """
    items = [{**_hit(hit), "detail": changed.get(hit.path)} for hit in result.hits]
    return {"schema": "sdd/search/1", "query": query, "matched": result.matched, "items": items}


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        **{name: getattr(hit, name) for name in ("kind", "path", "line", "title", "feature")},
        "snippet": hit.snippet.text,
        "marks": [list(mark) for mark in hit.snippet.marks],
        "score": hit.score,
    }
