"""From events to exchanges: one each, whatever the order, the repeats, the sessions and the agents' habits."""

import base64
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.capture.draining import drain
from sdd.capture.events import Edit, Event, EventKind, ToolCall
from sdd.capture.exchanges import Exchange, Fate, How, Status, WrittenPhr
from sdd.capture.forgetting import forget_silent
from sdd.capture.pairing import is_continuing
from sdd.capture.redacting import LONGEST_TEXT
from sdd.records.edits import line_digest
from tests.examples import examples
from tests.scratch import Scratch
from tests.secret_texts import checked
from tests.toy_agent import START, Teller


@pytest.fixture
def teller(scratch: Scratch) -> Teller:
    oid = scratch.commit("start", {"a.py": "A = 1\n"})
    touch(scratch.path / ".git/objects" / oid[:2] / oid[2:], START)  # no command's commit
    return Teller(scratch)


def paths(exchange: Exchange) -> list[str]:
    return [file.path for file in exchange.files]


def a_day(teller: Teller) -> None:
    """Two prompts, a continuation, a failure, an interruption, a subagent, a machine at work, and a session's end."""
    teller.event(EventKind.SESSION_START)
    teller.prompt("Add retry", model="m1")
    teller.event(EventKind.TOOL_STARTED, tool=ToolCall("shell", "c1", command="pytest -q"))
    teller.event(EventKind.TOOL, tool=ToolCall("shell", "c1", command="pytest -q", succeeded=False))
    teller.edit("a.py", "A = retry(2)\n")
    teller.prompt("Look for callers", subagent=True)
    teller.edit("b.py", subagent=True)
    teller.response("Found two.", subagent=True)
    teller.response("Added.", tokens=30)
    teller.prompt("continue")
    teller.edit("c.py")
    teller.event(EventKind.FAILURE, text="overloaded")
    teller.prompt("<task-notification>", machine_made=True)
    teller.edit("d.py")
    teller.response("All done.")
    teller.prompt("Rename it")
    teller.edit("a.py", "A = again(2)\n")
    teller.event(EventKind.INTERRUPT)
    teller.prompt("And document it")
    teller.edit("README.md")
    teller.event(EventKind.SESSION_END)


@pytest.mark.parametrize("named", [True, False])
@examples(15)
@given(data=st.data())
def test_order_repeats_and_delays_change_nothing(named: bool, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        here = Scratch(Path(folder) / "here")
        here.commit("start", {"a.py": "A = 1\n"})
        teller = Teller(here, named=named)
        a_day(teller)
        wanted = teller.record()
        assert [each.prompts for each in wanted] == [("Add retry", "continue"), ("Rename it",), ("And document it",)]
        assert [each.status for each in wanted] == [Status.DONE, Status.INTERRUPTED, Status.UNANSWERED]
        assert [paths(each) for each in wanted] == [["a.py", "b.py", "c.py", "d.py"], ["a.py"], ["README.md"]]
        assert wanted[0].response == "All done."
        assert (wanted[0].tests[0].passed, wanted[0].model, wanted[0].tokens) == (False, "m1", 30)
        for exchange in wanted:
            teller.store.forget(exchange)
        for file in (teller.store.folder / "sessions").iterdir():
            file.unlink()
        told = data.draw(st.permutations([*teller.told, *data.draw(st.lists(st.sampled_from(teller.told)))]))
        while told:
            now = told[: data.draw(st.integers(1, len(told)))]
            teller.record(*now)
            told = told[len(now) :]
        assert teller.exchanges == wanted


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    ("close", "status"),
    [
        (lambda teller: teller.response(), Status.DONE),
        (lambda teller: teller.event(EventKind.FAILURE), Status.FAILED),
        (lambda teller: teller.event(EventKind.INTERRUPT), Status.INTERRUPTED),
        (lambda teller: teller.event(EventKind.SESSION_END), Status.UNANSWERED),
        (lambda teller: teller.prompt("Something else"), Status.UNANSWERED),
        (lambda teller: teller.event(EventKind.COMPACTION), Status.OPEN),
        (lambda teller: teller.event(EventKind.OTHER), Status.OPEN),
    ],
)
def test_what_ends_an_exchange(scratch: Scratch, named: bool, close: Callable[[Teller], Event], status: Status) -> None:
    teller = Teller(scratch, named=named)
    teller.prompt("Add retry")
    teller.edit("a.py")
    close(teller)
    exchange = teller.record()[0]
    assert (exchange.prompts, exchange.status, bool(exchange.ended)) == (("Add retry",), status, status != Status.OPEN)


