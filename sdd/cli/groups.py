"""A command that holds others: `sdd` itself and every noun."""

from collections.abc import Callable

import click

from sdd.base.errors import UsageError
from sdd.base.nearest import nearest


class CommandGroup(click.Group):
    """A click group that answers an unknown command with the nearest ones."""

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
        return super().resolve_command(ctx, args)


def noun(function: Callable[..., None]) -> click.Group:
    """Makes a function the group of a noun's commands; its docstring is their common help."""
    return click.group(cls=CommandGroup)(function)
