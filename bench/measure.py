"""Commands run in turn, what each run cost, and the medians set against each other."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple


class Command(NamedTuple):
    """A command to measure: its words and the folder it runs in. It must exit with 0.

    `stdin` is a file that it reads, `prepare` is done before each run and not measured, `rounds` is how often it is run
    at most.
    """

    name: str
    words: tuple[str, ...]
    folder: Path
    stdin: Path | None = None
    prepare: Callable[[], object] | None = None
    rounds: int = 1000


class Cost(NamedTuple):
    """What one run cost: seconds of user and system time, of all that was started and waited for; seconds on the clock;
    and the most memory that one of these processes held, in MiB.
    """

    cpu: float
    wall: float
    memory: float


class Ratio(NamedTuple):
    """One command's cost over another's.

    `goal` is the most it may be, `reach` what it should become; of a shortcut `pays` is the least that it must gain.
    """

    name: str
    above: str
    below: str
    goal: float | None = None
    reach: float | None = None
    of: str = "cpu"
    pays: float | None = None


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
        # Read as whoever asked would read it: what nobody takes costs a program next to nothing.
        while printed := process.stdout.read(1 << 20):
            told = printed
        _, status, own = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        if process.returncode:
            said.seek(0)
            complaint = (said.read() + told).decode(errors="replace").strip()
            sys.exit(f"bench: {' '.join(command.words)} ended with {process.returncode}:\n{complaint}")
    cpu = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    return Cost(cpu, wall, own.ru_maxrss / 1024)


def measure(commands: Sequence[Command], rounds: int) -> dict[str, Cost]:
    """The median costs of each command over `rounds` interleaved rounds, after one that warms the caches."""
    samples: dict[str, list[Cost]] = {command.name: [] for command in commands}
    for number in range(rounds + 1):
        remark(f"round {number} of {rounds}" if number else "warming up")
        for command in commands:
            if len(samples[command.name]) < command.rounds and (number or command.rounds > rounds):
                cost = run(command)
                if number:
                    samples[command.name].append(cost)
    return {name: Cost(*map(statistics.median, zip(*costs, strict=True))) for name, costs in samples.items()}


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns, the first one a heading; the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def report(commands: Sequence[Command], medians: dict[str, Cost], ratios: Sequence[Ratio]) -> str:
    """Both tables: the medians, for orientation, and the ratios with their goals."""
    times = [["command", "CPU ms", "clock ms", "MiB"]]
    for command in commands:
        cost = medians[command.name]
        times.append([command.name, f"{cost.cpu * 1000:.0f}", f"{cost.wall * 1000:.0f}", f"{cost.memory:.0f}"])
    rows = [["ratio", "figure", "goal", "reach", ""]]
    for ratio in ratios:
        figure = getattr(medians[ratio.above], ratio.of) / getattr(medians[ratio.below], ratio.of)
        if ratio.pays:
            rows.append([ratio.name, f"{figure:.2f}", f">= {ratio.pays:g}", "-", "MISSED" * (figure < ratio.pays)])
        else:
            rows.append(judged(ratio.name, figure, ratio.goal, ratio.reach))
    return f"{table(times)}\n\n{table(rows)}"


def judged(name: str, figure: float, goal: float | None, reach: float | None = None) -> list[str]:
    """A row of the table of ratios."""
    bounds = [f"<= {bound:g}" if bound else "-" for bound in (goal, reach)]
    return [name, f"{figure:.2f}", *bounds, "MISSED" if goal is not None and figure > goal else ""]


def remark(text: str) -> None:
    """Progress, for a person who waits."""
    if sys.stderr.isatty():
        print(f"bench: {text}", file=sys.stderr)
