"""Codex CLI: `.codex/hooks.json`. Fields by `codex-rs/hooks/schema/generated` of openai/codex."""

from dataclasses import replace

from sdd.capture.agents.agent import Agent, Payload
from sdd.capture.agents.dialect import Dialect, event_name
from sdd.capture.agents.tools import named_edits
from sdd.capture.agents.values import text
from sdd.capture.events import Event, EventKind

# That a shell's call ended says nothing of its exit code, and its result is what it printed.
_DIALECT = Dialect("codex", turn=("turn_id",), success=True)


def _sends(payload: Payload) -> bool:
    """Codex alone names turns. Events between turns are told by its transcript, or by null in the place of one."""
    if not event_name(payload) or not text(payload, "session_id") or "message_id" in payload:
        return False
    transcript = text(payload, "transcript_path").replace("\\", "/")
    is_own = "/.codex/" in transcript or transcript.rpartition("/")[2].startswith("rollout-")
    is_null = payload.get("transcript_path", "") is None
    return bool(text(payload, "turn_id")) or is_own or is_null


def _read(payload: Payload, arrival: float) -> tuple[Event, ...]:
    """A shell line that hands a patch to `apply_patch` is carried out by Codex itself, which tells of no end then."""
    events = _DIALECT.read(payload, arrival)
    begun = next((event for event in events if event.kind is EventKind.TOOL_STARTED), None)
    if begun and begun.tool and begun.tool.command:
        edits = named_edits(begun.tool, payload.get("tool_input"))
        return (*events, replace(begun, kind=EventKind.TOOL, tool=edits)) if edits else events
    return events


AGENT = Agent("codex", _sends, _read)
