"""Cursor: `.cursor/hooks.json`, and the hooks of Claude Code. Fields as captured from its 2026 versions."""

from sdd.capture.agents.agent import Agent, event_name
from sdd.capture.agents.values import Payload, decode, mapping, text
from sdd.capture.events import EventKind

_ENDS = {"aborted": "Interrupt", "error": "StopFailure"}


def _sends(payload: Payload) -> bool:
    return "cursor_version" in payload or bool(text(payload, "conversation_id") and text(payload, "generation_id"))


def _adapted(payload: Payload) -> Payload:
    name = event_name(payload)
    if name == "stop":
        return {**payload, "hook_event_name": _ENDS.get(text(payload, "status"), name)}
    if name == "afterfileedit":
        return {**payload, "tool_name": "afterFileEdit", "tool_input": payload}
    if name == "subagentstop":
        return {**payload, "tool_name": "editFiles", "tool_input": {"files": payload.get("modified_files")}}
    result = mapping(decode(payload.get("tool_output")))
    return {**payload, "tool_output": result} if result else payload


AGENT = Agent(
    "cursor",
    _sends,
    _adapted,
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
