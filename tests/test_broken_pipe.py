"""What is printed may have no reader: a verdict is the same without one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.good import good_repository
from tests.scratch import Scratch


def unread(folder: Path, *arguments: str, buffered: bool = True) -> int:
    """The exit status of an sdd command whose standard output nobody reads; it says nothing on standard error."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, *([] if buffered else ["-u"]), "-m", "sdd", *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    try:
        done = subprocess.run(
            command, cwd=folder, stdout=write, stderr=subprocess.PIPE, env=environment, text=True, check=False
        )
    finally:
        os.close(write)
    assert done.stderr == ""
    return done.returncode


@pytest.mark.parametrize(
    ("many", "options", "buffered"),
    [(1, [], True), (1, ["--json"], False), (200, ["-v"], False), (200, ["--json"], True)],
    ids=["few words", "few words at once", "more than a buffer holds at once", "more than a buffer holds"],
)
def test_a_refusal_stands_where_nobody_reads_it(
    scratch: Scratch, many: int, options: list[str], buffered: bool
) -> None:
    scratch.commit("adopt", {".specify/sdd.toml": "# The defaults hold.\n"})
    scratch.commit("code", {f"src/{number}.py": "1\n" for number in range(many)})
    assert unread(scratch.path, "gate", "--base", "HEAD~1", *options, buffered=buffered) == 1


def test_a_command_does_not_mind_that_nobody_reads_it(tmp_path: Path) -> None:
    folder = good_repository(tmp_path / "good").path
    for command, buffered in (
        (["gate", "--base", "main"], True),
        (["rule", "list"], False),
        (["rule", "show", "--all"], True),
        (["phr", "list", "--json"], False),
    ):
        assert unread(folder, *command, buffered=buffered) == 0
