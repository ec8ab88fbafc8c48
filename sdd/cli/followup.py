"""sdd followup: what contracts left to do."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import click

from sdd.answers.lists import follow_ups
from sdd.cli.groups import noun
from sdd.cli.listing import Listing, list_command, row_items
from sdd.cli.options import feature_filter
from sdd.cli.session import Session
from sdd.index.search import RowFilter
from sdd.records.followups import FollowUp
from sdd.render.text.table import short
from sdd.render.words import counted
from sdd.repo.history import Addition, additions


class FollowUpRow(NamedTuple):
    """One follow-up. `since` is the day of the commit that brought its record, None before there is one."""

    name: str
    path: str
    line: int
    text: str
    contract: str | None
    feature: str | None
    since: str | None
    days: int | None
    closed_by: tuple[str, ...]


@noun
def command() -> None:
    """List what contracts left to do."""


def _rows(session: Session, wanted: RowFilter, *, every: bool) -> Sequence[FollowUpRow]:
    found = [
        left
        for left in session.ask(follow_ups)
        if (every or not left.closed_by) and wanted.feature in ("", left.feature)
    ]
    head = session.commit
    added = additions(session.repository, head, {left.path for left in found}) if head and found else {}
    return [_row(left, added.get(left.path)) for left in found]


def _row(left: FollowUp, added: Addition | None) -> FollowUpRow:
    return FollowUpRow(
        left.name,
        left.path,
        left.line,
        left.text,
        left.contract,
        left.feature,
        since=added.day.isoformat() if added else None,
        days=max(0, (date.today() - added.day).days) if added else None,
        closed_by=left.closed_by,
    )


def _cells(row: FollowUpRow) -> tuple[str, ...]:
    age = "not committed" if row.days is None else counted(row.days, "day")
    closed = f"  (closed by {', '.join(row.closed_by)})" if row.closed_by else ""
    return row.name, age, f"{row.path}:{row.line}", f"{short(row.text)}{closed}"


_LISTING = Listing("followups", _rows, _cells, row_items, FollowUpRow._fields, "no open follow-up")

command.add_command(
    list_command(
        _LISTING,
        """List the open follow-ups of all contracts, those in PHRs too: name, age, path:line and text.

        A PHR settles one by naming it in `closes`: by its name (001-vat/0003#1) or by its text.
        """,
        feature_filter,
        click.option("--all", "every", is_flag=True, help="Also those that a later PHR closes."),
    )
)
