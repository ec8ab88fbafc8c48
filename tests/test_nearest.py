"""What somebody may have meant: names with the same number before those that only look alike."""

import pytest

from sdd.base.nearest import nearest

KNOWN = [f"FR-{number:03}" for number in range(1, 32)]


@pytest.mark.parametrize("word", ["FR-01", "FR-1", "fr-1", "FR-0001"])
def test_a_number_without_its_zeros_is_meant_first(word: str) -> None:
    told = nearest(word, KNOWN, "see the list")
    assert told.startswith("did you mean FR-001")
    assert told.count("FR-") <= 3


def test_a_number_that_is_not_there_is_not_made_up() -> None:
    assert "FR-032" not in nearest("FR-32", KNOWN, "see the list")
    assert nearest("nonsense", KNOWN, "see the list") == "see the list"
