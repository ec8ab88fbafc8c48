"""Fixtures that every test may use."""

import gc
import os
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from sdd.cli.surface import AGENT_VARIABLES
from tests.adopted import Adopted, adopt, copied
from tests.examples import examples
from tests.scratch import ENVIRONMENT, Scratch
from tests.shared import made_once

# What tells sdd of a CI job, an agent or a feature differs between machines. A program that may keep no bytecode
# compiles all of sdd whenever a test starts it.
_KEPT_OUT = ("GIT_", "SPECIFY_", "SDD_", "PYTHONDONTWRITEBYTECODE", "CI", "GITHUB_", "GITLAB_", *AGENT_VARIABLES)
for _name in [name for name in os.environ if name.startswith(_KEPT_OUT)]:
    del os.environ[_name]
os.environ.update(ENVIRONMENT)
# What sdd notes for its user.
_STATE = tempfile.TemporaryDirectory(prefix="sdd-state-")
os.environ["XDG_STATE_HOME"] = _STATE.name


def _folder_in_memory() -> str | None:
    """A folder that is kept in memory, has room, and lets hooks run. To make and to remove thousands of repositories
    takes a disk longer than the tests.
    """
    folder, room = "/dev/shm", 2 << 30
    if not os.access(folder, os.W_OK):
        return None
    system = os.statvfs(folder)
    return None if system.f_flag & os.ST_NOEXEC or system.f_bavail * system.f_frsize < room else folder


if "TMPDIR" not in os.environ and (_folder := _folder_in_memory()):
    os.environ["TMPDIR"] = tempfile.tempdir = _folder

# Whoever starts the tests in the background may have told them to ignore it, and so the programs that they stop by it.
signal.signal(signal.SIGINT, signal.default_int_handler)

gc.set_threshold(50_000)  # few values here refer back to themselves


def pytest_collection_finish() -> None:
    """What ten thousand tests are told by stays until the end: nobody has to look at it again and again."""
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: half of the time a test waits for its gits."""
    return (os.cpu_count() or 1) + 1


settings.register_profile("drawn", examples(100))
settings.load_profile("drawn")


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """An empty repository on branch main."""
    return Scratch(tmp_path / "repo")


@pytest.fixture(scope="session")
def adopted_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project that sdd was set up in: read it only."""
    return made_once(tmp_path_factory, "adopted", lambda folder: adopt(folder / "project")) / "project"


@pytest.fixture
def adopted(adopted_once: Path, tmp_path: Path) -> Adopted:
    """A project that sdd was set up in, for this test alone."""
    return copied(adopted_once, tmp_path / "project")
