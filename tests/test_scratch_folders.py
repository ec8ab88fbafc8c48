"""Scratch folders: gone with the process that made them, or swept by a later one."""

import os
import signal
from pathlib import Path

import pytest

from sdd.repo.scratch import PREFIX, ScratchFolder
from tests.program import sdd
from tests.scratch import Scratch


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def killed_in(folder: Path) -> Path:
    """The scratch folder of a process that was killed, as if that were long ago."""
    before = set(folder.iterdir())
    child = os.fork()
    if child == 0:
        (ScratchFolder().path / "x").write_text("half")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (left,) = set(folder.iterdir()) - before
    os.utime(left, (0, 0))
    return left


def test_what_a_killed_process_left_is_swept(scratch: Scratch, temporary: Path) -> None:
    left = killed_in(temporary)
    scratch.commit("start", {"a.txt": "a"})
    assert sdd(scratch.path, "check").status in (0, 1)
    assert not left.exists()
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_a_process_that_is_told_to_end_leaves_nothing(temporary: Path, told: signal.Signals) -> None:
    child = os.fork()
    if child == 0:
        signal.signal(told, signal.SIG_DFL)
        try:
            with ScratchFolder() as used:
                (used / "x").write_text("half")
                os.kill(os.getpid(), told)
                signal.pause()
        except SystemExit as end:
            os._exit(end.code if isinstance(end.code, int) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 128 + told
    assert list(temporary.iterdir()) == []


def test_a_signal_that_is_ignored_stays_so(temporary: Path) -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ScratchFolder() as used:
            os.kill(os.getpid(), signal.SIGHUP)
            assert used.is_dir()
    finally:
        signal.signal(signal.SIGHUP, former)


def test_what_a_living_process_uses_stays(temporary: Path) -> None:
    with ScratchFolder() as used:
        os.utime(used, (0, 0))
        with ScratchFolder() as other:
            assert used.is_dir() and other.is_dir()
    assert list(temporary.iterdir()) == []


def test_only_folders_of_this_name_are_swept(temporary: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (temporary / f"{PREFIX}link").symlink_to(tmp_path / "mine")
    for name in ("sdd-demo-1", f"{PREFIX}file"):
        (temporary / name).mkdir() if name.endswith("1") else (temporary / name).touch()
        os.utime(temporary / name, (0, 0))
    with ScratchFolder():
        pass
    names = sorted(file.name for file in temporary.iterdir())
    assert names == ["sdd-demo-1", f"{PREFIX}file", f"{PREFIX}link"]
    assert (tmp_path / "mine").is_dir()


def test_a_young_folder_stays(temporary: Path) -> None:
    left = killed_in(temporary)
    os.utime(left)
    with ScratchFolder():
        assert left.is_dir()
