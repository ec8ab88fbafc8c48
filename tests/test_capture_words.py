"""The shared words of capture: an exchange survives its file, and a line is known again."""

import json
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.base.errors import SddError
from sdd.capture.exchanges import (
    ChangedFile,
    Exchange,
    Fate,
    How,
    RanTests,
    Status,
    WrittenPhr,
)
from sdd.capture.records import title_of
from sdd.capture.store import Store
from sdd.records.edits import line_digest
from sdd.records.kinds.policy import POLICY_PATH
from sdd.records.kinds.policy import parse as parse_policy
from sdd.render.words import shortened

EXCHANGE = Exchange(
    agent="claude", session="s1", turn="t1", prompts=("Add retry", "Continue"), response="Done.", status=Status.DONE,
    fate=Fate.KEPT, started=1.5, ended=2.5, files=(ChangedFile("a.py", How.SHELL, ("abcdef",)),),
    tests=(RanTests("pytest -q", True),), records=(WrittenPhr("history/prompts/general/0001-a.green.prompt.md", "ab"),),
)  # fmt: skip


def test_an_exchange_is_read_as_it_was_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(EXCHANGE)
    assert store.get(EXCHANGE.id) == EXCHANGE
    assert [*store.exchanges()] == [EXCHANGE]
    store.forget(EXCHANGE)
    assert [*store.exchanges()] == []


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Use a set, e.g. a frozenset. It is faster.", "Use a set, e.g. a frozenset"),
        ("Compare tabs vs. spaces, etc. now! Then stop.", "Compare tabs vs. spaces, etc. now!"),
        ("Fix it. Then test it.", "Fix it"),
        ("Good. Now build it.", "Now build it"),
        ("Great!\n\nMake it round.", "Make it round"),
        ("好。加一个导出。", "好。加一个导出。"),
        ("Continue.", "Continue"),
    ],
)
def test_a_title_is_the_first_sentence(prompt: str, title: str) -> None:
    assert title_of([replace(EXCHANGE, prompts=(prompt,))]) == title


def test_an_exchange_is_readable_by_its_user_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(EXCHANGE)
    for path in (store.folder, *store.folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_damaged_file_is_named_and_costs_no_other(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(EXCHANGE)
    damaged = store.folder / "exchanges" / "000000000000.json"
    damaged.write_text('{"agent": "claude", "files": [3]}')
    assert [*store.exchanges()] == [EXCHANGE]
    assert store.unreadable() == (damaged,)


def test_what_a_later_version_keeps_is_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(EXCHANGE)
    (file,) = (store.folder / "exchanges").iterdir()
    file.write_text(json.dumps(json.loads(file.read_text()) | {"mood": "calm"}))
    assert store.get(EXCHANGE.id) == EXCHANGE


def test_exchanges_of_other_agents_sessions_and_turns_have_other_ids() -> None:
    ids = {Exchange(*names).id for names in (("a", "b", "c"), ("a", "bc", ""), ("ab", "", "c"), ("a", "b", "d"))}
    assert len(ids) == 4


@given(st.text(), st.sampled_from(["", " ", "\t", "    "]))
def test_a_line_is_known_again_whatever_its_indentation(line: str, indent: str) -> None:
    assert line_digest(indent + line + indent) == line_digest(line)


@pytest.mark.parametrize(
    "line",
    [
        "rate=rates['de',  'vat']",
        'rate = rates["de", "vat"];',
        "    rate = rates[`de`, 'vat'],",
        "rate = rates['de','vat'] \\",
    ],
)
def test_a_line_is_known_again_after_a_formatter(line: str) -> None:
    assert line_digest(line) == line_digest("rate = rates['de', 'vat']") != line_digest("rate = rates['de'], vat")


def test_a_line_that_says_too_little_has_no_digest() -> None:
    assert [line_digest(line) for line in ("", "  }", ");", "a", "# -")] == [""] * 5
    assert line_digest("return 1") != line_digest("return 2") != ""


def test_the_policy_says_what_becomes_of_exchanges() -> None:
    told = b'[capture]\njoin = "branch"\nresponse = "all"\nkeep_days = 7\n'
    policy = parse_policy(POLICY_PATH, told, "")
    assert (policy.join, policy.response, policy.keep_days, policy.problems) == ("branch", "all", 7, ())
    wrong = parse_policy(POLICY_PATH, b'[capture]\njoin = "day"\nresponse = 40\nkeep_days = 0\nmore = 1\n', "")
    assert [problem.line for problem in wrong.problems] == [2, 3, 4, 5]
    assert (wrong.join, wrong.response, wrong.keep_days) == ("commit", "last", 30)


def test_who_cannot_wait_for_the_lock_does_not(tmp_path: Path) -> None:
    holder = (
        "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.flock(file, fcntl.LOCK_EX); print(flush=True); input()"
    )
    store = Store(tmp_path)
    with store.lock():
        pass
    with subprocess.Popen(
        [sys.executable, "-c", holder, store.folder / "lock"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout and other.stdin and other.stdout.readline()
        with pytest.raises(SddError, match="has been for 0 s"), store.lock(wait=0):
            pass
        other.stdin.close()


def test_a_mark_is_cut_whole() -> None:
    first = "Log in with [REDACTED:named-password:0123456789ab]"
    text = f"{first} and [REDACTED:token:0123456789ab] now"
    assert shortened(text, 40) == "Log in with..."
    assert shortened(text, 70) == f"{first} and..."
    assert shortened(first + " or without it", 55) == f"{first} o..."
