"""sdd task: the tasks of all task lists."""

from collections.abc import Sequence

from sdd.answers.lists import Row, keys, rows
from sdd.cli.groups import noun
from sdd.cli.listing import Listing, list_command, row_items
from sdd.cli.options import feature_filter, status_filter
from sdd.cli.session import Session
from sdd.index.search import RowFilter
from sdd.render.text.lists import task_cells


@noun
def command() -> None:
    """List the tasks of all task lists."""


def _rows(session: Session, wanted: RowFilter) -> Sequence[Row]:
    return session.ask(lambda index: rows(index, "tasks", wanted))


_LISTING = Listing("tasks", _rows, task_cells, row_items, keys("tasks"), "no tasks yet: write them into tasks.md")

command.add_command(
    list_command(
        _LISTING,
        "List the tasks of all task lists: box, id, story, place and text.",
        feature_filter,
        status_filter(("open", "done", "skipped")),
    )
)
