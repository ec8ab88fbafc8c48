"""PHRs of captured exchanges, with real commits of every kind."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from sdd.capture import committing, exchange_records, receiving
from sdd.capture.draining import drain
from sdd.capture.edited_lines import changed_lines, content_of
from sdd.capture.exchanges import REMOVED, ChangedFile, Exchange, How, RanTests, Status
from sdd.capture.places import place_of
from sdd.gate.rules.history import only_extends
from sdd.records.edits import edits_read, line_digest, lines_read
from sdd.records.kinds.phr import parse
from sdd.repo.objects import Repository
from sdd.repo.worktree import rewrite
from tests.adopted import POLICY, Adopted, rules_of
from tests.capture_on import turn_on
from tests.captured import AFTER, BEFORE, Captured, is_written
from tests.hooked import Hooked
from tests.kills import kill_at, run
from tests.scratch import Scratch

CODE = "def half_up(amount):\n    return round(amount)\n"


@pytest.fixture
def captured(adopted: Adopted) -> Captured:
    return Captured.on_branch(adopted)


def commit(here: Scratch, *words: str, **environment: str) -> str:
    """A commit; what is said on stderr."""
    done = here.run("git", "commit", "-q", *(words or ("-m", "fix: round")), **environment)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_commit_holds_the_record_of_what_was_asked(captured: Captured) -> None:
    exchange = captured.ask(
        "Round half up, please. The auditors ask for it.\n\n# Not a heading",
        {"src/vat.py": CODE},
        shell=("src/rates.json",),
        response="It rounds half up now.",
        tests=(RanTests("pytest -q", False), RanTests("pytest -q", True), RanTests("npm test", None)),
    )
    captured.here.write("src/rates.json", "{}\n")
    captured.here.write("src/own.py", "MINE = 1\n")
    captured.here.git("add", "-A")
    assert "sdd: with this commit: history/prompts/" in commit(captured.here)
    (path,) = captured.records()
    assert path == "history/prompts/general/0001-round-half-up-please.green.prompt.md"
    assert captured.here.git("status", "--porcelain") == ""
    shown = captured.adopted.done("phr", "show", path, "--json").document
    assert shown["title"] == "Round half up, please"
    assert shown["files"] == ["src/vat.py", "src/rates.json"]
    assert (shown["kind"], shown["surface"], shown["model"]) == ("fix", "agent", "claude-x")
    assert shown["date"] == "2026-03-01"
    assert shown["tests"] == ["pytest -q: passed", "npm test: no outcome told"]
    assert shown["prompt"] == "Round half up, please. The auditors ask for it.\n\n# Not a heading"
    assert shown["response"] == f"It rounds half up now.\n\n(Exchange {exchange.id}.)"
    text = captured.record()
    assert "- Captured: claude, 2026-03-01 21:21 UTC, 1 min 12 s, 1,234 tokens, status: done\n" in text
    assert "- Captured: `src/rates.json` changed while a shell command ran\n" in text
    assert "- Captured: kind fix is a guess: the branch begins with fix/\n" in text
    assert "- Not attributed: `src/own.py`: changed too, by no exchange" in text
    files = {file["path"]: file for file in captured.adopted.gate()["changes"][0]["files"]}
    assert files["src/vat.py"]["phrs"] == [path]
    assert files["src/own.py"]["phrs"] == []


@pytest.mark.parametrize("how", ["index", "all", "alone", "amend", "patch"])
def test_every_way_to_commit_takes_the_record_along(captured: Captured, how: str) -> None:
    here = captured.here
    here.write("src/other.py", "OTHER = 1\n")
    here.git("add", "src/other.py")
    if how == "amend":
        commit(here, "-m", "feat: begin")
    exchange = captured.ask("Round half up.", {"src/vat.py": CODE})
    if how in ("index", "amend"):
        here.git("add", "src/vat.py")
    words = {"all": ["-a"], "alone": ["src/vat.py"], "amend": ["--amend"], "patch": ["-p"]}.get(how, [])
    done = here.run("git", "commit", "-q", "-m", "fix: round", *words, stdin="y\n" * 5)
    assert done.returncode == 0, done.stderr
    assert 'files: ["src/vat.py"]' in captured.record().replace("[src/vat.py]", '["src/vat.py"]')
    left = "A  src/other.py" if how == "alone" else ""
    assert here.git("status", "--porcelain") == left
    assert here.git("diff", "--cached", "--name-only") == left[3:]
    here.git("commit", "-q", "--allow-empty", "-m", "next")
    assert is_written(captured.now(exchange))
    assert len(captured.records()) == 1


def test_an_aborted_commit_leaves_one_record_and_the_next_renews_it(captured: Captured) -> None:
    here = captured.here
    first = captured.ask("Round half up.", {"src/vat.py": CODE})
    here.git("add", "-A")
    captured.install(former="exit 1\n")
    assert here.run("git", "commit", "-q", "-m", "fix: round").returncode == 1
    second = captured.ask("Name it well.", {"src/vat.py": CODE.replace("amount", "net")})
    here.git("add", "-A")
    captured.install()
    assert here.run("git", "commit", "-q", "-m", "").returncode != 0
    assert not is_written(captured.now(first))
    commit(here)
    text = captured.record()
    assert "Prompt 1:\n\nRound half up.\n\nPrompt 2:\n\nName it well." in text
    assert "Answer to prompt 2:\n\nDone." in text
    commit(here, "--allow-empty", "-m", "next")
    assert is_written(captured.now(first)) and is_written(captured.now(second))
    assert here.git("status", "--porcelain") == ""


def test_what_an_aborted_commit_left_is_no_part_of_another(captured: Captured) -> None:
    here = captured.here
    captured.ask("Round half up.", {"src/vat.py": CODE})
    captured.install(former="exit 1\n")
    assert here.run("git", "commit", "-qam", "fix: round").returncode == 1
    captured.install()
    here.git("reset", "-q")
    here.write("src/own.py", "MINE = 1\n")
    here.git("add", "-A", "--", "src/own.py", "history")
    commit(here)
    assert captured.records() == []
    commit(here, "-am", "fix: round")
    assert len(captured.records()) == 1


def test_what_is_dropped_while_an_aborted_commit_has_its_record_staged_is_in_no_commit(captured: Captured) -> None:
    here = captured.here
    private = captured.ask("PRIVATE", {"src/vat.py": CODE})
    captured.ask("Write beta.", {"src/beta.py": "BETA = 1\n"})
    captured.install(former="exit 1\n")
    here.git("add", "-A")
    assert here.run("git", "commit", "-q", "-m", "fix: round").returncode == 1
    path = captured.now(private).records[0].path
    text = (here.path / path).read_text()
    here.write(path, text + "Mine.\n")
    refused = captured.adopted.sdd("capture", "drop", private.id)
    assert refused.status == 2 and path in refused.err and (here.path / path).exists()
    here.write(path, text)
    captured.adopted.done("capture", "drop", private.id)
    assert not (here.path / path).exists() and path not in here.git("diff", "--cached", "--name-only")
    captured.install()
    commit(here)
    assert "PRIVATE" not in captured.record() and "Write beta." in captured.record()
    assert here.git("status", "--porcelain") == ""


def test_a_record_that_a_person_has_edited_keeps_their_words(captured: Captured) -> None:
    here = captured.here
    exchange = captured.ask("Round half up.", {"src/vat.py": CODE})
    here.git("add", "-A")
    captured.install(former="exit 1\n")
    assert here.run("git", "commit", "-q", "-m", "fix: round").returncode == 1
    path = captured.now(exchange).records[0].path
    here.write(path, (here.path / path).read_text().replace("Done.", "Done, and looked over by Ada."))
    captured.install()
    captured.change(exchange, files=(*exchange.files, *captured.ask("Go.", {"src/more.py": "MORE = 1\n"}).files))
    here.git("add", "src/vat.py", "src/more.py", path)
    commit(here)
    text = here.git("show", f"HEAD:{path}")
    assert "looked over by Ada" in text and "src/more.py" in text


def test_an_agent_that_commits_before_its_answer(captured: Captured) -> None:
    here = captured.here
    exchange = captured.ask("Round half up.", {"src/vat.py": CODE}, status=Status.OPEN)
    commit(here, "-am", "fix: round")
    assert "The commit came before the answer." in captured.record()
    assert "status: open" in captured.record()
    waiting = parse("", captured.record().encode(), "")
    more = captured.ask("", {"src/more.py": "MORE = 1\n"})
    captured.store.forget(more)
    captured.change(
        exchange, status=Status.DONE, response="It rounds.", ended=AFTER + 100, files=(*exchange.files, *more.files)
    )
    here.git("add", "-A")
    commit(here, "-m", "feat: more")
    text = captured.record()
    assert "It rounds." in text and "status: done" in text and "came before" not in text
    assert captured.adopted.sdd("check").status == 0
    assert "src/more.py" in text and "src/vat.py" in text
    assert only_extends(waiting, parse("", text.encode(), ""))


@pytest.mark.parametrize("added", ["before the answer", "after the answer", "by hand"])
def test_an_answer_reaches_a_record_that_got_its_contract_meanwhile(captured: Captured, added: str) -> None:
    here = captured.here
    exchange = captured.ask("Round half up.", {"src/vat.py": CODE}, status=Status.OPEN)
    commit(here, "-am", "fix: round")
    (path,) = captured.records()
    words = ("--kind", "fix", "--success", "It rounds.", "--check", "true")
    if added == "before the answer":
        captured.adopted.done("phr", "add", path, *words, "--commit")
    captured.change(exchange, status=Status.DONE, response="It rounds half up.", ended=exchange.started + 5)
    if added == "after the answer":
        captured.adopted.done("phr", "add", path, *words, "--commit")
    elif added == "by hand":
        here.write(path, captured.record().replace("round", "ROUND"))
        commit(here, "-am", "Say it louder")
    else:
        commit(here, "--allow-empty", "-m", "next")
    text = captured.record()
    assert "It rounds half up." in text and "status: done" in text and "came before" not in text
    assert (added == "by hand") == ("ROUND" in text) != ("## Execution contract" in text)
    assert here.git("status", "--porcelain") == ""


def test_an_edit_that_is_not_committed_is_not_taken_along_for_an_answer(captured: Captured) -> None:
    exchange = captured.ask("Round half up.", {"src/vat.py": CODE}, status=Status.OPEN)
    commit(captured.here, "-am", "fix: round")
    (path,) = captured.records()
    captured.here.write(path, captured.record().replace("round", "ROUND"))
    captured.change(exchange, status=Status.DONE, response="It rounds half up.", ended=exchange.started + 5)
    commit(captured.here, "--allow-empty", "-m", "next")
    assert captured.here.git("status", "--porcelain") == f" M {path}" and "ROUND" not in captured.record()
    commit(captured.here, "-am", "Say it louder")
    assert "It rounds half up." in captured.record() and "ROUND" in captured.record()


def test_each_late_answer_goes_to_its_own_prompt_and_changes_nothing_else(captured: Captured) -> None:
    here = captured.here
    said = "Keep `status: open`.\n\n- Captured: claude, status: open\n\nThe commit came before the answer."
    captured.ask("Write vat.", {"src/vat.py": CODE}, response="ANSWER A")
    second = captured.ask(said, {"src/beta.py": "BETA = 1\n"}, status=Status.OPEN)
    third = captured.ask("Write gamma.", {"src/gamma.py": "GAMMA = 1\n"}, session="s2", status=Status.OPEN)
    here.git("add", "-A")
    commit(here)
    before = captured.record()
    assert before.count("The commit came before the answer.\n\n(Exchange") == 2
    captured.change(third, status=Status.DONE, response="# ANSWER C\n\nstatus: open", ended=third.started + 5)
    commit(here, "--allow-empty", "-m", "next")
    captured.change(second, status=Status.DONE, response="ANSWER B", ended=second.started + 5)
    commit(here, "--allow-empty", "-m", "last")
    (path,) = captured.records()
    shown = captured.adopted.done("phr", "show", path, "--json").document
    ids = [label for label in shown["labels"] if label != "captured"]
    answers = zip(("ANSWER A", "ANSWER B", "# ANSWER C\n\nstatus: open"), ids, strict=True)
    assert shown["response"] == "\n\n".join(
        f"Answer to prompt {number}:\n\n{answer}\n\n(Exchange {id}.)" for number, (answer, id) in enumerate(answers, 1)
    )
    assert said in shown["prompt"]
    facts = [line for line in captured.record().splitlines() if line.startswith("- Captured: prompt ")]
    assert [line.rpartition(" ")[2] for line in facts] == ["done", "done", "done"]
    head, tail = before.partition("## Response snapshot")[0], before.partition("- Captured: kind")[2]
    assert captured.record().startswith(head) and captured.record().endswith(tail)
    assert captured.adopted.sdd("check").status == 0 and here.git("status", "--porcelain") == ""


def goes_on(captured: Captured, exchange: Exchange, asked: str, path: str, response: str = "") -> None:
    """The exchange asks what its agent is told "yes" to, and changes a further file; it is over with a `response`."""
    now = captured.now(exchange)
    captured.here.write(path, f"ADDED = '{path}'\n")
    captured.change(
        exchange,
        prompts=(*now.prompts, "yes"),
        earlier=(*now.answers[:-1], asked),
        response=response,
        status=Status.DONE if response else Status.OPEN,
        files=(*now.files, ChangedFile(path, How.TOOL, changed_lines("", f"ADDED = '{path}'\n")[0])),
        tests=(*now.tests, RanTests("pytest -q", True)),
    )
    captured.here.git("add", "-A")


@pytest.mark.parametrize("meanwhile", ["nothing", "a contract", "tests by hand", "an edit"])
def test_what_a_person_agrees_to_after_a_commit_is_told(captured: Captured, meanwhile: str) -> None:
    here = captured.here
    exchange = captured.ask(
        "Round half up.", {"src/vat.py": CODE}, status=Status.OPEN, tests=(RanTests("make test", False),)
    )
    commit(here, "-am", "fix: round")
    (path,) = captured.records()
    if meanwhile == "a contract":
        words = ("--kind", "fix", "--success", "It rounds.", "--check", "true")
        captured.adopted.done("phr", "add", path, *words, "--commit")
    elif meanwhile == "tests by hand":
        here.write(path, captured.record().replace("tests: [", "tests: [by hand, looked at it, "))
    elif meanwhile == "an edit":
        here.write(path, captured.record().replace("Round half up.", "Round half UP."))
    goes_on(captured, exchange, "It rounds. Shall I drop the table?", "src/drop.py")
    commit(here, "-m", "feat: drop")
    captured.change(exchange, response="Dropped.", status=Status.DONE)
    commit(here, "--allow-empty", "-m", "next")
    shown = captured.adopted.done("phr", "show", path, "--json").document
    assert (captured.records(), here.git("status", "--porcelain")) == ([path], "")
    if meanwhile == "an edit":
        assert (shown["prompt"], "Dropped." in shown["response"]) == ("Round half UP.", True)
        return
    assert shown["prompt"] == "Prompt 1:\n\nRound half up.\n\nPrompt 2:\n\nyes"
    assert shown["response"] == (
        "Answer to prompt 1:\n\nIt rounds. Shall I drop the table?\n\n"
        f"Answer to prompt 2:\n\nDropped.\n\n(Exchange {exchange.id}.)"
    )
    own = ["by hand", "looked at it"] if meanwhile == "tests by hand" else []
    assert shown["tests"] == [*own, "make test: failed", "pytest -q: passed"]
    assert "status: done" in captured.record() and "status: open" not in captured.record()
    assert ("## Execution contract" in captured.record()) == (meanwhile == "a contract")
    assert captured.adopted.sdd("check").status == 0


def test_prompts_are_numbered_anew_where_one_exchange_of_several_goes_on(captured: Captured) -> None:
    here = captured.here
    first = captured.ask("Write alpha.", {"src/alpha.py": "ALPHA = 1\n"}, status=Status.OPEN)
    second = captured.ask("Write beta.", {"src/beta.py": "BETA = 1\n"}, session="s2", response="Wrote beta.")
    here.git("add", "-A")
    commit(here)
    goes_on(captured, first, "Wrote alpha. More?", "src/gamma.py", "Wrote gamma.")
    commit(here, "-m", "feat: more")
    (path,) = captured.records()
    shown = captured.adopted.done("phr", "show", path, "--json").document
    assert shown["prompt"] == "\n\n".join(
        f"Prompt {number}:\n\n{text}" for number, text in enumerate(("Write alpha.", "yes", "Write beta."), 1)
    )
    assert shown["response"] == "\n\n".join(
        f"Answer to prompt {number}:\n\n{text}"
        for number, text in (
            (1, "Wrote alpha. More?"),
            (2, f"Wrote gamma.\n\n(Exchange {first.id}.)"),
            (3, f"Wrote beta.\n\n(Exchange {second.id}.)"),
        )
    )
    prompts = {each.path: each.prompts for each in edits_read(parse(path, captured.record().encode(), "").edits)}
    assert (prompts["src/alpha.py"], prompts["src/beta.py"]) == ((1, 2), (3, 3))
    facts = [line.split(": ")[1] for line in captured.record().splitlines() if line.startswith("- Captured: prompt")]
    assert facts == ["prompts 1 to 2", "prompt 3"]


def test_two_answers_that_come_at_once_are_both_told(captured: Captured) -> None:
    both = [
        captured.ask(f"Write {name}.", {f"src/{name}.py": f"{name} = 1\n"}, session=name, status=Status.OPEN)
        for name in ("alpha", "beta")
    ]
    captured.here.git("add", "-A")
    commit(captured.here)
    for each in both:
        captured.change(each, status=Status.DONE, response=f"Wrote {each.session}.", ended=each.started + 5)
    commit(captured.here, "--allow-empty", "-m", "next")
    text = captured.record()
    assert "Wrote alpha." in text and "Wrote beta." in text and "status: open" not in text


def test_a_policy_that_cannot_be_read_is_told_where_it_would_count(captured: Captured) -> None:
    here = captured.here
    here.write(POLICY, '[capture]\njoin = "never"\n')
    captured.ask("Round half up.", {"src/vat.py": CODE})
    here.git("add", "-A")
    done = here.run("git", "commit", "-qm", "work")
    assert f"{POLICY}:2: " in done.stderr and "joined by the default" in done.stderr


@pytest.mark.parametrize(("join", "records"), [("exchange", 3), ("commit", 2), ("branch", 1)])
def test_the_policy_says_which_exchanges_share_a_record(captured: Captured, join: str, records: int) -> None:
    here = captured.here
    here.write(POLICY, f'[capture]\njoin = "{join}"\n')
    captured.ask("Round half up.", {"src/vat.py": CODE})
    captured.ask("Test it.", {"tests/test_vat.py": "def test_half():\n    assert 1\n"}, session="s2")
    here.git("add", "-A")
    commit(here)
    captured.ask("Say so.", {"src/say.py": "SAY = 1\n"})
    here.git("add", "-A")
    commit(here)
    assert len(captured.records()) == records
    texts = "".join(here.git("show", f"HEAD:{path}") for path in captured.records())
    assert all(word in texts for word in ("Round half up.", "Test it.", "Say so."))
    assert all(file in texts for file in ("src/vat.py", "tests/test_vat.py", "src/say.py"))


def test_sessions_side_by_side_get_what_is_theirs(captured: Captured) -> None:
    here = captured.here
    here.write(POLICY, '[capture]\njoin = "exchange"\n')
    captured.ask("Round half up.", {"src/vat.py": CODE}, session="s1")
    captured.ask("Say so.", {"src/say.py": "SAY = 1\n"}, session="s2")
    here.git("add", "src/vat.py")
    commit(here)
    assert "Round half up." in captured.record() and "Say so." not in captured.record()
    here.git("add", "src/say.py")
    commit(here)
    assert len(captured.records()) == 2


def test_an_older_exchange_whose_work_was_taken_back_records_nothing(captured: Captured) -> None:
    captured.ask("Round down.", {"src/vat.py": "def half_down(amount):\n    return 0\n"}, started=BEFORE)
    captured.here.write("src/vat.py", "def vat(net):\n    return net\n")
    commit(captured.here, "-am", "fix: by hand")
    assert captured.records() == []


def test_an_older_exchange_whose_lines_are_committed_is_recorded(captured: Captured) -> None:
    captured.ask("Round half up.", {"src/vat.py": CODE}, started=BEFORE)
    commit(captured.here, "-am", "fix: round")
    assert len(captured.records()) == 1


def test_work_that_a_formatter_has_rewritten_is_recorded(captured: Captured) -> None:
    captured.ask("Name it.", {"src/vat.py": "NAMES = ['half',  'up']\n"})
    captured.here.write("src/vat.py", 'NAMES = ["half", "up"]\n')
    commit(captured.here, "-am", "fix: name")
    assert "src/vat.py" in captured.record()


LONG = "def price(order, customer, *, discount=None): return net(order, customer)[0] - (discount or 0)\n"
WRAPPED = """def price(
    order,
    customer,
    *,
    discount=None,
):
    return net(order, customer)[0] - (
        discount or 0
    )
