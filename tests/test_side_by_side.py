"""Writers side by side: nothing that one of them confirmed is lost. `python -m tests.writers 16` has more of them."""

import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sdd.base.errors import SddError
from sdd.repo import locks
from sdd.repo.locks import locked
from tests import writers
from tests.adopted import Adopted
from tests.forked import forked_bin
from tests.program import sdd
from tests.scratch import Scratch


@pytest.mark.parametrize("kind", writers.KINDS)
def test_nothing_is_lost(adopted: Adopted, kind: Callable[[Adopted, int], None]) -> None:
    kind(adopted, 4)


def test_a_lock_ends_with_the_process_that_holds_it(tmp_path: Path) -> None:
    file = tmp_path / "sdd" / "x.lock"
    context = multiprocessing.get_context("fork")
    ready = context.Event()

    def hold() -> None:
        with locked(file):
            ready.set()
            time.sleep(600)

    holder = context.Process(target=hold)
    holder.start()
    ready.wait()
    holder.kill()
    with locked(file):
        assert file.read_text() == str(os.getpid())
    holder.join()


def test_who_waits_too_long_is_told_for_whom(scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT", 0.05)
    scratch.commit("start", {"a.txt": "a"})
    with locked(scratch.path / ".git/sdd/writing.lock"):
        ran = sdd(scratch.path, "adr", "new", "One")
        assert ran.status == 3
        assert f"another sdd (process {os.getpid()}) is writing here" in ran.err
        assert "then run the command again" in ran.err
        assert sdd(scratch.path, "adr", "list").status == 0, "who reads waits for nobody"
    assert sdd(scratch.path, "adr", "new", "One").status == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_git_that_cannot_be_written_is_one_line(scratch: Scratch) -> None:
    scratch.commit("start", {"a.txt": "a"})
    (scratch.path / ".git").chmod(0o555)
    try:
        ran = sdd(scratch.path, "adr", "new", "One")
    finally:
        (scratch.path / ".git").chmod(0o755)
    assert (ran.status, "make git's folder writable" in ran.err) == (3, True), ran


def test_a_hook_of_git_within_a_command_writes_too(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT", 5)
    adopted.land_change({"src/old.py": "OLD = 3\n"}, "Three")
    hook = adopted.here.path / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\nPATH={forked_bin()}:$PATH\nsdd adr new Hooked$$ >told 2>&1\n")
    hook.chmod(0o755)
    ran = adopted.sdd("revert", "HEAD")
    assert ran.status == 0, (ran, (adopted.here.path / "told").read_text())
    assert len([*(adopted.here.path / "history/adr").glob("000[12]-hooked*.md")]) == 2
    assert "SDD_LOCKED_BY" not in os.environ


def test_two_work_trees_write_at_once(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit("start", {"a.txt": "a"})
    scratch.git("worktree", "add", "-q", "-b", "second", str(tmp_path / "second"))
    with locked(scratch.path / ".git/sdd/writing.lock"):
        assert sdd(tmp_path / "second", "adr", "new", "One").status == 0


def test_a_bare_repository_is_told(tmp_path: Path) -> None:
    bare = Scratch(tmp_path / "bare.git", "--bare")
    ran = sdd(bare.path, "adr", "new", "One")
    assert (ran.status, "this repository is bare" in ran.err) == (3, True), ran


def test_a_lock_that_cannot_be_made_is_told() -> None:
    with pytest.raises(SddError, match="cannot be locked"), locked(Path("/dev/null/x")):
        pass
