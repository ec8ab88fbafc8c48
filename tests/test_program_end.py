"""How the program ends: with its exit status alone, also where nobody can read what it prints."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scratch import Scratch

TOP = Path(__file__).resolve().parent.parent


def ended(here: Scratch, redirected: str, *arguments: str) -> tuple[int, str]:
    """The exit status of sdd and what it said on stderr, its standard output going where a shell says."""
    command = f'"{sys.executable}" -m sdd {" ".join(arguments)} {redirected}'
    settings = {**os.environ, "PYTHONPATH": str(TOP)}
    done = subprocess.run(
        ["bash", "-c", command], cwd=here.path, capture_output=True, text=True, env=settings, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_disk_is_told_once(scratch: Scratch) -> None:
    scratch.commit("first", {"a": "a\n"})
    status, said = ended(scratch, "> /dev/full", "status")
    assert status == 3
    assert said.startswith("sdd: output: No space left on device\n")
    assert said.count("No space left") == 1
    assert "Exception" not in said


def test_a_reader_that_went_away_is_no_fault(scratch: Scratch) -> None:
    scratch.commit("first", {"a": "a\n"})
    status, said = ended(scratch, "| true; exit ${PIPESTATUS[0]}", "status")
    assert (status, said) == (0, "")


def test_a_closed_output_is_no_fault(scratch: Scratch) -> None:
    scratch.commit("first", {"a": "a\n"})
    assert ended(scratch, ">&-", "status") == (0, "")
