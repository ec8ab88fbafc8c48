"""Named tuples that are quick to define: they do all that Python's own do."""

import copy
import pickle
import typing
from typing import Generic, TypeVar

import pytest

from sdd.base import tuples

Value = TypeVar("Value")


class Point(tuples.NamedTuple):
    """Somewhere."""

    x: int
    y: int = 2

    @property
    def sum(self) -> int:
        """Both."""
        return self.x + self.y

    def owner(self) -> type:
        """The class that the compiler keeps for `super`."""
        return __class__  # type: ignore[name-defined, no-any-return]


class Box(tuples.NamedTuple, Generic[Value]):
    """Holds something."""

    held: Value


class Nothing(tuples.NamedTuple):
    """Holds nothing."""


def plain() -> typing.Any:
    """The same class as Python makes it."""
    return typing.NamedTuple("Point", [("x", int), ("y", int)])


def test_a_tuple_is_made_by_place_and_by_name_with_defaults() -> None:
    assert Point(1) == Point(x=1) == (1, 2)
    assert Point(y=5, x=4) == (4, 5) == plain()(4, 5)
    assert (Nothing(), Box[int](3).held, Point(1).sum, Point(1).owner()) == ((), 3, 3, Point)
    assert hash(Point(1)) == hash((1, 2))
    assert repr(Point(1)) == repr(plain()(1, 2)) == "Point(x=1, y=2)"


@pytest.mark.parametrize("arguments", [{}, {"z": 1}, {"x": 1, "z": 1}], ids=str)
def test_a_tuple_with_other_fields_is_refused(arguments: dict[str, int]) -> None:
    for made in (Point, plain()):
        with pytest.raises(TypeError, match=r"__new__\(\)"):
            made(**arguments)


def test_a_tuple_is_read_replaced_and_never_set() -> None:
    point = Point(1)
    x, y = point
    assert (x, y, point.y, point[1]) == (1, 2, 2, 2)
    assert point._replace(y=3) == (1, 3) and type(point._replace(y=3)) is Point
    assert (point._asdict(), Point._fields, Point._make([7, 8])) == ({"x": 1, "y": 2}, ("x", "y"), (7, 8))
    with pytest.raises(ValueError, match="unexpected field names"):
        point._replace(z=3)  # type: ignore[call-arg]
    for name in ("x", "z"):
        with pytest.raises(AttributeError):
            setattr(point, name, 1)


def test_a_tuple_is_matched_copied_and_pickled() -> None:
    match Point(1):
        case Point(x, y):
            assert (x, y) == (1, 2)
    for same in (copy.deepcopy(Point(1)), pickle.loads(pickle.dumps(Point(1)))):
        assert same == Point(1) and type(same) is Point
    assert typing.get_type_hints(Point) == {"x": int, "y": int}
