"""How far a long piece of work has come: a bar on standard error, where that is a terminal and the work is long."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

_AFTER = 1.0


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Something to tell how much of how much is done; None where nobody looks. The bar comes after a second."""
    if not sys.stderr.isatty():
        yield None
        return
    begun, shown = time.monotonic(), False

    def tell(done: int, total: int) -> None:
        nonlocal shown
        if time.monotonic() - begun > _AFTER and total:
            shown = True
            filled = 30 * done // total
            click.echo(f"\r{label} [{'#' * filled:<30}] {100 * done // total:3}%", nl=False, err=True)

    try:
        yield tell
    finally:
        if shown:
            # What comes next begins on a clean line.
            click.echo(f"\r{' ' * (len(label) + 38)}\r", nl=False, err=True)
