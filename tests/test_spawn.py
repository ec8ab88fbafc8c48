"""git's processes: what goes in comes out, whatever its size, and nothing of them stays."""

import os
import signal
import sys
from pathlib import Path

import pytest

from sdd.repo import spawn
from sdd.repo.objects import Repository
from tests.scratch import Scratch

MUCH = b"0123456789abcdef" * 65_536  # more than a pipe holds


def sh(script: str, data: bytes = b"") -> spawn.Ended:
    return spawn.run(["sh", "-c", script], os.environ, data)


def descriptors() -> int:
    return len([*Path("/dev/fd").iterdir()])


def test_status_and_both_outputs_are_told() -> None:
    assert sh("echo said; echo complained >&2; exit 3") == (3, b"said\n", b"complained\n")
    assert sh("kill -TERM $$").returncode == -signal.SIGTERM


def test_standard_input_is_what_is_given_and_else_empty() -> None:
    assert sh("cat", b"given").stdout == b"given"
    assert sh("cat").stdout == b""


def test_much_is_given_while_much_is_said_and_complained() -> None:
    ended = sh("tee /dev/stderr", MUCH)
    assert ended == (0, MUCH, MUCH)


def test_a_program_may_leave_its_input_unread() -> None:
    assert sh("exec <&-; echo done", MUCH) == (0, b"done\n", b"")


def test_only_the_environment_that_is_given_is_handed_on() -> None:
    env = spawn.run(["env"], {"ONLY": "this"}).stdout.splitlines()
    assert env == [b"ONLY=this"]


def test_what_is_started_is_ended_by_a_closed_pipe() -> None:
    assert sh("kill -PIPE $$; echo lives").returncode == -signal.SIGPIPE


def test_a_program_that_is_not_there() -> None:
    before = descriptors()
    for begin in (spawn.run, spawn.start):
        with pytest.raises(FileNotFoundError):
            begin(["sdd-no-such-program"], os.environ)
    assert descriptors() == before


def test_no_descriptor_stays_open() -> None:
    before = descriptors()
    sh("tee /dev/stderr", b"given")
    assert descriptors() == before


def test_an_interrupt_ends_what_was_started(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(*_: object) -> None:
        raise Stopped

    before, former = descriptors(), signal.signal(signal.SIGALRM, stop)
    told = tmp_path / "process"
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(Stopped):
            sh(f"echo $$ > {told}; exec sleep 600")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
    assert descriptors() == before
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_caller_may_have_closed_its_own_streams(closed: str, tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = (
        "import os, pathlib, sys; from sdd.repo import spawn; "
        "ended = spawn.run(['sh', '-c', 'cat; echo complained >&2'], os.environ, b'given'); "
        "pathlib.Path(sys.argv[1]).write_text(repr(tuple(ended)))"
    )
    sh(f"exec {closed}; '{sys.executable}' -c \"{program}\" {told}")
    assert told.read_text() == "(0, b'given', b'complained\\n')"


def test_a_question_of_any_length_is_asked(scratch: Scratch) -> None:
    oid = scratch.commit("x", {"a": "A\n"})
    with Repository.discover(scratch.path) as repository:
        assert repository.commit("x" * 200_000) is None
        assert repository.commit(oid) == oid
