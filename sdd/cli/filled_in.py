"""Refuses the words of a printed command that were pasted without being filled in."""

from typing import Any

import click

from sdd.gate.fixes import TO_FILL_IN


def filled_in(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """A click callback: `value` as it is, or BadParameter where it, or one of several, still stands in capitals."""
    for word in value if isinstance(value, tuple) else (value,):
        if word in TO_FILL_IN:
            raise click.BadParameter(f"{word} is still to be filled in", ctx, param)
    return value