def test_a_background_task_works_on_after_the_response(teller: Teller) -> None:
    teller.prompt("Build it")
    teller.response()
    teller.edit("late.py")
    (exchange,) = teller.record()
    assert (exchange.status, paths(exchange)) == (Status.DONE, ["late.py"])


@pytest.mark.parametrize(
    "text", ["continue", "Continue.", "yes", "Yes, please!", "go on", "OK", "do it", "2", "12", "b)"]
)
def test_a_word_to_go_on_is_no_exchange(teller: Teller, text: str) -> None:
    teller.prompt("Add retry")
    teller.response("Shall I?")
    teller.prompt(text)
    teller.edit("a.py")
    (exchange,) = teller.record()
    assert (exchange.prompts, exchange.status, paths(exchange)) == (("Add retry", text), Status.OPEN, ["a.py"])


@pytest.mark.parametrize(
    "text", ["continue with the tests", "yes, but rename it", "", "1. First", "next week", "测试", "CI", "test", "123"]
)
def test_whoever_says_more_asks_anew(text: str) -> None:
    assert not is_continuing(text)


def test_a_session_that_begins_with_a_word_to_go_on_has_that_exchange(teller: Teller) -> None:
    teller.prompt("continue")
    teller.edit("a.py")
    assert [each.prompts for each in teller.record()] == [("continue",)]


def test_a_machine_that_asks_first_has_no_exchange(teller: Teller) -> None:
    teller.prompt("wake up", machine_made=True)
    teller.edit("a.py")
    teller.response()
    assert teller.record() == []


@pytest.mark.parametrize("named", [True, False])
def test_a_blocked_prompt_is_none(scratch: Scratch, named: bool) -> None:
    teller = Teller(scratch, named=named)
    teller.prompt("my password is hunter2")
    teller.event(EventKind.PROMPT_BLOCKED)
    teller.prompt("Add retry")
    assert [each.prompts for each in teller.record()] == [("Add retry",)]


def test_a_prompt_that_nobody_heard_leaves_its_work(teller: Teller) -> None:
    teller.edit("a.py", turn="t7")
    (before,) = teller.record()
    assert (before.prompts, paths(before)) == ((), ["a.py"])
    teller.prompt("Add retry", turn="t7", time=START - 1)
    (after,) = teller.record()
    assert (after.id, after.prompts, paths(after)) == (before.id, ("Add retry",), ["a.py"])


def test_a_turn_may_get_its_name_after_the_prompt(teller: Teller) -> None:
    teller.prompt("Add retry", turn="")
    teller.record()
    teller.edit("a.py", turn="t1")
    teller.response(turn="t1")
    (exchange,) = teller.record()
    assert (exchange.prompts, paths(exchange), exchange.status) == (("Add retry",), ["a.py"], Status.DONE)


def test_the_same_prompt_twice_is_two_exchanges_once_the_first_is_done(scratch: Scratch) -> None:
    teller = Teller(scratch, named=False)
    for _ in range(2):
        teller.prompt("Run the tests")
        teller.event(EventKind.OTHER)
        teller.event(EventKind.OTHER)
        teller.response()
    first, second = teller.record()
    assert (first.prompts, second.turn) == (second.prompts, f"{first.turn}-2")


def test_what_is_asked_again_at_once_keeps_both_answers(scratch: Scratch) -> None:
    teller = Teller(scratch, named=False)
    for number, answer in enumerate(("Two fail.", "All pass.")):
        teller.prompt("Run the tests", time=START + number)
        teller.response(answer, time=START + number + 0.5)
    assert [(each.prompts, each.response) for each in teller.record()] == [
        (("Run the tests",), "Two fail."),
        (("Run the tests",), "All pass."),
    ]


def test_a_hook_that_fires_twice_is_heard_once(scratch: Scratch) -> None:
    teller = Teller(scratch, named=False)
    teller.prompt("Add retry")
    teller.prompt("Add retry", time=START + 0.02)
    teller.edit("a.py")
    teller.response()
    teller.response(time=START + 3.01)
    assert [(each.prompts, each.status) for each in teller.record()] == [(("Add retry",), Status.DONE)]


def test_sessions_side_by_side_keep_apart(scratch: Scratch) -> None:
    one, two = Teller(scratch, "s1"), Teller(scratch, "s2")
    for teller, path in ((one, "one.py"), (two, "two.py")):
        teller.prompt("Add a file")
        teller.edit(path)
    one.record()
    exchanges = two.record()
    assert sorted((each.session, *paths(each)) for each in exchanges) == [("s1", "one.py"), ("s2", "two.py")]


