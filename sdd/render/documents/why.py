"""The answer of `sdd why` as a JSON document."""

from typing import Any

from sdd.answers.why import Link, LinkKind, Part, Trace


def why_document(trace: Trace) -> dict[str, Any]:
    """The chain as one list, and what was said beside it."""
    remarks = [part.remark for part in trace.parts if part.remark]
    following = [part.next for part in trace.parts if part.next]
    return {
        "schema": "sdd/why/1",
        "question": trace.question,
        "asked": trace.asked,
        "chain": [_item(link, part, trace.asked) for part in trace.parts for link in part.chain],
        "remarks": list(dict.fromkeys(remarks)),
        "next": list(dict.fromkeys(following)),
    }


def _item(link: Link, part: Part, asked: LinkKind) -> dict[str, Any]:
    is_commit = link.kind in (LinkKind.COMMIT, LinkKind.LANDING)
    of_a_commit = asked in (LinkKind.LINE, LinkKind.COMMIT)
    commit = next((one.place for one in part.chain if of_a_commit and one.kind == LinkKind.COMMIT), None)
    return {
        "kind": link.kind,
        "path": None if is_commit else link.place,
        "oid": link.place or None if is_commit else None,
        "line": link.line,
        "title": link.title or None,
        "how": link.how,
        "detail": link.detail or None,
        "text": link.text or None,
        "day": link.day or None,
        "author": link.author or None,
        "commit": commit,
        "lines": list(part.lines) if link.kind == LinkKind.LINE else None,
    }
