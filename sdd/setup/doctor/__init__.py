"""What `sdd doctor` examines. Nothing is fixed here, and nothing that a repository holds is run."""

from collections.abc import Callable, Sequence
from typing import Any

from sdd.base.errors import SddError
from sdd.base.listing import counted
from sdd.base.paths import printable
from sdd.setup.doctor import attributes, history, hooks, index, policies, rehearsal, stricter
from sdd.setup.doctor.context import Diagnoses, Diagnosis, DoctorContext, State, fault

__all__ = ["CHECKS", "Diagnosis", "DoctorContext", "State", "doctor_document", "doctor_text", "examine"]

CHECKS: dict[str, Callable[[DoctorContext], Diagnoses]] = {
    "git": hooks.git,
    "sdd": hooks.sdd,
    "roots": policies.roots,
    "target": history.target,
    "history": history.history,
    "policy": policies.policy,
    "ci": policies.ci,
    "grace": policies.grace,
    "baseline": policies.baseline,
    "stricter": stricter.stricter,
    "hook": hooks.hook,
    "called sdd": hooks.called,
    "dry run": rehearsal.dry_run,
    "index": index.index,
    "attributes": attributes.attributes,
    "names": attributes.names,
}
"""Every check by its name, in the order of the report: what others depend on comes first. One that does not apply to a
repository yields nothing."""


def examine(context: DoctorContext, progress: Callable[[int, int], None] | None = None) -> tuple[Diagnosis, ...]:
    """What every check says of a repository. One that cannot find out says so, and the others still run."""
    diagnoses: list[Diagnosis] = []
    for number, (name, check) in enumerate(CHECKS.items(), 1):
        try:
            diagnoses += (diagnosis._replace(check=name) for diagnosis in check(context))
        except SddError as error:
            diagnoses.append(_unknown(name, error.message, error.fix))
        except OSError as error:
            diagnoses.append(_unknown(name, str(error.filename or ""), error.strerror or str(error)))
        if progress:
            progress(number, len(CHECKS))
    return tuple(diagnoses)


def _unknown(name: str, message: str, more: str) -> Diagnosis:
    reason = ", ".join(filter(None, (message, more.replace("\n", "; "))))
    return fault(f"cannot be told: {reason}")._replace(check=name)


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
