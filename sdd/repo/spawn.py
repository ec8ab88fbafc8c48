"""Starts git at a third of what `subprocess` takes for it, whose import alone costs a short command milliseconds."""

import fcntl
import os
import select
import signal
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_PIECE = 1 << 16
# Python ignores them; what it starts expects to be ended by them.
_SIGNALS = (signal.SIGPIPE, signal.SIGXFSZ)


class Ended(NamedTuple):
    """How a program ended: its exit status (less than zero: the signal that ended it), and what it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


class Started(NamedTuple):
    """A program that runs: the id of its process, and the descriptors to ask it and to read what it answers."""

    process: int
    asked: int
    answers: int


def start(words: Sequence[str], environment: Mapping[str, str]) -> Started:
    """Starts a program that PATH leads to; nobody reads its errors. Raises FileNotFoundError where there is none."""
    (given, asked), (answers, written) = _pipe(), _pipe()
    try:
        return Started(_spawn(words, environment, given, written, os.open(os.devnull, os.O_WRONLY)), asked, answers)
    except OSError:
        os.close(asked)
        os.close(answers)
        raise


def run(words: Sequence[str], environment: Mapping[str, str], data: bytes = b"") -> Ended:
    """Runs a program that PATH leads to, with `data` as its standard input, to its end.

    Raises FileNotFoundError where there is none. What interrupts this (a signal, a time limit) kills the program.
    """
    (given, asked), (out, written), (err, complained) = _pipe(), _pipe(), _pipe()
    ours = {asked, out, err}
    process = 0
    try:
        process = _spawn(words, environment, given, written, complained)
        said = _exchange(ours, asked, data)
    except BaseException:
        if process:
            os.kill(process, signal.SIGKILL)
        raise
    finally:
        for end in ours:
            os.close(end)
        status = os.waitpid(process, 0)[1] if process else 0
    return Ended(os.waitstatus_to_exitcode(status), b"".join(said[out]), b"".join(said[err]))


def _exchange(ours: set[int], asked: int, data: bytes) -> dict[int, list[bytes]]:
    """Writes `data` and reads the other ends of `ours` at once, so that neither side waits for the other; each end is
    closed and taken out when it is done.
    """
    said: dict[int, list[bytes]] = {end: [] for end in ours}
    waiting = select.poll()
    for end in ours:
        waiting.register(end, select.POLLOUT if end == asked else select.POLLIN)
    os.set_blocking(asked, False)
    left = memoryview(data)
    while ours:
        for end, _ in waiting.poll():
            if end == asked:
                left = _write(asked, left)
                goes_on = len(left) > 0
            else:
                goes_on = bool(piece := os.read(end, _PIECE))
                said[end].append(piece)
            if not goes_on:
                waiting.unregister(end)
                ours.remove(end)
                os.close(end)
    return said


def _write(end: int, data: memoryview) -> memoryview:
    """Writes what fits into a pipe; what is left of it, nothing where nobody reads any more."""
    try:
        return data[os.write(end, data[:_PIECE]) :]
    except BlockingIOError:
        return data
    except BrokenPipeError:
        return data[:0]


def _spawn(words: Sequence[str], environment: Mapping[str, str], *streams: int) -> int:
    """The process of a program whose standard streams are these descriptors, which are closed here."""
    streams_there = [(os.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate(streams)]
    try:
        return os.posix_spawnp(
            words[0], [*words], environment, file_actions=streams_there, setsigdef=_SIGNALS
        )  # fmt: skip
    finally:
        for end in streams:
            os.close(end)


def _pipe() -> tuple[int, int]:
    """A pipe, neither end of which has the number of a standard stream, which the caller may have closed."""
    read, written = (_above_streams(end) for end in os.pipe())
    return read, written


def _above_streams(end: int) -> int:
    if end > 2:
        return end
    moved = fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(end)
    return moved
