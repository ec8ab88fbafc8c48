"""Transcripts: read tolerantly, made into PHRs that are shown first, and asked where a hook said nothing."""

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.base.errors import SddError
from sdd.capture.agents.claude import AGENT as CLAUDE
from sdd.capture.agents.codex import AGENT as CODEX
from sdd.capture.agents.copilot import AGENT as COPILOT
from sdd.capture.agents.gemini import AGENT as GEMINI
from sdd.capture.catching_up import catch_up
from sdd.capture.committing import record_staged
from sdd.capture.draining import drain
from sdd.capture.events import EventKind
from sdd.capture.exchanges import Exchange, Fate, Status
from sdd.capture.recording import Recorder
from sdd.capture.store import Store
from sdd.capture.transcripts import SOURCES, is_own_transcript, read_transcript
from sdd.capture.transcripts.rows import read_rows
from sdd.repo.objects import Repository
from tests import transcript_texts
from tests.agent_payloads import AGENTS as PAYLOADS
from tests.capture_on import turn_on
from tests.examples import examples
from tests.good import good_repository
from tests.program import sdd
from tests.scratch import Scratch
from tests.transcript_texts import Row

AGENTS = [*transcript_texts.AGENTS]
HOOKS = {"claude": CLAUDE, "gemini": GEMINI, "copilot": COPILOT}
PROMPT, ANSWER = "Round half up, please. It is wrong.", "Half cents round up now."
WRITTEN = "def round_half_up(cents):\n    return int(cents + 0.5)\n"
AT = 1_793_600_000.0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for source in SOURCES.values():
        monkeypatch.delenv(source.variable or "NONE", raising=False)
    return home


def rows_of(
    agent: str, cwd: str, path: str = "src/half.py", prompt: str = PROMPT, **further: Any
) -> list[dict[str, Any]]:
    told: dict[str, Any] = {"session": "s1", "answer": ANSWER, "at": AT, "turn": "t1"} | further
    return transcript_texts.AGENTS[agent](cwd, prompt=prompt, files={f"{cwd}/{path}": WRITTEN}, **told)


def without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


# -- reading ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", AGENTS)
def test_an_exchange_is_read_with_its_files_and_its_answer(home: Path, agent: str) -> None:
    file = transcript_texts.write(home, agent, "s1", rows_of(agent, "/w/app"))
    transcript = read_transcript(file)
    assert (transcript.agent, transcript.unread) == (agent, 0)
    kinds = [event.kind for event in transcript.events]
    assert kinds == [EventKind.PROMPT, EventKind.TOOL, EventKind.RESPONSE]
    prompt, call, response = transcript.events
    assert prompt.text == PROMPT
    assert [(edit.path, edit.text.strip()) for edit in call.tool.edits] == [("/w/app/src/half.py", WRITTEN.strip())]  # type: ignore[union-attr]
    assert response.text == ANSWER
    assert {event.session for event in transcript.events} == {"s1"}


@pytest.mark.parametrize("failed", [False, True])
def test_codex_0_171_tells_its_turns_in_items(tmp_path: Path, *, failed: bool) -> None:
    rows = transcript_texts.codex_items(rows_of("codex", "/w/app"), failed=failed)
    file = transcript_texts.write(tmp_path, "codex", "s1", rows)
    prompt, call, response = read_transcript(file).events
    assert (prompt.text, prompt.turn, response.text) == (PROMPT, "t1", ANSWER)
    assert call.tool
    assert bool(call.tool.edits) is not failed


def test_what_no_person_asked_is_no_prompt(tmp_path: Path) -> None:
    base = rows_of("claude", "/w")
    strange: list[Row] = [
        {"isMeta": True}, {"isSidechain": True}, {"isCompactSummary": True},
        {"message": {"role": "user", "content": "<command-name>/clear</command-name>"}},
        {"message": {"role": "user", "content": "<local-command-stdout>x</local-command-stdout>"}},
        {"message": {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "?", "content": "x"}]}},
    ]  # fmt: skip
    rows = [*base, *(base[0] | {"uuid": f"x{number}"} | each for number, each in enumerate(strange))]
    file = transcript_texts.write(tmp_path, "claude", "s1", [*rows, {"type": "summary", "summary": "A talk"}])
    assert [event.text for event in read_transcript(file).events if event.kind is EventKind.PROMPT] == [PROMPT]


