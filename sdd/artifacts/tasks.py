"""Task lists: specs/<feature>/tasks.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sdd.artifacts.artifact import Artifact, Item
from sdd.artifacts.reading import placeholders
from sdd.artifacts.spec import feature_of
from sdd.document import Document, Section

_BOX = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[([ xX~-])\]|\*\*\[([ xX~-])\]\*\*)[ \t]*(.*)")
_TASK_ID = re.compile(r"(?:\*\*|\[|`)*(T\d{1,6}[a-z]?)(?:\*\*|\]|`)*(?![\w-])[:.]?[ \t]*", re.IGNORECASE)
_MARK = re.compile(r"\[(P|US\d+|Story[^\]]{0,40}|X)\][ \t]*", re.IGNORECASE)
_PHASE = re.compile(r"(?:Phase|Milestone)\b", re.IGNORECASE)
_REQUIREMENT = re.compile(r"\b(?:FR|SC|NFR)-\d+[a-z]?\b")
_PATH = re.compile(r"(?<![\w/.:@-])(?:\.{0,2}/)?(?:[\w.@()\[\]-]+/)+(?:[\w.@()\[\]*-]+)?|(?<![\w/.:@-])[\w-][\w.-]*\.(?:py|ts|tsx|js|jsx|go|rs|java|kt|rb|php|cs|c|h|cpp|md|json|ya?ml|toml|sql|sh|html|css|txt|cfg|ini|env)\b")


class Task(NamedTuple):
    """`- [ ] T001 [P] [US1] text with a path`. `paths` and `requirements` are what the text names."""

    id: str | None
    done: bool
    skipped: bool
    parallel: bool
    story: str | None
    text: str
    paths: tuple[str, ...]
    requirements: tuple[str, ...]
    phase: str | None
    line: int


@dataclass(frozen=True, kw_only=True)
class Tasks(Artifact):
    """A feature's task list. A checkbox without a task id is a Task whose `id` is None."""

    feature: str
    title: str | None
    phases: tuple[Item, ...]
    tasks: tuple[Task, ...]
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
        title=document.title,
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
    while True:
        mark = _MARK.match(text)
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
    paths = tuple(dict.fromkeys(_path(part) for part in _PATH.findall(text[:4096]) if "://" not in part))
    skipped = box in "~-" or text.startswith("~~")
    return Task(name, box in "xX", skipped, parallel, story, text, tuple(filter(None, paths)), tuple(_REQUIREMENT.findall(text)), phase, line)


def _path(found: str) -> str:
    """A path as a text names it, without a leading `./` and the end of the sentence."""
    path = found.removeprefix("./").rstrip(".")
    while path.endswith(")") and path.count("(") < path.count(")") or path.endswith("]") and path.count("[") < path.count("]"):
        path = path[:-1]
    return path
