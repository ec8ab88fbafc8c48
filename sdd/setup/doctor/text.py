"""What the doctor found, as lines for people and as a document for programs."""

from collections.abc import Iterator, Sequence
from typing import Any

from sdd.base.paths import printable
from sdd.render.words import counted
from sdd.setup.doctor.checked import Checked, State


def doctor_text(checks: Sequence[Checked]) -> str:
    """A line for each thing that was looked at, the command that mends it below, and the count at the end."""
    return "\n".join([*(line for checked in checks for line in _lines(checked)), "", _count(checks)]) + "\n"


def _lines(checked: Checked) -> Iterator[str]:
    state, found, mend = checked.row
    yield f"{state:<8} {checked.name:<11} {printable(found)}"
    if mend:
        yield f"{'':<8} mend: {printable(mend)}"


def _count(checks: Sequence[Checked]) -> str:
    states = [checked.row.state for checked in checks]
    bad = [counted(number, state) for state in (State.FAULT, State.WARNING) if (number := states.count(state))]
    return f"sdd: {', '.join(bad) or 'all is well'}"


def doctor_document(checks: Sequence[Checked]) -> dict[str, Any]:
    """The same as a JSON document."""
    rows = [(checked.name, *checked.row) for checked in checks]
    listed = [{"name": name, "state": state, "found": found, "mend": mend or None} for name, state, found, mend in rows]
    return {"schema": "sdd/doctor/1", "checks": listed}
