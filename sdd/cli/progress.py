"""How far some work has come, on standard error: only on a terminal, and only for work that lasts."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sdd.index.state import Progress

# What flashes by tells nothing. Of a command that is at work for so long the next part is shown nearly at once.
_QUIET_SECONDS, _PART_SECONDS = 1.0, 0.2
_STARTED = time.monotonic()

_open: "list[_Bar]" = []


@contextmanager
def progress_bar(label: str) -> "Iterator[Progress | None]":
    """What to tell how far some work has come; None where nobody would see it. Until that is told, the label alone says
    what sdd does. Within another one it takes the place of that.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from threading import Timer

    if _open:
        _open[-1].end()
    bar = _Bar(label)
    _open.append(bar)
    # Work may be silent for long before it tells anything.
    timer = Timer(max(_PART_SECONDS, _STARTED + _QUIET_SECONDS - time.monotonic()), bar.show)
    timer.daemon = True
    try:
        timer.start()
        yield bar.tell
    finally:
        timer.cancel()
        bar.end()
        _open.remove(bar)


class _Bar:
    """A label, from `show` on; a bar once it was told how far the work is. The two come from different threads."""

    def __init__(self, label: str) -> None:
        from threading import Lock

        self._label = label
        self._lock = Lock()
        self._told = (0, 0)
        self._drawn: Any = None
        self._shown = self._ended = False

    def show(self) -> None:
        """Shows it, unless the work has ended."""
        with self._lock:
            if not self._ended:
                self._shown = True
                self._draw()

    def tell(self, done: int, of: int) -> None:
        """Takes note of how much is done."""
        with self._lock:
            self._told = done, of
            if self._shown and not self._ended:
                self._draw()

    def end(self) -> None:
        """Leaves the last state where it is, above what is printed next."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
            if self._drawn:
                self._drawn.__exit__(None, None, None)
            elif self._shown:
                print(file=sys.stderr)

    def _draw(self) -> None:
        import click

        done, of = self._told
        if not of:
            print(f"{self._label} ...", end="", file=sys.stderr, flush=True)
            return
        if not self._drawn:
            self._drawn = click.progressbar(length=of, label=self._label, file=sys.stderr)
            self._drawn.__enter__()
        self._drawn.length = of
        self._drawn.update(done - self._drawn.pos)
