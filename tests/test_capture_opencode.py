"""The plugin for OpenCode, run as OpenCode runs it: it sends the documented fields, and never fails what it watches."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sdd.capture.agents import sender
from sdd.capture.events import Edit, EventKind
from sdd.records.packaged import template
from tests.agent_payloads import OpenCode

NODE = shutil.which("node")
SESSION = "ses_1"

pytestmark = pytest.mark.skipif(not NODE, reason="the plugin runs in node")

HOST = """
import { SddCapture } from "./opencode.mjs"
const client = { session: { get: async () => ({ data: { id: "ses_0", parentID: undefined } }) } }
const hooks = await SddCapture({ client, directory: process.env.FOLDER })
for (const [name, ...values] of JSON.parse(process.env.CALLS)) await hooks[name](...values)
"""

RECORDER = """#!/bin/sh
test "$*" = "capture event opencode" || exit 1
cat > "$SENT/$(ls "$SENT" | wc -l | tr -d ' ').json"
"""


def bus(type: str, **properties: Any) -> list[Any]:
    return ["event", {"event": {"type": type, "properties": properties}}]


def message(text: str, session: str = SESSION, **more: Any) -> list[Any]:
    model = {"providerID": "anthropic", "modelID": "m1"}
    parts = [{"type": "text", "text": text}, {"type": "text", "text": "<reminder>", "synthetic": True}]
    sent = {"message": {"id": "msg_1", "sessionID": session, "role": "user", "model": model}, "parts": parts}
    return ["chat.message", {"sessionID": session, "messageID": "msg_1", "model": model, **more}, sent]


def call(name: str, arguments: Any, output: str, session: str = SESSION, **metadata: Any) -> list[list[Any]]:
    named = {"tool": name, "sessionID": session, "callID": "c1"}
    result = {"title": name, "output": output, "metadata": metadata}
    return [
        ["tool.execute.before", named, {"args": arguments}],
        ["tool.execute.after", named | {"args": arguments}, result],
    ]


def answer(text: str) -> list[list[Any]]:
    tokens = {"input": 10, "output": 4, "reasoning": 1, "cache": {"read": 900, "write": 0}}
    info = {"id": "msg_2", "sessionID": SESSION, "role": "assistant", "providerID": "anthropic", "modelID": "m1"}
    return [
        bus("message.updated", info=info | {"tokens": tokens}),
        ["experimental.text.complete", {"sessionID": SESSION, "messageID": "msg_2", "partID": "p"}, {"text": text}],
        bus("message.updated", info=info | {"tokens": tokens}),
    ]


CREATED = bus("session.created", info={"id": SESSION})
IDLE = bus("session.idle", sessionID=SESSION)


@pytest.fixture
def run(tmp_path: Path) -> Any:
    folder, sent = tmp_path / "app", tmp_path / "sent"
    for made in (folder, sent):
        made.mkdir()
    recorder = tmp_path / "bin" / "sdd"
    recorder.parent.mkdir()
    recorder.write_text(RECORDER)
    recorder.chmod(0o755)
    (tmp_path / "opencode.mjs").write_text(template("capture/opencode.ts"))
    (tmp_path / "host.mjs").write_text(HOST)

    def run(
        *calls: list[Any], path: str = f"{recorder.parent}{os.pathsep}{os.environ['PATH']}"
    ) -> list[dict[str, Any]]:
        environment = {"PATH": path, "SENT": str(sent), "FOLDER": str(folder), "CALLS": json.dumps(calls)}
        host = [str(NODE), str(tmp_path / "host.mjs")]
        ended = subprocess.run(host, env=environment, capture_output=True, text=True, timeout=60)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
        files = sorted(sent.iterdir(), key=lambda file: int(file.stem))
        return [json.loads(file.read_text()) for file in files]

    return run


def test_it_sends_the_fields_that_the_other_tests_send(run: Any) -> None:
    payloads = run(
        CREATED, message("Add retry"),
        *call("write", {"filePath": "/w/c.py", "content": "x"}, "Wrote file successfully."),
        *call("bash", {"command": "pytest -q", "description": "Run it"}, "2 passed", exit=1),
        *answer("Done."), IDLE, IDLE,
        bus("session.compacted", sessionID=SESSION), bus("session.deleted", info={"id": SESSION}),
    )  # fmt: skip
    told = OpenCode(payloads[0]["cwd"], SESSION, model="anthropic/m1")
    expected = [
        *told.session_start(), *told.prompt("Add retry", "msg_1"), *told.write("/w/c.py", "x", "msg_1"),
        *told.shell("pytest -q", "2 passed", 1, "msg_1"), *told.response("Done.", "msg_1"), *told.compaction("msg_1"),
        *told.session_end(),
    ]  # fmt: skip
    unstable = ("timestamp", "tool_use_id")
    for payload in (*payloads, *expected):
        for field in unstable:
            payload.pop(field, None)
    expected[-1]["turn_id"] = "msg_1"
    assert payloads == expected


def test_what_a_child_session_does_is_marked(run: Any) -> None:
    child = bus("session.created", info={"id": "ses_2", "parentID": SESSION})
    grandchild = bus("session.created", info={"id": "ses_3", "parentID": "ses_2"})
    calls = call("edit", {"filePath": "/w/c.py", "newString": "y"}, "", "ses_3")
    payloads = run(CREATED, message("Add retry"), child, grandchild, message("Look", "ses_2"), *calls)
    events = [event for payload in payloads for event in read(payload)]
    assert [event.subagent for event in events] == [False, False, True, True, True]
    assert {event.session for event in events} == {SESSION}
    assert events[-1].turn == "msg_1"
    assert events[-1].tool
    assert events[-1].tool.edits == (Edit("/w/c.py", "y", is_part=True),)


def test_an_aborted_and_a_failed_turn_end_once(run: Any) -> None:
    for name, kind in (("MessageAbortedError", EventKind.INTERRUPT), ("APIError", EventKind.FAILURE)):
        error = bus("session.error", sessionID=SESSION, error={"name": name, "data": {"message": "overloaded"}})
        payloads = run(message("Add retry"), error, IDLE)
        assert [event.kind for payload in payloads[-2:] for event in read(payload)] == [EventKind.PROMPT, kind]


def test_a_slash_command_is_sent_as_typed(run: Any) -> None:
    command = [
        "command.execute.before",
        {"command": "speckit.plan", "sessionID": SESSION, "arguments": "Add retry"},
        {},
    ]
    payloads = run(command, message("A long template"), message("And more"))
    events = [event for payload in payloads for event in read(payload)]
    assert [(event.text, event.command) for event in events] == [
        ("/speckit.plan Add retry", "speckit.plan"),
        ("And more", ""),
    ]


def test_a_call_that_fails_is_told(run: Any) -> None:
    state = {"status": "error", "input": {"filePath": "/w/c.py", "newString": "y"}, "error": "not found"}
    part = bus(
        "message.part.updated",
        part={"type": "tool", "callID": "c1", "tool": "edit", "sessionID": SESSION, "state": state},
    )
    payloads = run(message("Add retry"), part, part)
    assert len(payloads) == 2
    (event,) = read(payloads[-1])
    assert event.tool
    assert (event.tool.succeeded, event.tool.edits) == (False, ())


def test_nothing_that_it_is_given_makes_it_fail(run: Any, tmp_path: Path) -> None:
    odd = [["chat.message", {}, {}], ["event", {"event": {"type": "session.error", "properties": {}}}], bus("unknown")]
    sent = run(*odd, ["chat.message", None, None], ["event", {}])
    assert sent == []
    assert run(message("Add retry"), IDLE, path=str(tmp_path / "nothing")) == []


def read(payload: dict[str, Any]) -> Any:
    told_by = sender(payload)
    assert told_by
    assert told_by.name == "opencode"
    return told_by.read(payload, payload["timestamp"] / 1000)