def test_a_session_goes_on_when_it_is_resumed(teller: Teller) -> None:
    teller.prompt("Add retry")
    teller.event(EventKind.SESSION_END)
    teller.event(EventKind.SESSION_START)
    teller.prompt("continue")
    teller.edit("a.py")
    teller.response()
    (exchange,) = teller.record()
    assert (exchange.prompts, exchange.status, paths(exchange)) == (("Add retry", "continue"), Status.DONE, ["a.py"])


def test_a_prompt_without_words_gets_them_later(teller: Teller) -> None:
    teller.prompt("")
    teller.edit("a.py")
    (before,) = teller.record()
    assert before.prompts == ()
    teller.event(EventKind.PROMPT, text="Add retry", turn="t1", time=START)
    (after,) = teller.record()
    assert (after.id, after.prompts, paths(after)) == (before.id, ("Add retry",), ["a.py"])


def test_a_lost_log_costs_nothing_that_is_kept(teller: Teller) -> None:
    teller.prompt("Add retry")
    teller.edit("a.py")
    teller.record()
    (log,) = (teller.store.folder / "sessions").iterdir()
    log.write_text("{")
    (exchange,) = teller.record(teller.edit("b.py"))
    assert (exchange.prompts, paths(exchange)) == (("Add retry",), ["a.py", "b.py"])


# -- what became a record, or was dropped ----------------------------------------------------------------------------


@pytest.mark.parametrize(("fate", "then"), [(Fate.WRITTEN, Fate.DRAFT), (Fate.KEPT, Fate.KEPT)])
def test_an_exchange_grows_whatever_became_of_it(teller: Teller, fate: Fate, then: Fate) -> None:
    teller.prompt("Add retry")
    (draft,) = teller.record()
    teller.store.put(replace(draft, fate=fate, records=(WrittenPhr("history/x.md"),)))
    teller.edit("a.py")
    teller.response()
    (grown,) = teller.record()
    assert (grown.fate, grown.records, paths(grown)) == (then, (WrittenPhr("history/x.md"),), ["a.py"])
    assert grown.status is Status.DONE


def test_what_is_dropped_stays_dropped_whatever_comes_of_it(teller: Teller, tmp_path: Path) -> None:
    teller.prompt("Add retry")
    teller.edit("a.py")
    (draft,) = teller.record()
    teller.store.put(replace(draft, fate=Fate.DROPPED))
    teller.edit("b.py")
    teller.response()
    assert [(each.fate, paths(each)) for each in teller.record()] == [(Fate.DROPPED, ["a.py", "b.py"])]
    teller.prompt("continue")
    teller.here.commit("base", {"c.py": "C = 1\n"})
    teller.here.git("worktree", "add", "-q", str(tmp_path / "aside"))
    teller.edit(str(tmp_path / "aside/c.py"))
    assert {each.fate for each in teller.record()} == {Fate.DROPPED}
    assert len(teller.exchanges) == 2
    teller.record(*teller.told)
    assert {each.fate for each in teller.exchanges} == {Fate.DROPPED}
    teller.prompt("Add a log")
    teller.edit("d.py")
    assert [(each.prompts, paths(each)) for each in teller.record() if each.fate is Fate.DRAFT] == [
        (("Add a log",), ["d.py"])
    ]


def test_what_is_dropped_before_its_turn_has_a_name_stays_dropped(scratch: Scratch) -> None:
    teller = Teller(scratch, named=False)
    teller.prompt("Add retry")
    (draft,) = teller.record()
    teller.store.put(replace(draft, fate=Fate.DROPPED))
    teller.prompt("Add retry", turn="t7", time=START - 1)
    assert [(each.fate, each.turn) for each in teller.record()] == [(Fate.DROPPED, "t7")]


# -- files -----------------------------------------------------------------------------------------------------------


def test_files_are_those_of_this_repository(teller: Teller, tmp_path: Path) -> None:
    top = teller.here.path
    Scratch(top / "vendored")
    (top / "link").symlink_to(tmp_path)
    teller.prompt("Edit")
    for path in ("src/new/x.py", str(top / "y.py"), "../out.py", "/etc/passwd", ".git/config", "vendored/z.py",
                 "link/q.py",
                 "", "nul\0.py", ".", "./w.py", "src/../v.py"):  # fmt: skip
        teller.edit(path)
    teller.event(EventKind.TOOL, tool=ToolCall("edit", "x", (Edit("failed.py", "x"),), succeeded=False))
    (exchange,) = teller.record()
    assert paths(exchange) == ["src/new/x.py", "v.py", "w.py", "y.py"]


