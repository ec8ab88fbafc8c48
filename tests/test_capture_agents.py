"""What agents send to their hooks is read alike: whose it is, what was asked, done and answered."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.capture.agents import AGENTS, sender
from sdd.capture.agents.values import read_json
from sdd.capture.events import Edit, Event, EventKind
from tests import agent_payloads
from tests.agent_fields import DOCUMENTED
from tests.agent_payloads import AgentPayloads, Payload

NOW = 1_796_000_000.0
CWD = "/w/app"
FILE = "/w/app/c.py"

every_agent = pytest.mark.parametrize("name", [*agent_payloads.VARIANTS])


def agent(name: str) -> AgentPayloads:
    return agent_payloads.VARIANTS[name](CWD, clock=lambda: NOW)


def every_payload(told: AgentPayloads) -> list[Payload]:
    return [
        *told.session_start(), *told.exchange("Add retry", {FILE: "import time\n"}, "t1", {"pytest -q": 0, "ls x": 2}),
        *told.edit(FILE, "time", "asyncio", "t1"), *told.failure("t1"), *told.interrupt("t1"),
        *told.subagent(FILE, "x\n", "t1"), *told.compaction("t1"), *told.session_end(),
    ]  # fmt: skip


def read(payloads: list[Payload]) -> list[Event]:
    events: list[Event] = []
    for payload in payloads:
        told_by = sender(payload)
        assert told_by, payload
        events += told_by.read(payload, NOW)
    return events


def kinds(payloads: list[Payload]) -> list[EventKind]:
    return [event.kind for event in read(payloads)]


@every_agent
def test_its_payloads_are_told_from_those_of_all_others(name: str) -> None:
    told = agent(name)
    payloads = every_payload(told)
    assert {told_by.name if (told_by := sender(payload)) else str(payload) for payload in payloads} == {told.name}
    events = read(payloads)
    assert {event.agent for event in events} == {told.name}
    assert {event.session for event in events} == {"s1"}
    assert {event.cwd for event in events} == ({CWD} if told.tells_folder else {CWD, ""})
    prompts = [event for event in events if event.kind is EventKind.PROMPT and not event.subagent]
    assert {event.turn for event in prompts} == ({"t1"} if told.names_turns else {""})
    assert not any(event.transcript for event in events if event.subagent)


@pytest.mark.parametrize("name", [*DOCUMENTED])
def test_the_payloads_in_the_tests_are_the_documented_ones(name: str) -> None:
    told = agent(name)
    for payload in every_payload(told):
        event = payload.get("hook_event_name") or payload.get("hookEventName") or payload.get("agent_action_name") or ""
        shapes = [shape for shape in DOCUMENTED[name] if shape.event == event]
        assert any(shape.always <= payload.keys() <= shape.always | shape.at_times for shape in shapes), payload


def test_every_agents_fields_are_documented() -> None:
    assert {*DOCUMENTED, "opencode"} == {*agent_payloads.VARIANTS}
    assert {told.name for told in AGENTS} == {*agent_payloads.AGENTS}


@every_agent
def test_an_exchange_is_read(name: str) -> None:
    told = agent(name)
    files, commands = {FILE: "import time\n"}, {"pytest -q": 0, "ls x": 2}
    events = read([*told.exchange("/speckit.plan Add retry", files, "t1", commands)])
    prompts = [(event.text, event.command, event.machine_made) for event in events if event.kind is EventKind.PROMPT]
    assert prompts == [("/speckit.plan Add retry", "speckit.plan", False) if told.tells_prompt else ("", "", False)]
    assert events[-1].kind is EventKind.RESPONSE
    responses = [event.text for event in events if event.kind is EventKind.RESPONSE and event.text]
    assert responses == (["Done."] if told.tells_response else [])
    edits = [edit for event in events if event.kind is EventKind.TOOL and event.tool for edit in event.tool.edits]
    assert [(edit.path, edit.text.strip(), edit.removed) for edit in edits] == [(FILE, "import time", False)]
    assert all(event.time == NOW and not event.subagent for event in events)


@every_agent
def test_what_a_shell_ran_is_read(name: str) -> None:
    told = agent(name)
    for code in (0, 2):
        before, after = read(told.shell("pytest -q", "2 passed\n", code, "t1"))
        assert (before.kind, after.kind) == (EventKind.TOOL_STARTED, EventKind.TOOL)
        assert before.tool
        assert after.tool
        assert before.tool.command == "pytest -q"
        assert before.tool.id == after.tool.id
        expected = code == 0 if told.tells_outcome and not (name == "vscode" and code == 0) else None
        assert after.tool.succeeded is expected
        if told.tells_command_at_its_end:
            assert after.tool.command == "pytest -q"
            assert "2 passed" in after.tool.output or not told.tells_outcome


@every_agent
def test_a_call_changes_nothing_before_it_ends(name: str) -> None:
    before, *_ = read(agent(name).write(FILE, "x = 1\n", "t1"))
    assert before.kind is EventKind.TOOL_STARTED
    assert before.tool
    assert before.tool.edits == ()


@every_agent
def test_an_edit_says_what_it_put_there(name: str) -> None:
    events = read(agent(name).edit(FILE, "retries = 1", "retries = 3", "t1"))
    edits = [edit for event in events if event.kind is EventKind.TOOL and event.tool for edit in event.tool.edits]
    assert [(edit.text, edit.former) for edit in edits] == [("retries = 3", "retries = 1")]


@every_agent
def test_what_a_subagent_does_is_marked(name: str) -> None:
    events = read(agent(name).subagent(FILE, "x = 1\n", "t1"))
    assert all(event.subagent for event in events)
    edits = [edit for event in events if event.tool for edit in event.tool.edits]
    assert {edit.path for edit in edits} == ({FILE} if events else set())


@every_agent
def test_ends_are_told_apart(name: str) -> None:
    told = agent(name)
    for deed, expected in (
        (told.failure("t1"), EventKind.FAILURE),
        (told.interrupt("t1"), EventKind.INTERRUPT),
        (told.session_end(), EventKind.SESSION_END),
        (told.compaction("t1"), EventKind.COMPACTION),
    ):
        told_kinds = {kind for kind in kinds(deed) if kind not in (EventKind.TOOL_STARTED, EventKind.TOOL)}
        assert told_kinds == ({expected} if deed else set())


def test_claude_names_its_turns_and_marks_prompts_that_no_person_wrote() -> None:
    told = agent_payloads.Claude(CWD, clock=lambda: NOW)
    assert {event.turn for event in read([*told.exchange("Hi", {}, "t1")])} == {"t1"}
    for source, machine_made in (("user", False), ("sdk", False), ("system", True), ("loop_wakeup", True)):
        (event,) = read(told.prompt("Go on", "t1", source))
        assert event.machine_made is machine_made
    (event,) = read(told.prompt("<task-notification>done</task-notification>", "t1"))
    assert event.machine_made


def test_a_slash_command_of_claude_comes_twice_with_one_text() -> None:
    first, second = read(agent_payloads.Claude(CWD).slash_command("speckit.plan", "Add retry", "t1"))
    assert (first.kind, first.turn, first.text, first.command) == (
        second.kind,
        second.turn,
        second.text,
        second.command,
    )
    assert first.command == "speckit.plan"


def test_a_command_of_claude_that_goes_on_has_no_outcome() -> None:
    _, after = agent_payloads.Claude(CWD).shell("make serve", "", 0, "t1")
    after["tool_response"]["backgroundTaskId"] = "b1"
    (event,) = read([after])
    assert event.tool
    assert event.tool.succeeded is None


def test_a_patch_of_codex_names_several_files_and_moves() -> None:
    patch = (
        "*** Begin Patch\n*** Add File: a.py\n+x = 1\n+*** Add File: no.py\n"
        "*** Update File: old.py\n*** Move to: new.py\n"
        "@@ def f\n-y = 1\n+y = 2\n *** Delete File: no.py\n*** Delete File: gone.py\n*** End Patch\n"
    )
    *_, after = read(agent_payloads.Codex(CWD).patch(patch, "t1"))
    assert after.tool
    assert after.tool.command == ""
    assert after.tool.edits == (
        Edit("a.py", "x = 1\n*** Add File: no.py", former=""), Edit("old.py", removed=True),
        Edit("new.py", "y = 2", former="y = 1"),
        Edit("gone.py", removed=True),
    )  # fmt: skip
    # Codex applies such a line itself, and tells of no end.
    before, *_ = agent_payloads.Codex(CWD).shell(f"apply_patch <<'EOF'\n{patch}EOF\n", "", 0, "t1")
    _, shell = read([before])
    assert shell.kind is EventKind.TOOL
    assert shell.tool
    assert shell.tool.edits == after.tool.edits
    printed = read(agent_payloads.Codex(CWD).shell(f"cat <<'EOF'\n{patch}EOF\n", "", 0, "t1"))
    assert [event.tool.edits for event in printed if event.tool] == [(), ()]


def test_a_codex_without_transcript_is_told_by_null_in_its_place() -> None:
    for (payload,) in (agent_payloads.Codex(CWD).session_start(), agent_payloads.Codex(CWD).session_end()):
        told_by = sender(payload | {"transcript_path": None})
        assert told_by
        assert told_by.name == "codex"


def test_hooks_of_claude_that_another_agent_runs_are_not_claudes() -> None:
    (payload,) = agent_payloads.Claude(CWD).prompt("Hi", "")
    (asked,) = agent_payloads.Cursor(CWD).prompt("Hi", "t1")
    del asked["generation_id"]
    grok = {"sessionId": "s1", "hookEventName": "UserPromptSubmit", "cwd": CWD, "prompt": "Hi"}
    for foreign, expected in (
        (asked | {"hook_event_name": "UserPromptSubmit", "session_id": "s1"}, "cursor"),
        (payload | {"transcript_path": "/x/workspaceStorage/y/GitHub.copilot-chat/transcripts/s1.jsonl"}, "vscode"),
        (payload | {"transcript_path": "C:\\Users\\x\\GitHub Copilot\\s1.jsonl"}, "vscode"),
        (payload, "claude"),
        (grok, None),
        ({"prompt": "Hi", "cwd": CWD}, None),
        ({}, None),
    ):
        told_by = sender(foreign)
        assert (told_by and told_by.name) == expected


def test_a_cursor_call_is_known_again_by_an_id_that_holds_a_newline() -> None:
    before, after = read(agent_payloads.Cursor(CWD).shell("ls", "", 0, "t1"))
    assert before.tool
    assert after.tool
    assert before.tool.id == after.tool.id
    assert "\n" in after.tool.id


def test_the_folder_of_cursor_on_windows_is_the_systems() -> None:
    (event,) = read(agent_payloads.Cursor("/c:/w/app").prompt("Hi", "t1"))
    assert event.cwd == "c:/w/app"


def test_a_subagent_of_cursor_belongs_to_the_session_where_a_person_types() -> None:
    (_, payload) = agent_payloads.Cursor(CWD).subagent(FILE, "", "t1")
    (event,) = read([payload | {"conversation_id": "child"}])
    assert (event.session, event.subagent) == ("s1", True)


def test_windsurf_sends_raw_control_characters() -> None:
    (payload,) = agent_payloads.Windsurf(CWD).prompt("Add\tretry\nnow", "t1")
    raw = json.dumps(payload).replace("\\t", "\t").replace("\\n", "\n").encode()
    (event,) = read([dict(read_json(raw))])
    assert event.text == "Add\tretry\nnow"


def test_windsurf_writes_by_tools_of_servers_too() -> None:
    *_, after = read(agent_payloads.Windsurf(CWD).mcp("write_file", {"path": FILE, "content": "x"}, "Done", "t1"))
    assert after.tool
    assert after.tool.edits == (Edit(FILE, "x"),)


def test_antigravity_is_read_whether_it_encodes_twice_or_once() -> None:
    before, _ = agent_payloads.Antigravity(CWD).write(FILE, '"x"', "t1")
    _, told = read([before])
    before["toolCall"]["args"] = {name: json.loads(value) for name, value in before["toolCall"]["args"].items()}
    _, told_once = read([before])
    assert told.tool == told_once.tool
    assert told.tool
    assert told.tool.edits == (Edit(FILE, '"x"'),)


def test_a_slash_command_of_opencode_is_read_as_it_was_typed() -> None:
    (event,) = read(agent_payloads.OpenCode(CWD).slash_command("speckit.plan", "Add retry", "t1"))
    assert (event.text, event.command, event.machine_made) == ("/speckit.plan Add retry", "speckit.plan", False)


def test_tokens_and_model_are_read_where_told() -> None:
    (event,) = read(agent_payloads.OpenCode(CWD).response("Done.", "t1"))
    assert (event.tokens, event.model) == (15, "model-1")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["{", "[", '"', "\ud800", "\0", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted(
    {field for name in agent_payloads.VARIANTS for payload in every_payload(agent(name)) for field in payload}
)


@every_agent
@given(data=st.data())
def test_no_value_in_any_field_raises(name: str, data: st.DataObject) -> None:
    told = agent(name)
    payload = dict(data.draw(st.sampled_from(every_payload(told))))
    for field in data.draw(st.lists(st.sampled_from(sorted(payload)), min_size=1, max_size=3)):
        value = payload[field]
        if isinstance(value, dict) and value and data.draw(st.booleans()):
            payload[field] = value | {data.draw(st.sampled_from(sorted(value))): data.draw(JSON)}
        else:
            payload[field] = data.draw(JSON)
    for reader in AGENTS:
        if reader.sends(payload):
            for event in reader.read(payload, NOW):
                assert_sound(event)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_no_object_raises(payload: dict[str, Any]) -> None:
    sender(payload)
    for reader in AGENTS:
        for event in reader.read(payload, NOW):
            assert_sound(event)


def assert_sound(event: Event) -> None:
    """Every text of it can be written to a file, and every path can name one."""
    tool = event.tool
    texts = [event.session, event.turn, event.cwd, event.text, event.command, event.model, event.transcript]
    if tool:
        texts += [
            tool.name,
            tool.id,
            tool.command,
            tool.output,
            *(text for edit in tool.edits for text in (edit.path, edit.text)),
        ]
        assert all(edit.path and "\0" not in edit.path for edit in tool.edits)
    assert "\0" not in event.cwd + event.transcript
    for text in texts:
        text.encode()
    assert abs(event.time - NOW) <= 24 * 60 * 60
    assert event.tokens >= 0
    json.dumps(event.time, allow_nan=False)
