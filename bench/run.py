"""Measures what sdd costs, as ratios to other programs measured in the same run: `make bench`.

A machine's speed and its other work change from minute to minute, so no absolute figure says much. Every command is run
once a round, in turn, and the medians are set against each other. A new figure is one Command and one Ratio.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.synth import add_request, write_repository

BIN = Path(sys.executable).parent
SDD = str(BIN / "sdd")
PUSHED_COMMITS = 20
PHRS_PER_FEATURE = 50
SMALL, LARGE, HUGE = 1_000, 10_000, 100_000
QUERY = ("voucher", "refund", "parcel")

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
    """One command's cost over another's. `goal` is the most it may be, `reach` what it should become."""

    name: str
    above: str
    below: str
    goal: float | None = None
    reach: float | None = None
    of: str = "cpu"


def gate_ratios(large: str, goal: float) -> tuple[Ratio, ...]:
    """What a push costs."""
    return (
        Ratio("sdd --version / python3 -c pass", "version", "python"),
        Ratio(f"sdd gate, {large} PHRs / 1,000 PHRs", "gate large", "gate small", goal=1.2),
        Ratio("sdd gate, 1,000 PHRs / pre-commit run", "gate small", "pre-commit", goal=1.0, reach=0.6),
        Ratio(f"sdd gate, {large} PHRs / pre-commit run", "gate large", "pre-commit", goal=goal, reach=0.6),
    )


def index_ratios(huge: bool) -> tuple[Ratio, ...]:
    """What the index and its answers cost, each with the goal for its size."""
    unchanged = 0.1 if huge else 0.3
    return (
        Ratio("index, nothing changed / cat-file", "index", "cat-file", goal=unchanged),
        Ratio("index, nothing changed, bare / cat-file", "index bare", "cat-file", goal=unchanged),
        Ratio("index, cold / cat-file", "index cold", "cat-file", goal=15, reach=8),
        Ratio("index, cold, on the clock / cat-file", "index cold", "cat-file", goal=10, of="wall"),
        Ratio("index, after a commit / nothing changed", "index commit", "index", goal=1.5),
        Ratio("search / python3 -c 'import sqlite3'", "search", "sqlite3", goal=10 if huge else 8),
        Ratio("search, bare / python3 -c 'import sqlite3'", "search bare", "sqlite3", goal=10 if huge else 8),
        Ratio("why / git blame", "why", "blame", goal=6),
        *(() if huge else (Ratio("report, a site / index, cold", "report", "index cold", goal=3),)),
    )


def prepare(scratch: Path, phrs: int) -> tuple[Command, ...]:
    """Lays out what the commands need below `scratch` and returns them."""
    small, large, bare, empty = scratch / "small", scratch / "large", scratch / "bare", scratch / "empty"
    for path, number in ((small, SMALL), (large, phrs)):
        remark(f"writing a repository of {number:,} PHRs")
        write_repository(path, features=number // PHRS_PER_FEATURE, phrs=number)
    subprocess.run(["git", "clone", "-q", "--bare", large, bare], check=True)
    subprocess.run(["git", "-C", large, "reset", "-q", "--hard"], check=True)
    subprocess.run(["git", "init", "-q", "-b", "main", empty], check=True)
    (empty / ".pre-commit-config.yaml").write_text(PRE_COMMIT_CONFIG)
    subprocess.run(["git", "-C", empty, "add", "--all"], check=True)
    subprocess.run(["git", "-C", empty, "commit", "-q", "-m", "chore: a hook that does nothing"], check=True)
    blobs = scratch / "blobs"
    blobs.write_text("".join(f"{blob}\n" for blob in record_blobs(large)))
    source = subprocess.run(
        ["git", "ls-files", "src"], cwd=large, check=True, capture_output=True, text=True
    ).stdout.split()[0]
    gate = (SDD, "gate", "--base", f"HEAD~{PUSHED_COMMITS}")
    search = (SDD, "search", *QUERY)
    # Each index is made once before anything is measured; the commit's own repository is a copy that grows.
    growing, cold = scratch / "growing", scratch / "cold"
    for folder in (growing, cold):
        subprocess.run(["git", "clone", "-q", large, folder], check=True)
    for folder in (large, bare, growing):
        subprocess.run([SDD, "index"], cwd=folder, check=True, capture_output=True)
    subprocess.run([SDD, "why", f"{source}:1"], cwd=large, check=True, capture_output=True)
    index = cold / ".git" / "sdd" / "index.db"
    report = () if phrs > LARGE else (report_command(scratch, large),)
    return (
        Command("python", (sys.executable, "-c", "pass"), empty),
        Command("sqlite3", (sys.executable, "-c", "import sqlite3"), empty),
        Command("version", (SDD, "--version"), empty),
        Command("pre-commit", (str(BIN / "pre-commit"), "run"), empty),
        Command("gate small", gate, small),
        Command("gate large", gate, large),
        Command("cat-file", ("git", "cat-file", "--batch"), large, stdin=blobs),
        Command("index", (SDD, "index"), large),
        Command("index bare", (SDD, "index"), bare),
        Command("index commit", (SDD, "index"), growing, prepare=lambda: add_request(growing)),
        Command("index cold", (SDD, "index"), cold, prepare=lambda: index.unlink(missing_ok=True), rounds=3),
        Command("search", search, large),
        Command("search bare", search, bare),
        Command("why", (SDD, "why", f"{source}:1"), large),
        Command("blame", ("git", "blame", source), large),
        *report,
    )


def report_command(scratch: Path, large: Path) -> Command:
    """A site written anew, over a repository whose changes were judged before, as wherever one is made often."""
    folder, site = scratch / "reported", scratch / "site"
    subprocess.run(["git", "clone", "-q", large, folder], check=True)
    remark("judging every change of the large repository once")
    subprocess.run([SDD, "audit"], cwd=folder, check=True, capture_output=True)
    words = (SDD, "report", "--output", str(site))
    return Command("report", words, folder, prepare=lambda: shutil.rmtree(site, ignore_errors=True), rounds=3)


def record_blobs(folder: Path) -> list[str]:
    """The ids of all records of HEAD, as a reader would ask for them."""
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "HEAD", "--", ".specify", "specs", "history"],
        cwd=folder, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return [line.split()[2] for line in listed.splitlines()]


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
        rows.append(judged(ratio.name, figure, ratio.goal, ratio.reach))
    return f"{table(times)}\n\n{table(rows)}"


def judged(name: str, figure: float, goal: float | None, reach: float | None = None) -> list[str]:
    """A row of the table of ratios."""
    bounds = [f"<= {bound:.1f}" if bound else "-" for bound in (goal, reach)]
    return [name, f"{figure:.2f}", *bounds, "MISSED" if goal is not None and figure > goal else ""]


def size_ratio(folder: Path, blobs: Path) -> float:
    """The bytes of the database over the bytes of the records."""
    path = subprocess.run([SDD, "index", "--path"], cwd=folder, check=True, capture_output=True, text=True).stdout
    with blobs.open("rb") as asked:
        sizes = subprocess.run(
            ["git", "cat-file", "--batch-check=%(objectsize)"], cwd=folder, check=True, capture_output=True, stdin=asked
        ).stdout
    return Path(path.strip()).stat().st_size / sum(map(int, sizes.split()))


def remark(text: str) -> None:
    """Progress, for a person who waits."""
    if sys.stderr.isatty():
        print(f"bench: {text}", file=sys.stderr)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure what sdd costs as ratios to other programs.")
    parser.add_argument("--rounds", type=int, default=15, help="how often each command is measured (15)")
    parser.add_argument(
        "--huge", action="store_true", help=f"with {HUGE:,} PHRs in place of {LARGE:,}: some 20 minutes"
    )
    arguments = parser.parse_args()
    phrs = HUGE if arguments.huge else LARGE
    with tempfile.TemporaryDirectory(prefix="sdd-bench-") as folder:
        scratch = Path(folder)
        settle_environment(scratch)
        commands = prepare(scratch, phrs)
        medians = measure(commands, arguments.rounds)
        ratios = (*gate_ratios(f"{phrs:,}", 1.1 if arguments.huge else 1.0), *index_ratios(arguments.huge))
        print(f"{phrs:,} PHRs\n\n{report(commands, medians, ratios)}\n")
        bytes_ratio = judged("database / records, in bytes", size_ratio(scratch / "large", scratch / "blobs"), 2.5)
        print(table([["beside these", "figure", "goal", "reach", ""], bytes_ratio]))
        print(f"peak memory of a cold index: {medians['index cold'].memory:.0f} MiB (goal: under 400 at {HUGE:,})")


if __name__ == "__main__":
    main()
