"""sdd followup: what contracts left to do."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import NamedTuple

import click

from sdd.answers.lists import follow_ups
from sdd.answers.trail.reverted import reverted_records
from sdd.base.listing import counted
from sdd.cli.groups import noun
from sdd.cli.listing import items_of, list_command
from sdd.cli.options import feature_filter
from sdd.cli.session import Session
from sdd.index.search import RowFilter
from sdd.records.followups import FollowUp
from sdd.render.documents.records import Keys
from sdd.render.words import one_line
from sdd.repo.history import additions


class FollowUpRow(NamedTuple):
    """One follow-up. `since` is the day of the commit that brought its record, None before there is one."""

    follow_up: FollowUp
    since: date | None

    @property
    def days(self) -> int | None:
        """How long ago that was."""
        return max(0, (date.today() - self.since).days) if self.since else None


@noun
def command() -> None:
    """List what contracts left to do."""


_KEYS: Keys = {
    **{name: attrgetter(f"follow_up.{name}") for name in ("name", "path", "line", "text", "contract", "feature")},
    "since": lambda row: row.since.isoformat() if row.since else None,
    "days": attrgetter("days"),
    "closed_by": attrgetter("follow_up.closed_by"),
}


def _cells(row: FollowUpRow) -> tuple[str, ...]:
    left = row.follow_up
    age = "not committed" if row.days is None else counted(row.days, "day")
    closed = f"  (closed by {', '.join(left.closed_by)})" if left.closed_by else ""
    return left.name, age, f"{left.path}:{left.line}", f"{one_line(left.text)}{closed}"


@list_command(
    command,
    "followups",
    _cells,
    items_of(_KEYS),
    "no open follow-up",
    feature_filter,
    click.option("--all", "every", is_flag=True, help="Also those that a later PHR closes."),
)
def followups(session: Session, wanted: RowFilter, *, every: bool) -> Sequence[FollowUpRow]:
    """List the open follow-ups of all contracts, those in PHRs too: name, age, path:line and text.

    A PHR settles one by naming it in `closes`: by its name (001-vat/0003#1) or by its text; so does one that reverts
    the work.
    """
    listed = [
        left
        for left in session.ask(
            lambda index: follow_ups(index, reverted_records(index, session.repository)), history=True
        )
        if (every or not left.closed_by) and wanted.feature in ("", left.feature)
    ]
    head = session.commit
    added = additions(session.repository, head, {left.path for left in listed}) if head and listed else {}
    return [FollowUpRow(left, added[left.path].day if left.path in added else None) for left in listed]
