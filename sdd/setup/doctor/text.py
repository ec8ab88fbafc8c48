"""The doctor's report, as lines for people and as a document for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from sdd.base.paths import printable
from sdd.render.words import counted
from sdd.setup.doctor.diagnosis import Diagnosis, State


def doctor_text(diagnoses: Sequence[Diagnosis]) -> str:
    """A line for each diagnosis, the command that fixes it below, and the count at the end."""
    return "\n".join([*(line for diagnosis in diagnoses for line in _lines(diagnosis)), "", _count(diagnoses)]) + "\n"


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    yield f"{diagnosis.state:<8} {diagnosis.check:<11} {printable(diagnosis.message)}"
    if diagnosis.fix:
        yield f"{'':<8} fix: {printable(diagnosis.fix)}"


def _count(diagnoses: Sequence[Diagnosis]) -> str:
    states = [diagnosis.state for diagnosis in diagnoses]
    bad = [counted(number, state) for state in (State.FAULT, State.WARNING) if (number := states.count(state))]
    return f"sdd: {', '.join(bad) or 'all is well'}"


def doctor_document(diagnoses: Sequence[Diagnosis]) -> dict[str, Any]:
    """The same as a JSON document."""
    checks = [
        {"name": check, "state": state, "message": message, "fix": fix or None}
        for state, message, fix, check in diagnoses
    ]
    return {"schema": "sdd/doctor/1", "checks": checks}
