"""Transcripts as agents write them: rows of an exchange, made from the documented shapes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def claude(cwd: str, session: str, prompt: str, files: dict[str, str], answer: str, at: float, turn: str) -> list[Row]:
    """A prompt, a Write for each file with its result, and the answer in two rows of one message."""

    def row(kind: str, id: str, second: int, **further: Any) -> Row:
        base = {"type": kind, "uuid": f"{turn}-{id}", "sessionId": session, "cwd": cwd, "timestamp": iso(at + second)}
        return base | {"isSidechain": False, "userType": "external", "version": "2.1.0"} | further

    rows = [row("user", "u", 0, message={"role": "user", "content": prompt}, promptId=turn)]
    for number, (path, text) in enumerate(files.items()):
        call = {
            "type": "tool_use",
            "id": f"{turn}-t{number}",
            "name": "Write",
            "input": {"file_path": path, "content": text},
        }
        rows.append(row("assistant", f"a{number}", 1, message={"id": "m1", "model": "claude-x", "content": [call]}))
        result = {"type": "tool_result", "tool_use_id": f"{turn}-t{number}", "content": "ok"}
        rows.append(row("user", f"r{number}", 2, message={"role": "user", "content": [result]}))
    said = {
        "id": "m2",
        "model": "claude-x",
        "content": [{"type": "text", "text": answer}],
        "usage": {"output_tokens": 7},
    }
    return [*rows, row("assistant", "z1", 3, message=said | {"content": []}), row("assistant", "z2", 4, message=said)]


def codex(cwd: str, session: str, prompt: str, files: dict[str, str], answer: str, at: float, turn: str) -> list[Row]:
    def row(kind: str, second: int, **payload: Any) -> Row:
        return {"timestamp": iso(at + second), "type": kind, "payload": payload}

    rows = [
        row("session_meta", 0, id=session, cwd=cwd, source="cli"),
        row("turn_context", 0, turn_id=turn, cwd=cwd, model="gpt-x"),
        row("response_item", 0, type="message", role="user", content=[{"type": "input_text", "text": "<context>"}]),
        row("event_msg", 0, type="user_message", message=prompt),
    ]
    for number, (path, text) in enumerate(files.items()):
        added = "".join(f"+{line}\n" for line in text.splitlines())
        patch = f"*** Begin Patch\n*** Add File: {path}\n{added}*** End Patch"
        rows.append(
            row("response_item", 1, type="custom_tool_call", name="apply_patch", call_id=f"c{number}", input=patch)
        )
        rows.append(row("response_item", 2, type="custom_tool_call_output", call_id=f"c{number}", output="Success."))
    usage = {"info": {"last_token_usage": {"input_tokens": 2, "output_tokens": 5}}}
    return [
        *rows,
        row("event_msg", 3, type="agent_message", message=answer),
        row("event_msg", 3, type="token_count", **usage),
    ]


def codex_items(rows: list[Row], *, failed: bool = False) -> list[Row]:
    """The same session as Codex 0.171 keeps it: what was said, and whether a patch was applied, in items."""
    kinds = {"user_message": "UserMessage", "agent_message": "AgentMessage"}
    (turn,) = (row["payload"]["turn_id"] for row in rows if row["type"] == "turn_context")
    told = []
    for row in rows:
        payload = row["payload"]
        if kind := kinds.get(payload.get("type", "")):
            parts = [{"type": "text" if kind == "UserMessage" else "Text", "text": payload["message"]}]
            payload = {"type": "item_completed", "turn_id": turn, "item": {"type": kind, "content": parts}}
        elif payload.get("type") == "custom_tool_call_output" and failed:
            payload = {**payload, "output": "unsupported custom tool call: apply_patch"}
        elif payload.get("type") == "custom_tool_call_output":
            item = {"type": "FileChange", "id": payload["call_id"], "status": "completed"}
            told.append({**row, "type": "event_msg", "payload": {"type": "item_completed", "item": item}})
        told.append({**row, "payload": payload})
    return told


def gemini(cwd: str, session: str, prompt: str, files: dict[str, str], answer: str, at: float, turn: str) -> list[Row]:
    calls = [
        {
            "id": f"{turn}-c{number}",
            "name": "write_file",
            "args": {"file_path": path, "content": text},
            "status": "success",
        }
        for number, (path, text) in enumerate(files.items())
    ]
    message = {"id": f"{turn}-g", "type": "gemini", "toolCalls": calls, "model": "gemini-x"}
    return [
        {"sessionId": session, "projectHash": "x", "kind": "main", "cwd": cwd},
        {"id": turn, "timestamp": iso(at), "type": "user", "content": [{"text": prompt}]},
        message | {"timestamp": iso(at + 1), "content": ""},
        message | {"timestamp": iso(at + 2), "content": answer},
    ]


def copilot(cwd: str, session: str, prompt: str, files: dict[str, str], answer: str, at: float, turn: str) -> list[Row]:
    def row(kind: str, second: int, **data: Any) -> Row:
        return {"type": kind, "id": f"{turn}-{kind}", "timestamp": iso(at + second), "data": data}

    rows = [row("session.start", 0, sessionId=session, context={"cwd": cwd}), row("user.message", 0, content=prompt)]
    for number, (path, text) in enumerate(files.items()):
        call = {"toolCallId": f"{turn}-c{number}", "toolName": "create", "arguments": {"path": path, "file_text": text}}
        rows.append(row("tool.execution_start", 1, **call))
        rows.append(
            row("tool.execution_complete", 2, toolCallId=f"{turn}-c{number}", success=True, result={"content": "ok"})
        )
    return [*rows, row("assistant.message", 3, content=answer)]


def cursor(cwd: str, session: str, prompt: str, files: dict[str, str], answer: str, at: float, turn: str) -> list[Row]:
    calls = [
        {"type": "tool_use", "name": "Write", "input": {"path": path, "contents": text}} for path, text in files.items()
    ]
    wrapped = f"<user_query>\n{prompt}\n</user_query>"
    return [
        {"role": "user", "message": {"content": [{"type": "text", "text": wrapped}]}},
        {"role": "assistant", "message": {"content": [*calls, {"type": "text", "text": answer}]}},
    ]


AGENTS = {"claude": claude, "codex": codex, "gemini": gemini, "copilot": copilot, "cursor": cursor}
PLACES = {
    "claude": ".claude/projects/-w-app/{session}.jsonl",
    "codex": ".codex/sessions/2026/11/02/rollout-2026-11-02-{session}.jsonl",
    "gemini": ".gemini/tmp/app/chats/session-{session}.jsonl",
    "copilot": ".copilot/session-state/{session}/events.jsonl",
    "cursor": ".cursor/projects/app/agent-transcripts/{session}.jsonl",
}
"""Where each keeps them below the home."""


def write(home: Path, agent: str, session: str, rows: list[Row]) -> Path:
    file = home / PLACES[agent].format(session=session)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return file
