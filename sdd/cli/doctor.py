"""sdd doctor: does everything work here, and what fixes what does not."""

import click

from sdd.base.errors import ExitCode
from sdd.capture.proof import prove
from sdd.cli.options import timeout_option
from sdd.cli.progress import progress_bar
from sdd.cli.session import Session, in_session
from sdd.setup.doctor import DoctorContext, State, doctor_document, doctor_text, examine


@click.command()
@timeout_option(30, "Stop a hook that has given no verdict after so long.")
@in_session
def command(session: Session, timeout: float) -> int:
    """Check that everything works here: git, target, policy, hook, index; and say how to fix what does not.

    sdd's own hook is fired in a throw-away repository, by a push that it must refuse and one that it must let
    through; its hook in each agent's file by a prompt that it must hear. Hooks of other programs are read and never
    run. Nothing is fixed, nothing is left behind.

    Exit status: 0 no fault, 1 a fault.
    """
    with progress_bar("looking") as progress:
        diagnoses = examine(DoctorContext(session.repository, session.today, timeout), progress)
        diagnoses += tuple(prove(session.repository, timeout))
    session.show(diagnoses, doctor_document, doctor_text)
    faulty = any(diagnosis.state == State.FAULT for diagnosis in diagnoses)
    return ExitCode.FINDINGS if faulty else ExitCode.CLEAN
