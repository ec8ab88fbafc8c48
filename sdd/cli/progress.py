"""A progress bar for work that takes longer than a moment: on standard error, and only where that is a terminal."""

import sys
import time
from types import TracebackType
from typing import Any, Self

import click

# Seconds of work before anything is shown: what is done sooner needs no bar.
_PATIENCE = 1.0


class ProgressBar:
    """Called with how many of how many are done. Use it as a context manager, so that its line ends."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = time.monotonic()
        self._shown: Any = None  # click names no type for its bars

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._shown.__exit__(kind, error, trace)

    def __call__(self, done: int, asked: int) -> None:
        """Shows how far the work is."""
        if self._shown is None and sys.stderr.isatty() and time.monotonic() - self._started > _PATIENCE:
            self._shown = click.progressbar(length=asked, label=self._label, file=sys.stderr).__enter__()
        if self._shown:
            self._shown.update(done - self._shown.pos)
