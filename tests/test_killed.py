"""Commands that were killed: the same command, run again, ends as one undisturbed run.

`python -m tests.kills 400` kills at random over all of them.
"""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from sdd.repo import porcelain
from sdd.repo.journal import Journal
from sdd.repo.objects import Repository
from tests.adopted import Adopted
from tests.kills import COMMANDS, Ground, differences
from tests.program import sdd
from tests.scratch import Scratch

FIX = ("--kind", "fix", "--success", "It works.", "--check", "true")


@pytest.mark.parametrize("name", ["hook", "phr"])
def test_it_may_be_killed_at_every_step(adopted: Adopted, tmp_path: Path, name: str) -> None:
    command = next(command for command in COMMANDS if command.name == name)
    ground = Ground(adopted, tmp_path, command)
    steps = ground.steps()
    assert steps > 5
    assert [told for step in range(steps + 1) for told in differences(ground.wanted, ground.killed_at(step))] == []


def phrs(adopted: Adopted) -> list[str]:
    return sorted(file.name for file in (adopted.here.path / "history/prompts/general").glob("*.md"))


@pytest.fixture
def changed(adopted: Adopted) -> Adopted:
    adopted.branch()
    adopted.write({"src/old.py": "OLD = 2\n"})
    return adopted


def test_a_commit_that_git_refused_is_made_by_the_rerun(changed: Adopted) -> None:
    hook = changed.here.path / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    words = ("phr", "new", "Count again", *FIX, "--commit")
    assert changed.sdd(*words).status == 3
    hook.unlink()
    assert changed.sdd(*words).out.startswith("committed ")
    assert phrs(changed) == ["0001-count-again.green.prompt.md"]
    assert changed.here.git("status", "--porcelain") == ""
    changed.write({"src/old.py": "OLD = 3\n"})
    assert changed.sdd(*words).status == 0
    assert len(phrs(changed)) == 2, "what succeeded is over: the same words mean a new record"


def test_what_has_landed_since_is_no_record_of_the_rerun(changed: Adopted) -> None:
    hook = changed.here.path / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    words = ("phr", "new", "Count again", *FIX, "--file", "src/old.py", "--commit")
    assert changed.sdd(*words).status == 3
    hook.unlink()
    changed.here.git("add", "-A")
    changed.here.git("commit", "-qm", "by hand")
    changed.write({"src/old.py": "OLD = 3\n"})
    assert changed.sdd(*words).status == 0
    assert len(phrs(changed)) == 2


def test_a_git_at_work_is_waited_for(changed: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(porcelain, "WAIT", 0.1)
    lock = changed.here.path / ".git/index.lock"
    lock.touch()
    words = ("phr", "new", "Count again", *FIX, "--commit")
    ran = changed.sdd(*words)
    assert (ran.status, f"rm -f {lock}" in ran.err, "then run the command again" in ran.err) == (3, True, True), ran
    naps = []

    def work(seconds: float) -> None:
        naps.append(seconds)
        lock.unlink()

    monkeypatch.setattr("time.sleep", work)
    assert changed.sdd(*words).out.startswith("committed ")
    assert (len(naps), phrs(changed)) == (1, ["0001-count-again.green.prompt.md"])


def test_an_empty_folder_of_a_feature_is_no_feature(adopted: Adopted) -> None:
    (adopted.here.path / "specs/002-round").mkdir()
    assert adopted.sdd("feature", "new", "Round").out.startswith("made specs/003-round/spec.md")


def test_a_revert_of_somebody_else_is_theirs(adopted: Adopted) -> None:
    adopted.land_change({"src/old.py": "OLD = 3\n"}, "Three")
    adopted.here.git("revert", "--no-commit", "HEAD")
    ran = adopted.sdd("revert", "HEAD")
    assert (ran.status, "git revert --continue" in ran.err, "git revert --abort" in ran.err) == (3, True, True), ran
    assert (adopted.here.path / ".git/REVERT_HEAD").exists()


def test_another_command_leaves_a_journal_alone(scratch: Scratch) -> None:
    scratch.commit("start", {"a.txt": "a"})
    with Repository.discover(scratch.path) as repository:
        with suppress(KeyboardInterrupt), Journal(repository, "one") as journal:
            journal.note("x.md", "a.txt")
            scratch.write("x.md", "x")
            raise KeyboardInterrupt
        with Journal(repository, "two") as journal:
            assert not journal.is_rerun
        with Journal(repository, "one") as journal, Journal(repository, "one") as living:
            assert (journal.paths, journal.record) == (("x.md", "a.txt"), "x.md")
            assert (journal.is_written("x.md"), journal.is_written("a.txt")) == (True, False)
            assert not living.is_rerun, "a journal that a process is writing was not left behind"
        with Journal(repository, "one") as journal:
            assert not journal.is_rerun


def test_a_journal_names_and_tells_nothing(scratch: Scratch) -> None:
    scratch.commit("start", {"a.txt": "my secret"})
    with Repository.discover(scratch.path) as repository, Journal(repository, "my secret") as journal:
        journal.note("a.txt")
        (file,) = (scratch.path / ".git/sdd/journal").iterdir()
        assert "secret" not in file.name + file.read_text()


def test_an_old_journal_is_swept(scratch: Scratch) -> None:
    scratch.commit("start", {"a.txt": "a"})
    old = scratch.path / ".git/sdd/journal/0-0"
    old.parent.mkdir(parents=True)
    old.touch()
    os.utime(old, (0, 0))
    assert sdd(scratch.path, "adr", "new", "One").status == 0
    assert list(old.parent.iterdir()) == []


def test_a_baseline_holds_nothing_that_the_adoption_itself_answers(adopted: Adopted) -> None:
    """What an earlier run wrote before it was killed makes no difference then."""
    next(command for command in COMMANDS if command.name == "init-baseline").prepare(adopted)
    adopted.done("init")
    baseline = (adopted.here.path / ".specify/baseline.json").read_text()
    assert "phr-" in baseline
    assert ".specify/memory/constitution.md" not in baseline
