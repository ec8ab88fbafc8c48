"""sdd task: the tasks of all task lists."""

import click

from sdd.answers.lists import tasks
from sdd.cli.groups import noun
from sdd.cli.listing import feature_filter, print_rows, question_for
from sdd.cli.session import json_option
from sdd.render.text.lists import tasks_text


@noun
def command() -> None:
    """List the tasks of all task lists."""


@command.command("list")
@feature_filter
@click.option("--status", type=click.Choice(["open", "done", "skipped"]), help="Only those with this status.")
@json_option
@click.pass_context
def list_(ctx: click.Context, feature: str | None, status: str | None, as_json: bool) -> None:
    """List the tasks: box, id, story, place and text."""
    print_rows(ctx, "tasks", question_for(ctx, tasks, feature, status=status), tasks_text, as_json)
