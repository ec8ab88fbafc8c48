"""What agents send to their hooks is read alike: whose it is, what was asked, done and answered."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.capture.agents import AGENTS, sender
from sdd.capture.events import Edit, Event, EventKind
from tests import agent_payloads
from tests.agent_payloads import AgentPayloads, Payload

NOW = 1_796_000_000.0
CWD = "/w/app"
FILE = "/w/app/c.py"

every_agent = pytest.mark.parametrize("name", [*agent_payloads.AGENTS])


def agent(name: str) -> AgentPayloads:
    return agent_payloads.AGENTS[name](CWD, clock=lambda: NOW)


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
    payloads = [
        *told.session_start(), *told.exchange("Add retry", {FILE: "import time\n"}, "t1", {"pytest -q": 0}),
        *told.edit(FILE, "time", "asyncio", "t1"), *told.failure("t1"), *told.interrupt("t1"),
        *told.subagent(FILE, "x\n", "t1"), *told.compaction("t1"), *told.session_end(),
    ]  # fmt: skip
    assert {told_by.name if (told_by := sender(payload)) else payload for payload in payloads} == {name}
    assert {event.agent for event in read(payloads)} == {name}
    assert {event.session for event in read(payloads)} == {"s1"}
    assert {event.cwd for event in read(payloads)} == {CWD}


@every_agent
def test_an_exchange_is_read(name: str) -> None:
    events = read(
        [*agent(name).exchange("/speckit.plan Add retry", {FILE: "import time\n"}, "t1", {"pytest -q": 0, "ls x": 2})]
    )
    prompts = [event for event in events if event.kind is EventKind.PROMPT]
    assert [(event.text, event.command, event.machine_made) for event in prompts] == [
        ("/speckit.plan Add retry", "speckit.plan", False)
    ]
    assert events[-1].kind is EventKind.RESPONSE
    assert events[-1].text == "Done."
    tools = [event.tool for event in events if event.kind is EventKind.TOOL and event.tool]
    assert [edit for tool in tools for edit in tool.edits] == [Edit(FILE, tools[0].edits[0].text)]
    assert tools[0].edits[0].text.strip() == "import time"
    shells = [tool for tool in tools if tool.command]
    assert [(tool.command, tool.succeeded) for tool in shells] == [("pytest -q", True), ("ls x", False)]
    assert all("output" in tool.output for tool in shells)
    assert all(event.time == NOW and not event.subagent for event in events)


@every_agent
def test_a_call_is_told_when_it_begins_and_changes_nothing_before_it_ends(name: str) -> None:
    for deed in (agent(name).write(FILE, "x = 1\n", "t1"), agent(name).shell("make", "", 0, "t1")):
        (before,) = read(deed[:1])
        (after,) = read(deed[1:])
        assert (before.kind, after.kind) == (EventKind.TOOL_STARTED, EventKind.TOOL)
        assert before.tool
        assert after.tool
        assert before.tool.edits == ()
        assert (before.tool.id, before.tool.name, before.tool.command) == (
            after.tool.id,
            after.tool.name,
            after.tool.command,
        )


@every_agent
def test_an_edit_says_what_it_put_there(name: str) -> None:
    (*_, after) = read(agent(name).edit(FILE, "retries = 1", "retries = 3", "t1"))
    assert after.tool
    assert after.tool.edits == (Edit(FILE, "retries = 3"),)


@every_agent
def test_what_a_subagent_does_is_marked(name: str) -> None:
    events = read(agent(name).subagent(FILE, "x = 1\n", "t1"))
    assert all(event.subagent for event in events)
    assert not any(event.kind in (EventKind.RESPONSE, EventKind.SESSION_START) for event in events)
    if agent(name).subagent(FILE, "", "t1"):
        assert [edit.path for event in events if event.tool for edit in event.tool.edits] == [FILE]


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
        Edit("a.py", "x = 1\n*** Add File: no.py"), Edit("old.py", removed=True), Edit("new.py", "y = 2"),
        Edit("gone.py", removed=True),
    )  # fmt: skip
    *_, shell = read(agent_payloads.Codex(CWD).shell(f"apply_patch <<'EOF'\n{patch}EOF\n", "", 0, "t1"))
    assert shell.tool
    assert shell.tool.edits == after.tool.edits
    *_, printed = read(agent_payloads.Codex(CWD).shell(f"cat <<'EOF'\n{patch}EOF\n", "", 0, "t1"))
    assert printed.tool
    assert printed.tool.edits == ()


def test_a_codex_without_transcript_is_told_by_its_model() -> None:
    (payload,) = agent_payloads.Codex(CWD).session_start()
    told_by = sender(payload | {"transcript_path": None})
    assert told_by
    assert told_by.name == "codex"


def test_hooks_of_claude_that_another_agent_runs_are_not_claudes() -> None:
    (payload,) = agent_payloads.Claude(CWD).prompt("Hi", "")
    payload["sessionId"] = payload.pop("session_id")
    assert sender(payload) is None or sender(payload) != AGENTS[-1]


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
    {
        key
        for name in agent_payloads.AGENTS
        for payload in [
            *agent(name).session_start(), *agent(name).exchange("p", {FILE: "x"}, "t", {"ls": 0}),
            *agent(name).subagent(FILE, "", "t"), *agent(name).failure("t"), *agent(name).session_end(),
        ]
        for key in payload
    }
)  # fmt: skip


@every_agent
@given(data=st.data())
def test_no_value_in_any_field_raises(name: str, data: st.DataObject) -> None:
    told = agent(name)
    deeds = [
        *told.session_start(), *told.exchange("p", {FILE: "x"}, "t", {"ls": 0}), *told.edit(FILE, "a", "b", "t"),
        *told.failure("t"), *told.interrupt("t"), *told.subagent(FILE, "x", "t"), *told.session_end(),
    ]  # fmt: skip
    payload = dict(data.draw(st.sampled_from(deeds)))
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
