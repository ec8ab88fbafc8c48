"""An `sdd` for shells and pipelines that is forked, not started: a process that has imported everything waits for them.

Half of what a test of a shell script costs is Python starting. The forked program has the arguments, the folder, the
environment and the streams of whoever calls it; what a start alone can show (the search path, signals) it does not.
"""

import atexit
import os
import pkgutil
import platform
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from unittest import mock

import sdd
from tests.good import good_repository
from tests.program import start

_CALL = """\
#!{python} -IS
import _socket, os, sys
for number in range(3):
    os.fstat(number)  # a stream that is closed is one of the things that a start alone can show
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
words = [os.getcwdb(), *map(os.fsencode, sys.argv[1:])]
variables = [name + b"=" + value for name, value in os.environb.items()]
server = _socket.socket(_socket.AF_UNIX)
server.connect({place!r})
server.sendmsg([b"x"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
server.sendall(b"\\0".join([str(len(words)).encode(), *words, *variables]))
server.shutdown(_socket.SHUT_WR)
os._exit([70, *server.recv(1)][-1])
"""


FORKED_PYTHON = Path(__file__).with_name("forked_python")
"""The interpreter of a hook whose sdd is forked, from when on `forked_bin` was called."""


@contextmanager
def forked_python() -> Iterator[None]:
    """While this lasts, the hooks that sdd writes call the forked program: a start costs them more than the rest."""
    forked_bin()
    with mock.patch.object(sys, "executable", str(FORKED_PYTHON)):
        yield


@cache
def forked_bin() -> Path:
    """A folder for PATH, whose `sdd` is forked. The process that forks it ends with this one."""
    folder = TemporaryDirectory(prefix="sdd-forked-")
    place = Path(folder.name)
    (place / "sdd").write_text(_CALL.format(python=sys.executable, place=str(place / "socket")))
    (place / "sdd").chmod(0o755)
    (place / "version").write_text(f"sdd {sdd.__version__}\n")
    (place / "versions").write_text(f"{sdd.__version__} {platform.python_version()}\n")
    (place / "interpreter").write_text(f"{sys.executable}\n")
    command = [sys.executable, "-m", "tests.forked", str(place / "socket")]
    top = str(Path(__file__).resolve().parent.parent)
    server = subprocess.Popen(command, cwd=top, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin and server.stdout
    assert server.stdout.readline() == b"ready\n"

    def end() -> None:
        server.communicate()
        folder.cleanup()

    atexit.register(end)
    os.environ["FORKED_SDD"] = str(place)
    return place


def _serve(place: str) -> None:
    """Forks a program for each that connects, until standard input ends."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen(64)
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([0, listener.fileno()], [], [])
            if 0 in ready:
                return
            caller, _ = listener.accept()
            with caller:
                if not os.fork():
                    listener.close()
                    _answer(caller)
            _reap()


def _answer(caller: socket.socket) -> None:
    status = 70
    try:
        _, descriptors, _, _ = socket.recv_fds(caller, 1, 3)
        with caller.makefile("rb") as told:
            count, *parts = map(os.fsdecode, told.read().split(b"\0"))
        (folder, *arguments), variables = parts[: int(count)], parts[int(count) :]
        environment = dict(variable.split("=", 1) for variable in variables)
        given, out, err = (os.fdopen(number, "rb", 0) for number in descriptors)
        status = start(Path(folder), arguments, environment, (given, out, err))
    finally:
        caller.sendall(bytes([status]))
        os._exit(0)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _warm_up() -> None:
    """Judges once, so that no forked program compiles the expressions that all of them need."""
    with TemporaryDirectory() as folder, TemporaryFile() as nowhere:
        project = good_repository(Path(folder) / "good").path
        (project / "src" / "unrecorded.py").touch()
        for words in (["gate", "--base", "main"], ["status"]):
            start(project, words, os.environ, (nowhere, nowhere, nowhere))


if __name__ == "__main__":
    for module in pkgutil.walk_packages(sdd.__path__, "sdd."):
        if not module.name.startswith(("sdd.__main__", "sdd.mcp")):  # its SDK is larger than all of sdd
            import_module(module.name)
    sys.executable = str(FORKED_PYTHON)  # what a hook that is installed here calls
    _warm_up()
    _serve(sys.argv[1])
