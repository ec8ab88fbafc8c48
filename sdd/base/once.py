"""What follows from a value, worked out once however often it is asked for."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Result = TypeVar("Result")


class Once:
    """Results of functions that depend on their arguments alone.

    A value is known again by its identity, since to compare whole records would cost more than most functions do. It is
    held as long as this is, so that no other value takes its identity.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Callable[..., object], int, tuple[Hashable, ...]], tuple[object, Any]] = {}

    def __call__(self, function: Callable[..., Result], value: object, *rest: Hashable) -> Result:
        """`function(value, *rest)`; `rest` is compared as usual."""
        key = (function, id(value), rest)
        if key not in self._known:
            self._known[key] = (value, function(value, *rest))
        result: Result = self._known[key][1]
        return result
