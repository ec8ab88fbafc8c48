"""Copilot CLI's logs: ~/.copilot/session-state/SESSION/events.jsonl, rows of `type`, `data` and `timestamp`."""

from collections.abc import Iterable
from pathlib import PurePath

from sdd.capture.agents.values import Payload, mapping, moment, text
from sdd.capture.events import Event
from sdd.capture.transcripts.turns import Turns


def read(rows: Iterable[Payload], transcript: str) -> tuple[Event, ...]:
    """The events of a session, whose name is that of its folder."""
    turns = Turns("copilot", PurePath(transcript).parent.name, transcript)
    for number, row in enumerate(rows):
        data, at = mapping(row.get("data")), moment(row.get("timestamp")) or 0.0
        match row.get("type"):
            case "session.start":
                turns.session = text(data, "sessionId") or turns.session
                turns.cwd = text(mapping(data.get("context")), "cwd") or text(data, "cwd") or turns.cwd
            case "session.model_change":
                turns.model = text(data, "newModel", "model") or turns.model
            case "user.message":
                said = text(data, "content") or text(data, "transformedContent")
                turns.prompt(said, text(row, "id") or f"row-{number}", at)
            case "assistant.message":
                turns.answer(text(data, "content") or text(data, "reasoningText"), at)
            case "tool.execution_start":
                turns.begin(text(data, "toolCallId"), text(data, "toolName"), data.get("arguments"))
            case "tool.execution_complete":
                failed = data.get("success") is False
                turns.finish(text(data, "toolCallId"), data.get("result"), at, succeeded=not failed)
            case "abort":
                turns.interrupt(at)
    return turns.end()
