"""sdd rule: the rule book, a line a rule or a rule's page."""

from collections.abc import Sequence
from operator import attrgetter

import click

from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.cli.completion import Words, quietly
from sdd.cli.groups import noun
from sdd.cli.listing import items_of, list_command
from sdd.cli.printing import print_text
from sdd.cli.session import Session, in_session
from sdd.gate.rules import ALL
from sdd.gate.rules.rule import Rule
from sdd.index.search import RowFilter
from sdd.render.documents.records import fields
from sdd.render.text.rule_page import rule_book, rule_page


@noun
def command() -> None:
    """List the rules, and show the page of one."""


@list_command(
    command,
    "rules",
    attrgetter("name", "severity", "summary"),
    items_of(fields("name", "family", "severity", "summary")),
    "no rules",
    of_tree=False,
)
def rules(session: Session, wanted: RowFilter) -> Sequence[Rule]:
    """List the rules: name, severity, summary.

    A policy sets the severity of a rule in `[rules]`. `sdd rule show RULE` prints its page.
    """
    return ALL


@quietly
def _complete(ctx: click.Context) -> Words:
    yield from (((rule.name,), rule.summary) for rule in ALL)


@command.command()
@click.argument("name", metavar="RULE", required=False, shell_complete=_complete)
@click.option("--all", "every", is_flag=True, help="Print the whole rule book as Markdown.")
@in_session
def show(session: Session, name: str | None, *, every: bool) -> None:
    """Show the page of RULE: what it finds, why that matters, how to fix it, and a bad example."""
    if every:
        print_text(rule_book(ALL))
        return
    rule = next((rule for rule in ALL if rule.name == name), None)
    if not rule:
        message = f"unknown rule {name}" if name else "name a rule"
        raise UsageError(message, nearest(name or "", (rule.name for rule in ALL), "see: sdd rule list"))
    fields = {name: getattr(rule, name) for name in ("name", "severity", "page", "example")}
    session.print({"schema": "sdd/rule/1", **fields}, rule_page(rule))
