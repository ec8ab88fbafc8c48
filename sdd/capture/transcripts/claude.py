"""Claude Code's transcripts: ~/.claude/projects/FOLDER/SESSION.jsonl. No schema is published; unknown rows pass."""

from collections.abc import Iterable

from sdd.capture.agents.agent import Payload
from sdd.capture.agents.prompts import parts_text
from sdd.capture.agents.values import mapping, moment, number, text
from sdd.capture.events import Event
from sdd.capture.transcripts.rows import blocks
from sdd.capture.transcripts.turns import Turns

_INTERRUPTED = "[Request interrupted by user"


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
        if parts_text(content).startswith(_INTERRUPTED):
            turns.interrupt(at)
        else:
            turns.prompt(content, text(row, "promptId") or id, at)
    return turns.end()


def _answered(turns: Turns, message: Payload, at: float, *, is_aside: bool) -> None:
    for block in blocks(message.get("content")):
        if block.get("type") == "tool_use":
            turns.begin(text(block, "id"), text(block, "name"), block.get("input"))
    if is_aside:
        return
    turns.model = text(message, "model") or turns.model
    usage = mapping(message.get("usage"))
    tokens = int(sum(number(usage, name) or 0 for name in ("input_tokens", "output_tokens")))
    said = [text(block, "text") for block in blocks(message.get("content")) if block.get("type") == "text"]
    turns.answer("\n".join(said), at, id=text(message, "id"), tokens=tokens)
