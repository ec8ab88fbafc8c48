"""What the checks of the doctor say, and the report that they make up."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

from sdd.base.paths import printable
from sdd.render.words import counted


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

ok, warning, fault = (partial(Diagnosis, state) for state in State)
"""What makes a diagnosis of each state, from its message and its fix."""


def doctor_text(diagnoses: Sequence[Diagnosis]) -> str:
    """A line for each diagnosis, the command that fixes it below, and the count at the end."""
    lines = []
    for diagnosis in diagnoses:
        lines.append(f"{diagnosis.state:<8} {diagnosis.check:<11} {printable(diagnosis.message)}")
        if diagnosis.fix:
            lines.append(f"{'':<8} fix: {printable(diagnosis.fix)}")
    states = [diagnosis.state for diagnosis in diagnoses]
    bad = [counted(number, state) for state in (State.FAULT, State.WARNING) if (number := states.count(state))]
    return "\n".join([*lines, "", f"sdd: {', '.join(bad) or 'all is well'}"]) + "\n"


def doctor_document(diagnoses: Sequence[Diagnosis]) -> dict[str, Any]:
    """The same as a JSON document."""
    checks = [
        {"name": check, "state": state, "message": message, "fix": fix or None}
        for state, message, fix, check in diagnoses
    ]
    return {"schema": "sdd/doctor/1", "checks": checks}