def test_a_file_has_the_digests_of_its_lines(teller: Teller) -> None:
    teller.prompt("Edit")
    teller.edit("a.py", "def f():\n    return 1\n\n}\n")
    teller.edit("a.py", "    return 1\nreturn 2\n")
    (file,) = teller.record()[0].files
    assert file.lines == tuple(map(line_digest, ("return 1", "return 2")))  # written anew


def test_another_work_tree_has_an_exchange_of_its_own(teller: Teller, tmp_path: Path) -> None:
    teller.here.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    teller.prompt("Edit")
    teller.edit("a.py")
    teller.edit(str(tmp_path / "side" / "b.py"))
    main, side = sorted(teller.record(), key=lambda each: each.branch)
    assert (main.branch, main.top, paths(main)) == ("main", str(teller.here.path), ["a.py"])
    assert (side.branch, side.top, paths(side)) == ("side", str(tmp_path / "side"), ["b.py"])
    assert (main.head, side.head) == (teller.here.tip, teller.here.tip)
    assert main.prompts == side.prompts
    teller.store.put(replace(main, fate=Fate.WRITTEN))
    assert {each.id: each.fate for each in teller.record()} == {main.id: Fate.WRITTEN, side.id: Fate.DRAFT}


def test_a_fork_tells_nothing_twice_and_goes_on(teller: Teller) -> None:
    teller.prompt("Add retry")
    teller.edit("a.py")
    teller.response()
    teller.record()
    fork = Teller(teller.here, "s2")
    fork.event(EventKind.SESSION_START, forked_from="s1")
    copied = [replace(event, session="s2") for event in teller.told]
    fork.prompt("continue", turn="t9", time=START + 50)
    fork.edit("b.py", turn="t9", time=START + 51)
    first, second = fork.record(*fork.told, *copied)
    assert (first.session, second.session) == ("s1", "s2")
    assert (second.prompts, paths(second)) == (("Add retry", "continue"), ["b.py"])


# -- secrets and size ------------------------------------------------------------------------------------------------


def test_nothing_that_is_kept_holds_a_secret(teller: Teller) -> None:
    secret = checked("ghp")
    teller.prompt(f"Use {secret}", command=secret)
    teller.event(
        EventKind.TOOL, tool=ToolCall("shell", "c", command=f"TOKEN={secret} pytest --x {secret}", output=secret)
    )
    teller.edit(f"{secret}.txt", secret)
    teller.response(f"I used {secret}.")
    (exchange,) = teller.record()
    assert "[REDACTED:" in exchange.prompts[0]
    assert exchange.response.startswith("I used [REDACTED:")
    for file in teller.store.folder.rglob("*"):
        assert not file.is_file() or secret not in file.read_text(), file


@pytest.mark.parametrize("named", [True, False])
def test_what_is_a_secret_once_is_one_in_all_of_its_session(scratch: Scratch, named: bool) -> None:
    scratch.commit("start", {"a.py": "A = 1\n"})
    teller = Teller(scratch, named=named)
    value, phrase = "vq7!Lm2#tz", "sunny otter walks home"
    teller.prompt(f"Try ({value}) first")
    teller.edit("a.py")
    before = [each.id for each in teller.record()]
    teller.prompt(f"Log in with DB_PASSWORD={value}; the passphrase is '{phrase}'.")
    teller.response(f"Export P={value}, then run it with {phrase}.")
    teller.prompt(f"use {value}", command=f"run:{value}")
    again = teller.told[0]
    exchanges = teller.record(again, *teller.told)
    assert exchanges[0].id == before[0]
    assert [each.prompts for each in exchanges] == [(each.prompts[0],) for each in exchanges]
    assert len(exchanges) == 3
    for file in (scratch.path / ".git/sdd").rglob("*"):
        text = file.read_text(errors="replace") if file.is_file() else ""
        assert value not in text and phrase not in text, file


def test_a_pasted_log_is_kept_by_its_ends_without_half_a_secret(teller: Teller) -> None:
    secret = checked("ghp")
    teller.prompt("BEGIN " + f"{secret} \n" * 5_000 + "END")
    (exchange,) = teller.record()
    (prompt,) = exchange.prompts
    assert len(prompt) < LONGEST_TEXT * 2
    assert (prompt.startswith("BEGIN"), prompt.endswith("END"), "are left out here" in prompt) == (True, True, True)
    assert "ghp_" not in prompt


