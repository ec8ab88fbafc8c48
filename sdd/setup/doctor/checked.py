"""What a check says: how something stands, what was looked at, and the command that mends it."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from sdd.setup.doctor.place import Place


class State(StrEnum):
    """How something stands: a fault lets a push go unjudged, or gives wrong answers or none; a warning may come to."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


class Row(NamedTuple):
    """One thing that was looked at. `mend` is a line to paste into a shell, of sdd's and git's commands only; empty
    where nothing is to be mended, or no such command does it (`found` then says what does).
    """

    state: State
    found: str
    mend: str = ""


Rows = Iterator[Row]


class Check(NamedTuple):
    """One check by its name. `look` yields nothing where there is nothing to say of a place."""

    name: str
    look: Callable[[Place], Rows]


class Checked(NamedTuple):
    """A row with the name of the check that says it."""

    name: str
    row: Row


def ok(found: str) -> Row:
    """All is well."""
    return Row(State.OK, found)


def warning(found: str, mend: str = "") -> Row:
    """It works, and somebody should know."""
    return Row(State.WARNING, found, mend)


def fault(found: str, mend: str = "") -> Row:
    """It does not do what it is there for."""
    return Row(State.FAULT, found, mend)
