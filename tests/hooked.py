"""A repository whose hooks have their sdd run by the process that starts git: none starts and none is forked."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from unittest import mock

from tests.forked import FORKED_PYTHON
from tests.program import content_of, start
from tests.scratch import Scratch

HOOKED_PYTHON = Path(__file__).with_name("hooked_python")
"""The interpreter of such a hook. What the hook has on standard input it does not hand on."""


class Hooked(Scratch):
    """A repository as `Scratch` is one. The hooks that name `HOOKED_PYTHON` are git's own, and so is what they hear."""

    def run(self, *command: str, stdin: str | bytes = b"", **environment: str) -> "subprocess.CompletedProcess[str]":
        """Any command in the repository, whatever its exit status."""
        (asks, asked), (hears, heard) = os.pipe(), os.pipe()
        settings = {**os.environ, **environment}
        told = {"HOOK_ASKS": str(asked), "HOOK_HEARS": str(hears)}
        with TemporaryFile() as given, TemporaryFile("a+b") as out, TemporaryFile("a+b") as err:
            given.write(stdin.encode() if isinstance(stdin, str) else stdin)
            given.seek(0)
            process = subprocess.Popen(
                command,
                cwd=self.path,
                stdin=given,
                stdout=out,
                stderr=err,
                env=settings | told,
                pass_fds=(asked, hears),
            )
            os.close(asked)
            os.close(hears)
            with os.fdopen(asks, "rb", 0) as asking, os.fdopen(heard, "wb", 0) as answer:
                call = b""
                while read := asking.read(1 << 16):
                    call += read
                    if call.endswith(b"\nasked\n"):
                        answer.write(b"%d\n" % _answer(call.decode(errors="surrogateescape"), settings, err))
                        call = b""
            process.wait()
            said, complained = (content_of(stream).decode(errors="surrogateescape") for stream in (out, err))
        return subprocess.CompletedProcess(command, process.returncode, said, complained)


def _answer(call: str, settings: dict[str, str], err: IO[bytes]) -> int:
    """The exit status of the sdd that a hook asks for: in its folder, with the variables that git has added."""
    folder, words, *exported = call.splitlines()
    added = dict(
        word.split("=", 1) for word in shlex.split("\n".join(exported)) if word.startswith("GIT_") and "=" in word
    )
    with Path(os.devnull).open("rb") as given, mock.patch.object(sys, "executable", str(FORKED_PYTHON)):
        return start(Path(folder), words.split(), settings | added, (given, err, err))