def test_what_redaction_shortens_brings_no_half_of_a_secret_near(teller: Teller) -> None:
    code = base64.b64encode(Random(5).randbytes(2400)).decode()
    lines = "".join(f"{code[at : at + 64]}\\n" for at in range(0, len(code), 64))
    key = f"-----BEGIN RSA PRIVATE KEY-----\\n{lines}-----END RSA PRIVATE KEY-----\\n"
    secret = checked("ghp")
    head = (key * 16).ljust(56 * 1024 - 20, "x")[: 56 * 1024 - 20]
    teller.prompt(f"{head} {secret} " + "a word\n" * 20_000)
    assert secret[:12] not in teller.record()[0].prompts[0]


def test_a_file_changed_while_a_shell_command_ran_is_its(teller: Teller) -> None:
    here = teller.here
    now = START
    teller.prompt("Format")
    teller.event(EventKind.TOOL_STARTED, tool=ToolCall("shell", "c", command="fmt"), time=now + 10)
    teller.event(EventKind.TOOL, tool=ToolCall("shell", "c", command="fmt"), time=now + 20)
    times = {"inside.py": 15.0, "before.py": 5.0, "after.py": 25.0, "a.py": 16.0, "ignored.pyc": 15.0}
    for path, at in times.items():
        here.write(path, "B = 2\n")
        touch(here.path / path, now + at)
    here.write(".gitignore", "*.pyc\n")
    touch(here.path / ".gitignore", now)
    (exchange,) = teller.record(live=True)
    assert [(file.path, file.how) for file in exchange.files] == [("a.py", How.SHELL), ("inside.py", How.SHELL)]


def test_what_the_agent_asked_stays_with_what_it_was_told(teller: Teller) -> None:
    teller.prompt("Add retry")
    teller.response("Shall I do A or B?")
    teller.prompt("2")
    teller.response("B is done.")
    teller.prompt("<task-notification>", machine_made=True)
    teller.response("Noted.")
    teller.prompt("And the tests")
    teller.edit("a.py", "A = retry(2)\n")
    teller.prompt("in a file of their own, please")
    teller.response("Both are there.")
    first, queued, last = teller.record()
    assert first.prompts == ("Add retry", "2")
    assert first.answers == ("Shall I do A or B?", "B is done.\n\nNoted.")
    assert (queued.status, queued.answers) == (Status.UNANSWERED, ("",))
    assert (last.status, last.answers) == (Status.DONE, ("Both are there.",))


def test_a_continue_in_a_fork_has_the_answer_that_it_goes_on_from(teller: Teller) -> None:
    teller.prompt("Add retry")
    teller.response("Shall I go on?")
    teller.record()
    fork = Teller(teller.here, "s2")
    fork.event(EventKind.SESSION_START, forked_from="s1")
    fork.prompt("yes")
    fork.response("Done.")
    exchange = next(each for each in fork.record() if each.session == "s2")
    assert (exchange.prompts, exchange.answers) == (("Add retry", "yes"), ("Shall I go on?", "Done."))


def test_a_file_that_a_shell_command_moves_or_copies_with_its_time_is_its(teller: Teller) -> None:
    here = teller.here
    here.write("mine.py", "MINE = 1\n")
    for path in ("mine.py", "a.py"):
        touch(here.path / path, START)
    time.sleep(0.1)
    command = ToolCall("shell", "c", command="mv mine.py ours.py; cp -p a.py copy.py; sed -i s/A/B/ a.py")
    begun = time.time()
    teller.prompt("Tidy up", time=begun)
    teller.event(EventKind.TOOL_STARTED, tool=command, time=begun)
    subprocess.run(command.command, shell=True, cwd=here.path, check=True)
    teller.event(EventKind.TOOL, tool=command, time=time.time())
    (exchange,) = teller.record(live=True)
    assert paths(exchange) == ["a.py", "copy.py", "ours.py"]
    ours = exchange.files[-1]
    assert (ours.how, ours.lines, ours.seen, ours.gone) == (How.SHELL, (), (line_digest("MINE = 1"),), ())


