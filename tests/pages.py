"""The parts of the documentation that are made from the program: its commands and its rules.

python -m tests.pages --write     brings the pages up to date
"""

import re
import sys
from collections.abc import Iterator

import click

from sdd.cli.table import sdd
from sdd.gate.rules import ALL
from tests.generated import TOP, Part

_MARK = "<!-- {}: made by python -m tests.pages --write -->\n"
COMMANDS = Part(TOP / "docs/commands.md", _MARK.format("commands"), "<!-- end of commands -->\n")
RULES = Part(TOP / "docs/rules.md", _MARK.format("rules"), "<!-- end of rules -->\n")


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """The full words of every command below `command` that does something itself, and the command."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command, info_name=name)
    for word in command.list_commands(context):
        below = command.get_command(context, word)
        assert below, f"sdd --help lists {name} {word}, which is not there"
        yield from commands(below, f"{name} {word}")


def commands_text() -> str:
    """A line a command: its purpose, as its help says it before it goes into details."""
    helps = ((name, command.get_short_help_str(limit=1000)) for name, command in commands(sdd, "sdd"))
    return "".join(f"- `{name}`: {re.split(r'[:;.?]? [(]|[:;] |[.?]$', text)[0]}\n" for name, text in helps)


def rules_text() -> str:
    """A line a rule."""
    return "".join(f"- `{rule.name}` ({rule.severity}): {rule.summary}\n" for rule in ALL)


TEXTS = ((COMMANDS, commands_text), (RULES, rules_text))

if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    for part, text in TEXTS:
        part.write(text(), __doc__)
