"""sdd list: the rows of one kind, out of the index."""

from collections.abc import Callable, Sequence
from datetime import date
from sqlite3 import Connection
from typing import Any, TypeVar

import click

from sdd.answers import lists as listing
from sdd.answers.lists import Wanted
from sdd.answers.requirements import RequirementRow, requirements
from sdd.cli.asking import ask
from sdd.cli.chosen import feature_name
from sdd.cli.completion import complete_feature
from sdd.cli.followups import command as followups
from sdd.cli.session import json_option, open_repository, path_below_top, print_json, print_text
from sdd.cli.stage import stage_option
from sdd.render.text import lists

_feature = click.option("--feature", metavar="F", shell_complete=complete_feature, help="Only those of this feature.")
_since = click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Only those dated from then on."
)
_file = click.option("--file", metavar="PATH", help="Only those that name this file, or whose scope matches it.")


@click.group()
def command() -> None:
    """List what the records of every root hold: requirements, tasks, contracts, PHRs, decisions and more."""


command.add_command(followups, "followups")


@command.command("requirements")
@_feature
@click.option("--uncovered", is_flag=True, help="Only those that no contract and no PHR serves.")
@json_option
@click.pass_context
def list_requirements(ctx: click.Context, feature: str | None, uncovered: bool, as_json: bool) -> None:
    """List requirements and success criteria, each with what covers it: story, tasks, contracts, PHRs, commits."""

    def asked(index: Connection) -> tuple[RequirementRow, ...]:
        rows = requirements(index, feature_name(index, feature) if feature else "")
        return tuple(row for row in rows if not (uncovered and row.is_covered))

    _print(ctx, "requirements", asked, lists.requirements_text, as_json, history=True)


@command.command("tasks")
@_feature
@click.option("--status", type=click.Choice(["open", "done", "skipped"]), help="Only those that stand so.")
@json_option
@click.pass_context
def list_tasks(ctx: click.Context, feature: str | None, status: str | None, as_json: bool) -> None:
    """List the tasks of all task lists."""
    _print(ctx, "tasks", _asked(ctx, listing.tasks, feature, status=status), lists.tasks_text, as_json)


@command.command("contracts")
@_feature
@click.option("--status", type=click.Choice(["open", "done"]), help="Only those that stand so.")
@_file
@json_option
@click.pass_context
def list_contracts(
    ctx: click.Context, feature: str | None, status: str | None, file: str | None, as_json: bool
) -> None:
    """List the execution contracts, those that stand inside PHRs too."""
    asked = _asked(ctx, listing.contracts, feature, status=status, file=file)
    _print(ctx, "contracts", asked, lists.contracts_text, as_json)


@command.command("phrs")
@_feature
@stage_option
@_since
@click.option("--user", metavar="USER", help="Only those of this user.")
@_file
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
    asked = _asked(ctx, listing.phrs, feature, stage=stage, since=day, user=user, file=file)
    _print(ctx, "phrs", asked, lists.phrs_text, as_json)


@command.command("adrs")
@_feature
@click.option("--status", metavar="STATUS", help="Only those that stand so: proposed, accepted ...")
@_since
@json_option
@click.pass_context
def list_adrs(ctx: click.Context, feature: str | None, status: str | None, since: Any, as_json: bool) -> None:
    """List the architecture decisions."""
    day = since.date().isoformat() if since else None
    _print(ctx, "adrs", _asked(ctx, listing.adrs, feature, status=status, since=day), lists.adrs_text, as_json)


@command.command("waivers")
@json_option
@click.pass_context
def list_waivers(ctx: click.Context, as_json: bool) -> None:
    """List the waivers, with their last day."""
    today = date.today().isoformat()
    _print(ctx, "waivers", listing.waivers, lambda rows: lists.waivers_text(rows, today), as_json)


Rows = TypeVar("Rows")


def _asked(
    ctx: click.Context,
    listed: Callable[[Connection, Wanted], Rows],
    feature: str | None,
    *,
    file: str | None = None,
    **wanted: str | None,
) -> Callable[[Connection], Rows]:
    """The question for some rows, the words of the command line made into what the index holds."""

    def asked(index: Connection) -> Rows:
        named = feature_name(index, feature) if feature else ""
        place = path_below_top(ctx, open_repository(ctx), file) if file else ""
        return listed(index, Wanted(feature=named, file=place, **{key: said or "" for key, said in wanted.items()}))

    return asked


def _print(
    ctx: click.Context,
    kind: str,
    asked: Callable[[Connection], Sequence[Any]],
    text: Callable[[Any], str],
    as_json: bool,
    *,
    history: bool = False,
) -> None:
    rows = ask(open_repository(ctx), asked, history=history)
    if as_json:
        print_json({"schema": f"sdd/list-{kind}/1", "items": [_document(row) for row in rows]})
    else:
        print_text(text(rows) or "none")


def _document(row: Any) -> dict[str, Any]:
    """A row as a JSON item; the top of the repository is `.` there."""
    found: dict[str, Any] = row._asdict()
    return found | {"root": found["root"] or "."} if "root" in found else found
