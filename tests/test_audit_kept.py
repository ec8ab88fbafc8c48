"""What an audit has judged is kept in the index, and nothing depends on it."""

import fcntl
import gc
import json
import os
import pty
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.synth import write_repository
from sdd.answers.audit import replay as replaying
from sdd.answers.audit import rule_book
from sdd.answers.audit.audit import AuditOptions
from sdd.answers.audit.judging import Judge
from sdd.answers.audit.replay import replay
from sdd.answers.audit.rule_book import rules_version
from sdd.answers.audit.span import read_span
from sdd.answers.audit.stored import LandingFacts, read_changes, read_facts, written
from sdd.cli import run
from sdd.gate.check.verdict import Finding, JudgedChange, NotJudged
from sdd.gate.landings import Landing, alone
from sdd.gate.rules import Severity
from sdd.index.database import index_path
from sdd.records.kinds.record import ChangeKind
from sdd.render.documents.verdict import verdict_document
from sdd.repo.line import LineCommit
from sdd.repo.objects import Repository, Tree
from tests.adopted import sdd
from tests.counting import counted
from tests.examples import examples
from tests.lines import POLICY, Line
from tests.scratch import Scratch


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An adopted repository with a sound change, a gap and a change of records."""
    line = Line(tmp_path / "repo")
    line.commit("Sound (#1)", line.recorded("src/a.py"))
    line.commit("Gap (#2)", {"src/b.py": "B = 1\n", "NOTES.md": "B.\n"})
    line.commit("Records (#3)", {"specs/001-a/spec.md": "# Feature Specification: A\n"})
    return line


def database(line: Line) -> Path:
    """Where the index lies."""
    return line.here.path / ".git" / "sdd" / "index.db"


def kept(line: Line) -> list[tuple[str, str]]:
    """(policy, rules) of every verdict that is kept."""
    with closing(sqlite3.connect(database(line))) as connection:
        return list(connection.execute("SELECT policy, rules FROM verdicts"))


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The heads that are really judged, in this process."""
    heads: list[str] = []
    ask = Judge._ask

    def note(judge: Judge, landing: Landing) -> object:
        heads.append(landing.head.oid)
        return ask(judge, landing)

    monkeypatch.setattr(Judge, "_ask", note)
    return heads


def test_a_second_run_judges_only_what_is_new(line: Line, judged: list[str]) -> None:
    first = line.audit()
    assert len(judged) == 4
    assert line.audit() == first
    assert len(judged) == 4
    new = line.commit("New (#4)", {"src/c.py": "C = 1\n"})
    assert line.audit()["changes"] == 5
    assert judged[4:] == [new]
    line.audit("HEAD~3..HEAD~1")
    assert len(judged) == 5


def test_a_verdict_by_the_policy_of_the_time_is_the_same_however_it_is_known(line: Line, judged: list[str]) -> None:
    line.commit("Sound by this policy (#4)", {POLICY: '[rules]\nphr-empty = "off"\n', "src/d.py": "D = 1\n"})
    line.commit("Gap by that policy (#5)", {"src/e.py": "E = 1\n"})
    line.audit()
    del judged[:]
    known = line.audit("--policy-at-the-time")
    assert len(judged) == 5  # all but the last one
    database(line).unlink()
    assert line.audit("--policy-at-the-time") == known


