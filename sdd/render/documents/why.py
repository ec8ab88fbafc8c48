"""The answer of `sdd why` as a JSON document."""

from typing import Any

from sdd.answers.trail.steps import Part, Step, StepKind, Trace


def why_document(trace: Trace) -> dict[str, Any]:
    """The chain as one list, and what was said beside it."""
    remarks = [remark for part in trace.parts for remark in (part.remark, _not_shown(part)) if remark]
    following = [command for part in trace.parts for command in part.next]
    return {
        "schema": "sdd/why/1",
        "question": trace.question,
        "asked": trace.asked,
        "chain": [_item(step, part, trace.asked) for part in trace.parts for step in part.chain],
        "remarks": list(dict.fromkeys(remarks)),
        "next": list(dict.fromkeys(following)),
    }


def _item(step: Step, part: Part, asked: StepKind) -> dict[str, Any]:
    is_commit = step.kind in (StepKind.COMMIT, StepKind.LANDING)
    of_a_commit = asked in (StepKind.LINE, StepKind.COMMIT, StepKind.CHANGE)
    commit = next((link.place for link in part.chain if of_a_commit and link.kind == StepKind.COMMIT), None)
    return {
        "kind": step.kind,
        "path": None if is_commit else step.place,
        "oid": step.place or None if is_commit else None,
        "line": step.line,
        "title": step.title or None,
        "how": step.how,
        "certainty": step.certainty,
        "detail": step.detail or None,
        "text": step.text or None,
        "day": step.day or None,
        "author": step.author or None,
        "commit": commit,
        "lines": list(part.lines) if step.kind == StepKind.LINE else None,
    }


def _not_shown(part: Part) -> str:
    return f"not in the chain: {part.beside}" if part.beside else ""
