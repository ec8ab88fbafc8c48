"""The forked `sdd` of the tests does what the started one does."""

import subprocess
from pathlib import Path

import pytest

from tests.console import BIN_FOLDER
from tests.forked import forked_bin
from tests.scratch import Scratch


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("sdd --version", 0),
        ("sdd no-such-command", 2),
        ("sdd check --json", 1),
        ("cd specs; sdd -C .. feature list; echo $?", 0),
        ("printf 'not a line' | sdd gate --pre-receive", 3),
        ("SDD_FEATURE=001-a sdd session context --json > told; cat told", 0),
    ],
)
def test_it_has_the_callers_folder_streams_and_environment(scratch: Scratch, command: str, status: int) -> None:
    scratch.write("specs/001-a/spec.md", "# A\n")

    def ran(program: Path) -> "subprocess.CompletedProcess[str]":
        return scratch.run("sh", "-c", f"PATH={program}:$PATH; {command}")

    started, forked = ran(BIN_FOLDER), ran(forked_bin())
    assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)
    assert forked.returncode == status, forked
