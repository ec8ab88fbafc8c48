"""`sdd hook`: install, remove or look at the pre-push hook."""

from typing import Any

import click

from sdd.base.errors import ExitCode
from sdd.base.paths import printable
from sdd.cli.groups import noun
from sdd.cli.session import json_option, open_repository, print_json, print_text
from sdd.setup.hooks import install as hooks


@noun
def command() -> None:
    """Install, remove or look at the pre-push hook.

    The hook asks `sdd gate` about every push and stops one that lacks its records. A hook that was there before
    is kept and runs after it. Exit status 1: no push is judged here.
    """


@command.command()
@json_option
@click.pass_context
def install(ctx: click.Context, as_json: bool) -> None:
    """Write the hook, or renew it."""
    report = hooks.install(open_repository(ctx))
    _print(report, as_json)
    ctx.exit(ExitCode.CLEAN if report.in_force else ExitCode.FINDINGS)


@command.command()
@json_option
@click.pass_context
def uninstall(ctx: click.Context, as_json: bool) -> None:
    """Take the hook out and put back what was there before it."""
    _print(hooks.uninstall(open_repository(ctx)), as_json, removing=True)


@command.command()
@json_option
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Say whether a push from here is judged."""
    report = hooks.status(open_repository(ctx))
    _print(report, as_json)
    ctx.exit(ExitCode.CLEAN if report.in_force else ExitCode.FINDINGS)


def describe(report: hooks.HookReport, removing: bool = False) -> list[str]:
    """What a report says, line by line, for a terminal."""
    if removing:
        lines = [f"hook      {'removed' if report.changed else 'none of sdd here'}: {report.path}"]
        if report.changed and report.state == hooks.HookState.OTHER:
            lines.append("          the hook that was there before is back")
        if report.in_force:
            lines += [f"          {note}: take it out there" for note in report.notes]
    else:
        said = {
            hooks.HookState.INSTALLED: "installed" if report.changed else "in place",
            hooks.HookState.EDITED: "in place, edited by hand",
            hooks.HookState.ABSENT: "not installed",
            hooks.HookState.OTHER: "not installed, another hook stands there",
            hooks.HookState.MANAGED: "called by another program" if report.in_force else "not installed",
        }[report.state]
        lines = [f"hook      {said}: {report.path}"]
        if report.former:
            lines.append(f"          then runs the hook that was there before: {report.former.name}")
        lines += [f"          {note}" for note in report.notes]
    return [printable(line) for line in lines]


def as_document(report: hooks.HookReport) -> dict[str, Any]:
    """A report as part of a JSON document."""
    return {
        "state": str(report.state),
        "path": str(report.path),
        "in_force": report.in_force,
        "changed": report.changed,
        "former": str(report.former) if report.former else None,
        "notes": list(report.notes),
    }


def _print(report: hooks.HookReport, as_json: bool, removing: bool = False) -> None:
    if as_json:
        print_json({"schema": "sdd/hook/1", **as_document(report)})
    else:
        print_text("\n".join(describe(report, removing)))
