"""A short pass of `make fuzz`: no reader raises, whatever it is given, and every promise is kept."""

import pytest

from fuzz.by_hypothesis import try_texts
from fuzz.finds import SUBJECTS


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_reader_raises_on_nothing(name: str) -> None:
    try_texts(SUBJECTS[name], 0, 60, lambda _: None)
