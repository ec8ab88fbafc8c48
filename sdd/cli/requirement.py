"""sdd requirement: requirements and success criteria, with what covers them."""

from sqlite3 import Connection

import click

from sdd.answers.trail.requirements import RequirementRow, requirements
from sdd.cli.chosen import feature_name
from sdd.cli.groups import noun
from sdd.cli.listing import feature_filter, print_rows
from sdd.cli.session import json_option
from sdd.render.text.lists import requirements_text


@noun
def command() -> None:
    """List requirements and success criteria, with what covers each."""


@command.command("list")
@feature_filter
@click.option("--uncovered", is_flag=True, help="Only those that no contract and no PHR serves.")
@json_option
@click.pass_context
def list_(ctx: click.Context, feature: str | None, uncovered: bool, as_json: bool) -> None:
    """List requirements and success criteria, each with what covers it: story, tasks, contracts, PHRs, commits."""

    def asked(index: Connection) -> tuple[RequirementRow, ...]:
        rows = requirements(index, feature_name(index, feature) if feature else "")
        return tuple(row for row in rows if not (uncovered and row.is_covered))

    print_rows(ctx, "requirements", asked, requirements_text, as_json, history=True)
