"""Codex's rollouts: ~/.codex/sessions/YYYY/MM/DD/rollout-*.jsonl, rows of `timestamp`, `type` and `payload`."""

from collections.abc import Iterable

from sdd.capture.agents.agent import Payload
from sdd.capture.agents.values import decode, mapping, moment, number, text
from sdd.capture.events import Event
from sdd.capture.transcripts.turns import Turns

_CALLS = ("function_call", "custom_tool_call", "local_shell_call")
_ENDS = ("function_call_output", "custom_tool_call_output")


def read(rows: Iterable[Payload], transcript: str) -> tuple[Event, ...]:
    """The events of a session; those of a subagent's file are none."""
    turns, turn, count = Turns("codex", transcript=transcript), "", 0
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
        elif kind == "event_msg" and inner == "turn_aborted":
            turns.interrupt(at)
        elif kind == "event_msg" and inner == "token_count":
            usage = mapping(mapping(payload.get("info")).get("last_token_usage"))
            tokens = int(sum(number(usage, name) or 0 for name in ("input_tokens", "output_tokens")))
            turns.answer("", at, id=str(at), tokens=tokens)
        elif kind == "response_item" and inner in _CALLS:
            arguments = payload.get("arguments") or payload.get("input") or payload.get("action")
            turns.begin(text(payload, "call_id"), text(payload, "name") or "shell", decode(arguments))
        elif kind == "response_item" and inner in _ENDS:
            turns.finish(text(payload, "call_id"), decode(payload.get("output")), at, succeeded=None)
    return turns.end()
