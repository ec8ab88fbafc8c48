"""Task lists: specs/<feature>/tasks.md."""

import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from sdd.document import Document, Section
from sdd.records.kinds.field import Field, Form, Items
from sdd.records.kinds.ids import known_ids
from sdd.records.kinds.reading import by_line, placeholders, words
from sdd.records.kinds.record import Item, Kind, Prose, Record, Reference
from sdd.records.layout import SPECS, feature_of

_BOX = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[([ xX~-])\]|\*\*\[([ xX~-])\]\*\*)[ \t]*(.*)")
_TASK_ID = re.compile(r"(?:\*\*|\[|`)*(T\d{1,6}[a-z]?)(?:\*\*|\]|`)*(?![\w-])[:.]?[ \t]*", re.IGNORECASE)
_MARK = re.compile(r"\[(P|US\d+|Story[^\]]{0,40}|X)\][ \t]*", re.IGNORECASE)
_PHASE = re.compile(r"(?:Phase|Milestone)\b", re.IGNORECASE)
_FILE = re.compile(r"(?:.*/)?(?:[^/]*[\w)\]*-]\.[A-Za-z][A-Za-z0-9]{0,9}|\.[a-z][\w.-]*|Dockerfile|Makefile)")
_BARE_FILE = re.compile(
    r"\.?[\w-][\w.-]*\.(?:py|tsx?|jsx?|mjs|go|rs|java|kt|rb|php|cs|c|h|cc|cpp|swift|md|mdx|json|ya?ml|toml|sql|sh|html|s?css|txt|cfg|ini)"
)
_BRAND = re.compile(r"(?:next|node|vue|react|three|d3|express|nuxt|chart|nest)\.js|socket\.io", re.IGNORECASE)


class Task(NamedTuple):
    """`- [ ] T001 [P] [US1] text with a path`."""

    id: Annotated[str | None, Field("T001, null for a checkbox without an id", name="name")]
    done: Annotated[bool, Field("1 where it is ticked", Form.FLAG)]
    skipped: Annotated[bool, Field("1 where it is struck out", Form.FLAG)]
    parallel: Annotated[bool, Field("1 where it is marked [P]", Form.FLAG)]
    story: Annotated[str | None, Field("US1, null for none")]
    text: Annotated[str, Field("what is to be done", Form.PROSE)]
    phase: Annotated[str | None, Field("the heading above it")]
    line: int

    @property
    def status(self) -> Annotated[str, Field("open, done or skipped")]:
        """How far it is."""
        return "skipped" if self.skipped else "done" if self.done else "open"

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that the text names."""
        return tuple(filter(None, dict.fromkeys(_paths(self.text))))

    @property
    def requirements(self) -> Annotated[tuple[str, ...], Field("JSON list of those that it names", Form.LIST)]:
        """The requirements that the text names."""
        return known_ids(self.text)


class Tasks(Record):
    """A feature's task list. A checkbox without a task id is a Task whose `id` is None."""

    feature: str
    phases: tuple[Item, ...]
    tasks: Annotated[tuple[Task, ...], Items("tasks", "The checkboxes of the task lists.")]
    placeholders: tuple[Item, ...]


def parse(path: str, content: bytes, root: str) -> Tasks:
    """A feature's task list: every checkbox outside of code."""
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
    for number, line in document.prose(document.whole):
        while waiting and waiting[-1].line <= number:
            phase = waiting.pop()
        if phase and number >= phase.end:
            phase = None
        box = _BOX.match(line)
        if box:
            yield _task(box[1] or box[2], box[3].strip(), phase.title if phase else None, number)


def _task(box: str, text: str, phase: str | None, line: int) -> Task:
    """One checkbox line; its marks may stand before or after the id."""
    name, parallel, story = None, False, None
    for _ in range(8):
        mark = _MARK.match(text) if text[:1] == "[" else None
        found = None if mark or name else _TASK_ID.match(text)
        if mark:
            parallel = parallel or mark[1].upper() == "P"
            story = mark[1].upper() if mark[1].upper().startswith("US") else story
            text = text[mark.end() :]
        elif found:
            name = "T" + found[1][1:]
            text = text[found.end() :]
        else:
            break
    skipped = box in "~-" or text.startswith("~~")
    return Task(name, box in "xX", skipped, parallel, story, text, phase, line)


def _paths(text: str) -> Iterator[str]:
    """The paths that a task names: words with a slash that end in a file's name or a slash, and plain file names."""
    for word in text.replace("`", " ").split():
        path = _bare(word)
        if len(path) > 300 or "://" in path or _BRAND.fullmatch(path) or not path.strip("/."):
            continue
        if "/" in path:
            if (path.endswith("/") and not path.startswith("/")) or _FILE.fullmatch(path):
                yield path
        elif _BARE_FILE.fullmatch(path):
            yield path


def _bare(word: str) -> str:
    """A word without the marks of the sentence around it; brackets that belong to a path stay."""
    path = word.strip("\"'*,;:<>").lstrip("([{").rstrip(".,;:")
    while path[-1:] in (")", "]", "}") and path.count("([{"[")]}".index(path[-1])]) < path.count(path[-1]):
        path = path[:-1].rstrip(".,;:")
    return path.removeprefix("./")


def _links(tasks: Tasks) -> Iterator[Reference]:
    for task in by_line(tasks.tasks):
        if task.story:
            yield Reference("story", task.story, task.line)
        for name in task.requirements:
            yield Reference("requirement", name, task.line)
        for path in task.paths:
            yield Reference("files", path, task.line)


def _prose(tasks: Tasks, _: bytes) -> Iterator[Prose]:
    for task in by_line(tasks.tasks):
        names = words(task.id, task.story)
        yield Prose("task", task.line, None, names, tasks.feature or None, ((task.line, task.text),))


KIND = Kind("tasks", Tasks, (f"{{mark}}{SPECS}/{{feature}}/tasks.md",), parse, _links, _prose, hits=("task",))
