"""sdd explain: a rule's page."""

from difflib import get_close_matches

import click
from click.shell_completion import CompletionItem

from sdd.base.errors import UsageError
from sdd.cli.session import json_option, print_json, print_text
from sdd.gate.rules import ALL
from sdd.render.text.rule_page import rule_book, rule_page


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(rule.name, help=rule.summary) for rule in ALL if rule.name.startswith(incomplete)]


@click.command()
@click.argument("rule", required=False, shell_complete=_complete)
@click.option("--all", "every", is_flag=True, help="Print the whole rule book as Markdown.")
@json_option
def command(rule: str | None, every: bool, as_json: bool) -> None:
    """Explain RULE: what it finds, why that matters, how to mend it, and a bad example."""
    if every:
        print_text(rule_book(ALL))
        return
    found = next((one for one in ALL if one.name == rule), None)
    if not found:
        close = get_close_matches(rule or "", [one.name for one in ALL], n=3)
        said = f"unknown rule {rule}" if rule else "name a rule"
        raise UsageError(said, f"did you mean {', '.join(close)}?" if close else "see: sdd rules")
    if as_json:
        fields = {"name": found.name, "severity": found.severity, "page": found.page, "example": found.example}
        print_json({"schema": "sdd/rule/1", **fields})
    else:
        print_text(rule_page(found))
