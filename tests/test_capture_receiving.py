"""`sdd capture event`: it disturbs no agent, counts only where it was turned on, and loses nothing."""

import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sdd.capture import agents, receiving
from sdd.capture.draining import drain, unread
from sdd.capture.events import EventKind
from sdd.capture.exchanges import WrittenPhr
from sdd.capture.places import captures, place_of
from sdd.capture.store import Store
from sdd.cli import run as run_sdd
from tests.capture_on import note, turn_on
from tests.kills import kill_at, watch_steps
from tests.program import Ran, sdd
from tests.scratch import Scratch
from tests.secret_texts import checked
from tests.toy_agent import TOY, payload
from tests.waiting import wait_until

EVENT = (sys.executable, "-m", "sdd", "capture", "event", "toy")


@pytest.fixture
def here(scratch: Scratch) -> Scratch:
    """A repository where capture is on."""
    turn_on(scratch)
    return scratch


@pytest.fixture
def toy(here: Scratch, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    """The same, with an agent whose payloads are read by this process alone."""
    monkeypatch.setattr(agents, "AGENTS", (TOY,))
    monkeypatch.setattr(receiving, "_read_detached", lambda place: None)
    return here


def tell(here: Scratch, stdin: bytes, **environment: str) -> None:
    """Fires the hook as an agent does."""
    done = here.run(*EVENT, stdin=stdin, **environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def heard(here: Scratch) -> list[str]:
    """What was kept raw, once all is read."""
    store = Store(here.path / ".git")
    drain(store)
    return [file.read_text() for file in unread(store)]


def listed(here: Scratch, *arguments: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = sdd(here.path, "capture", "list", "--json", *arguments).document["items"]
    return items


BAD = {
    "half a JSON": b'{"prompt": "Add ret',
    "no JSON": b"hello",
    "a list": b"[1, 2]",
    "another agent": b'{"hello": "world"}',
    "not UTF-8": b'{"prompt": "\xff\xfe"}',
    "control characters": b'{"prompt": "a\x01\nb"}',
    "lone surrogate": b'{"prompt": "\\ud800"}',
    "deep": b"[" * 200_000,
    "numbers": b'{"cwd": NaN, "prompt": 1e999}',
    "wrong types": b'{"cwd": [3, {}], "workspace_roots": "x", "workspacePaths": [null]}',
    "nul in a folder": b'{"cwd": "/a\\u0000b"}',
    "long word": b'{"a": "' + b"x" * 3_000_000 + b'"}',
}


def test_what_cannot_be_read_is_kept_and_the_agent_hears_nothing(here: Scratch) -> None:
    for number, data in enumerate(BAD.values(), 1):
        tell(here, data)
        texts = heard(here)
        assert len(texts) == number
        assert texts[-1][:20] == data.decode("utf-8", "replace").encode("utf-8", "replace").decode()[:20]
        if number == 1:
            assert "1 payload could not be read" in sdd(here.path, "capture", "list").out
    document = sdd(here.path, "capture", "list", "--json").document
    assert [each["agent"] for each in document["unread"]] == ["toy"] * len(BAD)


def test_nothing_is_kept_without_a_yes(scratch: Scratch) -> None:
    note(scratch)
    for value in (None, "false", "no", "0"):
        if value:
            scratch.git("config", "sdd.capture", value)
        tell(scratch, b'{"prompt": "Add retry"}')
        assert not (scratch.path / ".git" / "sdd").exists()


@pytest.mark.parametrize(
    "config", ["[sdd] capture", '[SDD]\n\tCapture = "on" # yes', "[sdd]\ncapture=0\ncapture = YES ;"]
)
def test_a_yes_is_what_git_calls_one(scratch: Scratch, config: str) -> None:
    note(scratch)
    with (scratch.path / ".git" / "config").open("a") as file:
        file.write(config + "\n")
    assert scratch.git("config", "--type=bool", "sdd.capture") == "true"
    place = place_of(str(scratch.path))
    assert place
    assert captures(place)


@pytest.mark.parametrize(
    "config", ['[sdd "sub"]\ncapture = true', "# [sdd]\ncapture = true", "[sdd]\n# capture = true", ""]
)
def test_what_git_does_not_call_a_yes_is_none(scratch: Scratch, config: str) -> None:
    note(scratch)
    with (scratch.path / ".git" / "config").open("a") as file:
        file.write(config + "\n")
    assert scratch.run("git", "config", "--type=bool", "sdd.capture").stdout != "true\n"
    place = place_of(str(scratch.path))
    assert place
    assert not captures(place)


def test_a_yes_that_came_with_the_repository_is_none(scratch: Scratch) -> None:
    scratch.git("config", "sdd.capture", "true")
    tell(scratch, b'{"prompt": "Add retry"}')
    assert not (scratch.path / ".git" / "sdd").exists()


@pytest.mark.parametrize("kind", ["pipe", "endless"])
def test_a_configuration_that_is_no_file_keeps_no_agent_waiting(here: Scratch, kind: str) -> None:
    config = here.path / ".git" / "config"
    config.unlink()
    os.mkfifo(config) if kind == "pipe" else config.symlink_to("/dev/zero")
    tell(here, b'{"prompt": "Add retry"}')


@pytest.mark.parametrize(
    "named", [{"cwd": "/a" * 450_000}, {"workspace_roots": [f"/w/{number}" for number in range(80_000)]}]
)
def test_what_a_payload_names_takes_no_longer_than_a_payload_that_names_little(
    here: Scratch, monkeypatch: pytest.MonkeyPatch, named: dict[str, object]
) -> None:
    asked: list[str] = []

    def real(path: str) -> str:
        asked.append(path)
        return path

    monkeypatch.setattr(os.path, "realpath", real)
    assert receiving._place_for(bytearray(json.dumps(named).encode())) is None
    assert sum(map(len, asked)) < 10_000


def test_an_agent_that_says_a_little_again_and_again_is_heard_no_longer(here: Scratch) -> None:
    program = "from sdd.capture import receiving; receiving._LONGEST = 0.3; receiving.receive('toy')"
    reading, writing = os.pipe()
    with subprocess.Popen([sys.executable, "-c", program], stdin=reading, cwd=here.path) as hook:
        os.close(reading)
        while hook.poll() is None:
            with contextlib.suppress(BrokenPipeError):
                os.write(writing, b"x")
            time.sleep(0.05)
    os.close(writing)
    assert hook.returncode == 0
    assert {*heard(here)[0]} == {"x"}


def test_it_counts_for_the_repository_of_its_folder(here: Scratch, tmp_path: Path) -> None:
    other = Scratch(tmp_path / "other")
    tell(here, json.dumps({"cwd": str(other.path)}).encode())
    tell(here, json.dumps({"cwd": str(tmp_path)}).encode())
    assert heard(here) == []
    (here.path / "src").mkdir()
    for named in ({"cwd": str(here.path / "src")}, {"workspace_roots": [str(other.path), str(here.path)]}):
        tell(other, json.dumps(named).encode())
    assert len(heard(here)) == 2
    assert not (other.path / ".git" / "sdd").exists()


@pytest.mark.parametrize("order", ["first", "last"])
def test_a_large_payload_is_not_read_to_find_its_folder(here: Scratch, tmp_path: Path, order: str) -> None:
    other = Scratch(tmp_path / "other")
    folder, text = (
        f'"cwd" : {json.dumps(str(here.path))}',
        json.dumps({"text": 'no "cwd": "/nowhere" here' + "x" * 1_000_000}),
    )
    parts = (folder, text[1:-1]) if order == "first" else (text[1:-1], folder)
    tell(other, f"{{{', '.join(parts)}}}".encode())
    assert len(heard(here)) == 1
    assert not (other.path / ".git" / "sdd").exists()


def test_a_payload_of_20_megabytes_is_an_exchange_with_both_ends_of_its_prompt(here: Scratch) -> None:
    asked = {"hook_event_name": "UserPromptSubmit", "session_id": "s1", "cwd": str(here.path), "prompt_id": "p1"}
    prompt = "Read this log.\n" + "a line of it\n" * 1_500_000 + "What is wrong?"
    tell(here, json.dumps(asked | {"prompt": prompt}).encode())
    assert heard(here) == []
    (exchange,) = Store(here.path / ".git").exchanges()
    (prompt,) = exchange.prompts
    assert prompt.startswith("Read this log.") and prompt.endswith("What is wrong?") and len(prompt) < 100_000


@pytest.mark.parametrize("words", [(), ("claude", "codex"), ("--loud",), ("claude", "--json"), ("../x",)])
def test_no_word_on_a_hooks_line_costs_an_agent_its_prompt(here: Scratch, words: tuple[str, ...]) -> None:
    done = here.run(*EVENT[:-1], *words, stdin=b"half")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert heard(here) == ["half"]


def test_all_work_trees_share_what_is_kept(here: Scratch, tmp_path: Path) -> None:
    here.commit("start", {"a.py": "A = 1\n"})
    here.git("worktree", "add", "-q", "--detach", str(tmp_path / "side"))
    tell(Scratch.at(tmp_path / "side"), b"half")
    assert heard(here) == ["half"]


def test_a_bare_repository_inside_a_work_tree_is_not_asked(here: Scratch) -> None:
    here.git("config", "sdd.capture", "false")
    bare = Scratch(here.path / "fake", "--bare")
    turn_on(bare)
    tell(bare, b"half")
    assert not (bare.path / "sdd").exists()
    assert not (here.path / ".git" / "sdd").exists()


def test_what_is_kept_is_readable_by_its_user_alone_and_redacted(here: Scratch) -> None:
    secret = checked("ghp")
    tell(here, f'{{"prompt": "use {secret}'.encode(), UMASK="0")
    (text,) = heard(here)
    assert "[REDACTED:" in text
    assert secret not in text


@pytest.mark.parametrize("written", ["utf-16", "escaped", "slashes"])
def test_no_way_to_write_json_hides_a_secret(here: Scratch, written: str) -> None:
    secret = checked("ghp")
    said = {"utf-16": secret, "escaped": "".join(f"\\u{ord(letter):04X}" for letter in secret)}.get(
        written, "https:\\/\\/ada:Tr0ub4dor9x@db.example.com\\/x"
    )
    tell(here, f'{{"said": "{said}"}}'.encode("utf-16" if written == "utf-16" else "utf-8"))
    (text,) = heard(here)
    assert "[REDACTED:" in text and secret not in text and "Tr0ub4dor9x" not in text
    for path in (Store(here.path / ".git").folder, *Store(here.path / ".git").folder.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077 or path.name in ("lock", "waiting"), path


def test_no_path_no_home_and_anothers_git_change_nothing(here: Scratch, tmp_path: Path) -> None:
    done = subprocess.run(
        EVENT, cwd=here.path, input=b"half", capture_output=True, check=False,
        env={
            "GIT_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
            "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"],
        },
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert heard(here) == ["half"]


@pytest.mark.parametrize("where", ["nowhere", "removed"])
def test_a_folder_without_repository_is_left_alone(tmp_path: Path, where: str) -> None:
    folder = tmp_path / where
    folder.mkdir()
    line = f"rmdir {folder}; exec {' '.join(EVENT)}" if where == "removed" else f"exec {' '.join(EVENT)}"
    done = subprocess.run(["sh", "-c", line], cwd=folder, input=b"x", capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert [*tmp_path.rglob("*")] == ([folder] if where == "nowhere" else [])


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_what_a_folder_that_cannot_be_written_does_not_take_is_read_later(here: Scratch) -> None:
    (here.path / ".git").chmod(0o500)
    tell(here, b"half")
    (here.path / ".git").chmod(0o700)
    assert heard(here) == ["half"]


def test_what_git_s_folder_does_not_take_is_read_in_its_order_later(here: Scratch) -> None:
    tell(here, b"first")
    inbox = Store(here.path / ".git").folder / receiving.INBOX
    inbox.rename(inbox.with_name("aside"))
    inbox.write_text("a file where a folder is needed")
    tell(here, b"second")
    inbox.unlink()
    tell(here, b"third")
    assert heard(here)[-2:] == ["second", "third"]
    assert receiving.waiting(str((here.path / ".git").resolve())) == []


def test_what_no_disk_takes_is_lost_in_silence(
    scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    turn_on(scratch)
    for folder in (scratch.path / ".git/sdd", tmp_path / "state/sdd/capture/inbox"):
        folder.write_text("a file where a folder is needed")
    tell(scratch, b"half")


def test_closed_streams_are_silent(here: Scratch) -> None:
    done = subprocess.run(["sh", "-c", f"{' '.join(EVENT)} <&- >&- 2>&-"], cwd=here.path, check=False)
    assert done.returncode == 0
    assert heard(here) == []


def test_an_agent_that_never_closes_its_pipe_is_not_waited_for(here: Scratch) -> None:
    process = subprocess.Popen(EVENT, cwd=here.path, stdin=subprocess.PIPE)
    assert process.stdin
    process.stdin.write(b"half")
    process.stdin.flush()
    assert process.wait() == 0
    process.stdin.close()
    assert heard(here) == ["half"]


def test_the_reader_outlives_the_agent_and_holds_none_of_its_pipes(here: Scratch) -> None:
    """The hook's output ends at once, even while the reader waits for its turn."""
    store = Store(here.path / ".git")
    with store.lock():
        tell(here, b"half")
        assert [*(store.folder / receiving.INBOX).glob("[!.]*")]
    assert heard(here) == ["half"]


def test_a_burst_is_read_by_itself_and_by_one_process(here: Scratch) -> None:
    for number in range(5):
        tell(here, f"half {number}".encode())
    store = Store(here.path / ".git")
    wait_until(lambda: len(unread(store)) == 5)
    assert not [*(store.folder / receiving.INBOX).iterdir()]


# -- with an agent that is read --------------------------------------------------------------------------------------


def tell_toy(toy: Scratch, kind: EventKind, **fields: Any) -> Ran:
    ran = sdd(toy.path, "capture", "event", "claude", stdin=payload(kind, **fields))
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    return ran


def test_events_become_an_exchange_that_is_listed_and_shown(toy: Scratch) -> None:
    toy.commit("start", {"a.py": "A = 1\n"})
    tell_toy(toy, EventKind.PROMPT, turn="t1", text="Add retry\nto the client", model="m1")
    tell_toy(toy, EventKind.TOOL, turn="t1", edits={"src/client.py": "retry = 3\n"})
    tell_toy(toy, EventKind.RESPONSE, turn="t1", text="Added a retry.")
    (item,) = listed(toy)
    assert (item["agent"], item["status"], item["fate"], item["branch"], item["head"]) == (
        "toy", "done", "draft", "main", toy.tip,
    )  # fmt: skip
    assert item["files"] == [{"path": "src/client.py", "how": "tool"}]
    assert item["started"] < item["ended"] or item["started"] == item["ended"]
    line = sdd(toy.path, "capture", "list").out
    assert line.startswith(item["id"])
    assert "done  1 file  Add retry to the client" in line
    shown = sdd(toy.path, "capture", "show", item["id"][:6]).out
    for said in (
        "toy m1, done, draft",
        "src/client.py  (named by a tool call)",
        "    to the client",
        "    Added a retry.",
    ):
        assert said in shown
    document = sdd(toy.path, "capture", "show", item["id"], "--json").document
    assert {key: document[key] for key in item} == item


def test_a_damaged_exchange_is_named_and_costs_no_other(toy: Scratch) -> None:
    toy.commit("start", {"a.py": "A = 1\n"})
    tell_toy(toy, EventKind.PROMPT, turn="t1", text="Add retry")
    (item,) = listed(toy)
    damaged = toy.path / ".git" / "sdd" / "capture" / "exchanges" / "000000000000.json"
    damaged.write_text('{"agent": "toy", "files": [3]}')
    for words in (("list",), ("show", item["id"])):
        ran = sdd(toy.path, "capture", *words)
        assert (ran.status, item["id"] in ran.out) == (0, True)
        assert ran.err == f"sdd: {damaged} cannot be read and is left out: put back what it held, or remove it\n"


def test_a_draft_says_where_it_took_place_if_not_here(toy: Scratch, tmp_path: Path) -> None:
    toy.commit("start", {"a.py": "A = 1\n"})
    tell_toy(toy, EventKind.PROMPT, turn="t1", text="Add retry")
    tell_toy(toy, EventKind.RESPONSE, turn="t1", text="Added.")
    assert listed(toy)
    toy.git("switch", "-qc", "other")
    assert "done, on main  0 files  Add retry" in sdd(toy.path, "capture", "list").out
    toy.git("worktree", "add", "-q", str(tmp_path / "wt"), "main")
    assert f"done, in {toy.path}  0 files  Add retry" in sdd(tmp_path / "wt", "capture", "list").out


def test_a_draft_is_kept_and_dropped_by_hand(toy: Scratch) -> None:
    tell_toy(toy, EventKind.PROMPT, turn="t1", text="Add retry")
    (item,) = listed(toy)
    assert sdd(toy.path, "capture", "keep", item["id"]).out == f"kept {item['id']}\n"
    assert [each["fate"] for each in listed(toy)] == ["kept"]
    assert sdd(toy.path, "capture", "drop", item["id"][:5]).out == f"dropped {item['id']}\n"
    assert listed(toy) == []
    assert [each["fate"] for each in listed(toy, "--all")] == ["dropped"]
    for words, said in ((("show", "ffffff"), "no exchange ffffff"), (("keep", item["id"][:3]), "no exchange")):
        ran = sdd(toy.path, "capture", *words)
        assert (ran.status, said in ran.err, "sdd capture list --all" in ran.err) == (2, True, True)


def test_what_was_committed_with_its_record_is_no_draft(toy: Scratch, tmp_path: Path) -> None:
    tell_toy(toy, EventKind.PROMPT, turn="t1", text="Add retry")
    (item,) = listed(toy)
    store = Store(toy.path / ".git")
    exchange = store.get(item["id"])
    assert exchange
    store.put(replace(exchange, records=(WrittenPhr("history/x.md"),)))
    assert len(listed(toy)) == 1
    toy.commit("the record", {"history/x.md": "a record\n"})
    assert listed(toy) == []
    assert [(each["fate"], each["records"]) for each in listed(toy, "--all")] == [("written", ["history/x.md"])]
    assert " recorded " in sdd(toy.path, "capture", "list", "--all").out
    other = toy.git("commit-tree", "-m", "other", toy.git("mktree"))
    toy.git("worktree", "add", "-q", "--detach", str(tmp_path / "beside"), other)
    assert sdd(tmp_path / "beside", "capture", "list").out == "no exchanges\n"
    ran = sdd(toy.path, "capture", "drop", item["id"])
    assert (ran.status, "is a record already: history/x.md" in ran.err) == (2, True)


def test_what_cannot_be_written_is_listed_all_the_same(toy: Scratch) -> None:
    tell_toy(toy, EventKind.PROMPT, turn="t1", text="Add retry")
    assert len(listed(toy)) == 1
    tell_toy(toy, EventKind.RESPONSE, turn="t1", text="Done.")
    lock = Store(toy.path / ".git").folder / "lock"
    lock.unlink()
    lock.mkdir()
    ran = sdd(toy.path, "capture", "list")
    assert (ran.status, "Add retry" in ran.out, "what was told last is left out" in ran.err) == (0, True, True)


def test_only_the_newest_are_listed_on_demand(toy: Scratch) -> None:
    for turn in ("one", "two", "three"):
        tell_toy(toy, EventKind.PROMPT, turn=turn, text=turn)
    assert [item["turn"] for item in listed(toy, "--limit", "2")] == ["two", "three"]
    assert len(listed(toy)) == 3


def test_one_payload_that_trips_the_reader_holds_up_no_other(toy: Scratch) -> None:
    for fields in ({"turn": "t1", "text": "one"}, {"turn": 3, "text": [4]}, {"turn": "t2", "text": "two"}):
        tell_toy(toy, EventKind.PROMPT, **fields)
    assert [item["prompts"] for item in listed(toy)] == [["one"], ["two"]]
    assert len(unread(Store(toy.path / ".git"))) == 1


def test_a_clock_that_jumps_and_no_clock_at_all(toy: Scratch) -> None:
    for number, moment in enumerate((float("nan"), float("-inf"), -5.0, 0.0, 1e18)):
        tell_toy(toy, EventKind.PROMPT, turn=f"t{number}", text=f"Ask {number}", time=moment)
    assert len(listed(toy)) == 5
    assert sdd(toy.path, "capture", "list").status == 0


def test_nothing_is_made_where_nothing_is_captured(scratch: Scratch) -> None:
    ran = sdd(scratch.path, "capture", "list")
    assert (ran.status, ran.out) == (0, "no exchanges\n")
    assert not (scratch.path / ".git" / "sdd").exists()


# -- kills -----------------------------------------------------------------------------------------------------------


def copies(source: Path, place: Path) -> Iterator[Store]:
    """Fresh copies of a repository with a full inbox, each in the place of the last."""
    while True:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(source, place)
        yield Store(place / ".git")


def forked(store: Store, watch: Any) -> int:
    """Drains in a process of its own, which `watch` is told the steps of; its exit status."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            watch_steps(watch)
            drain(store)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def standing(store: Store) -> Any:
    left = [file.name for folder in ("inbox", "unread") for file in (store.folder / folder).glob("*")]
    return [*store.exchanges()], sorted(left)


def test_the_reader_may_be_killed_at_every_step(toy: Scratch, tmp_path: Path) -> None:
    place = tmp_path / "place"
    source = shutil.move(toy.path, place)
    here = Scratch.at(place)
    note(here)
    for kind, fields in (
        (EventKind.PROMPT, {"turn": "t1", "text": "one"}),
        (EventKind.TOOL, {"turn": "t1", "edits": {"a.py": "A = 1\n"}}),
        (EventKind.OTHER, {"text": []}),
        (EventKind.RESPONSE, {"turn": "t1", "text": "Done."}),
        (EventKind.PROMPT, {"session": "s2", "turn": "t1", "text": "two"}),
    ):
        tell_toy(here, kind, **fields)
    source = Path(shutil.move(place, tmp_path / "source"))
    fresh = copies(source, place)
    counted = tmp_path / "steps"
    store = next(fresh)
    assert forked(store, lambda step: counted.write_text(str(step))) == 0
    wanted, steps = standing(store), int(counted.read_text())
    assert ([each.prompts for each in wanted[0]], steps > 20) == ([("one",), ("two",)], True)
    for step in range(steps + 1):
        store = next(fresh)
        assert forked(store, partial(kill_at, step)) in (0, -signal.SIGKILL)
        drain(store)
        assert standing(store) == wanted, step


def test_a_hook_that_is_killed_leaves_nothing_half_read(here: Scratch) -> None:
    inbox = Store(here.path / ".git").folder / receiving.INBOX
    inbox.mkdir(parents=True)
    (inbox / ".1-2-0.toy").write_text("half of a payload")
    tell(here, b"whole")
    assert heard(here) == ["whole"]
    assert run_sdd(["--version"]) == 0
