"""sdd requirement: requirements and success criteria, with what covers them."""

from collections.abc import Sequence
from sqlite3 import Connection

import click

from sdd.answers.asked import AskedRequirement
from sdd.answers.trail.landings import History
from sdd.answers.trail.requirements import RequirementRow, requirements
from sdd.answers.trail.reverted import reverted_records
from sdd.answers.why.requirements import requirement_asked, trail_of
from sdd.cli.groups import noun
from sdd.cli.listing import items_of, list_command
from sdd.cli.options import feature_filter, rev_option
from sdd.cli.session import Session, in_session
from sdd.index.search import RowFilter
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

    def read(index: Connection) -> Sequence[RequirementRow]:
        reverted = reverted_records(index, session.repository)
        return requirements(History(index, session.repository), reverted, wanted.feature)

    rows = session.ask(read, history=True)
    return tuple(row for row in rows if not (uncovered and row.is_covered))


@command.command()
@click.argument("requirement", metavar="[FEATURE#]ID")
@rev_option
@in_session
def show(session: Session, requirement: str) -> None:
    """Show one requirement or success criterion (FR-003, or 001-vat#FR-003 of several) and what covers it."""
    feature, _, name = requirement.rpartition("#")
    asked = AskedRequirement(feature or None, name, session.folder)

    def shown(index: Connection) -> RequirementRow:
        meant = requirement_asked(index, asked, "sdd requirement show")
        return trail_of(index, session.repository, meant, files=False).row

    row = session.ask(shown, history=True)
    lines = [f"{row.id}  {row.path}:{row.line}", "", *row.text.splitlines(), ""]
    covers = (("story", row.stories), ("task", row.tasks), ("contract", row.contracts), ("phr", row.phrs))
    lines += [f"{name:<8}  {value}" for name, values in (*covers, ("commit", row.commits)) for value in values]
    if not row.is_covered:
        lines += [f"inferred  {row.inferred}"] if row.inferred else []
        lines.append(row.served_before or "no record: no contract and no PHR serves it")
    session.print({"schema": "sdd/requirement/1", **item(REQUIREMENT_KEYS, row)}, lines)
