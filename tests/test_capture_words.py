"""The shared words of capture: an exchange survives its file, and a line is known again."""

import stat
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sdd.capture.exchanges import ChangedFile, Exchange, Fate, How, RanTests, Status, line_digest, read_exchange
from sdd.capture.store import Store

EXCHANGE = Exchange(
    agent="claude", session="s1", turn="t1", prompts=("Add retry", "Continue"), response="Done.", status=Status.DONE,
    fate=Fate.KEPT, started=1.5, ended=2.5, files=(ChangedFile("a.py", How.SHELL, ("abcdef",)),),
    tests=(RanTests("pytest -q", True),),
)  # fmt: skip


def test_an_exchange_is_read_as_it_was_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(EXCHANGE)
    assert store.get(EXCHANGE.id) == EXCHANGE
    assert [*store.exchanges()] == [EXCHANGE]
    store.forget(EXCHANGE)
    assert [*store.exchanges()] == []


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


def test_what_a_later_version_keeps_is_read() -> None:
    assert read_exchange(EXCHANGE.document() | {"mood": "calm"}) == EXCHANGE


def test_exchanges_of_other_agents_sessions_and_turns_have_other_ids() -> None:
    ids = {Exchange(*names).id for names in (("a", "b", "c"), ("a", "bc", ""), ("ab", "", "c"), ("a", "b", "d"))}
    assert len(ids) == 4


@given(st.text(), st.sampled_from(["", " ", "\t", "    "]))
def test_a_line_is_known_again_whatever_its_indentation(line: str, indent: str) -> None:
    assert line_digest(indent + line + indent) == line_digest(line)


def test_a_line_that_says_too_little_has_no_digest() -> None:
    assert [line_digest(line) for line in ("", "  }", ");", "a", "# -")] == [""] * 5
    assert line_digest("return 1") != line_digest("return 2") != ""
