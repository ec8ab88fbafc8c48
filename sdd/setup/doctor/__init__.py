"""What `sdd doctor` examines. Nothing is fixed here, and nothing that a repository holds is run."""

from collections.abc import Callable

from sdd.base.errors import SddError
from sdd.setup.doctor import attributes, history, hooks, index, policies, rehearsal
from sdd.setup.doctor.context import DoctorContext
from sdd.setup.doctor.diagnosis import Diagnoses, Diagnosis, State, doctor_document, doctor_text, fault

__all__ = ["CHECKS", "Diagnosis", "DoctorContext", "State", "doctor_document", "doctor_text", "examine"]

CHECKS: dict[str, Callable[[DoctorContext], Diagnoses]] = {
    "git": hooks.git,
    "sdd": hooks.sdd,
    "roots": policies.roots,
    "target": history.target,
    "history": history.history,
    "policy": policies.policy,
    "grace": policies.grace,
    "baseline": policies.baseline,
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
