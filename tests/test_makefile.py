"""`make self`: which landings it audits, and whether it asks the gate about the branch; `make test`: all its checks."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.scratch import Scratch

MAKEFILE = Path(__file__).parent.parent / "Makefile"


@pytest.fixture
def origin(tmp_path: Path) -> Scratch:
    """A repository whose main holds the Makefile."""
    here = Scratch(tmp_path / "origin")
    here.commit("Begin", {"Makefile": MAKEFILE.read_text()})
    return here


def cloned(origin: Scratch, folder: Path) -> Scratch:
    """A clone with a main of its own, which stands where origin's does."""
    return Scratch.clone(str(origin.path), folder / "clone")


def asked(here: Scratch, folder: Path, *, failing: str = "") -> tuple[list[str], int]:
    """What `make self` asks of an sdd that only writes down what it is asked, and how it ends."""
    told, program = folder / "told", folder / "bin" / "sdd"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\necho "$@" >> "{told}"\ntest "$1" != "{failing}"\n')
    program.chmod(0o755)
    told.unlink(missing_ok=True)
    status = made(here, program.parent, "self")
    return told.read_text().splitlines(), status


def made(here: Scratch, programs: Path, *words: str) -> int:
    """How make ends where the programs in a folder stand for those of `.venv`."""
    command = [shutil.which("make") or "make", *words, "DEVELOPMENT=", f"BIN={programs}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "GIT_"))}
    return subprocess.run(command, cwd=here.path, env=environment, capture_output=True, check=False).returncode


OWN, ORIGIN = "audit --fail-under 100 refs/heads/main", "audit --fail-under 100 refs/remotes/origin/main"


def test_main_is_audited_where_there_is_no_origin(origin: Scratch, tmp_path: Path) -> None:
    assert asked(origin, tmp_path) == (["check", OWN], 0)


def test_main_is_audited_where_it_is_ahead_of_origins(origin: Scratch, tmp_path: Path) -> None:
    here = cloned(origin, tmp_path)
    assert asked(here, tmp_path) == (["check", OWN], 0)
    here.commit("Land", {"a.py": "A = 1\n"})
    assert asked(here, tmp_path) == (["check", OWN], 0)


def test_origins_main_is_audited_where_it_goes_further(origin: Scratch, tmp_path: Path) -> None:
    here = cloned(origin, tmp_path)
    origin.commit("Land", {"a.py": "A = 1\n"})
    here.git("fetch", "-q")
    assert asked(here, tmp_path) == (["check", ORIGIN], 0)
    here.commit("Diverge", {"b.py": "B = 1\n"})
    assert asked(here, tmp_path) == (["check", ORIGIN, "gate --base refs/remotes/origin/main"], 0)


def test_a_topic_branch_is_judged_against_what_has_landed(origin: Scratch, tmp_path: Path) -> None:
    here = cloned(origin, tmp_path)
    here.git("switch", "-q", "-c", "topic")
    here.commit("Work", {"a.py": "A = 1\n"})
    assert asked(here, tmp_path) == (["check", OWN, "gate --base refs/heads/main"], 0)
    # As a pipeline checks out: a detached HEAD, and no branch of its own.
    here.git("checkout", "-q", "--detach")
    here.git("branch", "-q", "-D", "main", "topic")
    assert asked(here, tmp_path) == (["check", ORIGIN, "gate --base refs/remotes/origin/main"], 0)
    here.git("remote", "remove", "origin")
    assert asked(here, tmp_path) == (["check", "audit --fail-under 100 HEAD"], 0)


@pytest.mark.parametrize(("failing", "count"), [("check", 1), ("audit", 2), ("gate", 3)])
def test_whatever_fails_fails_the_whole(origin: Scratch, tmp_path: Path, failing: str, count: int) -> None:
    origin.git("switch", "-q", "-c", "topic")
    origin.commit("Work", {"a.py": "A = 1\n"})
    told, status = asked(origin, tmp_path, failing=failing)
    assert (len(told), status) == (count, 2)


@pytest.mark.parametrize("failing", ["", "ruff", "mypy", "lint-imports", "pytest", "sdd"])
def test_a_check_that_fails_beside_the_others_fails_the_whole(origin: Scratch, tmp_path: Path, failing: str) -> None:
    told, programs = tmp_path / "told", tmp_path / "bin"
    programs.mkdir()
    for name in ("ruff", "mypy", "lint-imports", "pytest", "sdd"):
        (programs / name).write_text(f'#!/bin/sh\necho "{name} $1" >> "{told}"\ntest "{name}" != "{failing}"\n')
        (programs / name).chmod(0o755)
    assert made(origin, programs, "--jobs", "--keep-going", "test") == (2 if failing else 0)
    calls = set(told.read_text().splitlines())
    assert {"pytest -n", "ruff check", "sdd check"} <= calls
    assert failing or calls > {"ruff format", "mypy ", "lint-imports --no-cache", "sdd audit"}


@pytest.mark.parametrize("failing", ["", "uv"])
def test_pip_installs_what_uv_cannot(origin: Scratch, tmp_path: Path, failing: str) -> None:
    told, programs, venv = tmp_path / "told", tmp_path / "bin", tmp_path / "venv"
    programs.mkdir()
    venv.mkdir()
    for name in ("python", "uv"):
        (programs / name).write_text(f'#!/bin/sh\necho "{name} $@" >> "{told}"\ntest "{name}" != "{failing}"\n')
        (programs / name).chmod(0o755)
    origin.commit("Begin", {"pyproject.toml": ""})
    target = venv / ".installed-dev"
    assert subprocess.run(
        [shutil.which("make") or "make", str(target), f"BIN={programs}", f"VENV={venv}"],
        cwd=origin.path, capture_output=True, check=False,
    ).returncode == 0  # fmt: skip
    installed = [line.split()[0] for line in told.read_text().splitlines() if ".[dev]" in line]
    assert installed == ["uv", *(["python"] if failing else [])]
    assert target.exists()
