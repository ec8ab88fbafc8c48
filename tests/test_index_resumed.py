"""A first index that is stopped keeps what it has read, and goes on to what an index made in one go says."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.synth import write_repository
from sdd.index import history, reading, sync
from sdd.index.database import answer, index_path, update
from sdd.index.schema import TABLES
from sdd.index.state import Outcome
from sdd.repo.objects import Repository
from tests.adopted import sdd
from tests.scratch import Scratch
from tests.whole_index import assert_same, none_expected, sound_and_whole

RECORDS, LANDINGS = 47, 23
GONE = "history/prompts"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of a few features. Clone it."""
    path = tmp_path_factory.mktemp("resumed") / "written"
    write_repository(path, features=2, phrs=20)
    return path


@pytest.fixture
def here(written: Path, tmp_path: Path) -> Scratch:
    return Scratch.clone(written, tmp_path / "here")


@pytest.fixture(autouse=True)
def in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four records and five landings are kept together."""
    monkeypatch.setattr(reading, "_BATCH", 4)
    monkeypatch.setattr(sync, "_KEPT_AT_ONCE", 4)
    monkeypatch.setattr(history, "_LANDINGS_AT_ONCE", 5)


@pytest.fixture
def repository(here: Scratch) -> Iterator[Repository]:
    with Repository.discover(here.path) as repository:
        yield repository


def stopping(of: int, at: int) -> Callable[[int, int], None]:
    """A progress that somebody stops at `at` of `of`."""

    def tell(*state: int) -> None:
        if state == (at, of):
            raise KeyboardInterrupt

    return tell


def stop_at(repository: Repository, of: int, at: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        answer(repository, lambda index: None, none_expected, stopping(of, at), history=True)


def rows_of(index: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Table -> its rows with all their numbers, as they were stored."""
    return {table.name: index.execute(f"SELECT * FROM {table.name}").fetchall() for table in TABLES}


def in_one_go(written: Path, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with Repository.discover(Scratch.clone(written, folder).path) as repository:
        return answer(repository, rows_of, none_expected, history=True)


@pytest.mark.parametrize(
    ("of", "at"), [(RECORDS, 4), (RECORDS, 24), (RECORDS, RECORDS), (LANDINGS, 10), (LANDINGS, LANDINGS)]
)
def test_it_becomes_what_it_is_in_one_go(
    written: Path, repository: Repository, tmp_path: Path, of: int, at: int
) -> None:
    stop_at(repository, of, at)
    found = answer(repository, lambda index: (rows_of(index), sound_and_whole(index)), none_expected, history=True)
    assert found[0] == in_one_go(written, tmp_path / "other")
    with closing(sqlite3.connect(index_path(repository))) as index:
        names = {
            name for (name,) in index.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql NOTNULL")
        }
    assert names == {
        f"idx_{table.name}_{name}" for table in TABLES for name in filter(None, (*table.indexes, table.unique))
    }


def test_only_what_is_left_is_read(repository: Repository) -> None:
    stop_at(repository, RECORDS, 24)
    assert update(repository, none_expected) == Outcome(RECORDS - 24, 0)


def test_only_landings_that_are_left_are_read(repository: Repository) -> None:
    stop_at(repository, LANDINGS, 15)
    told: list[tuple[int, int]] = []
    answer(repository, lambda index: None, none_expected, lambda *done: told.append(done), history=True)
    assert told == [(5, 13), (10, 13), (13, 13)]


def test_what_changed_meanwhile_is_read_anew(here: Scratch, repository: Repository, tmp_path: Path) -> None:
    stop_at(repository, RECORDS, 40)
    phrs = sorted(path for path in here.git("ls-files", GONE).split())
    here.git("rm", "-q", phrs[0])
    here.write(phrs[1], (here.path / phrs[1]).read_text() + "\nMore.\n")
    here.git("commit", "-q", "-a", "-m", "Remove one, edit one")
    here.git("mv", phrs[2], f"{phrs[2].rpartition('/')[0]}/9999-moved.green.prompt.md")
    kept = answer(repository, sound_and_whole, none_expected, history=True)
    index_path(repository).unlink()
    assert_same(kept, answer(repository, sound_and_whole, none_expected, history=True))


def test_nobody_else_comes_in_between(repository: Repository) -> None:
    tried = []

    def other(done: int, of: int) -> None:
        with closing(sqlite3.connect(index_path(repository), timeout=0)) as connection:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                connection.execute("SELECT count(*) FROM records")
            tried.append(done)

    update(repository, none_expected, other)
    assert len(tried) == 12
    with closing(sqlite3.connect(index_path(repository), timeout=0)) as connection:
        assert connection.execute("SELECT count(*) FROM records").fetchone() == (RECORDS,)


def test_a_question_lets_others_in_once_it_is_answered(repository: Repository) -> None:
    def question(index: sqlite3.Connection) -> int:
        with closing(sqlite3.connect(index_path(repository), timeout=0)) as other:
            return int(other.execute("SELECT count(*) FROM records").fetchone()[0])

    assert answer(repository, question, none_expected) == RECORDS


def test_doctor_says_that_it_is_unfinished_and_no_list_is_half(here: Scratch, repository: Repository) -> None:
    stop_at(repository, RECORDS, 24)
    rows = {row["name"]: row for row in sdd(here.path, "doctor", "--json").document["checks"]}
    assert rows["index"]["state"] == "warning"
    assert rows["index"]["message"].startswith("begun, with 24 records so far; the next question goes on: ")
    assert rows["index"]["fix"] == "sdd index"
    assert len(sdd(here.path, "phr", "list").out.splitlines()) >= 20
    assert sdd(here.path, "index").out == "index     up to date\n"


def test_a_rebuild_that_is_stopped_goes_on_too(repository: Repository) -> None:
    update(repository, none_expected)
    with pytest.raises(KeyboardInterrupt):
        update(repository, none_expected, stopping(RECORDS, 24), rebuild=True)
    assert update(repository, none_expected) == Outcome(RECORDS - 24, 0)
