"""Whatever happens to the index costs no answer: it is made anew, or done without, and that is said once."""

import ctypes
import os
import random
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from sdd.index import database
from sdd.index.state import FILE_VERSION
from sdd.repo.objects import Repository
from tests.adopted import Ran, sdd
from tests.good import good_repository
from tests.program import Forked
from tests.scratch import Scratch
from tests.shared import copy_folder
from tests.whole_index import every_list

TOP = Path(__file__).resolve().parent.parent
ADR = "history/adr/0001-use-decimals.md"
NEW = "history/adr/0002-new.md"
DAMAGED = "sdd: the index was damaged; it is made anew"
OTHER_VERSION = "sdd: the index is of another version of sdd; it is made anew"
WITHOUT = "sdd: answered without the index: "
QUESTIONS = (
    *((noun, "list", "--json") for noun in ("requirement", "task", "contract", "phr", "adr", "waiver", "followup")),
    *(("search", "--json", query) for query in ("decimals", "round half up", "FR-001")),
)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """The good repository, its index made. Read it only."""
    here = good_repository(tmp_path_factory.mktemp("indexed") / "good")
    assert sdd(here.path, "index").out == "index     10 records read\n"
    return here


@pytest.fixture(scope="module")
def sound(indexed: Scratch) -> list[str]:
    """What each question is answered where nothing is wrong."""
    said, remarks = answers(indexed)
    assert remarks == []
    return said


@pytest.fixture(scope="module")
def listed(indexed: Scratch) -> list[Any]:
    """All lists where nothing is wrong."""
    lists, told = asked(indexed)
    assert told == []
    return lists


@pytest.fixture
def here(indexed: Scratch, tmp_path: Path) -> Scratch:
    """The same for one test alone."""
    copy_folder(indexed.path, tmp_path / "good")
    return Scratch.at(tmp_path / "good")


def file_of(here: Scratch) -> Path:
    return here.path / ".git" / "sdd" / "index.db"


def answers(here: Scratch) -> tuple[list[str], list[str]]:
    """What each question is answered, and all remarks."""
    said = [sdd(here.path, *question) for question in QUESTIONS]
    assert all(ran.status == 0 for ran in said)
    return [ran.out for ran in said], [line for ran in said for line in ran.err.splitlines()]


def asked(here: Scratch) -> tuple[list[Any], list[str]]:
    """All the lists that the questions show, read by one call, and all remarks."""
    told: list[str] = []
    with Repository.discover(here.path) as repository:
        lists = database.answer(repository, lambda index: every_list(index, ("decimals", "FR-001")), told.append)
    return lists, told


def execute(*statements: str) -> Callable[[Path], None]:
    """Damage that SQL can do."""

    def damage(file: Path) -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            for statement in statements:
                connection.execute(statement)

    return damage


def overwrite(at: int, content: bytes) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        whole = bytearray(file.read_bytes())
        whole[at : at + len(content)] = content
        file.write_bytes(whole)

    return damage


