"""The program, run in this process: its exit status and what it prints are those of `python -m sdd`."""

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from sdd.cli import run


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
    given = io.TextIOWrapper(io.BytesIO(stdin.encode() if isinstance(stdin, str) else stdin))
    out, err = _Stream(), _Stream()
    with _streams(given, out, err), contextlib.chdir(folder), mock.patch.dict("os.environ", environment):
        status = run(list(arguments))
    ran = Ran(int(status), out.text(), err.text())
    assert "fault in sdd" not in ran.err, ran.err
    return ran


class _Stream(io.TextIOWrapper):
    """An output stream as `sdd.cli.main` sets it up: what its encoding lacks becomes an escape."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, encoding="utf-8", errors="backslashreplace")

    def text(self) -> str:
        """All that was written."""
        self.flush()
        return self._bytes.getvalue().decode()


@contextlib.contextmanager
def _streams(given: io.TextIOWrapper, out: io.TextIOWrapper, err: io.TextIOWrapper) -> Iterator[None]:
    with mock.patch.object(sys, "stdin", given), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield
