"""`sdd hook`: install, remove or inspect the pre-push hook."""

from collections.abc import Callable

import click

from sdd.base.errors import ExitCode
from sdd.cli.groups import noun
from sdd.cli.session import json_option, open_repository, print_json, print_text
from sdd.setup.hooks import install as hooks
from sdd.setup.hooks.text import hook_document, hook_lines, removal_lines


@noun
def command() -> None:
    """Install, remove or inspect the pre-push hook.

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
    """Remove the hook and put back what was there before it."""
    _print(hooks.uninstall(open_repository(ctx)), as_json, removal_lines)


@command.command()
@json_option
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Say whether a push from here is judged."""
    report = hooks.status(open_repository(ctx))
    _print(report, as_json)
    ctx.exit(ExitCode.CLEAN if report.in_force else ExitCode.FINDINGS)


def _print(
    report: hooks.HookReport, as_json: bool, lines: Callable[[hooks.HookReport], list[str]] = hook_lines
) -> None:
    if as_json:
        print_json({"schema": "sdd/hook/1", **hook_document(report)})
    else:
        print_text("\n".join(lines(report)))
