"""Cursor's transcripts: ~/.cursor/projects/PROJECT/agent-transcripts/ID.jsonl, rows of `role` and `message`.

They tell no time: the one of the file's last change stands for all.
"""

from collections.abc import Iterable
from pathlib import Path

from sdd.capture.agents.tools import read_tool
from sdd.capture.agents.values import Payload, mapping, text
from sdd.capture.events import Event
from sdd.capture.transcripts.rows import blocks
from sdd.capture.transcripts.turns import Turns


def read(rows: Iterable[Payload], transcript: str) -> tuple[Event, ...]:
    """The events of a session, whose name is that of its file."""
    file = Path(transcript)
    turns = Turns("cursor", file.stem, transcript)
    at = file.stat().st_mtime if file.exists() else 0.0
    for number, row in enumerate(rows):
        content = mapping(row.get("message")).get("content")
        if row.get("role") == "user":
            turns.prompt(content, f"row-{number}", at)
        elif row.get("role") == "assistant":
            turns.answer("\n".join(text(block, "text") for block in blocks(content)).strip(), at)
            for block in blocks(content):
                if block.get("type") == "tool_use":
                    id = text(block, "id") or f"row-{number}"
                    turns.call(read_tool(text(block, "name"), id, block.get("input"), succeeded=None), at)
    return turns.end()
