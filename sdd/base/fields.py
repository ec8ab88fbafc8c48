"""Frozen values by name: what a file says, once it is read.

Measured gain: with Python's data classes a gate over 20 commits costs 1.16 times as much (`make bench`).
"""

from typing import Any, Self, dataclass_transform


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False)
class Fields:
    """Values by name, as the class declares them: to a type checker a frozen data class.

    Python's own would import `inspect` and compile the methods of every kind of record at every start.
    """

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)

    def but(self, **values: Any) -> Self:
        """The same with other values for some of the names."""
        return type(self)(**(vars(self) | values))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be set: it is what its file says")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"
