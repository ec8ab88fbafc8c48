"""The program, run in this process: its exit status and what it prints are those of `python -m sdd`."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple
from unittest import mock

from jsonschema_rs import Draft202012Validator

from sdd.cli import run
from sdd.render.documents.schema import schemas

Streams = tuple[IO[bytes], IO[bytes], IO[bytes]]


class Ran(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document on standard output."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


def sdd(folder: Path, *arguments: str, stdin: str | bytes = b"", **environment: str) -> Ran:
    """One `sdd` command as if started in `folder`, with further variables in its environment."""
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin.encode() if isinstance(stdin, str) else stdin)
        given.seek(0)
        status = start(folder, arguments, {**os.environ, **environment}, (given, out, err))
        ran = Ran(status, *(content_of(stream).decode() for stream in (out, err)))
    assert "fault in sdd" not in ran.err, ran.err
    if ran.out.startswith('{\n  "schema": "sdd/'):
        hold_to_schema(ran.document)
    return ran


def hold_to_schema(document: dict[str, Any]) -> None:
    """Fails where a document is not what the schema that it names says."""
    _validator(document["schema"]).validate(document)


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schemas()[name.split("/")[1]])


def start(folder: Path, arguments: Sequence[str], environment: Mapping[str, str], streams: Streams) -> int:
    """Runs a command line as `sdd.cli.main` does, the process's descriptors included; the exit status.

    `streams` are standard input, output and error. Programs that sdd starts have them too.
    """
    with (
        contextlib.chdir(folder),
        _variables(environment),
        _descriptors(streams),
        open(0, encoding="utf-8", closefd=False) as given,
        open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False) as out,
        open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False) as err,
        mock.patch.multiple(sys, stdin=given, stdout=out, stderr=err),
    ):
        return int(run(list(arguments)))


class Forked:
    """One `sdd` command in a forked process that has all that this one has imported; it first calls `prepare`."""

    def __init__(self, folder: Path, *arguments: str, prepare: Callable[[], object] = lambda: None) -> None:
        pipes = [os.pipe(), os.pipe()]
        self._child = os.fork()
        if not self._child:
            status = 70
            try:
                prepare()
                with Path(os.devnull).open("rb") as given:
                    out, err = (os.fdopen(written, "wb") for _, written in pipes)
                    status = start(folder, arguments, os.environ, (given, out, err))
            finally:
                os._exit(status)
        for _, written in pipes:
            os.close(written)
        self._read = [os.fdopen(read, encoding="utf-8") for read, _ in pipes]

    def ended(self) -> Ran:
        """Waits for its end."""
        with self._read[0] as out, self._read[1] as err:
            said = out.read(), err.read()
        ran = Ran(os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1]), *said)
        assert "fault in sdd" not in ran.err, ran.err
        return ran


@contextlib.contextmanager
def _variables(wanted: Mapping[str, str]) -> Iterator[None]:
    """The process's environment is `wanted`, and as it was afterwards. What is the same is not set again."""
    former = dict(os.environ)
    _set_variables(wanted)
    try:
        yield
    finally:
        _set_variables(former)


def _set_variables(wanted: Mapping[str, str]) -> None:
    present = dict(os.environ)
    for name in present.keys() - wanted.keys():
        del os.environ[name]
    os.environ.update({name: value for name, value in wanted.items() if present.get(name) != value})


def content_of(stream: IO[bytes]) -> bytes:
    """All that was written to a stream."""
    stream.seek(0)
    return stream.read()


@contextlib.contextmanager
def _descriptors(streams: Streams) -> Iterator[None]:
    own = [os.dup(number) for number in range(3)]
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream.fileno(), number)
        yield
    finally:
        for number, kept in enumerate(own):
            os.dup2(kept, number)
            os.close(kept)
