"""Other processes: programs on PATH, and work spread over workers, of which none outlives the one that started it."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")


def processors() -> int:
    """How many processes can run at once here. Not every system says how many of its processors are ours."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def program_outside(name: str, folders: Iterable[Path]) -> str | None:
    """The path of a program on PATH that nothing in some folders can stand in for; None for none."""
    import shutil

    barred = [folder.resolve() for folder in folders]
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        found = shutil.which(name, path=entry) if Path(entry).is_absolute() else None
        if found and not any(Path(found).resolve().is_relative_to(folder) for folder in barred):
            return found
    return None


def spread(
    pieces: Iterable[Piece], workers: int, begin: Callable[..., Callable[[Piece], Answer]], *arguments: Any
) -> Iterator[Answer]:
    """The answers to `pieces` in their order, worked out by other processes a few ahead of what is asked for.

    Each worker calls `begin(*arguments)` once and gives its pieces to the function that this returns. `begin` must be
    importable, and everything that passes between the processes must pickle.
    """
    from concurrent.futures import Future, ProcessPoolExecutor

    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(begin, *arguments)) as pool:
        waiting: deque[Future[Any]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(_answer, piece))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


_own_answer: Callable[[Any], Any] | None = None


def _begin(begin: Callable[..., Callable[[Any], Any]], *arguments: Any) -> None:
    """The start of a worker. To stop on Ctrl-C is for the process that started it."""
    global _own_answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _own_answer = begin(*arguments)


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for the next piece for ever."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    assert parent
    wait([parent.sentinel])
    os._exit(1)


def _answer(piece: Any) -> Any:
    assert _own_answer
    return _own_answer(piece)
