"""Measures what sdd costs, as ratios to other programs measured in the same run: `make bench`.

A machine's speed and its other work change from minute to minute, so no absolute figure says much. Every command is run
once a round, in turn, and the medians are set against each other. A new figure is one Command and one Ratio.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import former, growth
from bench.measure import Command, Ratio, judged, measure, remark, report, table
from bench.plain import SHORTCUTS, none
from bench.synth import add_request, write_repository

TOP = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SDD = str(BIN / "sdd")
PUSHED_COMMITS = 20
PHRS_PER_FEATURE = 50
SMALL, LARGE, HUGE = 1_000, 10_000, 100_000
QUERY = ("voucher", "refund", "parcel")
# A shortcut that gains less than this is not worth its code.
PAYS = 1.1

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


SCAN = "import sys; from sdd.secrets import scan; scan(sys.stdin.read())"
WORDS = "import re, sys; re.findall(r'\\w+', sys.stdin.read())"


def secret_ratios() -> tuple[Ratio, ...]:
    """What it costs to look for secrets in records."""
    return (Ratio("secrets of 10 MB / their words by re", "secrets", "words", goal=10),)


def capture_ratios() -> tuple[Ratio, ...]:
    """What an agent waits for at each event."""
    return (
        Ratio("sdd capture event / python3 -c pass", "event", "python", goal=3),
        Ratio("sdd capture event, on the clock / python3 -c pass", "event", "python", goal=4, of="wall"),
    )


def capture_command(scratch: Path) -> Command:
    """An event of an agent; what reads it runs detached, and ends at once: another one seems to wait for its turn."""
    folder, event = scratch / "captured", scratch / "event"
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    subprocess.run(["git", "-C", folder, "config", "sdd.capture", "true"], check=True)
    event.write_text(json.dumps({"cwd": str(folder), "prompt": "Add retry to the client. " * 40}))
    return Command("event", (sys.executable, "-m", "sdd", "capture", "event", "claude"), folder, stdin=event)


def shortcut_ratios() -> tuple[Ratio, ...]:
    """What a push costs without each of sdd's shortcuts."""
    names = (plain.__name__ for plain in SHORTCUTS)
    return tuple(
        Ratio(f"without {name.replace('_', ' ')} / with it", f"push {name}", "push none", pays=PAYS) for name in names
    )


def shortcut_commands(large: Path) -> tuple[Command, ...]:
    """A push without each shortcut, and with all of them, each started in the same way."""
    plain = (sys.executable, str(Path(__file__).with_name("plain.py")))
    gate = ("gate", "--base", f"HEAD~{PUSHED_COMMITS}")
    names = (none.__name__, *(shortcut.__name__ for shortcut in SHORTCUTS))
    return tuple(Command(f"push {name}", (*plain, name, *gate), large) for name in names)


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
    prompts = scratch / "prompts"
    prompts.write_text("".join(path.read_text() for path in sorted(small.glob("history/**/*.md"))) * 100)
    with prompts.open("r+") as file:
        file.truncate(10_000_000)
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
        Command("words", (sys.executable, "-c", WORDS), TOP, stdin=prompts, rounds=3),
        Command("secrets", (sys.executable, "-c", SCAN), TOP, stdin=prompts, rounds=3),
        capture_command(scratch),
        *report,
        *(() if phrs > LARGE else shortcut_commands(large)),
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


def size_ratio(folder: Path, blobs: Path) -> float:
    """The bytes of the database over the bytes of the records."""
    path = subprocess.run([SDD, "index", "--path"], cwd=folder, check=True, capture_output=True, text=True).stdout
    with blobs.open("rb") as asked:
        sizes = subprocess.run(
            ["git", "cat-file", "--batch-check=%(objectsize)"], cwd=folder, check=True, capture_output=True, stdin=asked
        ).stdout
    return Path(path.strip()).stat().st_size / sum(map(int, sizes.split()))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure what sdd costs as ratios to other programs.")
    parser.add_argument("--rounds", type=int, default=15, help="how often each command is measured (15)")
    parser.add_argument(
        "--huge", action="store_true", help=f"with {HUGE:,} PHRs in place of {LARGE:,}: some 20 minutes"
    )
    parser.add_argument("--against", metavar="REV", help="compare the gate and the index with a former commit's too")
    parser.add_argument("--growth", action="store_true", help="show how time grows up to each limit, and nothing else")
    arguments = parser.parse_args()
    if arguments.growth:
        growth.main()
        return
    phrs = HUGE if arguments.huge else LARGE
    with tempfile.TemporaryDirectory(prefix="sdd-bench-") as folder:
        scratch = Path(folder)
        settle_environment(scratch)
        commands = prepare(scratch, phrs)
        ratios = (*gate_ratios(f"{phrs:,}", 1.1 if arguments.huge else 1.0), *index_ratios(arguments.huge))
        ratios += secret_ratios() + capture_ratios()
        ratios += () if arguments.huge else shortcut_ratios()
        if arguments.against:
            remark(f"preparing what is measured by the code of {arguments.against}")
            gate = ("gate", "--base", f"HEAD~{PUSHED_COMMITS}")
            code = former.check_out(arguments.against, scratch)
            commands += former.compared(code, scratch / "large", gate, ("search", *QUERY))
            ratios += former.ratios("search")
        medians = measure(commands, arguments.rounds)
        print(f"{phrs:,} PHRs\n\n{report(commands, medians, ratios)}\n")
        bytes_ratio = judged("database / records, in bytes", size_ratio(scratch / "large", scratch / "blobs"), 2.5)
        print(table([["beside these", "figure", "goal", "reach", ""], bytes_ratio]))
        print(f"peak memory of a cold index: {medians['index cold'].memory:.0f} MiB (goal: under 400 at {HUGE:,})")


if __name__ == "__main__":
    main()
