"""Codex's rollouts: ~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl, rows of `timestamp`, `type` and `payload`.

Up to 0.170 a prompt is a row of `user_message`, from 0.171 on one of `item_completed`, as are answers and outcomes.
"""

from collections.abc import Iterable

from sdd.capture.agents.patches import PATCH
from sdd.capture.agents.prompts import parts_text
from sdd.capture.agents.values import Payload, decode, mapping, moment, text, tokens
from sdd.capture.events import Event
from sdd.capture.transcripts.turns import Turns

_CALLS = ("function_call", "custom_tool_call", "local_shell_call")
_SUCCESS = "Success."
_ENDS = ("function_call_output", "custom_tool_call_output")


def read(rows: Iterable[Payload], transcript: str) -> tuple[Event, ...]:
    """The events of a session; those of a subagent's file are none."""
    turns, turn, count = Turns("codex", transcript=transcript), "", 0
    patches, outcomes = set[str](), dict[str, bool]()
    for row in rows:
        kind, payload, at = row.get("type"), mapping(row.get("payload")), moment(row.get("timestamp")) or 0.0
        inner = payload.get("type")
        if kind == "session_meta":
            if "sub_agent" in mapping(payload.get("source")) or text(payload, "thread_source") == "subagent":
                return ()
            turns.session = turns.session or text(payload, "id")
            turns.cwd = text(payload, "cwd") or turns.cwd
            turns.forked_from = text(payload, "forked_from_id")
        elif kind == "turn_context":
            turn = text(payload, "turn_id")
            turns.cwd, turns.model = text(payload, "cwd") or turns.cwd, text(payload, "model") or turns.model
        elif kind == "event_msg" and inner == "user_message":
            count += 1
            turns.prompt(payload.get("message"), turn or f"row-{count}", at)
        elif kind == "event_msg" and inner == "agent_message":
            turns.answer(text(payload, "message"), at)
        elif kind == "event_msg" and inner == "item_completed":
            item = mapping(payload.get("item"))
            match text(item, "type"):
                case "UserMessage":
                    turns.prompt(item.get("content"), text(payload, "turn_id") or turn, at)
                case "AgentMessage":
                    turns.answer(parts_text(item.get("content")), at)
                case "FileChange":
                    outcomes[text(item, "id")] = text(item, "status") == "completed"
        elif kind == "event_msg" and inner == "patch_apply_end":
            outcomes[text(payload, "call_id")] = payload.get("success") is True
        elif kind == "event_msg" and inner == "turn_aborted":
            turns.interrupt(at)
        elif kind == "event_msg" and inner == "token_count":
            usage = mapping(mapping(payload.get("info")).get("last_token_usage"))
            turns.answer("", at, id=str(at), tokens=tokens(usage))
        elif kind == "response_item" and inner in _CALLS:
            arguments = payload.get("arguments") or payload.get("input") or payload.get("action")
            id = text(payload, "call_id")
            if PATCH in (arguments if isinstance(arguments, str) else str(arguments)):
                patches.add(id)
            turns.begin(id, text(payload, "name") or "shell", decode(arguments))
        elif kind == "response_item" and inner in _ENDS:
            id, output = text(payload, "call_id"), decode(payload.get("output"))
            applied = outcomes.get(id, _SUCCESS in str(output)) if id in patches else None
            turns.finish(id, output, at, succeeded=applied)
    return turns.end()
