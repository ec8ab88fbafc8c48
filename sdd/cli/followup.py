"""sdd followup: what contracts left to do."""

from datetime import date

import click

from sdd.answers.lists import follow_ups
from sdd.base.paths import printable
from sdd.cli.asking import ask
from sdd.cli.chosen import chosen_feature, feature_name
from sdd.cli.completion import complete_feature
from sdd.cli.groups import noun
from sdd.cli.session import json_option, open_repository, print_json, print_text, tree_to_read
from sdd.records.followups import read_follow_ups
from sdd.records.project import Reader
from sdd.render.words import counted
from sdd.repo.ages import added_days


@noun
def command() -> None:
    """List what contracts left to do."""


@command.command("list")
@click.option("--feature", metavar="F", shell_complete=complete_feature, help="Only those of this feature.")
@click.option("--all", "every", is_flag=True, help="Those too that a later PHR closes.")
@click.option("--rev", metavar="REV", help="Read a commit.  [default: the work tree]")
@json_option
@click.pass_context
def list_(ctx: click.Context, feature: str | None, every: bool, rev: str | None, as_json: bool) -> None:
    """List the open follow-ups of all contracts, those in PHRs too: name, age, path:line and text.

    A PHR settles one by naming it in `closes`: by its name (001-vat/0003#1) or by its text.
    """
    repository = open_repository(ctx)
    if rev is None:
        known = ask(repository, lambda index: (feature_name(index, feature) if feature else None, follow_ups(index)))
    else:
        tree = tree_to_read(repository, rev)
        known = chosen_feature(tree, feature) if feature else None, read_follow_ups(tree, Reader(repository.blobs))
    wanted, all_of_them = known
    found = [one for one in all_of_them if (every or not one.closed_by) and wanted in (None, one.feature)]
    head = repository.commit(rev or "HEAD")
    days = added_days(repository, head, {one.path for one in found}) if head and found else {}
    if as_json:
        items = [
            {
                "name": one.name,
                "path": one.path,
                "line": one.line,
                "text": one.text,
                "contract": one.contract,
                "feature": one.feature,
                "since": days[one.path].isoformat() if one.path in days else None,
                "days": _days(days.get(one.path)),
                "closed_by": list(one.closed_by),
            }
            for one in found
        ]
        print_json({"schema": "sdd/followups/1", "items": items})
        return
    width = max((len(printable(one.name)) for one in found), default=0)
    lines = []
    for one in found:
        age = _days(days.get(one.path))
        told = "not committed" if age is None else counted(age, "day")
        closed = f"  (closed by {printable(', '.join(one.closed_by))})" if one.closed_by else ""
        where = f"{printable(one.path)}:{one.line}"
        lines.append(f"{printable(one.name):<{width}}  {told:>13}  {where}  {printable(one.text)}{closed}")
    print_text("\n".join(lines) or "no open follow-up")


def _days(since: date | None) -> int | None:
    """The age of what is there since a day, in days."""
    return max(0, (date.today() - since).days) if since else None
