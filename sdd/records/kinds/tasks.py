"""Task lists: specs/<feature>/tasks.md."""

import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from sdd.base.regex import regex
from sdd.document import Document, Section
from sdd.records.kinds.extent import whole_text
from sdd.records.kinds.field import Field, Form, Items
from sdd.records.kinds.ids import known_ids
from sdd.records.kinds.named_paths import named_paths
from sdd.records.kinds.reading import by_line, file_text, placeholders, words
from sdd.records.kinds.record import Item, Kind, Prose, Record, Reference
from sdd.records.kinds.spec import stories_in
from sdd.records.kinds.task_entries import read_entries
from sdd.records.layout import SPECS, feature_of

_PHASE = regex(r"(?:Phase|Milestone)\b", re.IGNORECASE)


class Task(NamedTuple):
    """`- [ ] T001 [P] [US1] text with a path`."""

    id: Annotated[str | None, Field("T001, null for a checkbox without an id", name="name")]
    done: Annotated[bool, Field("1 where it is ticked", Form.FLAG)]
    skipped: Annotated[bool, Field("1 where it is struck out", Form.FLAG)]
    parallel: Annotated[bool, Field("1 where it is marked [P]", Form.FLAG)]
    stories: Annotated[tuple[str, ...], Field("JSON list of the stories that it is for", Form.LIST)]
    text: Annotated[str, Field("what is to be done", Form.PROSE)]
    phase: Annotated[str | None, Field("the heading above it")]
    line: int

    @property
    def story(self) -> Annotated[str | None, Field("the first of its stories, US1, null for none")]:
        """The first of its stories."""
        return self.stories[0] if self.stories else None

    @property
    def status(self) -> Annotated[str, Field("open, done or skipped")]:
        """How far it is."""
        return "skipped" if self.skipped else "done" if self.done else "open"

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that the text names."""
        return named_paths(self.text)

    @property
    def requirements(self) -> Annotated[tuple[str, ...], Field("JSON list of those that it names", Form.LIST)]:
        """The requirements that the text names."""
        return known_ids(self.text)


class Tasks(Record):
    """A feature's task list: boxes, headings and rows of tables that have an id, and boxes where nothing has one.

    Where the list holds task ids, boxes without one are notes on the tasks.
    """

    feature: str
    phases: tuple[Item, ...]
    tasks: Annotated[tuple[Task, ...], Items("tasks", "The tasks of the task lists.")]
    placeholders: tuple[Item, ...]


def parse(path: str, content: bytes, root: str) -> Tasks:
    """A feature's task list, but for what is in code."""
    document = Document.parse(content)
    phases = [section for section in document.sections if section.level == 2 and _PHASE.match(section.title)]
    return Tasks(
        path=path,
        root=root,
        problems=document.problems,
        feature=feature_of(path),
        phases=tuple(Item(section.title, section.line) for section in phases),
        tasks=tuple(_tasks(document, phases)),
        placeholders=placeholders(document),
    )


def _tasks(document: Document, phases: list[Section]) -> Iterator[Task]:
    waiting = list(reversed(phases))
    phase: Section | None = None
    entries = read_entries(document)
    of_a_story = [(section, story) for section in document.sections for story in _story_of_heading(section)]
    lines = {entry.line for entry in entries}
    for entry in entries:
        while waiting and waiting[-1].line <= entry.line:
            phase = waiting.pop()
        if phase and entry.line >= phase.end:
            phase = None
        text, _ = whole_text(document, entry.line, entry.text, entry.shape, entry.indent, lines)
        title = phase.title if phase else None
        # The innermost heading comes last.
        above = [story for section, story in of_a_story if section.line < entry.line < section.end]
        stories = entry.stories or tuple(above[-1:])
        yield Task(entry.id, entry.done, entry.skipped, entry.parallel, stories, text, title, entry.line)


def _story_of_heading(section: Section) -> tuple[str, ...]:
    """The story that a heading names, none where it names several or is no heading of tasks."""
    named = stories_in(section.title) if section.level > 1 else ()
    return named if len(named) == 1 else ()


def _links(tasks: Tasks) -> Iterator[Reference]:
    for task in by_line(tasks.tasks):
        for story in task.stories:
            yield Reference("story", story, task.line)
        for name in task.requirements:
            yield Reference("requirement", name, task.line)
        for path in task.paths:
            yield Reference("files", path, task.line)


def _prose(tasks: Tasks, content: bytes) -> Iterator[Prose]:
    """Each task on its own, and what the list says beside them: its phases, and notes below tasks."""
    beside = file_text(content, [task.line for task in tasks.tasks])
    yield Prose("tasks", 1, None, tasks.feature, tasks.feature or None, ((1, beside),))
    for task in by_line(tasks.tasks):
        names = words(task.id, *task.stories)
        yield Prose("task", task.line, None, names, tasks.feature or None, ((task.line, task.text),))


KIND = Kind("tasks", Tasks, (f"{{mark}}{SPECS}/{{feature}}/tasks.md",), parse, _links, _prose, hits=("task", "tasks"))
