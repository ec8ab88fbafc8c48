"""What a check of the doctor says: how something stands, what was seen, and the command that fixes it."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """A fault lets a push go unjudged, or gives wrong answers or none; a warning may become one."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


class Diagnosis(NamedTuple):
    """One thing that was examined. `fix` is a line for a shell, of sdd's and git's commands only; empty where nothing
    is wrong, or no such command helps (`message` then says what does). `check` is the name of the check that says it.
    """

    state: State
    message: str
    fix: str = ""
    check: str = ""


Diagnoses = Iterator[Diagnosis]


def ok(message: str) -> Diagnosis:
    """Nothing is wrong."""
    return Diagnosis(State.OK, message)


def warning(message: str, fix: str = "") -> Diagnosis:
    """It works, and somebody should know."""
    return Diagnosis(State.WARNING, message, fix)


def fault(message: str, fix: str = "") -> Diagnosis:
    """It does not do what it is for."""
    return Diagnosis(State.FAULT, message, fix)
