"""sdd doctor: does all of it work here, and what mends what does not."""

from datetime import date

import click

from sdd.base.errors import ExitCode
from sdd.cli.progress import progress_bar
from sdd.cli.session import json_option, open_repository, print_json, print_text
from sdd.setup.doctor import Place, State, examine, scratch_folder
from sdd.setup.doctor.text import doctor_document, doctor_text


@click.command()
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="Stop a hook that has given no verdict after so long.",
)
@json_option
@click.pass_context
def command(ctx: click.Context, timeout: float, as_json: bool) -> None:
    """Look whether all of it works here: git, target, policy, hook, index; and say what mends what does not.

    The hook is tried: a push that must be refused and one that must pass, from a throw-away repository to another
    one. Of hooks that are not sdd's own only the call of sdd is tried. Nothing is mended, nothing is left behind.

    Exit status: 0 no fault, 1 a fault.
    """
    with scratch_folder() as scratch, progress_bar("looking") as progress:
        checks = examine(Place(open_repository(ctx), date.today(), timeout, scratch), progress)
    print_json(doctor_document(checks)) if as_json else print_text(doctor_text(checks))
    faulty = any(checked.row.state == State.FAULT for checked in checks)
    ctx.exit(ExitCode.FINDINGS if faulty else ExitCode.CLEAN)
