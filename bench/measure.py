"""Commands run in turn, what each cost at the least, and these costs set against each other.

A machine's speed and its other work change from minute to minute, so no absolute figure says much, and the least of
several costs is the one that other work disturbed least.
"""

import math
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Command(NamedTuple):
    """A command to measure: its words and the folder it runs in. It must exit with 0.

    `stdin` is a file that it reads, `prepare` is done before each run and not measured, `rounds` is how often it is run
    at most. After `limit` seconds it is stopped, not run again, and costs more than any goal allows.
    """

    name: str
    words: tuple[str, ...]
    folder: Path
    stdin: Path | None = None
    prepare: Callable[[], object] | None = None
    rounds: int = 1000
    limit: float = 120


class Cost(NamedTuple):
    """What one run cost: seconds of user and system time, of all that was started and waited for; seconds on the clock;
    and the most memory that one of these processes held, in MiB. Linux counts what this one holds as the least that it
    may be, so the benchmark itself imports little.
    """

    cpu: float
    wall: float
    memory: float


STOPPED = Cost(math.inf, math.inf, math.inf)
"""The cost of what had to be stopped."""

Sum = str | Mapping[str, float]
"""A command's cost, or the sum of several: name -> how often it counts."""


class Ratio(NamedTuple):
    """What commands cost over what others cost, or over a number.

    `goal` is the most it may be, of a shortcut `pays` the least that it must gain.
    """

    name: str
    above: Sum | float
    below: Sum | float = 1.0
    goal: float | None = None
    of: str = "cpu"
    unit: str = ""
    pays: float | None = None

    def row(self, costs: Mapping[str, Cost]) -> list[str]:
        """Its row in the table of ratios; it says so where a command is missing here."""
        try:
            figure = self._sum(self.above, costs) / self._sum(self.below, costs)
        except KeyError:
            return [self.name, "not installed", "", ""]
        # What was stopped twice differs by no number, which reaches no goal.
        reached = (self.goal is None or figure <= self.goal) and (self.pays is None or figure >= self.pays)
        goal = f"<= {self.goal:g}" if self.goal is not None else f">= {self.pays:g}" if self.pays is not None else "-"
        return [self.name, f"{figure:.2f}{self.unit}", goal, "" if reached else "MISSED"]

    def _sum(self, costs: Sum | float, known: Mapping[str, Cost]) -> float:
        if isinstance(costs, float):
            return costs
        weights = {costs: 1.0} if isinstance(costs, str) else costs
        return sum(weight * float(getattr(known[name], self.of)) for name, weight in weights.items())


class Part(NamedTuple):
    """What one subject of the benchmark measures."""

    commands: tuple[Command, ...]
    ratios: tuple[Ratio, ...]


def run(command: Command) -> Cost:
    """One run and its cost. Ends the program where the command fails: one that stops early would flatter."""
    if command.prepare:
        command.prepare()
    told = b""
    with tempfile.TemporaryFile() as said, (command.stdin or Path(os.devnull)).open("rb") as asked:
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        process = subprocess.Popen(
            command.words, cwd=command.folder, stdin=asked, stdout=subprocess.PIPE, stderr=said, bufsize=0
        )
        assert process.stdout
        watch = threading.Timer(command.limit, process.kill)
        watch.start()
        # Read as whoever asked would read it: what nobody takes costs a program next to nothing.
        with process.stdout as output:
            while printed := output.read(1 << 20):
                told = told[-1000:] + printed
        _, status, own = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        watch.cancel()
        if process.returncode == -signal.SIGKILL and wall >= command.limit:
            return STOPPED
        if process.returncode:
            said.seek(0)
            complaint = (said.read() + told).decode(errors="replace").strip()
            sys.exit(f"bench: {' '.join(command.words)} ended with {process.returncode}:\n{complaint}")
    cpu = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    return Cost(cpu, wall, own.ru_maxrss / 1024)


def measure(commands: Sequence[Command], rounds: int) -> dict[str, Cost]:
    """The least costs of each command over `rounds` interleaved rounds, after one that warms the caches."""
    samples: dict[str, list[Cost]] = {command.name: [] for command in commands}
    for number in range(rounds + 1):
        remark(f"round {number} of {rounds}" if number else "warming up")
        for command in commands:
            known = samples[command.name]
            if len(known) < command.rounds and (number or command.rounds > rounds) and STOPPED not in known:
                remark(command.name)
                cost = run(command)
                if number:
                    known.append(cost)
    return {name: Cost(*map(min, zip(*costs, strict=True))) for name, costs in samples.items()}


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns, the first one a heading; the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def report(commands: Sequence[Command], costs: Mapping[str, Cost], ratios: Sequence[Ratio]) -> str:
    """Both tables: the least costs, for orientation, and the ratios with their goals."""
    times = [["command", "CPU ms", "clock ms", "MiB"]]
    for command in commands:
        cost = costs[command.name]
        times.append([command.name, f"{cost.cpu * 1000:.0f}", f"{cost.wall * 1000:.0f}", f"{cost.memory:.0f}"])
    rows = [["ratio", "figure", "goal", ""], *(ratio.row(costs) for ratio in ratios)]
    return f"{table(times)}\n\n{table(rows)}"


def remark(text: str) -> None:
    """Progress, for a person who waits."""
    if sys.stderr.isatty():
        print(f"bench: {text}", file=sys.stderr)