def test_what_another_session_names_meanwhile_is_not_the_shells(teller: Teller) -> None:
    other = Teller(teller.here, "s2")
    other.prompt("Edit")
    other.edit("theirs.py", time=START + 15)
    other.record()
    teller.prompt("Test")
    teller.event(EventKind.TOOL_STARTED, tool=ToolCall("shell", "c", command="pytest"), time=START + 10)
    teller.event(EventKind.TOOL, tool=ToolCall("shell", "c", command="pytest"), time=START + 20)
    for path in ("theirs.py", "snapshot.txt"):
        teller.here.write(path, "X = 1\n")
        touch(teller.here.path / path, START + 15)
    mine = next(each for each in teller.record(live=True) if each.session == "s1")
    assert paths(mine) == ["snapshot.txt"]


def test_what_a_person_saves_while_a_command_only_reads_is_no_ones(teller: Teller) -> None:
    teller.prompt("Look")
    teller.event(EventKind.TOOL_STARTED, tool=ToolCall("shell", "c", command="cat a.py"), time=START + 10)
    teller.event(EventKind.TOOL, tool=ToolCall("shell", "c", command="cat a.py"), time=START + 20)
    teller.here.write("mine.py", "X = 1\n")
    touch(teller.here.path / "mine.py", START + 15)
    assert paths(teller.record(live=True)[0]) == []


def test_a_commit_sees_what_a_running_command_has_changed(teller: Teller) -> None:
    now = time.time()
    teller.prompt("Bump and commit", time=now - 5)
    command = ToolCall("shell", "c", command="bump; git commit -am Bump")
    teller.event(EventKind.TOOL_STARTED, tool=command, time=now - 4)
    teller.here.write("a.py", "A = 2\n")
    teller.record(live=True)
    for _ in range(2):
        drain(teller.store, for_commit=True)
        assert [paths(each) for each in teller.exchanges] == [["a.py"]]
    teller.here.commit("Bump")
    teller.event(EventKind.TOOL, tool=command, time=time.time())
    teller.record(live=True)
    drain(teller.store, for_commit=True)
    assert [paths(each) for each in teller.exchanges] == [["a.py"]]


LATER = time.time() + 1000
"""After the commits of a test, but those that say otherwise."""


def a_command(teller: Teller, command: str = "make") -> None:
    """A prompt, and a shell command that runs for ten seconds."""
    teller.prompt("Generate", time=LATER - 10)
    for kind, at in ((EventKind.TOOL_STARTED, LATER), (EventKind.TOOL, LATER + 10)):
        teller.event(kind, tool=ToolCall("shell", "c", command=command), time=at)


def meanwhile(here: Scratch, *commands: str) -> None:
    """Runs git's commands while the shell command runs."""
    for words in commands:
        here.git(*words.split(), GIT_COMMITTER_DATE=f"@{LATER + 7:.0f} +0000")


def written(here: Scratch, *paths: str) -> None:
    """Lets files be written while the shell command runs, as git knows."""
    for path in paths:
        touch(here.path / path, LATER + 5)
    here.git("update-index", "--refresh")


@pytest.mark.parametrize(
    "moves",
    [
        ["commit -qm work"],
        ["commit -q --amend -m work"],
        ["commit -qm work", "commit -q --allow-empty -m more", "reset -q --soft HEAD~2", "commit -qm all"],
        ["commit -qm work", "switch -q -c new", "commit -q --amend -m again"],
    ],
)
def test_what_is_committed_before_a_command_s_end_is_read_is_the_command_s(teller: Teller, moves: list[str]) -> None:
    here = teller.here
    for path, text, at in (("before.py", "B = 1\n", -5), ("a.py", "A = 1\nRATE = 2000\n", 5), ("gone.py", "", -5)):
        here.write(path, text)
        touch(here.path / path, LATER + at)
    here.git("add", "-A")
    meanwhile(here, *moves)
    a_command(teller)
    (exchange,) = teller.record(live=True)
    assert [(file.path, file.how, file.seen) for file in exchange.files] == [
        ("a.py", How.SHELL, (line_digest("RATE = 2000"),))
    ]


def test_a_first_commit_and_one_with_a_false_date_are_seen_too(tmp_path: Path) -> None:
    teller = Teller(Scratch(tmp_path / "new"))
    began = time.time() - 1
    for number in range(2):
        teller.here.commit("work", {f"{number}.py": "RATE = 2000\n"})
    teller.prompt("Generate", time=began - 1)
    teller.event(EventKind.TOOL, tool=ToolCall("shell", "c", command="make", duration=60), time=time.time())
    (exchange,) = teller.record(live=True)
    assert {file.path: file.seen for file in exchange.files} == dict.fromkeys(
        ("0.py", "1.py"), (line_digest("RATE = 2000"),)
    )


