"""sdd list: the rows of one kind, out of the index."""

from typing import Any

import click

from sdd.answers import lists as listing
from sdd.cli.groups import noun
from sdd.cli.listing import feature_filter, file_filter, print_rows, question_for, since_filter
from sdd.cli.session import json_option
from sdd.cli.stage import stage_option
from sdd.render.text import lists


@noun
def command() -> None:
    """List contracts, PHRs and decisions out of the index."""


@command.command("contracts")
@feature_filter
@click.option("--status", type=click.Choice(["open", "done"]), help="Only those that stand so.")
@file_filter
@json_option
@click.pass_context
def list_contracts(
    ctx: click.Context, feature: str | None, status: str | None, file: str | None, as_json: bool
) -> None:
    """List the execution contracts, those that stand inside PHRs too."""
    asked = question_for(ctx, listing.contracts, feature, status=status, file=file)
    print_rows(ctx, "list-contracts", asked, lists.contracts_text, as_json)


@command.command("phrs")
@feature_filter
@stage_option
@since_filter
@click.option("--user", metavar="USER", help="Only those of this user.")
@file_filter
@json_option
@click.pass_context
def list_phrs(
    ctx: click.Context,
    feature: str | None,
    stage: str | None,
    since: Any,
    user: str | None,
    file: str | None,
    as_json: bool,
) -> None:
    """List the Prompt History Records, the newest first."""
    day = since.date().isoformat() if since else None
    asked = question_for(ctx, listing.phrs, feature, stage=stage, since=day, user=user, file=file)
    print_rows(ctx, "list-phrs", asked, lists.phrs_text, as_json)


@command.command("adrs")
@feature_filter
@click.option("--status", metavar="STATUS", help="Only those that stand so: proposed, accepted ...")
@since_filter
@json_option
@click.pass_context
def list_adrs(ctx: click.Context, feature: str | None, status: str | None, since: Any, as_json: bool) -> None:
    """List the architecture decisions."""
    day = since.date().isoformat() if since else None
    print_rows(
        ctx, "list-adrs", question_for(ctx, listing.adrs, feature, status=status, since=day), lists.adrs_text, as_json
    )
