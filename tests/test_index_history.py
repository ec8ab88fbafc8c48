"""The history tables of the index: what landed when on the mainline, however history came to be what it is."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.index import schema
from sdd.index.history import bring_history_up_to_date
from sdd.index.mainline import mainline_now
from sdd.repo.objects import Repository
from tests.adopted import phr
from tests.examples import examples
from tests.scratch import Scratch

A, B, C = (f"history/prompts/general/000{number}-x.green.prompt.md" for number in (1, 2, 3))
Tables = dict[str, list[tuple[Any, ...]]]


@contextmanager
def emptiness() -> Iterator[sqlite3.Connection]:
    """A new database with the tables of the index, in a transaction."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("BEGIN")
        schema.create_tables(connection)
        yield connection


def tables(connection: sqlite3.Connection, scratch: Scratch) -> Tables:
    """The rows of the history tables, brought up to date."""
    with Repository.discover(scratch.path) as repository:
        bring_history_up_to_date(connection, repository, mainline_now(repository))
    names = ("mainline", "landings", "commits", "landed", "edited")
    return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}


def history(scratch: Scratch) -> Tables:
    """The tables made from nothing."""
    with emptiness() as connection:
        return tables(connection, scratch)


def landed(found: Tables) -> dict[str, tuple[int, int]]:
    """Present path of each record -> the landing that gave it the path, and the one that added it."""
    return {path: (since, landing) for path, since, landing, until in found["landed"] if until is None}


def landing_of(found: Tables, commit: str) -> int:
    return int(next(landing for one, landing in found["commits"] if one == commit))


def test_a_merge_lands_all_that_it_brings(scratch: Scratch) -> None:
    first = scratch.commit("first", {"a": "1\n"})
    scratch.git("switch", "-q", "-c", "work")
    code, record = scratch.commit("code", {"b": "1\n"}), scratch.commit("record", {A: phr(["b"])})
    scratch.git("switch", "-q", "main")
    straight = scratch.commit("straight", {"c": "1\n"})
    scratch.git("merge", "-q", "--no-ff", "-m", "Merge work", "work")
    merge = scratch.git("rev-parse", "HEAD")
    found = history(scratch)
    day, ada = "2026-03-01", "Ada"
    assert found["landings"] == [
        (1, first, 1, day, ada, "first"),
        (2, straight, 1, day, ada, "straight"),
        (3, merge, 3, day, ada, "Merge work"),
    ]
    assert dict(found["commits"]) == {first: 1, straight: 2, code: 3, record: 3, merge: 3}
    assert landed(found) == {A: (3, 3)}
    assert found["mainline"] == [(1, "main", merge, "")]


def test_what_has_not_landed_is_in_no_table(scratch: Scratch) -> None:
    first = scratch.commit("first", {"a": "1\n"})
    scratch.git("switch", "-q", "-c", "work")
    scratch.commit("record", {A: phr(["a"])})
    found = history(scratch)
    assert (found["commits"], found["landed"]) == ([(first, 1)], [])


def test_a_remote_s_branch_is_the_mainline(scratch: Scratch, tmp_path: Path) -> None:
    first = scratch.commit("first", {"a": "1\n"})
    clone = Scratch.clone(scratch.path, tmp_path / "clone")
    clone.commit("not pushed yet", {A: phr(["a"])})
    assert history(clone)["mainline"] == [(1, "origin/main", first, "")]
    assert landed(history(clone)) == {}


def test_without_a_target_head_is_the_mainline(scratch: Scratch) -> None:
    assert history(scratch) == {
        "mainline": [(1, "main", None, "")],
        "landings": [],
        "commits": [],
        "landed": [],
        "edited": [],
    }
    scratch.commit("first", {"a": "1\n"})
    for name in ("one", "two"):
        scratch.git("switch", "-q", "-c", name)
    scratch.git("branch", "-q", "-D", "main")
    tip = scratch.commit("second", {"a": "2\n"})
    assert history(scratch)["mainline"] == [(1, "two", tip, "")]


