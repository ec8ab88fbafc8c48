"""A command that holds others: `sdd` itself and every noun."""

from collections.abc import Callable

import click

from sdd.base.errors import ExitCode, UsageError
from sdd.base.nearest import nearest
from sdd.cli.printing import print_text


class CommandGroup(click.Group):
    """A click group that answers an unknown command with the nearest ones, and none with its help."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Takes the words apart. Without any it prints the help and ends with status 2, whatever click's version."""
        if not args and not ctx.resilient_parsing:
            print_text(ctx.get_help())
            ctx.exit(ExitCode.USAGE)
        if args[:1] == ["--json"]:
            raise UsageError("--json comes after the command", f"{ctx.command_path} COMMAND --json")
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words call. Raises UsageError where there is none of that name."""
        name = args[0]
        if not ctx.resilient_parsing and not name.startswith("-") and not self.get_command(ctx, name):
            help_line = f"see: {ctx.command_path} --help"
            raise UsageError(
                f"unknown command: {ctx.command_path} {name}", nearest(name, self.list_commands(ctx), help_line)
            )
        called, command, rest = super().resolve_command(ctx, args)
        if command and not ctx.resilient_parsing and not isinstance(command, click.Group):
            _require_once(click.Context(command, ctx, called), command, rest)
        return called, command, rest


def _require_once(ctx: click.Context, command: click.Command, args: list[str]) -> None:
    """Raises UsageError for an option that is given twice and takes one value: click drops the first in silence."""
    try:
        _, _, order = command.make_parser(ctx).parse_args([*args])
    except click.UsageError:
        return  # which the command says itself
    for option in order:
        takes_one = isinstance(option, click.Option) and not (option.multiple or option.is_flag or option.count)
        if takes_one and order.count(option) > 1:
            raise UsageError(f"{option.opts[0]} is given twice, and takes one value", f"see: {ctx.command_path} --help")


def noun(function: Callable[..., None]) -> click.Group:
    """Makes a function the group of a noun's commands; its docstring is their common help."""
    return click.group(cls=CommandGroup)(function)
