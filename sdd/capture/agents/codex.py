"""Codex CLI: `.codex/hooks.json`. Fields by `codex-rs/hooks/schema/generated` of openai/codex."""

from dataclasses import replace

from sdd.capture.agents.agent import Agent, event_name
from sdd.capture.agents.tools import named_edits
from sdd.capture.agents.values import Payload, text
from sdd.capture.events import Event, EventKind


def _sends(payload: Payload) -> bool:
    """Codex alone names turns. Events between turns are told by its transcript, or by null in the place of one."""
    if not event_name(payload) or not text(payload, "session_id") or "message_id" in payload:
        return False
    transcript = text(payload, "transcript_path").replace("\\", "/")
    is_own = "/.codex/" in transcript or transcript.rpartition("/")[2].startswith("rollout-")
    is_null = payload.get("transcript_path", "") is None
    return bool(text(payload, "turn_id")) or is_own or is_null


class _Codex(Agent):
    """A shell line that hands a patch to `apply_patch` is carried out by Codex itself, which tells of no end then."""

    def read(self, payload: Payload, arrival: float) -> tuple[Event, ...]:
        events = super().read(payload, arrival)
        begun = next((event for event in events if event.kind is EventKind.TOOL_STARTED), None)
        if begun and begun.tool and begun.tool.command:
            edits = named_edits(begun.tool, payload.get("tool_input"))
            return (*events, replace(begun, kind=EventKind.TOOL, tool=edits)) if edits else events
        return events


# That a shell's call ended says nothing of its exit code, and its result is what it printed.
AGENT = _Codex("codex", _sends, turn=("turn_id",), success=True)
