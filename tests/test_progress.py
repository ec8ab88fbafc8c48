"""What a command that lasts shows on a terminal, and that stopping it does no harm."""

import os
import pty
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from sdd.cli import progress
from tests.adopted import LANDED, Adopted
from tests.program import start

COMMANDS = (
    (("check",), "checking records"),
    (("repair",), "checking records"),
    (("repair", "--ids"), "looking for numbers that clash"),
    (("doctor",), "looking"),
    (("index", "--rebuild"), "reading records"),
    (("phr", "list"), "reading records"),
    (("search", "vat"), "reading records"),
    (("why", LANDED), "reading the history"),
    (("audit",), "judging changes"),
    (("report",), "writing pages"),
)
PER_COMMAND = pytest.mark.parametrize(("arguments", "label"), COMMANDS)


class Timer:
    """A timer whose time has come at once."""

    def __init__(self, seconds: float, function: Callable[[], None]) -> None:
        self._function = function

    def start(self) -> None:
        """Does what is due."""
        self._function()

    def cancel(self) -> None:
        """It is done already."""


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: to read what it shows, and to write on it."""
    here, there = pty.openpty()
    try:
        yield here, there
    finally:
        os.close(here)
        os.close(there)


def shown(here: int, until: str) -> str:
    """What a terminal shows up to some words. Fails where they never come."""
    text = ""
    while until not in text:
        assert select.select([here], [], [], 60)[0], text
        text += os.read(here, 65536).decode()
    return text


def on_terminal(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """The exit status of a command whose standard error is a terminal, its standard output, and what it showed."""
    seen: list[str] = []
    with terminal() as (here, there), TemporaryFile() as given, TemporaryFile() as out:
        reader = threading.Thread(target=lambda: seen.append(shown(here, "<end>")))
        reader.start()
        with open(there, "wb", closefd=False) as err:
            status = start(folder, arguments, os.environ, (given, out, err))
            os.write(there, b"<end>")
        reader.join()
        out.seek(0)
        return status, out.read().decode(), seen[0].removesuffix("<end>")


@PER_COMMAND
def test_a_terminal_shows_what_a_long_command_does_and_who_stops_it_gets_one_line(
    adopted: Adopted, arguments: tuple[str, ...], label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, own = adopted.here.path, progress._Bar._draw

    def stop(bar: progress._Bar) -> None:
        own(bar)
        if bar._label == label:
            raise KeyboardInterrupt

    before = adopted.here.git("status", "--porcelain")
    monkeypatch.setattr(threading, "Timer", Timer)
    with monkeypatch.context() as patch:
        patch.setattr(progress._Bar, "_draw", stop)
        status, out, said = on_terminal(here, *arguments)
    assert (status, out) == (130, "")
    assert said.split(f"{label} ...")[-1].strip() == "sdd: stopped", said
    assert adopted.here.git("status", "--porcelain") == before
    assert progress._open == []
    status, _, said = on_terminal(here, *arguments)
    assert status == 0
    assert f"{label} " in said


def test_what_is_quick_shows_nothing(adopted: Adopted) -> None:
    assert on_terminal(adopted.here.path, "rule", "list")[2] == ""


def test_a_pipe_gets_no_line_of_it(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "Timer", Timer)
    assert adopted.done("check").err == ""


def test_work_that_tells_nothing_is_named_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_STARTED", 0.0)
    with terminal() as (here, there), open(there, "w", closefd=False) as err:
        monkeypatch.setattr("sys.stderr", err)
        with progress.progress_bar("counting sheep") as tell:
            assert tell
            assert shown(here, "counting sheep ...")
            tell(1, 4)
            assert "25%" in shown(here, "25%")
            with progress.progress_bar("counting wolves"):
                assert shown(here, "counting wolves ...")
            tell(2, 4)
        os.write(there, b"<end>")
        assert "50%" not in shown(here, "<end>")
