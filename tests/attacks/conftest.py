"""The fixtures of the attack tests."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sdd.repo.objects import Repository
from tests.attacks.ground import PATHS, Court, Ground


@pytest.fixture(scope="session")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    """The judgement that all paths share."""
    with Repository.discover(Ground(tmp_path_factory.mktemp("court")).here.path) as repository:
        yield Court(repository)


@pytest.fixture
def ground(tmp_path: Path, request: pytest.FixtureRequest, court: Court | Sequence[str]) -> Ground:
    """An adopted repository and its remote.

    What `attempt` pushes differs between the parameters of one test in the content of files alone, which no path looks
    at before the judgement that they share: the first is tried on all three, the others in that judgement.
    """
    call = getattr(request.node, "callspec", None)
    is_first = call is None or not any(call.indices.values())
    return Ground(tmp_path, attempts=PATHS if is_first else court)