def test_what_is_committed_in_another_work_tree_is_of_the_command_that_names_it(teller: Teller) -> None:
    aside = Scratch.at(teller.here.path.parent / "aside")
    teller.here.git("worktree", "add", "-q", str(aside.path))
    aside.write("b.py", "B = 2\n")
    touch(aside.path / "b.py", LATER + 5)
    meanwhile(aside, "add -A", "commit -qm work")
    a_command(teller, "cd ../aside && make")
    assert {each.top: paths(each) for each in teller.record(live=True) if each.files} == {str(aside.path): ["b.py"]}


@pytest.mark.parametrize(
    "moves",
    [
        ["merge -q --ff-only theirs"],
        ["commit -q --allow-empty -m ours", "merge -q --no-edit theirs", "commit -q --amend -m again"],
        ["commit -q --allow-empty -m ours", "rebase -q theirs"],
        ["commit -q --allow-empty -m ours", "cherry-pick theirs"],
        ["checkout -q theirs", "checkout -q main", "reset -q --hard theirs"],
    ],
)
def test_what_git_writes_meanwhile_is_no_command_s(teller: Teller, moves: list[str]) -> None:
    here = teller.here
    here.git("switch", "-q", "-c", "theirs")
    here.commit("theirs", {"theirs.py": "T = 1\n"})
    here.git("switch", "-q", "main")
    meanwhile(here, *moves)
    written(here, "theirs.py")
    a_command(teller)
    assert paths(teller.record(live=True)[0]) == []


def test_what_git_takes_away_and_writes_again_is_known_by_gits_time_alone(teller: Teller) -> None:
    here = teller.here
    here.git("switch", "-q", "-c", "theirs")
    here.commit("theirs", {"theirs.py": "T = 1\n"})
    here.git("switch", "-q", "main")
    here.write("mine.py", "M = 1\n")
    meanwhile(here, "add -A", "commit -qm mine", "rebase -q theirs")
    written(here, "mine.py", "theirs.py")
    a_command(teller)
    assert paths(teller.record(live=True)[0]) == []


def test_what_was_committed_before_a_command_is_not_its_though_it_writes_it_again(teller: Teller) -> None:
    teller.here.commit("more", {"b.py": "B = 1\n"})
    written(teller.here, "b.py")
    a_command(teller)
    assert paths(teller.record(live=True)[0]) == []