@pytest.mark.parametrize("edit", [False, True])
def test_a_record_that_moves_keeps_its_landing(scratch: Scratch, edit: bool) -> None:
    scratch.commit("first", {"a": "1\n"})
    scratch.commit("record", {A: phr(["a"])})
    moved = phr(["a"]).replace('id: "0001"', 'id: "0007"') if edit else phr(["a"])
    scratch.commit("move", {A: None, B: moved})
    scratch.commit("move on", {B: None, C: moved})
    found = history(scratch)
    assert landed(found) == {C: (4, 2)}
    assert found["landed"] == [(A, 2, 2, 3), (B, 3, 2, 4), (C, 4, 2, None)]


def test_another_record_is_not_one_that_moved(scratch: Scratch) -> None:
    scratch.commit("record", {A: phr(["a"])})
    scratch.commit("another", {A: None, B: phr(["a"], prompt="Something else.")})
    assert landed(history(scratch)) == {B: (2, 2)}


def test_a_record_that_comes_back_as_it_was_keeps_its_landing(scratch: Scratch) -> None:
    scratch.commit("records", {A: phr(["a"]), B: phr(["b"], prompt="The other.")})
    scratch.commit("reverted", {A: None, B: None})
    scratch.commit("brought back", {A: phr(["a"]), B: phr(["b"], prompt="A new one.")})
    assert landed(history(scratch)) == {A: (3, 1), B: (3, 3)}


def test_a_link_is_no_record(scratch: Scratch) -> None:
    scratch.commit("record", {A: phr(["a"])})
    (scratch.path / A).unlink()
    (scratch.path / A).symlink_to("elsewhere")
    scratch.commit("link")
    found = history(scratch)
    assert found["landed"] == [(A, 1, 1, 2)]


def test_a_name_that_git_cannot_read_as_text(scratch: Scratch) -> None:
    scratch.write(os.fsdecode(b"history/prompts/general/0001-\xff\n\x01.green.prompt.md"), phr(["a"]))
    scratch.commit("odd \x1b[31mname")
    assert list(landed(history(scratch))) == [r'"history/prompts/general/0001-\377\n\001.green.prompt.md"']


def test_a_rewritten_history_goes_on_from_the_common_point(scratch: Scratch) -> None:
    scratch.commit("first", {"a": "1\n", A: phr(["a"])})
    kept = scratch.commit("kept", {"b": "1\n"})
    scratch.commit("lost", {B: phr(["b"]), A: None})
    with emptiness() as connection:
        tables(connection, scratch)
        scratch.git("reset", "-q", "--hard", kept)
        assert tables(connection, scratch) == history(scratch)
        scratch.commit("other", {C: phr(["b"])})
        assert tables(connection, scratch) == history(scratch)
        # An amended commit, and the old one collected as garbage.
        scratch.git("commit", "-q", "--amend", "-m", "Amended")
        scratch.git("reflog", "expire", "--expire=now", "--all")
        scratch.git("gc", "-q", "--prune=now")
        assert tables(connection, scratch) == history(scratch)
        assert landed(tables(connection, scratch)) == {A: (1, 1), C: (3, 3)}


def test_main_merged_into_a_branch_and_pushed_as_main(scratch: Scratch) -> None:
    base = scratch.commit("base", {"a": "1\n"})
    scratch.git("branch", "work")
    on_main = scratch.commit("on main", {A: phr(["a"])})
    with emptiness() as connection:
        tables(connection, scratch)
        scratch.git("switch", "-q", "work")
        on_work = scratch.commit("on work", {"b": "1\n"})
        scratch.git("merge", "-q", "--no-ff", "-m", "Merge main", "main")
        scratch.git("switch", "-q", "main")
        scratch.git("merge", "-q", "--ff-only", "work")
        found = tables(connection, scratch)
        assert found == history(scratch)
        assert [landing_of(found, commit) for commit in (base, on_work, on_main)] == [1, 2, 3]


