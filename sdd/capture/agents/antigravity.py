"""Antigravity CLI: `.agents/hooks.json`. Fields as recorders captured them from agy 1.0.14 and 1.0.15.

Its hooks run once a model call and never tell the prompt or the response: only the transcript does, which is written
after the turn has ended. A call's end tells its step only, so what a call changes is told when it begins.
"""

from dataclasses import replace

from sdd.capture.agents.agent import Agent
from sdd.capture.agents.tools import named_edits, started_tool
from sdd.capture.agents.values import Payload, decode, mapping, number, text
from sdd.capture.events import Event, EventKind, ToolCall

_STOPPED = ("cancel", "abort", "interrupt", "user")


def _sends(payload: Payload) -> bool:
    return (
        bool(text(payload, "conversationId")) and "hook_event_name" not in payload and "cursor_version" not in payload
    )


def _begun(event: Event, name: str, step: str, arguments: Payload) -> tuple[Event, ...]:
    call = started_tool(name, step, arguments)
    started = replace(event, kind=EventKind.TOOL_STARTED, tool=call)
    edits = named_edits(call, arguments)
    return (started, replace(event, kind=EventKind.TOOL, tool=edits)) if edits else (started,)


def _end(payload: Payload) -> EventKind:
    reason = text(payload, "terminationReason").lower()
    if any(word in reason for word in _STOPPED):
        return EventKind.INTERRUPT
    return EventKind.FAILURE if payload.get("error") or "error" in reason else EventKind.RESPONSE


def _once(arguments: Payload) -> Payload:
    """The arguments where they were encoded twice, as the quotes around a path or a command show."""
    named = (arguments.get(name) for name in ("TargetFile", "AbsolutePath", "CommandLine", "DirectoryPath"))
    is_twice = any(isinstance(value, str) and value[:1] == '"' and decode(value) != value for value in named)
    return {name: decode(value) for name, value in arguments.items()} if is_twice else arguments


class _Antigravity(Agent):
    def read(self, payload: Payload, arrival: float) -> tuple[Event, ...]:
        event = replace(self.base(payload, arrival), time=arrival)
        call = mapping(payload.get("toolCall"))
        if call:
            return _begun(event, text(call, "name"), text(payload, "stepIdx"), _once(mapping(call.get("args"))))
        if "fullyIdle" in payload or "terminationReason" in payload:
            is_done = payload.get("fullyIdle") is not False
            return (replace(event, kind=_end(payload), text=text(payload, "error")),) if is_done else ()
        if "stepIdx" in payload:
            ended = ToolCall("", text(payload, "stepIdx"), succeeded=not payload.get("error"))
            return (replace(event, kind=EventKind.TOOL, tool=ended),)
        begins = number(payload, "invocationNum") == 0 and "initialNumSteps" in payload
        return (replace(event, kind=EventKind.PROMPT),) if begins else ()


AGENT = _Antigravity("antigravity", _sends, session=("conversationId",), transcript=("transcriptPath",))
