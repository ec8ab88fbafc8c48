"""The fixtures of the attack tests."""

from pathlib import Path

import pytest

from tests.attacks.ground import PATHS, Ground


@pytest.fixture
def ground(tmp_path: Path, request: pytest.FixtureRequest) -> Ground:
    """An adopted repository and its remote.

    What `attempt` pushes differs between the parameters of one test in the content of files alone, which no path looks
    at before the judgement that they share: the first is tried on all three, the others on CI's.
    """
    call = getattr(request.node, "callspec", None)
    is_first = call is None or not any(call.indices.values())
    return Ground(tmp_path, attempts=PATHS if is_first else ("ci",))
