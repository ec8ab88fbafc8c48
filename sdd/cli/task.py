"""sdd task: the tasks of all task lists."""

from sdd.answers.lists import keys
from sdd.cli.groups import noun
from sdd.cli.listing import Listing, list_command, row_items, rows_of
from sdd.cli.options import feature_filter, status_filter
from sdd.render.text.lists import task_cells


@noun
def command() -> None:
    """List the tasks of all task lists."""


_LISTING = Listing(
    "tasks", rows_of("tasks"), task_cells, row_items, keys("tasks"), "no tasks yet: write them into tasks.md"
)

command.add_command(
    list_command(
        _LISTING,
        "List the tasks of all task lists: box, id, story, place and text.",
        feature_filter,
        status_filter(("open", "done", "skipped")),
    )
)