def test_another_policy_and_other_rules_are_judged_anew(
    line: Line, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line.audit()
    line.audit("--policy-at-the-time")  # only the landing that brought sdd found another policy than today's
    assert (len(judged), len(kept(line))) == (5, 5)
    line.commit("Another policy (#4)", {POLICY: '[rules]\nspec-missing-section = "off"\n'})
    line.audit()
    assert len(judged) == 10
    line.audit("--policy-at-the-time")
    assert len(judged) == 11
    assert len(kept(line)) == 11
    for number in range(5, 8):
        line.commit(f"Another policy (#{number})", {POLICY: f"# {number}\n"})
        line.audit()
    assert len({policy for policy, _ in kept(line)}) < 5  # what former policies said does not pile up
    monkeypatch.setattr(replaying, "rules_version", lambda: "another")
    line.audit()
    assert {rules for _, rules in kept(line)} == {"another"}


def test_deleting_the_index_changes_no_answer(line: Line) -> None:
    for arguments in ((), ("--no-group",), ("--policy-at-the-time",), ("--authors", "HEAD~2..HEAD")):
        cold = line.audit(*arguments)
        warm = line.audit(*arguments)
        database(line).unlink()
        assert cold == warm == line.audit(*arguments)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_index_that_grew_with_history_says_what_a_new_one_says(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    line = Line(tmp_path / "repo")
    asked = ((), ("--no-group",), ("--policy-at-the-time",), ("HEAD~3..HEAD",))
    for number in range(12):
        path = f"src/{chance.choice('abc')}.py"
        code = {path: f"A = {number}\n"}
        match chance.randrange(7):
            case 0 | 1:
                line.commit(f"code {number}", code)
            case 2:
                line.commit(f"recorded {number}", {**code, **line.record(path)})
            case 3:
                line.commit(f"record {number}", line.record(f"src/{chance.choice('abc')}.py"))
            case 4:
                line.branch()
                line.commit(f"work {number}", {**code, **(line.record(path) if number % 2 else {})})
                line.merge("work", message=f"Merge {number}")
            case 5:
                line.commit(f"policy {number}", {POLICY: f"[gate.limits]\nlines = {number + 1}\n"})
            case 6:
                line.here.git("reset", "-q", "--hard", "HEAD~1")
                line.commit(f"rewritten {number}", code)
        line.audit(*chance.choice(asked[:3]))
    grown = [line.audit(*arguments) for arguments in asked]
    database(line).unlink()
    assert [line.audit(*arguments) for arguments in asked] == grown


def test_what_is_read_back_is_the_verdict_of_the_gate(line: Line) -> None:
    line.audit("--policy-at-the-time", "--no-group")
    with Repository.discover(line.here.path) as repository:
        options = AuditOptions(at_the_time=True, grouped=False)
        audit = replay(repository, read_span(repository, None), options, pytest.fail)
        told = verdict_document(audit.verdict, {})["changes"]
        adopting = line.here.git("rev-parse", "--short=12", "HEAD~3")
        said = "the adopting change: its records are judged, by its own policy"
        assert audit.verdict.remarks == (f"{adopting}: {said}",)
    commits = line.here.git("rev-list", "--reverse", "--first-parent", "HEAD~3..HEAD").split()
    asked: list[object] = []
    for change, commit in zip(told[1:], commits, strict=True):
        gate = sdd(line.here.path, "gate", "--json", "--base", f"{commit}^", "--head", commit).document
        (same,) = gate["changes"]
        assert change.pop("ref") == commit[:12]
        assert same.pop("ref") == commit
        assert change.pop("target") == line.here.git("rev-parse", f"{commit}^1")[:12]
        assert same.pop("target") == f"{commit}^"
        # What was asked is in the records, and not kept.
        assert (change.pop("requests"), change.pop("checks")) == ([], [])
        asked += [*same.pop("requests"), *same.pop("checks")]
        assert change == same
    assert asked


TEXT = st.text(st.sampled_from(["a", "B", " ", "\n", "\0", '"', "\\", "é", "漢", "\u2028", "😀", "\udcff"]), max_size=8)


@examples(40)
@given(
    st.lists(st.builds(Finding, TEXT, st.integers(1), st.integers(1), TEXT, st.sampled_from(Severity), TEXT, TEXT)),
    TEXT,
)
def test_any_text_is_kept_as_it_is(findings: list[Finding], text: str) -> None:
    landing = Landing((LineCommit("h", (), "", 0, 0, "", "", "", "", cut=False),))
    change = JudgedChange(
        "h", "", None, "h", text, ("h",), findings=tuple(findings), not_judged=(NotJudged(text, text, text),)
    )
    about = LandingFacts((text,), ChangeKind.FIX, 2)
    document = json.loads(written([change], about, {text: 1}, text))
    assert read_changes(document, landing) == (change,)
    assert read_facts(document) == about
    assert (document["lines"], document["remark"]) == ({text: 1}, text)


# -- what stands for the rule book -------------------------------------------------------------------------


def test_every_source_file_counts_in_the_version_of_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "sdd"
    (package / "rules" / "__pycache__").mkdir(parents=True)
    (package / "rules" / "phr.py").write_text("A = 1\n")
    monkeypatch.setattr(rule_book, "files", lambda name: package)
    made = rules_version.__wrapped__  # a process reads its sources once
    seen = {made()}
    (package / "rules" / "__pycache__" / "phr.pyc").write_bytes(b"compiled")
    assert made() in seen
    (package / "rules" / "phr.py").write_text("A = 2\n")
    seen.add(made())
    (package / "rules" / "phr.py").rename(package / "rules" / "adr.py")
    seen.add(made())
    monkeypatch.setattr(rule_book, "version", lambda name: "99")
    seen.add(made())
    monkeypatch.setattr(rule_book, "__version__", "99")
    seen.add(made())
    assert len(seen) == 5


def test_the_version_of_the_rules_is_the_same_in_every_process() -> None:
    command = [sys.executable, "-c", "from sdd.answers.audit.rule_book import rules_version; print(rules_version())"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
    assert said == rules_version()


# -- faults ------------------------------------------------------------------------------------------------


def told(line: Line, *arguments: str) -> tuple[str, list[str]]:
    """The document of an audit and the remarks beside it."""
    ran = sdd(line.here.path, "audit", "--json", *arguments)
    assert ran.status == 0, ran
    return ran.out, ran.err.splitlines()


def test_an_index_that_is_damaged_is_made_anew_with_one_remark(line: Line) -> None:
    good, silence = told(line)
    assert silence == []
    database(line).write_bytes(b"no database at all" * 500)
    assert told(line) == (good, ["sdd: the index was damaged; it is made anew"])
    assert told(line) == (good, [])


def test_pages_that_are_damaged_are_found_when_they_are_read(line: Line) -> None:
    good, _ = told(line)
    content = bytearray(database(line).read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database(line).write_bytes(content)
    again, remarks = told(line)
    assert again == good
    assert len(remarks) == 1
    assert told(line) == (good, [])


def test_a_text_that_somebody_else_wrote_is_judged_anew(line: Line) -> None:
    good, _ = told(line)
    for text in ("", "{", "[]", '{"governed":true}', '{"governed":true,"changes":[{"root":1}],"features":3}'):
        with closing(sqlite3.connect(database(line))) as connection:
            connection.execute("UPDATE verdicts SET verdict = ?", (text,))
            connection.commit()
        assert told(line) == (good, [])


def test_a_database_of_another_version_is_replaced(line: Line) -> None:
    good, _ = told(line)
    with closing(sqlite3.connect(database(line))) as connection:
        connection.execute("PRAGMA user_version = 999999")
    assert told(line) == (good, ["sdd: the index is of another version of sdd; it is made anew"])
    assert told(line) == (good, [])
    assert len(kept(line)) == 4


def test_where_nothing_can_be_written_the_audit_answers_without_the_index(line: Line, tmp_path: Path) -> None:
    good, _ = told(line)
    database(line).unlink()
    database(line).parent.rmdir()
    database(line).parent.write_text("a file where the folder should be\n")
    again, remarks = told(line)
    assert again == good
    assert len(remarks) == 1
    assert remarks[0].startswith("sdd: answered without the index: ")


def test_an_index_that_may_only_be_read_is_read(line: Line, judged: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    line.audit()
    line.commit("New (#4)", {"src/c.py": "C = 1\n"})
    # The owner of the tests may be root, whom no mode of a file keeps from writing.
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **how: connect(f"file:{path}?mode=ro", uri=True, **how))
    for _ in range(2):
        ran = sdd(line.here.path, "audit", "--json")
        assert (ran.status, ran.document["changes"]) == (0, 5)
        assert "attempt to write a readonly database" in ran.err
        assert len(ran.err.splitlines()) == 1
    assert len(judged) == 6


def test_an_index_that_another_process_keeps_to_itself(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from sdd.index import database as databases

    good, _ = told(line)
    monkeypatch.setattr(databases, "WAIT", 0.05)
    with closing(sqlite3.connect(database(line), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        again, remarks = told(line)
    assert again == good
    assert len(remarks) == 1
    assert "another process keeps it to itself" in remarks[0]


def test_an_object_that_is_not_here_leaves_only_its_own_change_unjudged(line: Line) -> None:
    blob = line.here.git("rev-parse", "HEAD~2:history/prompts/general/0001-round.green.prompt.md")
    good = line.audit()
    database(line).unlink()
    held = line.here.path / ".git" / "objects" / blob[:2] / blob[2:]
    away = held.rename(line.here.path.parent / "away")
    found = line.audit()
    assert (found["changes"], found["not_judged"]) == (3, 1)
    (left_out,) = (one for one in found["items"] if one["verdict"] == "error")
    assert (left_out["title"], blob in left_out["reason"]) == ("Sound (#1)", True)
    assert len(kept(line)) == 3
    away.rename(held)
    assert line.audit() == good


# -- many changes ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of as many changes as are several pieces of work."""
    path = tmp_path_factory.mktemp("synthetic") / "repo"
    write_repository(path, features=10, phrs=50)
    return path


def test_several_processes_say_what_one_says(synthetic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Scratch.clone(synthetic, tmp_path / "here", "--bare")
    started = counted(monkeypatch, replaying, "spread", lambda pieces, workers, *_: (len(pieces), workers))
    monkeypatch.setattr(replaying, "_PIECE", 10)
    monkeypatch.setattr(replaying, "_WORTH_PROCESSES", 60)
    monkeypatch.setattr(replaying, "processors", lambda: 2)
    several = sdd(here.path, "audit", "--json").document
    index = here.path / "sdd" / "index.db"
    assert (several["changes"], several["passed"]) == (61, 61)
    index.unlink()
    monkeypatch.setattr(replaying, "processors", lambda: 1)
    assert sdd(here.path, "audit", "--json").document == several
    assert started == {(7, 2): 1}


def trees() -> list[Tree]:
    """The trees that are held in memory, those of other tests too."""
    return [value for value in gc.get_objects() if isinstance(value, Tree)]


def test_memory_does_not_grow_with_history(synthetic: Path) -> None:
    with Repository.discover(synthetic) as repository:
        span = read_span(repository, None)
        landings = alone(span.commits)
        judge = Judge(repository, span.tip)
        for start in range(0, 60, 10):
            judge.answers(landings[start : start + 10])
        # Trees hold folders, and folders are what fills memory; two or three belong to each landing.
        gc.collect()
        assert 0 < sum(tree.repository is repository for tree in trees()) < 30
        assert len(repository._folders) < 120


def audit_in_a_terminal(folder: Path, program: str = "") -> tuple[subprocess.Popen[bytes], int]:
    """`sdd audit` whose standard error is a terminal; the process, and the other end of that terminal."""
    here, there = pty.openpty()
    command = [sys.executable, *(["-c", program] if program else ["-m", "sdd"]), "-C", str(folder), "audit"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=there, start_new_session=True)
    os.close(there)
    fcntl.fcntl(here, fcntl.F_SETFL, os.O_NONBLOCK)
    return process, here


def read_all(terminal: int) -> str:
    """What was written to a terminal."""
    found = b""
    try:
        while more := os.read(terminal, 65536):
            found += more
    except OSError:  # nothing is left, or nobody writes any more
        pass
    return found.decode()


def rows(index: Path) -> int:
    """How many verdicts are kept by now."""
    try:
        with closing(sqlite3.connect(index)) as connection:
            return int(connection.execute("SELECT count(*) FROM verdicts").fetchone()[0])
    except sqlite3.Error:
        return 0


# The second piece of the verdicts is not kept before somebody stops it.
WAITING = """\
import time
from sdd.answers.audit import replay
from sdd.cli import main
from sdd.index.verdicts import KeptVerdicts

replay._PIECE, replay._WORTH_PROCESSES = 10, 60

own, kept = KeptVerdicts.keep, []

def keep(self, verdicts):
    if kept:
        print("waiting", flush=True)
        while True:  # one long sleep would miss a signal that comes just before it
            time.sleep(0.01)
    kept.append(verdicts)
    own(self, verdicts)

KeptVerdicts.keep = keep
main()
"""


def test_who_stops_an_audit_keeps_what_was_done(synthetic: Path, tmp_path: Path) -> None:
    here = Scratch.clone(synthetic, tmp_path / "here", "--bare")
    index = here.path / "sdd" / "index.db"
    process, terminal = audit_in_a_terminal(here.path, WAITING)
    assert process.stdout
    assert process.stdout.readline() == b"waiting\n"
    os.killpg(process.pid, signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    said = read_all(terminal)
    os.close(terminal)
    assert (process.returncode, out) == (130, b""), said
    assert "changes were judged and are kept: the same command goes on from there" in said
    done = rows(index)
    assert 0 < done < 61
    found = sdd(here.path, "audit", "--json").document
    assert (found["changes"], found["passed"]) == (61, 61)
    with closing(sqlite3.connect(index)) as connection:
        connection.execute("DELETE FROM verdicts")
        connection.commit()
    assert sdd(here.path, "audit", "--json").document == found


def test_progress_is_told_of_what_is_judged_and_of_nothing_else(line: Line) -> None:
    seen: list[tuple[int, int]] = []

    def tell(done: int, of: int) -> None:
        seen.append((done, of))

    with Repository.discover(line.here.path) as repository:
        for _ in range(2):
            replay(repository, read_span(repository, None), AuditOptions(), pytest.fail, tell)
        assert seen == [(4, 4)]
        assert index_path(repository).exists()
    assert run(["-C", str(line.here.path), "audit", "--limit", "0"]) == 0
