"""How often something is done: work is counted where a clock would only say how busy the machine is."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest


def counted(monkeypatch: pytest.MonkeyPatch, place: object, name: str, key: Callable[..., object]) -> "Counter[object]":
    """How often a function is called, by what a key makes of its arguments."""
    calls: Counter[object] = Counter()
    original = getattr(place, name)

    def call(*arguments: Any, **named: Any) -> Any:
        calls[key(*arguments)] += 1
        return original(*arguments, **named)

    monkeypatch.setattr(place, name, call)
    return calls
