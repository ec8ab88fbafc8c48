"""An agent as capture knows it: one reader for all that differ in the names of fields and events only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sdd.capture.agents.prompts import parts_text, read_prompt
from sdd.capture.agents.tools import read_tool, started_tool
from sdd.capture.agents.values import Payload, decode, mapping, number, path, text, time_told, tokens
from sdd.capture.events import Event, EventKind

_NAMES = ("hook_event_name", "hookEventName")

_KINDS = {
    "sessionstart": EventKind.SESSION_START,
    "sessionend": EventKind.SESSION_END,
    "userpromptsubmit": EventKind.PROMPT,
    "pretooluse": EventKind.TOOL_STARTED,
    "posttooluse": EventKind.TOOL,
    "posttoolusefailure": EventKind.TOOL,
    "stop": EventKind.RESPONSE,
    "stopfailure": EventKind.FAILURE,
    "interrupt": EventKind.INTERRUPT,
    "precompact": EventKind.COMPACTION,
}
"""Claude Code's names, which the others know too, since they run its hooks; in small letters without separators."""

_NO_PERSON = frozenset(("system", "loop_wakeup", "schedule_wakeup", "poll_event"))
"""Where a prompt comes from that no person wrote, as Claude Code's `source` says."""


@dataclass(frozen=True)
class Agent:
    """An agent: the word that names it on the command line, whether it `sends` a payload, as the fields of that tell,
    and its words: `kinds` for its own events, then the names of fields, the likeliest first.

    `adapt` gives a payload in these words where it has others. `success` and `exited_well` are what it means for a
    call, and for the exit code of a shell's, that the event for ended calls came and says no more.
    """

    name: str
    sends: Callable[[Payload], bool]
    adapt: Callable[[Payload], Payload] | None = None
    kinds: Mapping[str, EventKind] = field(default_factory=dict)
    session: tuple[str, ...] = ("session_id",)
    turn: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ("prompt",)
    response: tuple[str, ...] = ("last_assistant_message",)
    transcript: tuple[str, ...] = ("transcript_path",)
    subagent: tuple[str, ...] = ("agent_id",)
    tool: tuple[str, ...] = ("tool_name",)
    arguments: tuple[str, ...] = ("tool_input",)
    result: tuple[str, ...] = ("tool_response",)
    call: tuple[str, ...] = ("tool_use_id",)
    duration: tuple[str, ...] = ("duration_ms",)
    success: bool | None = None
    exited_well: bool | None = None

    def read(self, payload: Payload, arrival: float) -> tuple[Event, ...]:
        """The events in a payload that arrived then: none for what says nothing, several where it tells a prompt and
        its response. It never raises for what a payload holds.
        """
        payload = self.adapt(payload) if self.adapt else payload
        name = event_name(payload)
        kind = self.kinds.get(name) or _KINDS.get(name, EventKind.OTHER)
        event = replace(self.base(payload, arrival), kind=kind)
        match kind:
            case EventKind.PROMPT:
                return (self._prompt(event, payload),)
            case EventKind.TOOL_STARTED | EventKind.TOOL:
                # Arrivals tell when files were changed: an agent's own times may be rounded.
                return self._tool(replace(event, time=arrival), payload)
            case EventKind.RESPONSE | EventKind.FAILURE:
                said = parts_text(_first(payload, self.response))
                return (replace(event, text=said or (_error(payload) if kind is EventKind.FAILURE else "")),)
            case EventKind.SESSION_START if text(payload, "source") == "compact":
                return (replace(event, kind=EventKind.COMPACTION),)
            case EventKind.OTHER:
                return ()
        return (event,)

    def base(self, payload: Payload, arrival: float) -> Event:
        """What every event of a payload shares. The transcript of a subagent is not that of the session."""
        subagent = bool(text(payload, *self.subagent))
        return Event(
            agent=self.name,
            kind=EventKind.OTHER,
            session=text(payload, *self.session),
            turn=text(payload, *self.turn),
            time=time_told([payload.get("timestamp")], arrival),
            cwd=_folder(payload),
            model=text(payload, "model", "model_name"),
            tokens=tokens(mapping(payload.get("usage")) or payload),
            transcript="" if subagent else path(text(payload, *self.transcript)),
            subagent=subagent,
            forked_from=text(payload, "forked_from", "forked_from_id", "parent_session_id"),
        )

    def _prompt(self, event: Event, payload: Payload) -> Event:
        prompt = read_prompt(_first(payload, self.prompt), payload.get("attachments"))
        named = text(payload, "command_name").removeprefix("/")
        is_expanded = named and not prompt.text.startswith("/")
        return replace(
            event,
            text=f"/{named} {text(payload, 'command_args')}".strip() if is_expanded else prompt.text,
            command=named or prompt.command,
            machine_made=prompt.machine_made or text(payload, "source") in _NO_PERSON,
        )

    def _tool(self, event: Event, payload: Payload) -> tuple[Event, ...]:
        name, call = text(payload, *self.tool), text(payload, *self.call)
        arguments = _first(payload, self.arguments)
        if event.kind is EventKind.TOOL_STARTED:
            return (replace(event, tool=started_tool(name, call, arguments)),)
        failed = event_name(payload).endswith("failure")
        tool = read_tool(
            name,
            call,
            arguments,
            _first(payload, ("error", "error_message", *self.result) if failed else self.result),
            milliseconds=number(payload, *self.duration),
            succeeded=False if failed else self.success,
            exited_well=self.exited_well,
        )
        ended = replace(event, tool=tool)
        is_interrupt = failed and payload.get("is_interrupt") is True
        return (ended, replace(event, kind=EventKind.INTERRUPT)) if is_interrupt else (ended,)


def event_name(payload: Payload) -> str:
    """The name of a payload's event, in small letters without separators."""
    return text(payload, *_NAMES).replace("_", "").replace("-", "").lower()


def _first(payload: Payload, names: tuple[str, ...]) -> Any:
    """The first of these fields that is there, and not null."""
    return next((payload[name] for name in names if payload.get(name) is not None), None)


def _folder(payload: Payload) -> str:
    """The folder that the agent works in; the first of its roots where it tells only these."""
    if folder := path(text(payload, "cwd")):
        return folder
    roots = next((payload[name] for name in ("workspace_roots", "workspacePaths") if payload.get(name)), None)
    listed = decode(roots)
    return next(filter(None, map(path, listed)), "") if isinstance(listed, list) else path(listed)


def _error(payload: Payload) -> str:
    error = payload.get("error")
    said = text(mapping(error), "message") or parts_text(error)
    return ": ".join(filter(None, (said, text(payload, "error_details", "error_message"))))
