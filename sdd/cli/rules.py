"""sdd rules: list the rules."""

import click

from sdd.cli.session import json_option, print_json, print_text
from sdd.gate.rules import ALL


@click.command()
@json_option
def command(as_json: bool) -> None:
    """List the rules: the name, how much a finding weighs, what it says.

    A policy sets the weight of a rule in `[rules]`. `sdd explain RULE` prints its page.
    """
    if as_json:
        items = [
            {"name": rule.name, "family": rule.family, "severity": rule.severity, "summary": rule.summary}
            for rule in ALL
        ]
        print_json({"schema": "sdd/rules/1", "items": items})
        return
    width = max(len(rule.name) for rule in ALL)
    lines = []
    for place, rule in enumerate(ALL):
        if place and rule.family != ALL[place - 1].family:
            lines.append("")
        lines.append(f"{rule.name:<{width}}  {rule.severity:<7}  {rule.summary}")
    print_text("\n".join(lines))
