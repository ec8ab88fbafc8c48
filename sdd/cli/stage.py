"""The stage of a PHR as a choice on the command line: every name that it is known by."""

import click

from sdd.base.errors import UsageError


def _stage(ctx: click.Context, parameter: click.Parameter, written: str | None) -> str | None:
    """The canonical stage that somebody means. Raises UsageError for none."""
    if written is None:
        return None
    # Only who asks for a stage waits for what knows them.
    from sdd.records.kinds.phr import Stage, stage_of

    found = stage_of(written)
    if not found:
        raise UsageError(f"unknown stage {written}", f"stages: {', '.join(Stage)}")
    return found.value


stage_option = click.option("--stage", metavar="STAGE", callback=_stage, help="Only PHRs of this stage.")