def test_an_interruption_and_a_copied_row_are_told_once(tmp_path: Path) -> None:
    base = rows_of("claude", "/w")
    stop = {**base[0], "uuid": "i", "message": {"role": "user", "content": "[Request interrupted by user]"}}
    file = transcript_texts.write(tmp_path, "claude", "s1", [*base[:3], *base[:3], stop])
    assert [event.kind for event in read_transcript(file).events] == [
        EventKind.PROMPT,
        EventKind.TOOL,
        EventKind.INTERRUPT,
    ]


def test_rewound_messages_do_not_count(tmp_path: Path) -> None:
    rows = [*rows_of("gemini", "/w"), {"$rewindTo": "t1"}, *rows_of("gemini", "/w", prompt="Round down", turn="t2")[1:]]
    file = transcript_texts.write(tmp_path, "gemini", "s1", rows)
    assert [event.text for event in read_transcript(file).events if event.kind is EventKind.PROMPT] == ["Round down"]


def test_a_line_that_is_being_written_is_left_for_later(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_bytes(b'{"a": 1}\nno JSON\n{"b": 2, "c"')
    assert read_rows(file) == (({"a": 1},), 1)
    file.write_text('{\n  "sessionId": "s",\n  "messages": []\n}')
    assert read_rows(file).rows == ({"sessionId": "s", "messages": []},)


@pytest.mark.parametrize("kind", ["folder", "pipe", "missing"])
def test_what_is_no_file_is_refused_and_nobody_waits_for_it(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "t"
    if kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    with pytest.raises(SddError):
        read_rows(place)


def test_only_a_file_below_the_agents_own_folder_is_read_on_a_payloads_word(home: Path, tmp_path: Path) -> None:
    own = transcript_texts.write(home, "claude", "s1", [])
    other = tmp_path / "secret.jsonl"
    other.write_text("{}\n")
    link = own.with_name("link.jsonl")
    link.symlink_to(other)
    named = {str(own): True, str(other): False, str(link): False, str(own.parent): False, "\0": False, "": False}
    assert {path: is_own_transcript("claude", path) for path in named} == named
    assert not is_own_transcript("windsurf", str(own))


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@examples(60)
@given(st.sampled_from(AGENTS), st.data())
def test_any_value_in_any_field_is_read(agent: str, data: st.DataObject) -> None:
    rows = rows_of(agent, "/w/app")
    row = data.draw(st.sampled_from(rows))
    holder = data.draw(st.sampled_from([row, *(part for part in row.values() if isinstance(part, dict))]))
    holder[data.draw(st.sampled_from([*holder]))] = data.draw(json_values)
    SOURCES[agent].read(rows, "/home/dev/x/y.jsonl")


# -- import -----------------------------------------------------------------------------------------------------


@pytest.fixture
def good(tmp_path: Path) -> Scratch:
    return good_repository(tmp_path / "good")


@pytest.mark.parametrize("agent", AGENTS)
def test_import_shows_first_and_writes_when_told(good: Scratch, home: Path, agent: str) -> None:
    good.commit("Round half up", {"src/half.py": WRITTEN})
    oid, made = good.git("show", "-s", "--format=%H %ct").split()
    at = float(made) - 60
    file = transcript_texts.write(home, agent, "s1", rows_of(agent, str(good.path), at=at))
    os.utime(file, (at, at))
    before = good.git("status", "--porcelain")
    (item,) = sdd(good.path, "capture", "import", str(file), "--json").document["items"]
    assert (item["agent"], item["title"], item["files"]) == (agent, "Round half up, please", ["src/half.py"])
    assert item["commits"] == [{"commit": oid, "how": "by the lines that it wrote"}]
    assert item["record"] is None
    assert good.git("status", "--porcelain") == before
    (written,) = sdd(good.path, "capture", "import", "--all", "--write", "--json").document["items"]
    text = (good.path / written["record"]).read_text()
    assert PROMPT in text
    assert ANSWER in text
    assert f"in commit {oid[:12]}: by the lines that it wrote" in text
    assert sdd(good.path, "check", written["record"]).status == 0
    assert sdd(good.path, "capture", "import", "--all", "--json").document["items"] == []


def test_what_has_no_prompt_or_a_record_by_the_hook_is_not_imported(good: Scratch, home: Path) -> None:
    good.commit("Round half up", {"src/half.py": WRITTEN})
    rows = transcript_texts.codex_items(rows_of("codex", str(good.path)))
    nameless = [row for row in rows if row["payload"].get("item", {}).get("type") != "UserMessage"]
    transcript_texts.write(home, "codex", "s1", nameless)
    assert sdd(good.path, "capture", "import", "--all", "--json").document["items"] == []
    transcript_texts.write(home, "codex", "s1", rows)
    hook = PAYLOADS["codex"](str(good.path), session="s1")
    payloads = (*hook.prompt(PROMPT, "t1"), *hook.response(ANSWER, "t1"))
    events = [event for payload in payloads for event in CODEX.read(payload, AT)]
    (exchange,) = Recorder(Store(good.path / ".git")).exchanges(events)
    (item,) = sdd(good.path, "capture", "import", "--all", "--json").document["items"]
    assert item["id"] == exchange.id


@pytest.mark.parametrize("kept", ["drafts", "forgotten"])
@pytest.mark.parametrize("agent", ["gemini", "copilot", "claude"])
def test_what_a_hook_told_is_known_where_the_transcript_names_its_turn_otherwise(
    good: Scratch, home: Path, agent: str, kept: str
) -> None:
    paths = ["src/a.py", "src/b.py", "src/c.py"]
    good.commit("Round half up", dict.fromkeys(paths, WRITTEN))
    clock = iter(range(int(AT), int(AT) + 10_000, 100))
    session = PAYLOADS[agent](str(good.path), session="s1", clock=lambda: AT)
    recorder, rows = Recorder(Store(good.path / ".git")), []
    named = agent == "claude" and kept == "drafts"
    # Asked twice in the same words; the last time no hook told it.
    for number, (path, prompt) in enumerate(zip(paths, (PROMPT, "Drop me", PROMPT), strict=True)):
        at = next(clock)
        told = session.exchange(prompt, {f"{good.path}/{path}": WRITTEN}, f"h{number}" if named else "")
        events = [replace(event, time=at) for payload in told for event in HOOKS[agent].read(payload, at)]
        if number < 2:
            with recorder.store.lock():
                recorder.record(events, live=False)
        rows += rows_of(agent, str(good.path), path=path, prompt=prompt, at=float(at), turn=f"t{number}")
    file = transcript_texts.write(home, agent, "s1", [without(row, "promptId") for row in rows])
    first, second = recorder.store.exchanges()
    recorder.store.put(replace(second, fate=Fate.DROPPED))
    items = sdd(good.path, "capture", "import", str(file), "--write", "--json").document["items"]
    assert [item["files"] for item in items] == [["src/a.py"], ["src/c.py"]]
    assert items[0]["id"] == first.id
    if kept == "forgotten":
        recorder.store.forget(first)
    good.git("rm", "-q", "--force", "--ignore-unmatch", items[1]["record"])
    (good.path / items[1]["record"]).unlink()
    items = sdd(good.path, "capture", "import", str(file), "--json").document["items"]
    assert [item["files"] for item in items] == [["src/c.py"]]


def test_a_draft_that_is_imported_is_recorded_once(good: Scratch, home: Path) -> None:
    session = PAYLOADS["gemini"](str(good.path), session="s1", clock=lambda: AT)
    told = session.exchange(PROMPT, {f"{good.path}/src/half.py": WRITTEN}, "")
    good.write("src/half.py", WRITTEN)
    recorder = Recorder(Store(good.path / ".git"))
    with recorder.store.lock():
        recorder.record([event for each in told for event in HOOKS["gemini"].read(each, AT)], live=False)
    file = transcript_texts.write(home, "gemini", "s1", rows_of("gemini", str(good.path)))
    (item,) = sdd(good.path, "capture", "import", str(file), "--write", "--json").document["items"]
    good.git("add", "src")
    with Repository.discover(good.path) as repository:
        assert record_staged(repository).paths == (item["record"],)


def test_a_path_that_is_known_by_time_only_is_no_file_of_the_record(good: Scratch, home: Path) -> None:
    good.commit("Other work", {"src/half.py": "A = 1\n", "src/other.py": "B = 1\n"})
    rows = rows_of("claude", str(good.path), at=time.time() - 60)
    file = transcript_texts.write(home, "claude", "s1", rows)
    (item,) = sdd(good.path, "capture", "import", str(file), "--json").document["items"]
    assert item["files"] == ["src/half.py"]


def test_work_that_is_not_committed_is_in_no_commit(good: Scratch, home: Path) -> None:
    good.commit("Other work", {"src/half.py": WRITTEN})
    good.write("src/half.py", WRITTEN + "FREE_LIMIT = 50\n")
    rows = rows_of("claude", str(good.path), at=float(good.git("show", "-s", "--format=%ct")))
    written = WRITTEN + "FREE_LIMIT = 50\n"
    rows[1]["message"]["content"][0]["input"]["content"] = written
    rows[2]["toolUseResult"] = {"type": "update", "content": written, "originalFile": WRITTEN, "structuredPatch": []}
    file = transcript_texts.write(home, "claude", "s1", rows)
    (item,) = sdd(good.path, "capture", "import", str(file), "--json").document["items"]
    assert (item["files"], item["commits"]) == (["src/half.py"], [])
    good.commit("The limit", {"src/half.py": written})
    (item,) = sdd(good.path, "capture", "import", str(file), "--json").document["items"]
    assert [link["how"] for link in item["commits"]] == ["by the lines that it wrote"]
    assert item["commits"][0]["commit"] == good.git("rev-parse", "HEAD")


def test_what_changed_nothing_here_or_came_before_is_left_out(good: Scratch, home: Path) -> None:
    rows = rows_of("claude", "/elsewhere") + rows_of(
        "claude", str(good.path), path="gone.py", turn="t2", prompt="Go away"
    )
    file = transcript_texts.write(home, "claude", "s1", rows)
    assert sdd(good.path, "capture", "import", str(file), "--json").document["items"] == []
    file = transcript_texts.write(home, "claude", "s2", rows_of("claude", str(good.path), path="src/round.py"))
    since = ("--since", "2030-01-01")
    assert sdd(good.path, "capture", "import", str(file), *since, "--json").document["items"] == []


def test_a_secret_is_imported_by_its_name_alone(good: Scratch, home: Path) -> None:
    token = "ghp_" + "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5"
    rows = rows_of("claude", str(good.path), path="src/round.py", prompt=f"Use {token} to push, please")
    file = transcript_texts.write(home, "claude", "s1", rows)
    ran = sdd(good.path, "capture", "import", str(file), "--write", "--json")
    record = (good.path / ran.document["items"][0]["record"]).read_text()
    assert token not in record + ran.out
    assert "[REDACTED:" in record


def test_import_says_what_to_do_where_there_is_nothing(good: Scratch, home: Path) -> None:
    for words, told in (((), "--all"), (("--all",), "no transcript"), (("nothing.jsonl",), "cannot be read")):
        ran = sdd(good.path, "capture", "import", *words)
        assert ran.status in (2, 3)
        assert told in ran.err


# -- the model -------------------------------------------------------------------------------------------------


def test_a_claude_answer_has_the_model_that_its_transcript_tells(good: Scratch, home: Path) -> None:
    rows = rows_of("claude", str(good.path))
    asides: list[Row] = [{"isSidechain": True, "message": {"model": "aside"}}, {"message": {"model": "<synthetic>"}}]
    rows = [row | {"message": row["message"] | {"model": "m-2"}} if row["type"] == "assistant" else row for row in rows]
    file = transcript_texts.write(home, "claude", "s1", [*rows, *({"type": "assistant"} | each for each in asides)])
    assert {event.model for event in read_transcript(file).events if event.kind is EventKind.RESPONSE} == {"m-2"}
    base = {"session_id": "s1", "cwd": str(good.path), "transcript_path": str(file)}
    start = {**base, "hook_event_name": "SessionStart", "source": "startup", "model": "m-1"}
    asked = {**base, "hook_event_name": "UserPromptSubmit", "prompt": PROMPT, "prompt_id": "t1"}
    payloads: list[Row] = [
        start, asked, {**base, "hook_event_name": "SessionEnd"},
        {**asked, "prompt_id": "t2"}, {**asked, "prompt_id": "t2", "hook_event_name": "Stop"},
    ]  # fmt: skip
    recorder = Recorder(Store(good.path / ".git"))
    events = [event for at, payload in enumerate(payloads) for event in CLAUDE.read(payload, AT + at)]
    assert [(each.turn, each.model) for each in recorder.exchanges(events)] == [("t1", "m-1"), ("t2", "m-2")]


# -- catching up ------------------------------------------------------------------------------------------------


@pytest.fixture
def heard(scratch: Scratch, home: Path) -> Store:
    """A store that heard of Copilot's prompt and its end, of which Copilot tells no answer."""
    turn_on(scratch)
    file = home / transcript_texts.PLACES["copilot"].format(session="s1")
    session = PAYLOADS["copilot"](str(scratch.path), session="s1")
    for payload in (*session.prompt(PROMPT, "t1"), *session.response("", "t1")):
        stop = {"transcriptPath": str(file)} if "stopReason" in payload else {}
        told = json.dumps(payload | stop).encode()
        scratch.run(sys.executable, "-m", "sdd", "capture", "event", "copilot", stdin=told)
    store = Store(scratch.path / ".git")
    drain(store)
    return store


def test_an_answer_that_no_hook_told_comes_from_the_transcript(heard: Store, scratch: Scratch, home: Path) -> None:
    (before,) = heard.exchanges()
    assert (before.status, before.response) == (Status.DONE, "")
    transcript_texts.write(home, "copilot", "s1", rows_of("copilot", str(scratch.path), at=before.started))
    for _ in range(2):
        drain(heard, for_commit=True)
    (after,) = heard.exchanges()
    assert after.response == ANSWER
    assert after.id == before.id


def test_an_exchange_that_no_hook_told_comes_from_the_transcript_once(
    heard: Store, scratch: Scratch, home: Path
) -> None:
    (before,) = heard.exchanges()
    rows = rows_of("copilot", str(scratch.path), at=before.started)
    rows += rows_of("copilot", str(scratch.path), prompt="And round down", at=before.started + 10, turn="t2")[1:]
    transcript_texts.write(home, "copilot", "s1", rows)
    for later in (30, 3600, 7200):
        with heard.lock():
            catch_up(Recorder(heard), before.started + later)
        asked = [exchange.prompts for exchange in heard.exchanges()]
        assert asked == [(PROMPT,)] if later == 30 else [(PROMPT,), ("And round down",)]
        heard.put(Exchange(**{**vars(next(heard.exchanges())), "response": ""}))


@pytest.mark.parametrize("what", ["cut off", "rewritten", "frozen", "a folder", "gone", "one long line"])
def test_what_becomes_of_a_transcript_takes_nothing_from_what_was_heard(
    heard: Store, scratch: Scratch, home: Path, what: str
) -> None:
    (before,) = heard.exchanges()
    rows = rows_of("copilot", str(scratch.path), at=before.started)
    file = transcript_texts.write(home, "copilot", "s1", rows)
    if what == "cut off":
        file.write_bytes(file.read_bytes()[:-40])
    elif what == "rewritten":
        other = rows_of("copilot", str(scratch.path), prompt="Something else", at=before.started - 5000)
        transcript_texts.write(home, "copilot", "s1", other)
    elif what == "frozen":
        transcript_texts.write(home, "copilot", "s1", rows[:1])
    elif what == "one long line":
        file.write_bytes(b'{"type": "image", "data": "' + b"A" * 40_000_000 + b'"}\n' + file.read_bytes())
    else:
        file.unlink()
        if what == "a folder":
            file.mkdir()
    drain(heard, for_commit=True)
    (after,) = heard.exchanges()
    assert (after.id, after.prompts, after.status) == (before.id, (PROMPT,), Status.DONE)
    assert after.response == (ANSWER if what == "one long line" else "")


def test_a_transcript_elsewhere_is_not_read(heard: Store, scratch: Scratch, home: Path, tmp_path: Path) -> None:
    (before,) = heard.exchanges()
    file = transcript_texts.write(tmp_path, "copilot", "s1", rows_of("copilot", str(scratch.path), at=before.started))
    heard.put(Exchange(**{**vars(before), "transcript": str(file)}))
    drain(heard, for_commit=True)
    assert next(heard.exchanges()).response == ""


def test_what_a_transcript_tells_of_another_repository_is_left_out(
    heard: Store, scratch: Scratch, home: Path, tmp_path: Path
) -> None:
    here, other = str(scratch.path), str(Scratch(tmp_path / "private").path)
    rows = rows_of("claude", here, prompt="Asked here", answer="Here.", turn="t0")
    rows += rows_of("claude", other, at=AT + 10, turn="t1")
    rows += rows_of("claude", other, prompt="PRIVATE", at=AT + 20, turn="t2")
    file = transcript_texts.write(home, "claude", "s1", rows)
    for number, prompt in enumerate(("Asked here", PROMPT)):
        told = Exchange("claude", "s1", f"h{number}", (prompt,), status=Status.DONE, started=AT + 10 * number)
        heard.put(replace(told, ended=AT + 10 * number + 5, top=here, transcript=str(file)))
    with heard.lock():
        catch_up(Recorder(heard), AT + 7200)
    own = [each for each in heard.exchanges() if each.agent == "claude"]
    assert [(each.prompts, each.response) for each in own] == [(("Asked here",), "Here."), ((PROMPT,), "")]
