"""Copilot CLI and cloud agent: `.github/hooks/*.json`, and the hooks of Claude Code.

Fields by github/docs, content/copilot/reference/hooks-reference.md. An event that is configured by its camelCase name
sends camelCase fields and does not say its name; by its PascalCase name it sends snake_case fields.
"""

from sdd.capture.agents.agent import Agent, event_name
from sdd.capture.agents.values import Payload, moment, text
from sdd.capture.events import EventKind

_NAMED_BY = (
    ("transformedPrompt", "userPromptTransformed"), ("prompt", "UserPromptSubmit"), ("agentName", "subagent"),
    ("toolResult", "PostToolUse"), ("errorContext", "ErrorOccurred"), ("error", "PostToolUseFailure"),
    ("toolName", "PreToolUse"), ("stopReason", "Stop"), ("trigger", "PreCompact"), ("reason", "SessionEnd"),
    ("source", "SessionStart"),
)  # fmt: skip
"""The event that has a field, for events that do not say their names: the first that fits."""


def _sends(payload: Payload) -> bool:
    if moment(payload.get("timestamp")) is None or not text(payload, "cwd"):
        return False
    if not event_name(payload):
        return not isinstance(payload.get("timestamp"), str) and any(field in payload for field, _ in _NAMED_BY)
    return bool(text(payload, "session_id")) and "permission_mode" not in payload


def _adapted(payload: Payload) -> Payload:
    if not event_name(payload):
        name = next((name for field, name in _NAMED_BY if field in payload), "")
        payload = {**payload, "hook_event_name": name}
    if payload.get("recoverable") is True:
        # It may try again, and answer; where it gave up it said the same. Nobody wants to read what it got over.
        payload = {**payload, "error": None}
    return payload


AGENT = Agent(
    "copilot",
    _sends,
    _adapted,
    kinds={"erroroccurred": EventKind.FAILURE},
    # A subagent has a session of its own, and names that of its parent.
    session=("parentAgentId", "parent_agent_id", "sessionId", "session_id"),
    transcript=("transcriptPath", "transcript_path"),
    subagent=("agentId", "agent_id", "agentName", "agent_name"),
    tool=("toolName", "tool_name"),
    arguments=("toolArgs", "tool_input"),
    result=("toolResult", "tool_result", "tool_response"),
    success=True,
)
