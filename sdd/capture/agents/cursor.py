"""Cursor: `.cursor/hooks.json`, and the hooks of Claude Code. Fields as captured from its 2026 versions."""

from sdd.capture.agents.agent import Agent, Payload
from sdd.capture.agents.dialect import Dialect, event_name
from sdd.capture.agents.values import decode, mapping, text
from sdd.capture.events import Event, EventKind

_DIALECT = Dialect(
    "cursor",
    kinds={
        "beforesubmitprompt": EventKind.PROMPT,
        "afteragentresponse": EventKind.RESPONSE,
        "afterfileedit": EventKind.TOOL,
        "subagentstop": EventKind.TOOL,
    },
    session=("parent_conversation_id", "conversation_id", "session_id"),
    turn=("generation_id",),
    response=("text", "response", "last_assistant_message"),
    subagent=("subagent_id", "parent_conversation_id", "agent_id"),
    result=("tool_output", "tool_response"),
    duration=("duration", "duration_ms"),
    success=True,
)
_ENDS = {"aborted": EventKind.INTERRUPT, "error": EventKind.FAILURE}


def _sends(payload: Payload) -> bool:
    return "cursor_version" in payload or bool(text(payload, "conversation_id") and text(payload, "generation_id"))


def _read(payload: Payload, arrival: float) -> tuple[Event, ...]:
    kind, name = _DIALECT.kind(payload), event_name(payload)
    if name == "stop":
        kind = _ENDS.get(text(payload, "status"), kind)
    elif name == "afterfileedit":
        payload = {**payload, "tool_name": "afterFileEdit", "tool_input": payload}
    elif name == "subagentstop":
        payload = {**payload, "tool_name": "editFiles", "tool_input": {"files": payload.get("modified_files")}}
    elif result := mapping(decode(payload.get("tool_output"))):
        payload = {**payload, "tool_output": result}
    return _DIALECT.events(kind, payload, arrival)


AGENT = Agent("cursor", _sends, _read)
