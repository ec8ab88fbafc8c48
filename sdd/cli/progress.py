"""A progress bar on standard error: only on a terminal, and only for work that lasts."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from sdd.index.sync import Progress

# A bar that flashes by tells nothing.
_QUIET_SECONDS = 1.0


@contextmanager
def progress_bar(label: str) -> Iterator[Progress | None]:
    """What to tell how far some work has come; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    started = time.monotonic()
    bar = click.progressbar(length=1, label=label, file=sys.stderr)
    shown = False

    def tell(done: int, of: int) -> None:
        nonlocal shown
        if not shown and time.monotonic() - started > _QUIET_SECONDS:
            bar.__enter__()
            shown = True
        if shown:
            bar.length = of
            bar.update(done - bar.pos)

    try:
        yield tell
    finally:
        if shown:
            bar.__exit__(None, None, None)
