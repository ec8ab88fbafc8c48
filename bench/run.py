"""Measures what sdd costs in CPU time, as ratios to other programs measured in the same run: `make bench`.

A machine's speed and its other work change from minute to minute, so no absolute figure says much. Every command is run
once a round, in turn, and the medians are set against each other. A new figure is one Command and one Ratio.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.synth import write_repository

BIN = Path(sys.executable).parent
PUSHED_COMMITS = 20
PHRS_PER_FEATURE = 50
SMALL, LARGE = 1_000, 10_000

PRE_COMMIT_CONFIG = """\
repos:
  - repo: local
    hooks:
      - id: nothing
        name: nothing
        entry: "true"
        language: system
        always_run: true
        pass_filenames: false
"""


class Command(NamedTuple):
    """A command to measure: its words and the folder it runs in. It must exit with 0."""

    name: str
    words: tuple[str, ...]
    folder: Path


class Ratio(NamedTuple):
    """The CPU time of one command over another's. `goal` is the most it may be, `reach` what it should become."""

    name: str
    above: str
    below: str
    goal: float | None = None
    reach: float | None = None


RATIOS = (
    Ratio("sdd --version / python3 -c pass", "version", "python"),
    Ratio("sdd gate, 10,000 PHRs / 1,000 PHRs", "gate large", "gate small", goal=1.2),
    Ratio("sdd gate, 1,000 PHRs / pre-commit run", "gate small", "pre-commit", goal=1.0, reach=0.6),
    Ratio("sdd gate, 10,000 PHRs / pre-commit run", "gate large", "pre-commit", goal=1.0, reach=0.6),
)


def prepare(scratch: Path) -> tuple[Command, ...]:
    """Lays out what the commands need below `scratch` and returns them."""
    small, large, empty = scratch / "small", scratch / "large", scratch / "empty"
    for path, phrs in ((small, SMALL), (large, LARGE)):
        remark(f"writing a repository of {phrs:,} PHRs")
        write_repository(path, features=phrs // PHRS_PER_FEATURE, phrs=phrs)
    subprocess.run(["git", "init", "-q", "-b", "main", empty], check=True)
    (empty / ".pre-commit-config.yaml").write_text(PRE_COMMIT_CONFIG)
    subprocess.run(["git", "-C", empty, "add", "--all"], check=True)
    subprocess.run(["git", "-C", empty, "commit", "-q", "-m", "chore: a hook that does nothing"], check=True)
    gate = (str(BIN / "sdd"), "gate", "--base", f"HEAD~{PUSHED_COMMITS}")
    return (
        Command("python", (sys.executable, "-c", "pass"), empty),
        Command("version", (str(BIN / "sdd"), "--version"), empty),
        Command("pre-commit", (str(BIN / "pre-commit"), "run"), empty),
        Command("gate small", gate, small),
        Command("gate large", gate, large),
    )


def settle_environment(scratch: Path) -> None:
    """Drops what the caller's environment tells Python, git, sdd and pre-commit; what they cache goes below `scratch`.

    Python's bytecode too: where it may not be kept, every run would measure the compiler.
    """
    told = ("GIT_", "PRE_COMMIT", "PYTHON", "SDD_", "SPECIFY_")
    for name in [name for name in os.environ if name.startswith(told)]:
        del os.environ[name]
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": "Ada", f"GIT_{role}_EMAIL": "ada@example.com"}
    os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "NO_COLOR": "1"}
    os.environ |= {"PRE_COMMIT_HOME": str(scratch / "pre-commit"), "PYTHONPYCACHEPREFIX": str(scratch / "bytecode")}


def cpu_seconds(command: Command) -> float:
    """User and system time of the command and of all that it started and waited for. Ends the run where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command.words, cwd=command.folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        # A command that stops early costs less: its figure would flatter.
        said = (done.stderr + done.stdout).decode(errors="replace").strip()
        sys.exit(f"bench: {' '.join(command.words)} in {command.folder} ended with {done.returncode}:\n{said}")
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def measure(commands: Sequence[Command], rounds: int) -> dict[str, float]:
    """The median CPU seconds of each command over `rounds` interleaved rounds, after one that warms the caches."""
    samples: dict[str, list[float]] = {command.name: [] for command in commands}
    for number in range(rounds + 1):
        remark(f"round {number} of {rounds}" if number else "warming up")
        for command in commands:
            seconds = cpu_seconds(command)
            if number:
                samples[command.name].append(seconds)
    return {name: statistics.median(values) for name, values in samples.items()}


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


def report(commands: Sequence[Command], medians: dict[str, float]) -> str:
    """Both tables: the medians in milliseconds, for orientation, and the ratios with their goals."""
    times = [["command", "CPU ms"]]
    times += [[command.name, f"{medians[command.name] * 1000:.0f}"] for command in commands]
    ratios = [["ratio of CPU time", "figure", "goal", "reach", ""]]
    for ratio in RATIOS:
        figure = medians[ratio.above] / medians[ratio.below]
        missed = ratio.goal is not None and figure > ratio.goal
        bounds = [f"<= {bound:.1f}" if bound else "-" for bound in (ratio.goal, ratio.reach)]
        ratios.append([ratio.name, f"{figure:.2f}", *bounds, "MISSED" if missed else ""])
    return f"{table(times)}\n\n{table(ratios)}"


def remark(text: str) -> None:
    """Progress, for a person who waits."""
    if sys.stderr.isatty():
        print(f"bench: {text}", file=sys.stderr)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure sdd's CPU time as ratios to other programs.")
    parser.add_argument("--rounds", type=int, default=15, help="how often each command is measured (15)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sdd-bench-") as folder:
        scratch = Path(folder)
        settle_environment(scratch)
        commands = prepare(scratch)
        print(report(commands, measure(commands, arguments.rounds)))


if __name__ == "__main__":
    main()
