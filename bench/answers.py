"""What answers cost: the index, new and kept, search, and the first questions to a repository that has no index yet."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.measure import Command, Part, Ratio
from bench.places import SDD, clone, forget, git, sdd

QUERY = ("voucher", "refund", "parcel")
# Linear: to measure twice makes less of a difference than the rest.
FOURFOLD = 4.2
# What a command may hold for 100,000 PHRs in MiB, above the sixty that it holds for none.
FIRST, OVER_ALL, HELD_FOR_NONE, MOST = 400, 500, 60, 100_000
RECORD_FOLDERS = (".specify", "specs", "history")


def kept_index(scratch: Path, large: Path) -> Part:
    """What a question costs where nothing has changed since the last one, in a checkout and in a bare repository."""
    bare = clone(large, scratch / "bare", "--bare")
    git(large, "reset", "-q", "--hard")
    for folder in (large, bare):
        sdd(folder, "index")
    status = ("git", "status", "--porcelain", "-z", "--", *RECORD_FOLDERS)
    search = (SDD, "search", *QUERY)
    commands = (
        Command("python", (sys.executable, "-c", "pass"), bare),
        Command("sqlite3", (sys.executable, "-c", "import sqlite3"), bare),
        Command("version", (SDD, "--version"), bare),
        Command("status", status, large),
        Command("index", (SDD, "index"), large),
        Command("index bare", (SDD, "index"), bare),
        Command("search", search, large),
        Command("search bare", search, bare),
    )
    ratios = (
        Ratio("sdd --version / python3 -c pass", "version", "python"),
        Ratio("index, nothing changed, bare / sdd --version", "index bare", "version", 1.3),
        Ratio("the same, checkout / 1.3 sdd --version and 1.1 git status", "index", {"version": 1.3, "status": 1.1}, 1),
        Ratio("search, bare / python3 -c 'import sqlite3'", "search bare", "sqlite3", 5),
        Ratio("the same, checkout / 5 of these and git status", "search", {"sqlite3": 5, "status": 1}, 1),
    )
    return Part(commands, ratios)


def cold_index(scratch: Path, folder: Path, rounds: int, limit: float) -> Part:
    """An index from nothing, beside SQLite alone storing the same rows, and with two processes beside one."""
    git(folder, "repack", "-a", "-d", "-f", "-q")
    sdd(folder, "index")
    index, rows = folder / ".git" / "sdd" / "index.db", scratch / "rows.db"
    inserted = (sys.executable, str(Path(__file__).with_name("inserted.py")))
    # In a process of its own: whatever this one holds, each command seems to hold.
    subprocess.run((*inserted, "stage", index, rows), check=True)
    make = (SDD, "index")
    insert = (*inserted, "insert", str(rows), str(scratch / "inserted.db"))
    one, two = (("taskset", "--cpu-list", processors, *make) for processors in ("0", "0,1"))
    again = forget(folder)
    commands = (
        Command("insert", insert, scratch, rounds=rounds, limit=limit),
        Command("index cold, one process", one, folder, prepare=again, rounds=rounds, limit=limit),
        Command("index cold, two processes", two, folder, prepare=again, rounds=rounds, limit=limit),
    )
    ratios = (
        Ratio("index, cold / SQLite inserting its rows", "index cold, one process", "insert", 8),
        Ratio(
            "the same, two processes / one, on the clock",
            "index cold, two processes",
            "index cold, one process",
            0.5,
            of="wall",
        ),
        Ratio("database / its records, in bytes", float(index.stat().st_size), float(record_bytes(folder)), 1.7),
    )
    return Part(commands, ratios)


def record_bytes(folder: Path) -> int:
    """How many bytes the records of HEAD have."""
    return sum(map(int, git(folder, "ls-tree", "-r", "--format=%(objectsize)", "HEAD", "--", *RECORD_FOLDERS).split()))


def questions(scratch: Path, folder: Path, phrs: int, rounds: int, limit: float) -> Part:
    """The first `why` and `audit` of a clone, and what goes over all records or changes once these are known."""
    sdd(folder, "hook", "install")
    source = git(folder, "ls-files", "src").partition("\n")[0]
    size, site = f", {phrs:,} PHRs", scratch / f"site {phrs}"
    commits = int(git(folder, "rev-list", "--count", "HEAD"))
    words = {
        "first why": ("why", f"{source}:1"),
        "first audit": ("audit",),
        "report": ("report", "--output", str(site)),
        "check": ("check",),
        "repair": ("repair",),
        "doctor": ("doctor",),
    }
    anew: dict[str, Callable[[], object]] = {
        "first why": forget(folder),
        "first audit": forget(folder),
        "report": partial(shutil.rmtree, site, ignore_errors=True),
    }
    commands = [
        Command(name + size, (SDD, *asked), folder, prepare=anew.get(name), rounds=rounds, limit=limit)
        for name, asked in words.items()
    ]
    ratios = (
        Ratio(f"first why, {commits:,} commits, each", "first why" + size, commits / 1000, 0.1, unit=" ms"),
        Ratio(f"first audit, {commits:,} commits, each", "first audit" + size, commits / 1000, 3, unit=" ms"),
    )
    return Part(tuple(commands), ratios)


def growth(small: int, large: int) -> tuple[Ratio, ...]:
    """How what goes over all records grows where these are four times as many, and what memory a further PHR takes."""
    over_all = ("report", "check", "repair", "doctor")
    time = (
        Ratio(f"{name}, {small:,} -> {large:,} PHRs", f"{name}, {large:,} PHRs", f"{name}, {small:,} PHRs", FOURFOLD)
        for name in over_all
    )
    memory = (
        Ratio(
            f"{name}, memory of a further PHR",
            {f"{name}, {large:,} PHRs": 1, f"{name}, {small:,} PHRs": -1},
            (large - small) / 1024,
            round((allowed - HELD_FOR_NONE) * 1024 / MOST, 1),
            "memory",
            " KiB",
        )
        for allowed, names in ((FIRST, ("first why", "first audit")), (OVER_ALL, over_all))
        for name in names
    )
    return (*time, *memory)