@pytest.mark.parametrize(
    "words",
    [
        "cd ../aside && make",
        "cd .. && cd 'aside' && make",
        "W=../aside; cd $W && make",
        'export W="{tree}" && make -C "${{W}}"',
        "git -C ../aside apply x",
        "make > {tree}/a.py",
        "cp x ~/aside/",
    ],
)
def test_what_a_shell_command_changes_elsewhere_is_of_the_work_tree_that_it_names(
    teller: Teller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    aside, unnamed = teller.here.path.parent / "aside", tmp_path / "unnamed"
    monkeypatch.setenv("HOME", str(aside.parent))
    for tree in (aside, unnamed):
        teller.here.git("worktree", "add", "-q", str(tree))
    now = time.time()
    teller.prompt("Do it aside", time=now - 5)
    command = ToolCall("shell", "c", command=words.format(tree=aside))
    teller.event(EventKind.TOOL_STARTED, tool=command, time=now - 4)
    teller.record(live=True)
    for tree in (aside, unnamed):
        (tree / "a.py").write_text("A = 2\n")
    drain(teller.store, for_commit=True)
    known = {each.top: paths(each) for each in teller.exchanges}
    assert known == {str(teller.here.path): [], str(aside): ["a.py"]}
    # An agent may tell what ended without its words.
    teller.event(EventKind.TOOL, tool=ToolCall("", "c"), time=time.time())
    (aside / "b.py").write_text("B = 2\n")
    teller.record(live=True)
    assert {each.top: paths(each) for each in teller.exchanges} == known | {str(aside): ["a.py", "b.py"]}


def test_a_shell_command_is_known_by_its_end_and_length_too(teller: Teller) -> None:
    teller.prompt("Format")
    teller.here.write("a.py", "B = 2\n")
    touch(teller.here.path / "a.py", START + 15)
    teller.event(EventKind.TOOL, tool=ToolCall("shell", "c", command="fmt", duration=6.5), time=START + 20)
    assert paths(teller.record(live=True)[0]) == ["a.py"]


def test_a_file_that_is_removed_and_one_that_is_staged_are_seen(teller: Teller) -> None:
    here = teller.here
    here.commit("more", {"gone/x.py": "X = 1\n"})
    teller.prompt("Tidy up")
    teller.event(EventKind.TOOL_STARTED, tool=ToolCall("shell", "c", command="rm"), time=START + 10)
    here.git("rm", "-q", "gone/x.py")
    here.write("new.py", "N = 1\n")
    here.git("add", "new.py")
    for path in (here.path, here.path / "new.py"):
        touch(path, START + 12)
    teller.event(EventKind.TOOL, tool=ToolCall("shell", "c", command="rm"), time=START + 20)
    assert paths(teller.record(live=True)[0]) == ["gone/x.py", "new.py"]


@pytest.mark.parametrize("name", ["evil", "evil=worse"])
def test_no_filter_runs_for_an_agents_word(teller: Teller, name: str) -> None:
    here = teller.here
    here.git("config", f"filter.{name}.clean", f"touch {here.path}/ran; cat")
    here.git("config", f"filter.{name}.required", "true")
    here.write(".gitattributes", f"*.py filter={name}\n")
    here.write("a.py", "B = 2\n")
    teller.prompt("Format")
    teller.event(EventKind.TOOL, tool=ToolCall("shell", "c", command="fmt", duration=60), time=time.time() + 1)
    assert paths(teller.record(live=True)[0]) == ([".gitattributes", "a.py"] if name == "evil" else [])
    assert not (here.path / "ran").exists()


def test_nothing_is_fetched_for_an_agents_word(teller: Teller) -> None:
    here = teller.here
    settings = {"protocol.ext.allow": "always", "extensions.partialClone": "origin", "remote.origin.promisor": "true"}
    settings["remote.origin.url"] = f"ext::sh -c 'touch {here.path}/ran'"
    for key, value in settings.items():
        here.git("config", key, value)
    here.write(".git/refs/heads/main", f"{'1' * 40}\n")
    teller.prompt("Format")
    assert teller.record(live=True)
    assert not (here.path / "ran").exists()


def test_a_file_whose_former_content_is_not_held_here_is_named_without_its_lines(teller: Teller) -> None:
    here = teller.here
    oid = here.git("rev-parse", "HEAD:a.py")
    here.write("a.py", "RATE = 2000\n")
    (here.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    teller.prompt("Format")
    teller.event(EventKind.TOOL, tool=ToolCall("shell", "c", command="fmt", duration=60), time=time.time())
    (exchange,) = teller.record(live=True)
    assert [(file.path, file.seen) for file in exchange.files] == [("a.py", ())]


def test_what_is_written_through_a_link_is_the_file_that_it_leads_to(teller: Teller) -> None:
    (teller.here.path / "link.py").symlink_to("a.py")
    teller.prompt("Add retry")
    teller.edit("link.py")
    assert paths(teller.record()[0]) == ["a.py"]


# -- forgetting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "forgotten"), [(29, False), (31, True)])
def test_drafts_of_a_silent_session_that_touched_nothing_are_forgotten(
    teller: Teller, days: int, forgotten: bool
) -> None:
    silent(teller, days)
    left = [(each.prompts, each.fate) for each in teller.exchanges]
    kept = [(("Edit",), Fate.DRAFT), (("Keep this",), Fate.KEPT)]
    assert left == (kept if forgotten else [*kept, (("What is this?",), Fate.DRAFT)])


def test_the_policy_says_for_how_long_drafts_are_kept(teller: Teller) -> None:
    teller.here.write(".specify/sdd.toml", "[capture]\nkeep_days = 3\n")
    silent(teller, 4)
    assert len(teller.exchanges) == 2


def test_a_session_that_goes_on_forgets_nothing(teller: Teller) -> None:
    silent(teller, 31, speaks=True)
    assert len(teller.exchanges) == 3


def silent(teller: Teller, days: float, *, speaks: bool = False) -> None:
    """Three exchanges in a session that says nothing for some days, unless it speaks again; then another one begins."""
    teller.prompt("Edit")
    teller.edit("a.py")
    teller.prompt("Keep this")
    teller.prompt("What is this?")
    teller.record()
    kept = teller.exchanges[1]
    teller.store.put(replace(kept, fate=Fate.KEPT))
    for file in (teller.store.folder / "sessions").iterdir():
        touch(file, time.time() - days * 24 * 3600)
    if speaks:
        teller.response()
        teller.record()
    with teller.store.lock():
        forget_silent(teller.store)


def touch(path: Path, at: float) -> None:
    os.utime(path, (at, at))
