"""The fixtures of the attack tests."""

from pathlib import Path

import pytest

from tests.attacks.ground import Ground


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """An adopted repository and its remote."""
    return Ground(tmp_path)
