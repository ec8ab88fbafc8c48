"""Capture turned on without any agent's hook."""

import os
from pathlib import Path

from tests.scratch import Scratch


def turn_on(here: Scratch) -> None:
    """As `sdd capture install` does: in the repository's configuration, and noted for its user."""
    here.git("config", "sdd.capture", "true")
    note(here)


def note(here: Scratch) -> None:
    """Notes a repository as one in which this user turned capture on."""
    common = Path(here.path, here.git("rev-parse", "--git-common-dir")).resolve()
    notes = Path(os.environ["XDG_STATE_HOME"], "sdd", "capture", "repositories")
    notes.parent.mkdir(parents=True, exist_ok=True)
    with notes.open("a") as file:
        file.write(f"{common}\n")
