"""What an agent waits for at each event."""

import json
import sys
from pathlib import Path

from bench.measure import Command, Part, Ratio
from bench.places import git


def part(scratch: Path) -> Part:
    """An event of an agent; what reads it runs detached, and ends at once: another one seems to wait for its turn."""
    folder, event = scratch / "captured", scratch / "event"
    git(scratch, "init", "-q", "-b", "main", folder)
    git(folder, "config", "sdd.capture", "true")
    event.write_text(json.dumps({"cwd": str(folder), "prompt": "Add retry to the client. " * 40}))
    words = (sys.executable, "-m", "sdd", "capture", "event", "claude")
    ratios = (
        Ratio("sdd capture event / python3 -c pass", "event", "python", 3),
        Ratio("the same, on the clock", "event", "python", 4, of="wall"),
    )
    return Part((Command("event", words, folder, stdin=event),), ratios)