def another(file: Path) -> None:
    file.unlink()
    execute("CREATE TABLE notes (x)", f"PRAGMA user_version = {FILE_VERSION}")(file)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "garbage": lambda file: file.write_bytes(b"not a database, " * 500),
    "cut off": lambda file: os.truncate(file, file.stat().st_size // 2),
    "cut off in its first page": lambda file: os.truncate(file, 1000),
    "its last page gone": lambda file: os.truncate(file, file.stat().st_size - 4096),
    "only zeros": lambda file: file.write_bytes(bytes(file.stat().st_size)),
    "a header only": lambda file: file.write_bytes(file.read_bytes()[:100]),
    "schema no UTF-8": lambda file: file.write_bytes(file.read_bytes().replace(b"CREATE TABLE", b"CREATE T\xf4BLE")),
    "another page size": overwrite(16, b"\x02\x00"),
    "no records": execute("DROP TABLE records"),
    "no state table": execute("DROP TABLE state"),
    "a state that is no JSON": execute("UPDATE state SET uncommitted = '{'"),
    "a state that is no object": execute("UPDATE state SET uncommitted = '[1]'"),
    "a state of nothing": execute("UPDATE state SET uncommitted = NULL"),
    "no full-text table": execute("DROP TABLE search"),
    "no words": execute("DELETE FROM search_data"),
    "no data of the full-text table": execute("DELETE FROM sqlite_schema WHERE name = 'search_data'"),
    "no sizes of documents": execute("DROP TABLE search_docsize"),
    "a column less": execute("ALTER TABLE phrs DROP COLUMN model"),
    "a scope that is no JSON": execute("UPDATE contracts SET scope = '['"),
    "a text that is none": execute("UPDATE texts SET text = CAST(x'ff' AS TEXT)"),
    "another database": lambda file: another(file),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_is_made_anew_with_one_remark(
    here: Scratch, listed: list[Any], damage: Callable[[Path], object]
) -> None:
    damage(file_of(here))
    assert asked(here) == (listed, [DAMAGED.removeprefix("sdd: ")])
    assert asked(here) == (listed, [])


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_is_found_by_who_brings_it_up_to_date(here: Scratch, damage: Callable[[Path], object]) -> None:
    """Also where nothing damaged is read, and a change has to be written."""
    damage(file_of(here))
    for number in range(3):
        here.write(f"history/adr/000{number}-x.md", f"# ADR-000{number}: Use pence\n")
        here.write("history/prompts/001-vat/0002-rounding.green.prompt.md", f"# {number}\n")
        assert sdd(here.path, "index").status == 0
    found, told = asked(here)
    assert told in ([], [DAMAGED.removeprefix("sdd: ")])
    file_of(here).unlink()
    assert asked(here) == (found, [])


def test_a_fault_of_a_question_is_no_damage(here: Scratch) -> None:
    """Its cause is told, and the index stays."""
    before, told = file_of(here).stat(), list[str]()

    def ask(_: sqlite3.Connection) -> None:
        raise KeyError("a name that the question looked for")

    with Repository.discover(here.path) as repository, pytest.raises(KeyError, match="that the question looked for"):
        database.answer(repository, ask, told.append)
    assert told == []
    assert file_of(here).stat().st_ino == before.st_ino


def test_random_pages_of_noise_change_no_answer(here: Scratch, listed: list[Any]) -> None:
    whole = file_of(here).read_bytes()
    for page in range(len(whole) // 4096):
        overwrite(4096 * page, random.randbytes(4096))(file_of(here))
        found, told = asked(here)
        assert found == listed
        assert told in ([], [DAMAGED.removeprefix("sdd: ")])
        file_of(here).write_bytes(whole)


@pytest.mark.parametrize("content", [b"", b"x"])
def test_a_file_too_short_to_be_anything_is_none(here: Scratch, listed: list[Any], content: bytes) -> None:
    file_of(here).write_bytes(content)
    assert asked(here) == (listed, [])


def test_an_index_that_has_forgotten_what_it_was_read_from_is_compared_with_what_is_there(
    here: Scratch, sound: list[str]
) -> None:
    execute("DELETE FROM state")(file_of(here))
    assert answers(here) == (sound, [])


@pytest.mark.parametrize("version", [0, FILE_VERSION - 1, FILE_VERSION + 1, 2**31 - 1])
def test_the_file_of_another_version_is_made_anew(here: Scratch, listed: list[Any], version: int) -> None:
    execute(f"PRAGMA user_version = {version}", "CREATE TABLE later (x)", "INSERT INTO later VALUES (1)")(file_of(here))
    assert asked(here) == (listed, [OTHER_VERSION.removeprefix("sdd: ")] if version else [])
    assert asked(here) == (listed, [])
    with closing(sqlite3.connect(file_of(here))) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (FILE_VERSION,)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'later'").fetchone() == (0,)


def test_tables_of_another_version_that_cannot_be_dropped_are_no_damage(here: Scratch, sound: list[str]) -> None:
    execute(
        f"PRAGMA user_version = {FILE_VERSION + 1}",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = 'CREATE VIRTUAL TABLE search USING a_later_module(x)' WHERE name = 'search'",
    )(file_of(here))
    assert answers(here) == (sound, [OTHER_VERSION])
    assert answers(here) == (sound, [])


def test_sdd_index_tells_of_damage(here: Scratch) -> None:
    file_of(here).write_bytes(b"garbage")
    ran = sdd(here.path, "index")
    assert (ran.status, ran.out, ran.err) == (0, "index     10 records read\n", f"{DAMAGED}\n")
    assert sdd(here.path, "index") == Ran(0, "index     up to date\n", "")
    assert sdd(here.path, "index", "--rebuild") == Ran(0, "index     10 records read\n", "")


def test_a_verdict_is_the_same_whatever_the_index_is(here: Scratch) -> None:
    asked = [("gate", "--json", "--base", "main"), ("check", "--json")]
    sound = [sdd(here.path, *question) for question in asked]
    file_of(here).write_bytes(b"garbage")
    assert [sdd(here.path, *question) for question in asked] == sound
    shutil.rmtree(file_of(here).parent)
    assert [sdd(here.path, *question) for question in asked] == sound


# -- other processes ---------------------------------------------------------------------------------------


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """The file as it is while somebody else writes to it for ever."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def test_a_locked_file_is_waited_for_and_then_done_without(
    here: Scratch, sound: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT", 0.2)
    with locked(file_of(here)):
        ran = sdd(here.path, *QUESTIONS[0])
        assert ran.out == sound[0]
        assert ran.err == f"{WITHOUT}another process keeps it to itself, and did so for 0.2 s\n"
        index = sdd(here.path, "index")
        assert index.status == 3
        assert index.err.startswith("sdd: the index cannot be brought up to date: another process keeps it to itself")
    assert answers(here) == (sound, [])


def test_a_lock_that_ends_is_waited_for(here: Scratch) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file_of(here))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin and holder.stdout
    with holder:
        assert holder.stdout.readline() == "locked\n"
        here.write(NEW, "# ADR-0002: New\n")
        asking = start(here, "adr", "list")
        with pytest.raises(subprocess.TimeoutExpired):
            asking.wait(0.7)
        holder.stdin.close()
    out, err = asking.communicate()
    assert (asking.returncode, err) == (0, "")
    assert NEW in out


HOLD = """\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


# On a busy machine some of many processes wait long for their turn.
PATIENT = "from sdd.cli import main; from sdd.index import database; database.WAIT = 100; main()"


def start(here: Scratch, *arguments: str) -> "subprocess.Popen[str]":
    """One sdd command in a process of its own."""
    command = [sys.executable, "-c", PATIENT, "-C", str(here.path), *arguments]
    settings = {**os.environ, "PYTHONPATH": str(TOP)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=settings, text=True)


def wait_long() -> None:
    database.WAIT = 100


def together(*commands: tuple[Path, *tuple[str, ...]]) -> list[Ran]:
    """How sdd commands ended that ran at the same time, each in the folder that it begins with.

    They are forked where all that they import is there: so they really meet at the index.
    """
    running = [Forked(folder, *arguments, prepare=wait_long) for folder, *arguments in commands]
    return [process.ended() for process in running]


@pytest.mark.parametrize("state", ["cold", "of another version", "behind", "warm"])
def test_six_processes_at_once_all_answer(here: Scratch, state: str) -> None:
    if state == "cold":
        shutil.rmtree(file_of(here).parent)
    elif state == "of another version":
        execute(f"PRAGMA user_version = {FILE_VERSION + 1}")(file_of(here))
    elif state == "behind":
        here.write(NEW, "# ADR-0002: New\n")
    ended = together(*((here.path, *question) for question in QUESTIONS[:3] * 2))
    remarks = {"", f"{OTHER_VERSION}\n"} if state == "of another version" else {""}
    assert {ran.err for ran in ended} <= remarks
    assert [ran.status for ran in ended] == [0] * 6
    assert [ran.out for ran in ended] == [sdd(here.path, *question).out for question in QUESTIONS[:3]] * 2


def test_worktrees_that_ask_at_once_each_read_their_own(here: Scratch, tmp_path: Path) -> None:
    other = Scratch.at(tmp_path / "other")
    here.git("worktree", "add", "-q", str(other.path), "main")
    other.write(NEW, "# ADR-0002: Only here\n")
    wanted = [(here.path, "contract", "list"), (other.path, "adr", "list")]
    alone = [sdd(*command) for command in wanted]
    assert together(*wanted * 3) == alone * 3
    assert alone[0].err == alone[1].err == ""
    assert not (other.path / ".git").is_dir()
    assert file_of(here).exists()


# -- killed ------------------------------------------------------------------------------------------------

KILLED = """\
import os, random, signal, sys
from pathlib import Path

import sdd.cli.index
import sdd.index.reading as reading
from sdd.cli import run
from sdd.index.database import answer, answer_in_memory, wanted_now
from sdd.repo.objects import Repository
from tests.whole_index import assert_same, none_expected, sound_and_whole

top, rounds, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(sys.argv[3])
sys.stdout = open(os.devnull, "w")

def killed_after(seconds):
    # Whether the system ended the process when it had worked for so long, however busy the machine is.
    elsewhere = chance.random() < 0.1
    child = os.fork()
    if not child:
        if elsewhere:
            reading._WORTH_A_PROCESS, reading._BATCH = 2, 1
        signal.setitimer(signal.ITIMER_PROF, seconds)
        os._exit(run(["-C", str(top), "index"]))
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGPROF), status
    return status == signal.SIGPROF

def change(number):
    if chance.random() < 0.3:
        (top / ".git/sdd/index.db").unlink(missing_ok=True)
    for name in chance.sample(range(8), chance.randint(1, 8)):
        file = top / f"history/adr/{name:04}-x.md"
        if chance.random() < 0.2:
            file.unlink(missing_ok=True)
        else:
            file.write_text(f"# ADR-{name:04}: Round {number}\\n\\nWord{number} " + "more " * chance.randint(1, 200))

def right():
    with Repository.discover(top) as repository:
        kept = answer(repository, sound_and_whole, none_expected)
        assert_same(kept, answer_in_memory(repository, wanted_now(repository), sound_and_whole))

most = 0.05
killed = 0
for number in range(rounds):
    change(number)
    struck = killed_after(chance.uniform(0.001, most))
    killed += struck
    most *= 1.1 if struck else 0.7  # so that about one in five ends before it is struck, and every point may be
    right()
assert killed > rounds / 2, killed
"""


def test_who_is_killed_at_any_point_leaves_an_index_that_answers_right(scratch: Scratch) -> None:
    scratch.commit("first", {ADR: "# ADR-0001: Use decimals\n"})
    seed = str(random.random())
    # Who is killed leaves its temporary files behind.
    settings = {"PYTHONPATH": str(TOP), "TMPDIR": str(scratch.path.parent)}
    ran = scratch.run(sys.executable, "-c", KILLED, str(scratch.path), "40", seed, **settings)
    assert ran.returncode == 0, f"{seed}: {ran.stderr}"
    assert [file.name for file in file_of(scratch).parent.iterdir()] == ["index.db"]


def test_who_reads_for_a_process_that_was_killed_ends_too(here: Scratch) -> None:
    script = """\
        import os, sys
        import sdd.index.reading as reading
        from sdd.cli import run
        reading._WORTH_A_PROCESS, reading._BATCH = 4, 2
        own = reading._add
        def slowly(*arguments, **options):
            import time
            print(os.getpid(), flush=True)
            time.sleep(1)
            own(*arguments, **options)
        reading._add = slowly
        run(["-C", sys.argv[1], "index", "--rebuild"])
        """
    command = [sys.executable, "-c", textwrap.dedent(script), str(here.path)]
    settings = {**os.environ, "PYTHONPATH": str(TOP), "TMPDIR": str(here.path.parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings) as killed:
        assert killed.stdout
        reader = int(killed.stdout.readline())
        assert reader != killed.pid
        killed.kill()
        killed.wait()
        for _ in range(200):
            if not lives(reader):
                break
            time.sleep(0.1)
        assert not lives(reader)
    assert sdd(here.path, "index").out == "index     up to date\n"


def lives(process: int) -> bool:
    """Whether a process is there and has not ended yet."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in ("", "Z")


# -- places ------------------------------------------------------------------------------------------------


def in_little_room(here: Scratch, size: int, *arguments: str) -> Ran:
    """One sdd command in a process none of whose files may grow beyond `size` bytes."""
    return Forked(
        here.path, *arguments, prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    ).ended()


@pytest.mark.parametrize("room", [0, 1000, 40_000])
def test_a_full_disk_costs_no_answer(here: Scratch, sound: list[str], room: int) -> None:
    full = in_little_room(here, room, *QUESTIONS[0])
    assert full == Ran(0, sound[0], "")
    file_of(here).unlink()
    full = in_little_room(here, room, *QUESTIONS[0])
    assert full.out == sound[0]
    assert full.err.startswith(WITHOUT)
    assert full.err.count("\n") == 1
    index = in_little_room(here, room, "index")
    assert index.status == 3
    assert len(index.err.splitlines()) == 2


def test_a_disk_that_fills_up_while_the_index_is_brought_up_to_date(here: Scratch) -> None:
    here.commit("long", {NEW: "# ADR-0002: New\n\n" + "Many words. " * 20_000})
    full = in_little_room(here, 300_000, "adr", "list")
    assert NEW in full.out
    assert full.err.startswith(WITHOUT)
    assert answers(here)[1] == []


@pytest.mark.parametrize("room", [0, 1000])
def test_no_room_for_what_is_uncommitted_is_told_and_hides_no_record(here: Scratch, room: int) -> None:
    """Where there is no room for scratch objects either, the answer would lack a record: there is none then."""
    here.write(NEW, "# ADR-0002: New\n\n" + "Many words. " * 2000)
    full = in_little_room(here, room, "adr", "list")
    assert full.status == 3
    assert len(full.err.splitlines()) == 2
    assert full.out == ""


def without_privileges() -> None:
    """Takes from root what makes it write where nobody may, here and in the programs that it starts."""
    if os.geteuid() == 0:
        library = ctypes.CDLL(None)
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if library.prctl(24, capability, 0, 0, 0):
                os._exit(77)
        header, held = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        library.capget(header, held)
        for kind in range(3):  # effective, permitted, inheritable
            held[kind] &= ~0b110
        if library.capset(header, held):
            os._exit(77)


def unprivileged(here: Scratch, *arguments: str) -> Ran:
    """One sdd command in a process that may not write where nobody may."""
    return Forked(here.path, *arguments, prepare=without_privileges).ended()


@pytest.fixture
def read_only(here: Scratch) -> Iterator[Path]:
    """The folder of the index, which nobody may write."""
    folder = file_of(here).parent
    file_of(here).chmod(stat.S_IRUSR)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    probe = ["touch", str(folder / "probe")]
    tried = subprocess.run(probe, preexec_fn=without_privileges, check=False, capture_output=True)
    if tried.returncode != 1:
        pytest.skip("nothing is read-only to this user")
    yield folder
    folder.chmod(stat.S_IRWXU)


def test_a_read_only_place_costs_no_answer(here: Scratch, sound: list[str], read_only: Path) -> None:
    assert unprivileged(here, *QUESTIONS[0]) == Ran(0, sound[0], "")
    here.write(NEW, "# ADR-0002: New\n")
    changed = unprivileged(here, "adr", "list")
    assert NEW in changed.out
    assert changed.err.startswith(WITHOUT)
    assert changed.err.count("\n") == 1
    read_only.chmod(stat.S_IRWXU)
    shutil.rmtree(read_only)
    read_only.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    cold = unprivileged(here, "adr", "list")
    assert (cold.out, cold.err.count("\n")) == (changed.out, 1)
    assert unprivileged(here, "index").status == 3


@pytest.mark.parametrize("what", ["the folder a file", "the file a folder", "a link to nowhere"])
def test_something_else_in_the_place_of_the_index_costs_no_answer(here: Scratch, listed: list[Any], what: str) -> None:
    folder = file_of(here).parent
    shutil.rmtree(folder)
    if what == "the folder a file":
        folder.write_text("")
    elif what == "the file a folder":
        file_of(here).mkdir(parents=True)
    else:
        folder.mkdir()
        file_of(here).symlink_to("/nowhere/at/all")
    found, [told] = asked(here)
    assert found == listed
    assert told.startswith(WITHOUT.removeprefix("sdd: "))
    ran = sdd(here.path, "index")
    assert (ran.status, len(ran.err.splitlines())) == (3, 2)
    assert sdd(here.path, "index", "--path").out == f"{file_of(here)}\n"


def test_who_has_written_the_index_holds_few_of_its_pages(here: Scratch) -> None:
    (here.path / NEW).write_text("# New\n")
    with Repository.discover(here.path) as opened:
        (held,) = database.answer(opened, lambda index: index.execute("PRAGMA cache_size").fetchone(), pytest.fail)
    assert -8192 <= held < 0  # KiB
