"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest

from tests.scratch import ENVIRONMENT, Scratch

for _name in [name for name in os.environ if name.startswith(("GIT_", "SPECIFY_", "SDD_"))]:
    del os.environ[_name]
os.environ.update(ENVIRONMENT)


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """An empty repository on branch main."""
    return Scratch(tmp_path / "repo")
