"""Work that is spread over other processes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sdd.base.processes import processors, spread
from sdd.index import reading
from sdd.repo.objects import Repository
from tests.scratch import Scratch

TOP = Path(__file__).resolve().parent.parent


def begin(factor: int) -> Callable[[int], tuple[int, int]]:
    """Divides a hundred; tells its process too."""
    return lambda number: (100 // number * factor, os.getpid())


def test_answers_come_in_the_order_of_the_pieces_from_other_processes() -> None:
    answers = list(spread([*range(1, 21)], 2, begin, 3))
    assert [number for number, _ in answers] == [100 // number * 3 for number in range(1, 21)]
    assert os.getpid() not in {process for _, process in answers}
    assert len({process for _, process in answers}) <= 2


def test_what_a_worker_raises_is_raised_where_its_answer_is_asked_for() -> None:
    answers = spread([1, 0, 1], 1, begin, 1)
    assert next(answers)[0] == 100
    with pytest.raises(ZeroDivisionError):
        next(answers)


def test_workers_are_as_many_as_may_run_at_once() -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(("at_once", "readers"), [(1, 1), (2, 2), (64, 4)])
def test_as_many_read_for_a_cold_index_as_may_run_at_once(
    scratch: Scratch, monkeypatch: pytest.MonkeyPatch, at_once: int, readers: int
) -> None:
    asked: list[int] = []

    def spread_over(pieces: object, workers: int, *rest: object) -> Iterator[reading.Batch]:
        asked.append(workers)
        return iter(())

    monkeypatch.setattr(reading, "processors", lambda: at_once)
    monkeypatch.setattr(reading, "spread", spread_over)
    with Repository.discover(scratch.path) as repository:
        many = [reading.RecordFile("history/adr/0001-x.md", "0" * 40, "", "adr")] * 2000
        assert list(reading.read_batches(repository, many, 1)) == []
    assert asked == [readers]


# The worker says who it is and then works for much longer than the test waits.
KILLED = """\
import os, time
from sdd.base.processes import spread

def begin():
    def answer(piece):
        print(os.getpid(), flush=True)
        time.sleep(600)
    return answer

list(spread([1], 1, begin))
"""


def test_a_worker_ends_with_the_process_that_started_it() -> None:
    command = [sys.executable, "-c", KILLED]
    settings = {**os.environ, "PYTHONPATH": str(TOP)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings) as killed:
        assert killed.stdout
        worker = int(killed.stdout.readline())
        assert worker != killed.pid
        killed.kill()
        killed.wait()
        for _ in range(200):
            if not lives(worker):
                break
            time.sleep(0.1)
        assert not lives(worker)


def lives(process: int) -> bool:
    """Whether a process is there and has not ended yet."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in ("", "Z")
