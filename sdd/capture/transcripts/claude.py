"""Claude Code's transcripts: ~/.claude/projects/FOLDER/SESSION.jsonl. No schema is published; unknown rows pass."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sdd.capture.agents.prompts import INTERRUPTED, parts_text
from sdd.capture.agents.values import Payload, mapping, moment, read_json, text, tokens
from sdd.capture.events import Event
from sdd.capture.transcripts.rows import blocks
from sdd.capture.transcripts.turns import Turns

_TAIL = 1024 * 1024


def read(rows: Iterable[Payload], transcript: str) -> tuple[Event, ...]:
    """The events of a session; rows that a fork or a retry copied count once."""
    turns, seen = Turns("claude", transcript=transcript), set[str]()
    for row in rows:
        kind, id, at = row.get("type"), text(row, "uuid"), moment(row.get("timestamp")) or 0.0
        if kind not in ("user", "assistant") or (id and id in seen):
            continue
        seen.add(id)
        turns.session = text(row, "sessionId") or turns.session
        turns.cwd = text(row, "cwd") or turns.cwd
        message = mapping(row.get("message"))
        content, is_aside = message.get("content"), row.get("isSidechain") is True
        if kind == "assistant":
            _answered(turns, message, at, is_aside=is_aside)
            continue
        results = [block for block in blocks(content) if block.get("type") == "tool_result"]
        told = mapping(row.get("toolUseResult")) if len(results) == 1 else {}
        for block in results:
            failed, result = block.get("is_error") is True, told or block.get("content")
            turns.finish(text(block, "tool_use_id"), result, at, succeeded=not failed, subagent=is_aside)
        if results or is_aside or row.get("isMeta") is True or row.get("isCompactSummary") is True:
            continue
        if INTERRUPTED.match(parts_text(content)):
            turns.interrupt(at)
        else:
            turns.prompt(content, text(row, "promptId") or id, at)
    return turns.end()


def last_model(path: Path) -> str:
    """The model of the newest answer in a transcript, read from its end; empty where none is near that."""
    with path.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
        lines = file.read(_TAIL).splitlines()
    for line in reversed(lines):
        with suppress(ValueError):
            row = read_json(line) if b'"assistant"' in line else {}
            is_answer = row.get("type") == "assistant" and row.get("isSidechain") is not True
            if is_answer and (model := _model(mapping(row.get("message")))):
                return model
    return ""


def _model(message: Payload) -> str:
    """The model of a message; Claude Code words some itself, such as those of errors, and names no model then."""
    model = text(message, "model")
    return "" if model.startswith("<") else model


def _answered(turns: Turns, message: Payload, at: float, *, is_aside: bool) -> None:
    for block in blocks(message.get("content")):
        if block.get("type") == "tool_use":
            turns.begin(text(block, "id"), text(block, "name"), block.get("input"))
    if is_aside:
        return
    turns.model = _model(message) or turns.model
    said = [text(block, "text") for block in blocks(message.get("content")) if block.get("type") == "text"]
    turns.answer("\n".join(said), at, id=text(message, "id"), tokens=tokens(mapping(message.get("usage"))))
