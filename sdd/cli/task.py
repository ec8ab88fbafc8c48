"""sdd task: the tasks of all task lists."""

from sdd.answers.lists import keys
from sdd.cli.groups import noun
from sdd.cli.listing import indexed, items_of, list_command
from sdd.cli.options import feature_filter, status_filter
from sdd.render.documents.records import fields
from sdd.render.text.lists import task_cells


@noun
def command() -> None:
    """List the tasks of all task lists."""


list_command(
    command,
    "tasks",
    task_cells,
    items_of(fields(*keys("tasks"))),
    "no tasks yet: write them into tasks.md",
    feature_filter,
    status_filter(("open", "done", "skipped")),
)(indexed("tasks", "List the tasks of all task lists: box, id, story, place and text."))