"""


@pytest.mark.parametrize(
    ("wrote", "formatted"), [(LONG, WRAPPED), (WRAPPED, LONG.replace(": return", ":\n    return"))]
)
def test_lines_that_a_formatter_has_wrapped_or_joined_are_recorded(
    captured: Captured, wrote: str, formatted: str
) -> None:
    here = captured.here
    captured.ask("Price it.", {"src/vat.py": wrote})
    here.write("src/vat.py", f"MINE = 1\n\n\n{formatted}")
    commit(here, "-am", "fix: price")
    assert "src/vat.py" in captured.record()
    assert "Price it." in captured.adopted.done("why", "src/vat.py:4").out
    (path,) = captured.records()
    edits = captured.adopted.done("phr", "show", path, "--json").document["edits"]
    assert line_digest("MINE = 1") not in lines_read(edits)["src/vat.py"]
    here.write("src/vat.py", f"MINE = 1\n\n\n{wrote}")
    commit(here, "-am", "fix: by hand")
    assert len(captured.records()) == 1


def test_what_was_undone_before_a_formatter_wrapped_the_rest_is_nobodys(captured: Captured) -> None:
    here = captured.here
    here.commit("Price", {"src/vat.py": LONG})
    captured.ask("Name it.", {"src/vat.py": LONG + "NAMES = ['half', 'up', 'down', 'even']\n"})
    captured.ask("Say so.", {"src/say.py": "SAY = 1\n"})
    here.write("src/vat.py", WRAPPED)
    here.write("src/own.py", "OWN = 1\n")
    here.git("add", "-A")
    path = "src/vat.py"
    said = f"{path}: an exchange changed it, but none of its lines are in this commit"
    assert f"sdd: {said}" in commit(here, GIT_COMMITTER_DATE=f"{int(AFTER) + 5000} +0000")
    text = captured.record()
    assert "Name it." not in text
    told = f"by no exchange that is known; {said.replace(path, f'`{path}`')}"
    assert f"- Not attributed: `src/own.py`: changed too, {told}" in text
    assert said.replace("in this commit", "committed") in captured.adopted.done("capture", "commit").err
    here.write("src/vat.py", f"{WRAPPED}OWN = 1\n")
    assert commit(here, "-am", "fix: by hand") == ""


def test_the_drafts_of_a_folder_that_was_moved_are_recorded(captured: Captured, tmp_path: Path) -> None:
    exchange = captured.ask("Round half up.", {"src/vat.py": CODE})
    captured.store.put(replace(exchange, top=str(tmp_path / "where-it-was")))
    commit(captured.here, "-am", "fix: round")
    assert "src/vat.py" in captured.record()


def test_what_is_left_for_a_later_commit_is_recorded_then(captured: Captured) -> None:
    here = captured.here
    captured.ask("Round half up.", {"src/vat.py": CODE})
    here.git("add", "-A")
    named = "NAME = 'half up'\n"
    captured.ask("Name it well.", {"src/vat.py": CODE + named}, wrote=named)
    commit(here)
    assert "Name it well." not in captured.record()
    commit(here, "-am", "fix: name")
    assert len(captured.records()) == 2


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([], ""),
        (["a"], "`src/a.py`: changed too, by no exchange that is known"),
        (["z"], "`src/z.py`: changed too, by no exchange that is known"),
        (["a", "z"], "`src/a.py`, `src/z.py`: changed too, by no exchange that is known"),
        (["lost"], "`src/lost.py`: an exchange changed it, but none of its lines are in this commit"),
    ],
)
def test_what_an_exchange_changes_later_is_no_longer_told_as_not_attributed(
    captured: Captured, others: list[str], left: str
) -> None:
    here = captured.here
    exchange = captured.ask("Round half up.", {"src/vat.py": CODE, "src/lost.py": CODE} if "lost" in others else
                            {"src/vat.py": CODE})  # fmt: skip
    for name in ("own", *others):
        here.write(f"src/{name}.py", "MINE = 'by a person'\n")
    here.git("add", "-A")
    commit(here)
    assert "- Not attributed: `src/" in captured.record() and "`src/own.py`" in captured.record()
    content = "MINE = 'by a person'\nTHEIRS = 'by an agent'\n"
    lines = changed_lines("", content.splitlines()[1])[0]
    captured.change(exchange, files=(*captured.now(exchange).files, ChangedFile("src/own.py", How.TOOL, lines)))
    here.write("src/own.py", content)
    commit(here, "-am", "fix: more")
    told = [line for line in captured.record().splitlines() if line.startswith("- Not attributed: ")]
    assert told == ([f"- Not attributed: {left}"] if left else [])
    assert "src/own.py" in captured.adopted.done("phr", "show", captured.records()[0], "--json").document["files"]


def test_a_rebase_squash_and_cherry_pick_write_nothing_new(captured: Captured) -> None:
    here = captured.here
    captured.ask("Round half up.", {"src/vat.py": CODE})
    commit(here, "-am", "fix: round")
    captured.ask("Say so.", {"src/say.py": "SAY = 1\n"})
    here.git("add", "-A")
    commit(here)
    records = captured.records()
    here.git("switch", "-q", "main")
    here.commit("elsewhere", {"docs/a.md": "a\n"})
    here.git("switch", "-q", "fix/rounding")
    here.git("rebase", "-q", "main")
    here.git("-c", "sequence.editor=sed -i 2s/pick/squash/", "-c", "core.editor=true", "rebase", "-qi", "main")
    assert captured.records() == records
    here.git("switch", "-qc", "picked", "main")
    here.git("cherry-pick", "fix/rounding")
    assert captured.records() == records
    texts = [here.git("show", f"fix/rounding:{path}") for path in records]
    for branch in ("squashed", "squashed-again"):
        here.git("switch", "-qc", branch, "main")
        here.git("merge", "-q", "--squash", "fix/rounding")
        commit(here)
        assert captured.records() == records
        assert [here.git("show", f"HEAD:{path}") for path in records] == texts
    assert here.git("status", "--porcelain") == ""


def test_a_commit_that_is_done_again_has_its_record_again(captured: Captured) -> None:
    here = captured.here
    captured.ask("Round half up.", {"src/vat.py": CODE})
    commit(here, "-am", "fix: round")
    commit(here, "--allow-empty", "-m", "next")
    here.git("reset", "-q", "HEAD~2")
    commit(here, "-am", "fix: round again")
    assert len(captured.records()) == 1
    assert here.git("status", "--porcelain") == ""


@pytest.mark.parametrize("how", ["tool", "shell", "removed", "named"])
@pytest.mark.parametrize("before", ["recorded", "thrown away"])
def test_what_is_edited_by_hand_later_is_no_exchange_s(captured: Captured, how: str, before: str) -> None:
    here = captured.here
    exchange = captured.ask("Round half up.", {"src/vat.py": CODE})
    (own,) = exchange.files
    known = {
        "tool": own,
        "shell": ChangedFile("src/vat.py", How.SHELL, gone=own.gone, seen=own.lines),
        "removed": ChangedFile("src/vat.py", How.TOOL, gone=own.lines),
        "named": ChangedFile("src/vat.py", How.TOOL),
    }
    captured.change(exchange, files=(known[how],))
    if before == "recorded":
        commit(here, "-am", "fix: round")
    else:
        here.git("checkout", "-q", "src/vat.py")
    for branch in ("fix/by-hand", "fix/by-hand-again"):
        here.git("switch", "-qc", branch, "main")
        here.write("src/vat.py", f"BY_HAND = '{branch}'\n" + here.git("show", "main:src/vat.py") + "\n")
        commit(here, "-am", "fix: by hand")
        expected = before == "thrown away" and how == "named"  # nobody knows what it did
        assert bool(captured.records()) is expected
        if expected:
            break


@pytest.mark.parametrize("way", ["carried", "stashed", "picked", "in parts", "replaced"])
def test_work_that_no_record_tells_of_is_recorded_wherever_it_is_committed(captured: Captured, way: str) -> None:
    here = captured.here
    start, end = "START_OF_RATES = 1\n", "END_OF_RATES = 1\n"
    body = here.git("show", "main:src/vat.py") + "\n"
    exchange = captured.ask("Frame it.", {"src/vat.py": start + body + end})
    if way == "carried":
        here.git("switch", "-qc", "fix/other", "main")
    elif way == "stashed":
        here.git("stash", "-q")
        here.write("src/vat.py", body + "BY_HAND = 1\n")
        commit(here, "-am", "fix: by hand")
        assert captured.records() == []
        here.write("src/vat.py", start + body + "BY_HAND = 1\n" + end)
    elif way == "in parts":
        here.write("src/vat.py", start + body)
        commit(here, "-am", "fix: start")
        captured.adopted.land()
        here.git("switch", "-q", "main")
        here.git("merge", "-q", "fix/rounding")
        here.git("switch", "-qc", "fix/end")
        here.write("src/vat.py", start + body + end)
    elif way == "replaced":
        captured.ask("Frame it well.", {"src/vat.py": body + "END_OF_ALL_RATES = 1\n"})
    elif way == "picked":
        here.git("switch", "-qc", "fix/other")
    commit(here, "-am", "fix: frame")
    if way == "picked":
        here.git("switch", "-qc", "fix/picked", "main")
        here.git("cherry-pick", "fix/other")
        commit(here, "--amend", "-m", "fix: frame it")
    text = captured.record()
    assert "Frame it." in text and "src/vat.py" in text
    assert len(captured.now(exchange).records) == (2 if way == "in parts" else 1)
    assert "phr-replayed" not in rules_of(captured.adopted.gate("--base", "main"))


def test_another_work_tree_records_its_own(captured: Captured, tmp_path: Path) -> None:
    place = tmp_path / "beside"
    captured.here.git("worktree", "add", "-q", "-b", "fix/beside", str(place))
    beside = Captured(captured.adopted, Hooked.at(place))
    captured.ask("Round half up.", {"src/vat.py": CODE})
    beside.ask("Say so.", {"src/vat.py": "SAY = 1\n"}, session="s2")
    commit(beside.here, "-am", "fix: say")
    assert "Say so." in beside.record() and "Round half up." not in beside.record()
    commit(captured.here, "-am", "fix: round")
    assert captured.records()[0].endswith("0002-round-half-up.green.prompt.md")


def test_commits_that_an_agent_makes_one_leave_one_record(captured: Captured) -> None:
    here = captured.here
    first = captured.ask("Round half up.", {"src/vat.py": CODE}, status=Status.OPEN)
    commit(here, "-am", "fix: round")
    captured.ask("Name it well.", {"src/name.py": CODE})
    here.git("add", "-A")
    commit(here, "-m", "fix: name")
    assert len(captured.records()) == 2
    here.git("reset", "-q", "--soft", "main")
    commit(here, "-m", "fix: both")
    assert [text in captured.record() for text in ("Round half up.", "Name it well.")] == [True, True]
    assert captured.now(first).records[0].path == captured.records()[0]
    assert here.git("status", "--porcelain") == ""


@pytest.mark.parametrize("started", [AFTER, AFTER + 1000])  # the record of the earliest exchange is renewed
def test_commits_made_one_leave_one_record_of_what_is_over_and_what_goes_on(captured: Captured, started: float) -> None:
    here = captured.here
    goes_on = captured.ask("Round half up.", {"src/vat.py": CODE}, status=Status.OPEN)
    captured.ask("Round the total.", {"src/total.py": CODE})
    here.git("add", "-A")
    commit(here, "-m", "fix: round")
    captured.ask("Name it well.", {"src/name.py": CODE}, session="s2", started=started)
    here.write("src/rest.py", CODE)
    rest = ChangedFile("src/rest.py", How.TOOL, changed_lines("", CODE)[0])
    captured.change(goes_on, files=(*captured.now(goes_on).files, rest))
    here.git("add", "-A")
    commit(here, "-m", "fix: name")
    assert len(captured.records()) == 2
    here.git("reset", "-q", "--soft", "main")
    commit(here, "-m", "fix: all")
    told = captured.record()
    assert [text in told for text in ("Round half up.", "Round the total.", "Name it well.", "part 2")] == [
        True
    ] * 3 + [False]
    assert here.git("status", "--porcelain") == ""


def test_a_record_that_a_killed_run_took_away_is_not_committed(
    captured: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = captured.here
    captured.ask("Round half up.", {"src/vat.py": CODE}, status=Status.OPEN)
    commit(here, "-am", "fix: round")
    captured.ask("Name it well.", {"src/name.py": CODE})
    here.git("add", "-A")
    commit(here, "-m", "fix: name")
    here.git("reset", "-q", "--soft", "main")
    with monkeypatch.context() as killed, Repository.discover(here.path) as repository:
        killed.setattr(committing, "stage", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            committing.record_staged(repository)
    commit(here, "-m", "fix: both")
    assert [text in captured.record() for text in ("Round half up.", "Name it well.")] == [True, True]
    assert here.git("status", "--porcelain") == ""


def test_a_commit_that_is_made_again_tells_all_that_its_record_told(captured: Captured) -> None:
    here = captured.here
    captured.ask("Round half up.", {"src/vat.py": CODE}, status=Status.OPEN)
    captured.ask("Name it well.", {"src/name.py": CODE})
    here.git("add", "-A")
    commit(here, "-m", "fix: both")
    commit(here, "--allow-empty", "-m", "fix: next")
    here.git("reset", "-q", "--soft", "main")
    commit(here, "-m", "fix: all")
    texts = ("Round half up.", "Name it well.", "src/vat.py", "src/name.py")
    assert [text for text in texts if text not in captured.record()] == []


def test_a_commit_on_no_branch_records_what_was_asked(captured: Captured, tmp_path: Path) -> None:
    aside = Hooked.at(tmp_path / "aside")
    captured.here.git("worktree", "add", "-q", "--detach", str(aside.path))
    there = Captured(captured.adopted, aside)
    there.ask("Round half up.", {"src/vat.py": CODE})
    commit(aside, "-am", "fix: round")
    assert "Round half up." in there.record()


def test_what_no_hook_recorded_is_committed_by_hand(captured: Captured) -> None:
    here, adopted = captured.here, captured.adopted
    exchange = captured.ask("Round half up.", {"src/vat.py": CODE})
    here.git("commit", "-qam", "fix: round", "--no-verify")
    captured.ask("Not yet committed.", {"src/later.py": "LATER = 1\n"})
    ran = adopted.done("capture", "commit")
    assert ran.out == "committed history/prompts/general/0001-round-half-up.green.prompt.md\n"
    assert here.git("log", "-1", "--format=%s") == "PHR: 1 captured record"
    assert here.git("show", "--format=", "--name-only") == captured.records()[0]
    assert is_written(captured.now(exchange))
    again = adopted.done("capture", "commit", "--json").document
    assert again["records"] == []


def test_what_asks_for_nothing_is_told_and_stays_a_draft(captured: Captured) -> None:
    exchange = captured.ask("continue", {"src/vat.py": CODE})
    said = commit(captured.here, "-am", "fix: round")
    assert 'sdd: not recorded with this commit: "continue" asks for nothing' in said
    assert captured.records() == [] and not captured.now(exchange).records


def test_a_slash_command_says_the_stage(captured: Captured) -> None:
    captured.ask("Say so.", {"src/say.py": "SAY = 1\n"})
    captured.ask("/speckit.plan Plan it.", {"specs/001-vat/plan.md": "# Plan\n"}, command="speckit.plan")
    captured.here.git("add", "-A")
    commit(captured.here)
    text = captured.record()
    assert "title: Plan it\n" in text and "stage: plan\n" in text and 'command: "/speckit.plan"\n' in text


def test_no_captured_record_decides_a_policy(captured: Captured) -> None:
    here = captured.here
    policy = (here.path / POLICY).read_text() + "\n# looser\n"
    captured.ask(
        "/speckit.constitution Be small.", {".specify/memory/constitution.md": "# R\n"}, command="speckit.constitution"
    )
    captured.install(former="exit 1\n")
    here.git("add", "-A")
    assert here.run("git", "commit", "-q", "-m", "docs: rules").returncode == 1
    captured.install()
    captured.ask("Make it pass.", {POLICY: policy, "src/vat.py": CODE})
    here.git("add", "-A")
    commit(here)
    captured.ask("/sp.constitution Loosen it.", {POLICY: policy + "# more\n"}, command="sp.constitution")
    commit(here, "-am", "chore: more")
    for path in captured.records():
        shown = captured.adopted.done("phr", "show", path, "--json").document
        assert POLICY not in shown["files"] or shown["stage"] != "constitution"
    assert "policy-changed" in rules_of(captured.adopted.gate())


def test_a_contract_that_is_open_is_linked_and_no_kind_is_guessed(captured: Captured) -> None:
    captured.here.git("switch", "-qc", "001-vat", "main")
    captured.ask("Carry no VAT abroad.", {"src/reverse/charge.py": "CHARGED = True\n"})
    commit(captured.here, "-am", "feat: reverse charge")
    text = captured.record()
    assert "contract: history/contracts/001-vat/0001-reverse-charge.contract.md" in text
    assert "kind:" not in text and "feature: 001-vat" in text


def test_a_long_prompt_is_told_by_head_and_tail(captured: Captured) -> None:
    captured.ask(
        "Read this log.\n" + "x y z\n" * 40_000 + "What is wrong?", {"src/vat.py": CODE}, response="line\n" * 60
    )
    commit(captured.here, "-am", "fix: round")
    text = captured.record()
    assert len(text) < 70_000
    assert "Read this log." in text and "What is wrong?" in text and "bytes are left out here" in text
    assert text.count("\nline") == 40 and "... and 20 more lines" in text
    assert captured.adopted.sdd("check").status == 0


def test_an_agent_s_own_payloads_become_a_record(captured: Captured) -> None:
    here = captured.here
    turn_on(here)

    def tell(event: str, **fields: object) -> None:
        common = {"session_id": "s1", "cwd": str(here.path), "transcript_path": "", "prompt_id": "p1"}
        payload = json.dumps({"hook_event_name": event, **common, **fields})
        done = here.run(sys.executable, "-P", "-m", "sdd", "capture", "event", "claude", stdin=payload)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    tell("UserPromptSubmit", prompt="Round half up.")
    here.write("src/vat.py", CODE)
    edit = {"file_path": str(here.path / "src/vat.py"), "content": CODE}
    tell("PostToolUse", tool_name="Write", tool_input=edit, tool_use_id="w1", tool_response={"success": True})
    tell("PreToolUse", tool_name="Bash", tool_input={"command": "git commit -qam round"}, tool_use_id="b1")
    commit(here, "-am", "fix: round")
    assert "The commit came before the answer." in captured.record()
    tell("PostToolUse", tool_name="Bash", tool_input={"command": "git commit -qam round"}, tool_use_id="b1")
    here.write("src/say.py", "SAY = 1\n")
    edit = {"file_path": str(here.path / "src/say.py"), "content": "SAY = 1\n"}
    tell("PostToolUse", tool_name="Write", tool_input=edit, tool_use_id="w2", tool_response={"success": True})
    here.git("add", "-A")
    commit(here, "-m", "fix: say")
    assert "src/say.py" in captured.record()
    tell("Stop", last_assistant_message="It rounds half up.")
    commit(here, "--allow-empty", "-m", "fix: nothing more")
    text = captured.record()
    assert "It rounds half up." in text and "status: done" in text
    commit(here, "--allow-empty", "-m", "fix: nothing more")
    assert all(is_written(each) for each in captured.store.exchanges())


def test_a_commit_never_fails_over_its_records(captured: Captured) -> None:
    captured.ask("Round half up.", {"src/vat.py": CODE})
    prompts = captured.here.path / "history/prompts/general"
    prompts.parent.mkdir(parents=True, exist_ok=True)
    prompts.write_text("in the way")
    said = commit(captured.here, "src/vat.py", "-m", "fix: round")
    assert "not recorded with this commit" in said and "Traceback" not in said
    assert captured.here.git("log", "-1", "--format=%s") == "fix: round"


def test_a_file_that_a_shell_command_moved_is_named_by_its_new_path(captured: Captured) -> None:
    here = captured.here
    here.git("mv", "src/vat.py", "src/tax.py")
    captured.ask("Call it tax.", shell=("src/vat.py",))
    commit(here, "-m", "refactor: move")
    assert "files: [src/vat.py, src/tax.py]" in captured.record()
    assert captured.adopted.gate("--base", "main")["changes"][0]["files"][0]["phrs"] == captured.records()


def test_what_a_shell_command_moved_is_told_once(captured: Captured) -> None:
    here = captured.here
    turn_on(here)
    here.git("mv", "src/vat.py", "src/tax.py")
    exchange = captured.ask("Call it tax.", shell=("src/vat.py", "src/tax.py"))
    moved, gone = exchange.files
    seen = changed_lines("", content_of(here.path / "src/tax.py") or "")[0]
    captured.change(exchange, files=(replace(moved, gone=(REMOVED,)), replace(gone, seen=seen)))
    commit(here, "-m", "refactor: move")
    assert "missed" not in captured.adopted.done("status").out
    here.git("commit", "-q", "--no-verify", "-m", "again", "--allow-empty")
    assert "missed" not in captured.adopted.done("status").out


def test_what_a_shell_command_did_is_marked_whichever_commit_holds_it(captured: Captured) -> None:
    here = captured.here
    captured.ask("Round half up.", {"src/vat.py": CODE}, shell=("src/a.py", "src/b.py"))
    for number, name in enumerate(("vat", "a", "b")):
        here.write(f"src/{name}.py", CODE)
        here.git("add", f"src/{name}.py")
        commit(here)
        text = captured.record()
        assert "Not attributed" not in text
        told = [line for line in text.splitlines() if line.endswith("changed while a shell command ran")]
        assert told == [
            f"- Captured: `src/{each}.py` changed while a shell command ran" for each in ("a", "b")[:number]
        ]
    assert captured.adopted.gate("--base", "main")["verdict"] != "error"


@contextmanager
def busy(captured: Captured) -> Iterator[None]:
    """Another process holds the store's lock."""
    holder = (
        "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.flock(file, fcntl.LOCK_EX); print(flush=True); input()"
    )
    command = [sys.executable, "-c", holder, str(captured.store.folder / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline()
        yield
        other.communicate(b"\n")


def test_a_busy_store_costs_the_commit_its_record_and_no_more(
    captured: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "WAIT", 0.0)
    captured.ask("Round half up.", {"src/vat.py": CODE})
    captured.here.git("add", "-A")
    with busy(captured):
        ran = captured.adopted.done("capture", "commit", "--pre-commit")
    assert "nothing is recorded with this commit: another sdd" in ran.err
    assert ran.err.endswith("  later: sdd capture commit\n")


def a_command_makes_tables(here: Scratch) -> None:
    """An exchange whose shell command writes src/tables.py; its payloads wait to be read."""
    place = place_of(str(here.path))
    assert place

    def tell(event: str, **fields: object) -> None:
        payload = {"hook_event_name": event, "session_id": "s1", "cwd": str(here.path), "prompt_id": "p1", **fields}
        receiving._keep(place, bytearray(json.dumps(payload).encode()), time.time_ns(), "claude")

    call = {"tool_name": "Bash", "tool_input": {"command": "make tables"}, "tool_use_id": "b1"}
    tell("UserPromptSubmit", prompt="Make the tables.")
    tell("PreToolUse", **call)
    here.write("src/tables.py", CODE)
    tell("PostToolUse", **call)
    tell("Stop", last_assistant_message="Made.")


def test_a_commit_elsewhere_reads_what_a_command_wrote_in_this_work_tree(captured: Captured, tmp_path: Path) -> None:
    turn_on(captured.here)
    aside = Hooked.at(tmp_path / "aside")
    captured.here.git("worktree", "add", "-q", "--detach", str(aside.path))
    a_command_makes_tables(aside)
    commit(captured.here, "--allow-empty", "-m", "fix: nothing")
    (exchange,) = captured.store.exchanges()
    assert [file.path for file in exchange.files] == ["src/tables.py"]


def test_what_git_cannot_tell_of_a_command_is_asked_again(captured: Captured) -> None:
    here = captured.here
    turn_on(here)
    index = here.path / ".git/index"
    sound = index.read_bytes()
    index.write_bytes(b"broken")
    a_command_makes_tables(here)
    drain(captured.store)
    assert [each.files for each in captured.store.exchanges()] == [()]
    index.write_bytes(sound)
    here.git("add", "-A")
    commit(here)
    assert "files: [src/tables.py]" in captured.record()


def test_what_a_command_wrote_before_a_commit_that_left_it_out_is_told_and_recorded_later(
    captured: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "WAIT", 0.0)
    here = captured.here
    turn_on(here)
    a_command_makes_tables(here)
    here.git("add", "-A")
    with busy(captured):
        ran = captured.adopted.done("capture", "commit", "--pre-commit")
        assert "nothing is recorded with this commit: another sdd" in ran.err
        here.git("commit", "-qnm", "feat: tables")
    drain(captured.store)  # as the reader does that the hook started
    assert "drafts missed the commit: sdd capture commit" in captured.adopted.done("status").out
    captured.adopted.done("capture", "commit")
    assert "files: [src/tables.py]" in captured.record()
    commit(here, "--allow-empty", "-m", "next")
    assert len(captured.records()) == 1


def test_a_repository_without_a_root_has_no_records(captured: Captured, tmp_path: Path) -> None:
    plain = Scratch(tmp_path / "plain")
    plain.commit("begin", {"a.py": "A = 1\n"})
    here = Captured(Adopted(tmp_path / "none"), plain)
    here.store = type(here.store)(plain.path / ".git")
    here.ask("Say so.", {"a.py": "SAY = 1\n"})
    plain.write(".git/hooks/pre-commit", (captured.here.path / ".git/hooks/pre-commit").read_bytes())
    (plain.path / ".git/hooks/pre-commit").chmod(0o755)
    assert commit(plain, "-am", "say") == ""
    assert plain.git("show", "--format=", "--name-only") == "a.py"


def test_the_same_asked_and_answered_again_is_recorded_again(captured: Captured) -> None:
    for number, response in enumerate(("Done.", "Done.", "", "")):
        captured.ask("Run the formatter", {f"src/{number}.py": f"A = {number}\n"}, response=response)
        captured.here.git("add", "-A")
        captured.here.git("commit", "-qm", "Format")
        if number % 2:
            captured.adopted.land()
    assert len(captured.records(since="main")) == 4
    assert "phr-replayed" not in rules_of(captured.adopted.gate("--base", "main"))


def test_a_commit_that_was_killed_leaves_no_record_behind(captured: Captured) -> None:
    here, words = captured.here, ("capture", "commit", "--pre-commit")
    for step in range(27, 39):
        files = [f"src/{step}_{number}.py" for number in range(2)]
        captured.ask(f"Add {step}", {path: f"A = '{path}'\n" for path in files})
        for path in files:
            here.git("add", path)
            run(captured.adopted, words, partial(kill_at, step))
            assert run(captured.adopted, words) == 0
            here.git("commit", "-qnm", f"Add {path}")
        record = next(path for path in captured.records() if path.endswith(f"-add-{step}.green.prompt.md"))
        text = here.git("show", f"HEAD:{record}")
        assert ([path in text for path in files], here.git("status", "--porcelain")) == ([True, True], ""), step


@pytest.mark.parametrize(("join", "is_committed"), [("commit", False), ("branch", False), ("branch", True)])
def test_what_a_killed_run_put_into_a_record_is_no_edit(
    captured: Captured, monkeypatch: pytest.MonkeyPatch, join: str, is_committed: bool
) -> None:
    here = captured.here
    here.write(POLICY, f'[capture]\njoin = "{join}"\n')
    captured.ask("Add one", {"src/one.py": "ONE = 1\n"})
    here.git("add", "-A")
    assert run(captured.adopted, ("capture", "commit", "--pre-commit")) == 0
    if is_committed:
        commit(here)
    captured.ask("Add two", {"src/two.py": "TWO = 2\n"})
    here.git("add", "-A")

    def rewrite_and_die(*told: Any) -> None:
        rewrite(*told)
        raise KeyboardInterrupt

    with monkeypatch.context() as killed, Repository.discover(here.path) as repository:
        killed.setattr(exchange_records, "rewrite", rewrite_and_die)
        with pytest.raises(KeyboardInterrupt):
            committing.record_staged(repository)
    commit(here)
    (path,) = captured.records()
    text = here.git("show", f"HEAD:{path}")
    assert [prompt in text for prompt in ("Add one", "Add two")] == [True, True]
    assert here.git("status", "--porcelain") == ""


def test_the_record_of_a_branch_keeps_all_exchanges(captured: Captured) -> None:
    captured.here.write(POLICY, '[capture]\njoin = "branch"\n')
    captured.ask("Add one", {f"src/{name}.py": f"A = '{name}'\n" for name in ("one", "two", "five")})
    captured.ask("Add three", {"src/three.py": "THREE = 3\n"})
    for paths in (("src/one.py", "src/three.py"), ("src/two.py",)):
        captured.here.git("add", *paths)
        commit(captured.here)
    captured.ask("Add four", {"src/four.py": "FOUR = 4\n"})
    captured.here.git("add", "-A")
    commit(captured.here)
    (path,) = captured.records()
    text = captured.here.git("show", f"HEAD:{path}")
    assert [prompt in text for prompt in ("Add one", "Add three", "Add four")] == [True] * 3
    assert len(captured.adopted.done("phr", "show", path, "--json").document["files"]) == 5
