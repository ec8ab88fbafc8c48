"""sdd capture: what agents are asked, as their own hooks tell it."""

from sdd.cli.capture_commit import commit
from sdd.cli.groups import noun


@noun
def command() -> None:
    """Record what agents are asked, by their own hooks."""


command.add_command(commit)