def test_a_shallow_clone_says_only_what_it_has(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("first", {"a": "1\n"})
    scratch.commit("record", {A: phr(["a"])})
    scratch.commit("move", {A: None, B: phr(["a"])})
    scratch.commit("last", {C: phr(["b"])})
    clone = Scratch.clone(f"file://{scratch.path}", tmp_path / "clone", "--depth=2")
    with emptiness() as connection:
        found = tables(connection, clone)
        assert len(found["landings"]) == 2
        # When B landed cannot be told: the clone begins with it.
        assert landed(found) == {C: (2, 2)}
        clone.git("fetch", "-q", "--unshallow")
        assert tables(connection, clone) == history(clone)
        assert landed(tables(connection, clone)) == {B: (3, 2), C: (4, 4)}


def test_worktrees_and_a_bare_clone_have_the_same_history(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("first", {A: phr(["a"])})
    scratch.git("worktree", "add", "-q", "-b", "work", str(tmp_path / "other"))
    other = Scratch.at(tmp_path / "other")
    other.commit("not landed", {B: phr(["a"])})
    assert history(other) == history(scratch)
    bare = Scratch.clone(scratch.path, tmp_path / "bare.git", "--bare")
    assert history(bare) == history(scratch)


def test_many_landings_are_read_some_at_a_time(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        scratch.commit(f"c{number}", {f"history/prompts/general/000{number}-x.green.prompt.md": phr([f"f{number}"])})
    whole = history(scratch)
    monkeypatch.setattr("sdd.index.history._LANDINGS_AT_ONCE", 3)
    told: list[tuple[int, int]] = []
    with emptiness() as connection, Repository.discover(scratch.path) as repository:
        bring_history_up_to_date(connection, repository, mainline_now(repository), lambda *done: told.append(done))
    assert told == [(3, 7), (6, 7), (7, 7)]
    assert history(scratch) == whole


# -- any history, step by step -----------------------------------------------------------------------------

MOVES = st.sampled_from(
    [
        "code",
        "add",
        "edit",
        "remove",
        "move",
        "renumber",
        "branch",
        "switch",
        "merge",
        "land",
        "squash",
        "reset",
        "amend",
    ]
)
PATHS = st.sampled_from([A, B, C, "sub/specs/001-x/spec.md", ".specify/sdd.toml"])


class Story:
    """A repository and the moves that a history is made of; a move that cannot be made is left out."""

    def __init__(self, folder: Path) -> None:
        self.here = Scratch(folder)
        self.here.commit("base", {"code": "0\n"})
        self.count = 0

    def play(self, move: str, path: str, other: str) -> None:
        self.count += 1
        here, there = self.here, (self.here.path / path).exists()
        branch = here.git("branch", "--show-current")
        words = phr([f"f{self.count}"], id=f"{self.count:04d}", prompt=f"Prompt {self.count % 4}.")
        if move == "code":
            here.commit("code", {f"code{self.count % 3}": f"{self.count}\n"})
        elif move in ("add", "edit"):
            here.commit(move, {path: words})
        elif move == "remove" and there:
            here.commit("remove", {path: None})
        elif move in ("move", "renumber") and there and path != other:
            text = (here.path / path).read_text()
            changed = text if move == "move" else text.replace('id: "', 'id: "9')
            here.commit(move, {path: None, other: changed})
        elif move == "branch":
            here.git("switch", "-q", "-c", f"b{self.count}")
        elif move == "switch":
            names = here.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
            here.git("switch", "-q", names[self.count % len(names)])
        elif move in ("merge", "land", "squash"):
            if move != "merge":
                here.git("switch", "-q", "main")
            what = branch if move != "merge" else "main"
            options = ["--squash"] if move == "squash" else ["--no-ff"]
            done = here.run("git", "merge", "-q", "-X", "ours", *options, "-m", f"Merge {what}", what)
            if done.returncode:
                here.git("reset", "-q", "--hard")
            elif move == "squash":
                here.commit(f"Squash {what}")
        elif move == "reset":
            here.run("git", "reset", "-q", "--hard", f"HEAD~{self.count % 3}")
        elif move == "amend":
            here.git("commit", "-q", "--amend", "--allow-empty", "-m", f"Amended {self.count}")


@examples(15)
@given(st.lists(st.tuples(MOVES, PATHS, PATHS, st.booleans()), min_size=4, max_size=16))
def test_step_by_step_is_the_same_as_from_nothing(moves: list[tuple[str, str, str, bool]]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        story = Story(folder / "repo")
        with emptiness() as connection:
            for move, path, other, asks in moves:
                story.play(move, path, other)
                if asks:
                    tables(connection, story.here)
            assert tables(connection, story.here) == history(story.here)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
