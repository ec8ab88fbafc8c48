"""`sdd doctor` looks at the index: what is wrong with it, who holds it, and that looking changes nothing."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sdd.index.database import index_path
from sdd.repo.objects import Repository
from sdd.setup.doctor import database
from tests.adopted import Adopted, copied, phr, sdd
from tests.examined import Said, everything, rows_of, run_fix, said
from tests.shared import made_once

RECORD = "history/prompts/general/0007-rounding.green.prompt.md"

# Opens a database, does what it is told, says so, and stays until its standard input ends.
HOLD = """\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement)
print("done", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def indexed(adopted_once: Path, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Adopted:
    def make(folder: Path) -> None:
        copied(adopted_once, folder / "project").done("index")

    return copied(made_once(tmp_path_factory, "indexed", make) / "project", tmp_path / "project")


def path_of(adopted: Adopted) -> Path:
    with Repository.discover(adopted.here.path) as repository:
        return index_path(repository)


def change(adopted: Adopted, *statements: str) -> None:
    connection = sqlite3.connect(path_of(adopted), isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def fixed(adopted: Adopted, row: Said) -> None:
    run_fix(adopted.here, row.fix)
    assert re.match(r"sound, \d+ records, \d+\.\d MB, up to date: ", said(adopted, "index").message)


def test_an_index_that_was_never_made_is_no_fault(adopted: Adopted) -> None:
    row = said(adopted, "index")
    assert (row.state, row.message) == ("ok", f"not made yet; the first question makes it: {path_of(adopted)}")
    assert not path_of(adopted).exists()


def test_a_sound_index_is_counted_and_not_brought_up_to_date(indexed: Adopted) -> None:
    found = said(indexed, "index").message
    assert re.match(r"sound, 6 records, 0\.\d MB, up to date: ", found)
    indexed.here.write(RECORD, phr(["src/a.py"]))
    before = everything(path_of(indexed).parent)
    behind = "1 record behind; the next question reads what changed"
    assert behind in said(indexed, "index").message
    indexed.here.commit("record")
    assert behind in said(indexed, "index").message
    indexed.here.git("mv", RECORD, RECORD.replace("0007", "0008"))
    assert behind in said(indexed, "index").message
    indexed.here.git("rm", "-q", "-r", "--cached", "specs")
    assert everything(path_of(indexed).parent) == before
    indexed.done("index")
    assert "up to date" in said(indexed, "index").message


def test_uncommitted_and_removed_records_are_what_it_was_read_from(indexed: Adopted) -> None:
    indexed.here.write(RECORD, phr(["src/a.py"]))
    indexed.here.git("rm", "-q", ".specify/memory/constitution.md")
    indexed.done("index")
    assert "up to date" in said(indexed, "index").message
    (indexed.here.path / RECORD).unlink()
    assert "1 record behind" in said(indexed, "index").message


def test_history_that_was_rewritten_and_collected_is_no_fault(indexed: Adopted) -> None:
    indexed.write({RECORD: phr(["src/a.py"])})
    indexed.done("index")
    indexed.here.git("reset", "-q", "--hard", "HEAD~1")
    indexed.here.git("reflog", "expire", "--expire=now", "--all")
    indexed.here.git("gc", "-q", "--prune=now")
    row = said(indexed, "index")
    assert (row.state, "1 record behind" in row.message) == ("ok", True)


def test_a_bare_repository_has_one_too(indexed: Adopted) -> None:
    assert sdd(indexed.remote.path, "index").status == 0
    assert "up to date" in rows_of(indexed.remote.path, "index")[0].message


# -- damage ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\0" + b"x" * 5000])
def test_a_file_that_is_no_database_is_a_fault(indexed: Adopted, content: bytes) -> None:
    path_of(indexed).write_bytes(content)
    row = said(indexed, "index")
    assert (row.state, row.fix) == ("fault", "sdd index --rebuild")
    assert path_of(indexed).read_bytes() == content
    fixed(indexed, row)


def test_an_empty_file_is_made_anew(indexed: Adopted) -> None:
    path_of(indexed).write_bytes(b"")
    row = said(indexed, "index")
    assert (row.state, row.fix) == ("warning", "sdd index")
    fixed(indexed, row)


def test_damaged_pages_are_a_fault(indexed: Adopted) -> None:
    content = bytearray(path_of(indexed).read_bytes())
    for page in range(2, len(content) // 4096, 3):
        content[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    path_of(indexed).write_bytes(content)
    row = said(indexed, "index")
    assert (row.state, row.fix) == ("fault", "sdd index --rebuild")
    fixed(indexed, row)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM records WHERE kind = 'phr'", "damaged: a row of "),
        ("DELETE FROM texts", "damaged: a row of "),
        ("DROP TABLE landed", "damaged: no table landed"),
        ("DROP TABLE search", "damaged: no table search"),
        ("DROP TABLE state", "damaged: no table state"),
        ("DELETE FROM phrs", "damaged: 2 records without a row in phrs"),
        ("UPDATE search_data SET block = zeroblob(30) WHERE id > 10", "damaged: the words to search for: "),
        ("DELETE FROM search_docsize WHERE id = 1", "damaged: of 8 documents 7 can be searched"),
        (
            "UPDATE records SET blob = 'x' WHERE kind = 'spec'",
            "wrong: 6 records in it, 6 in the files; they differ in ",
        ),
        ('UPDATE state SET uncommitted = \'{"specs/9/spec.md": "ab"}\'', "wrong: 6 records in it, 7 in the files"),
    ],
)
def test_rows_that_do_not_fit_are_a_fault(indexed: Adopted, statement: str, found: str) -> None:
    change(indexed, statement)
    row = said(indexed, "index")
    assert (row.state, row.message[: len(found)], row.fix) == ("fault", found, "sdd index --rebuild")
    fixed(indexed, row)


def test_one_of_another_version_is_made_anew_by_itself(indexed: Adopted) -> None:
    change(indexed, "PRAGMA user_version = 99001")
    row = said(indexed, "index")
    assert (row.state, row.fix) == ("warning", "sdd index")
    assert row.message.startswith("made by another sdd (its version is 99001, this one's ")
    fixed(indexed, row)


# -- locks -------------------------------------------------------------------------------------------------


@contextmanager
def holding(adopted: Adopted, *statements: str, killed: bool = False) -> Iterator[int]:
    """Another process that has done something to the index and keeps it, or is killed after that; its number."""
    argv = [sys.executable, "-c", HOLD, str(path_of(adopted)), *statements]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"done\n"
        if killed:
            process.kill()
            process.wait()
        yield process.pid


@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_who_keeps_it_is_named(indexed: Adopted, lock: str) -> None:
    with holding(indexed, f"BEGIN {lock}") as process:
        row = said(indexed, "index")
    assert (row.state, row.fix) == ("warning", None)
    assert "locks it; commands wait 10 s, then answer without it: " in row.message
    if database.LOCKS.exists():
        assert row.message.startswith(f"process {process} ({sys.executable} -c ")
    assert said(indexed, "index").state == "ok"


def test_who_only_reads_it_keeps_nobody_away(indexed: Adopted) -> None:
    with holding(indexed, "BEGIN", "SELECT count(*) FROM records"):
        assert said(indexed, "index").state == "ok"


def test_where_the_system_does_not_tell_who_it_is_another_process(
    indexed: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOCKS", Path("/nowhere"))
    with holding(indexed, "BEGIN IMMEDIATE"):
        assert said(indexed, "index").message.startswith("another process locks it; ")


def test_what_a_killed_process_left_is_taken_back_by_the_next_question(indexed: Adopted) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1000000 UNION ALL SELECT i + 1 FROM n WHERE i < 1002000)"
    fill = f"{numbers} INSERT INTO names SELECT i, hex(randomblob(200)), '', '' FROM n"
    with holding(indexed, "PRAGMA cache_size = 5", "BEGIN IMMEDIATE", fill, killed=True):
        row = said(indexed, "index")
    assert (row.state, row.fix) == ("warning", "sdd index")
    assert row.message.startswith("a process was killed while it wrote; ")
    assert path_of(indexed).with_name("index.db-journal").exists(), "nothing is fixed here"
    fixed(indexed, row)


def test_a_folder_in_its_place_is_told(adopted: Adopted) -> None:
    path_of(adopted).mkdir(parents=True)
    row = said(adopted, "index")
    assert (row.state, row.message.startswith("commands answer without it: ")) == ("warning", True)
