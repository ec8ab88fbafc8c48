"""Gemini CLI's chats: ~/.gemini/tmp/PROJECT/chats/session-*.json or .jsonl, by its chatRecordingService."""

from collections.abc import Iterable, Mapping

from sdd.capture.agents.prompts import parts_text
from sdd.capture.agents.tools import read_tool
from sdd.capture.agents.values import Payload, mapping, mappings, moment, number, text
from sdd.capture.events import Event
from sdd.capture.transcripts.turns import Turns

_OUTCOMES: Mapping[str, bool] = {"success": True, "error": False, "cancelled": False}


def read(rows: Iterable[Payload], transcript: str) -> tuple[Event, ...]:
    """The events of a session: of a message that is written again the last form counts, of a rewound one none."""
    turns, messages = Turns("gemini", transcript=transcript), dict[str, Payload]()
    for row in rows:
        turns.session = turns.session or text(row, "sessionId")
        turns.cwd = text(row, "cwd") or turns.cwd
        if back := text(row, "$rewindTo"):
            kept = [*messages]
            messages = {id: messages[id] for id in kept[: kept.index(back)]} if back in messages else messages
        for message in mappings(row.get("messages")) or ((row,) if "type" in row else ()):
            messages[text(message, "id") or f"row-{len(messages)}"] = message
    for id, message in messages.items():
        at = moment(message.get("timestamp")) or 0.0
        if message.get("type") == "user":
            turns.prompt(message.get("content"), id, at)
        elif message.get("type") == "gemini":
            turns.model = text(message, "model") or turns.model
            tokens = number(mapping(message.get("tokens")), "total") or 0
            turns.answer(parts_text(message.get("content")), at, id=id, tokens=int(tokens))
            for call in mappings(message.get("toolCalls")):
                said = text(call, "name"), text(call, "id"), call.get("args"), call.get("result")
                tool = read_tool(*said, succeeded=_OUTCOMES.get(text(call, "status")))
                turns.call(tool, moment(call.get("timestamp")) or at)
    return turns.end()
