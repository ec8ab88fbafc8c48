"""A short pass of `make fuzz`: no reader raises, whatever it is given."""

import pytest

from fuzz.readers import READERS
from fuzz.run import try_reader


@pytest.mark.parametrize("name", READERS)
def test_a_reader_raises_on_nothing(name: str) -> None:
    try_reader(READERS[name], 0, 60)
