"""sdd requirement: requirements and success criteria, with what covers them."""

from collections.abc import Sequence

import click

from sdd.answers.trail.requirements import RequirementRow, requirements
from sdd.answers.trail.reverted import reverted_records
from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.cli.groups import noun
from sdd.cli.listing import items_of, list_command
from sdd.cli.options import feature_filter, rev_option
from sdd.cli.session import Session, in_session
from sdd.index.search import RowFilter
from sdd.records.layout import features_named
from sdd.render.documents.records import REQUIREMENT_KEYS, item
from sdd.render.text.lists import requirement_cells


@noun
def command() -> None:
    """List requirements and success criteria, and show what covers one."""


@list_command(
    command,
    "requirements",
    requirement_cells,
    items_of(REQUIREMENT_KEYS),
    "no requirements yet: write a spec",
    feature_filter,
    click.option("--uncovered", is_flag=True, help="Only those that no contract and no PHR serves."),
)
def listed(session: Session, wanted: RowFilter, *, uncovered: bool = False) -> Sequence[RequirementRow]:
    """List requirements and success criteria, each with what covers it: story, tasks, contracts, PHRs, commits."""
    rows = session.ask(
        lambda index: requirements(index, reverted_records(index, session.repository), wanted.feature), history=True
    )
    return tuple(row for row in rows if not (uncovered and row.is_covered))


@command.command()
@click.argument("requirement", metavar="[FEATURE#]ID")
@rev_option
@in_session
def show(session: Session, requirement: str) -> None:
    """Show one requirement or success criterion (FR-003, or 001-vat#FR-003 of several) and what covers it."""
    row = _chosen(listed(session, RowFilter()), requirement)
    lines = [f"{row.id}  {row.path}:{row.line}", "", *row.text.splitlines(), ""]
    covers = (("story", row.stories), ("task", row.tasks), ("contract", row.contracts), ("phr", row.phrs))
    lines += [f"{name:<8}  {value}" for name, values in (*covers, ("commit", row.commits)) for value in values]
    if not row.is_covered:
        lines += [f"inferred  {row.inferred}"] if row.inferred else []
        lines.append(row.served_before or "no record: no contract and no PHR serves it")
    session.print({"schema": "sdd/requirement/1", **item(REQUIREMENT_KEYS, row)}, lines)


def _chosen(rows: Sequence[RequirementRow], written: str) -> RequirementRow:
    """The requirement that somebody means. Raises UsageError for none, and for more than one."""
    feature, _, name = written.rpartition("#")
    named = [row for row in rows if row.id.casefold() == name.casefold()]
    meant = features_named((row.feature or "" for row in named), feature) if feature else []
    found = [row for row in named if not feature or row.feature in meant]
    if len(found) == 1:
        return found[0]
    if found:
        alike = ", ".join(f"{row.feature}#{row.id}" for row in found[:5])
        raise UsageError(f"more than one requirement {written}", f"name its feature: {alike}")
    raise UsageError(
        f"unknown requirement {written}", nearest(name, (row.id for row in rows), "see: sdd requirement list")
    )
