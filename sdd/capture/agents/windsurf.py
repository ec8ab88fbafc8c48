"""Windsurf: `.windsurf/hooks.json`. Fields by docs.windsurf.com/windsurf/cascade/hooks."""

from sdd.capture.agents.agent import Agent
from sdd.capture.agents.values import Payload, mapping, path, text

_NAMES = {
    "pre_user_prompt": "UserPromptSubmit",
    "pre_write_code": "PreToolUse",
    "pre_run_command": "PreToolUse",
    "pre_mcp_tool_use": "PreToolUse",
    "post_write_code": "PostToolUse",
    "post_run_command": "PostToolUse",
    "post_mcp_tool_use": "PostToolUse",
    "post_cascade_response": "Stop",
    "post_cascade_response_with_transcript": "Stop",
}


def _sends(payload: Payload) -> bool:
    return bool(text(payload, "agent_action_name"))


def _adapted(payload: Payload) -> Payload:
    """It says no folder but a command's: that of the other events is the folder of the hook."""
    action, told = text(payload, "agent_action_name"), mapping(payload.get("tool_info"))
    return {
        **payload,
        "cwd": path(text(payload, "cwd")) or path(text(told, "cwd")),
        "hook_event_name": _NAMES.get(action, ""),
        "prompt": told.get("user_prompt"),
        "response": told.get("response"),
        "transcript_path": told.get("transcript_path"),
        "tool_name": text(told, "mcp_tool_name") or action.partition("_")[2],
        "tool_input": told.get("mcp_tool_arguments", told),
        "tool_response": told.get("mcp_result"),
    }


AGENT = Agent("windsurf", _sends, _adapted, session=("trajectory_id",), turn=("execution_id",), response=("response",))
