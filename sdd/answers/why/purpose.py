"""What a change is for: from its contracts and PHRs to the requirement, the story, and the principle that they cite."""

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sdd.answers.why.asking import rows_for
from sdd.answers.why.chain import How, Link, LinkKind, distinct
from sdd.answers.why.principles import principles_cited
from sdd.answers.why.records import Agreed, Prompted
from sdd.base import paths
from sdd.base.regex import regex
from sdd.records.layout import feature_folder

_IN_PROMPT = regex(r"(?<![\w-])(?:[A-Z]{1,4}-)?(?:FR|SC|NFR)-(?:[A-Z]{1,4}-)?\d+[a-z]?(?![\w-])")
_STORY = regex(r"\b(?:US|User[ -]Story)[ -]?#?(\d{1,6})\b", re.IGNORECASE)


class Requirement(NamedTuple):
    """A requirement as the index has it. `folder` is its feature's, from the top."""

    record: int
    folder: str
    line: int
    name: str
    text: str

    def link(self, how: How, detail: str = "") -> Link:
        """The link that leads to it."""
        return Link(LinkKind.REQUIREMENT, f"{self.folder}/spec.md", self.line, self.name, how, detail, self.text)


class Task(NamedTuple):
    """A task as the index has it. `story` is US1, None for none."""

    record: int
    path: str
    line: int
    name: str
    story: str | None
    done: bool
    text: str

    @property
    def folder(self) -> str:
        """Its feature's folder, from the top."""
        return self.path.rpartition("/")[0]

    def link(self, how: How) -> Link:
        """The link that leads to it."""
        return Link(LinkKind.TASK, self.path, self.line, self.name, how, "done" if self.done else "open", self.text)


def purpose_of(
    connection: sqlite3.Connection, contracts: Sequence[Agreed], phrs: Sequence[Prompted], files: Collection[str]
) -> tuple[Link, ...]:
    """The requirements, stories and principles behind some records, each with how it was found; never guessed."""
    requirements = tuple(_requirements(connection, contracts, phrs, files))
    tasks = [task for contract in contracts for task in _linked_tasks(connection, contract)]
    stories = tuple(story for one, _ in requirements for story in stories_of(connection, one, tasks))
    if not requirements:
        stories = tuple(link for task in tasks if (link := _story_of_task(connection, task, How.TASK_NAMES)))
    features = dict.fromkeys([*(one.folder for one, _ in requirements), *_features(contracts, phrs)])
    principles = principles_cited(connection, contracts, phrs, tuple(features))
    return distinct([*(link for _, link in requirements), *stories, *principles])


def _features(contracts: Sequence[Agreed], phrs: Sequence[Prompted]) -> list[str]:
    """The folders of the features that some records belong to."""
    named = [*((one.root, one.feature) for one in contracts), *((one.root, one.feature) for one in phrs)]
    return [feature_folder(root, feature) for root, feature in named if feature]


# -- requirements ------------------------------------------------------------------------------------------


_REQUIREMENT = (
    "SELECT record, path, line, name, ifnull(texts.text, '') FROM requirements JOIN records ON records.id = record "
    "LEFT JOIN texts ON texts.id = requirements.text "
)


def requirements_named(connection: sqlite3.Connection, names: Iterable[str]) -> tuple[Requirement, ...]:
    """The requirements and criteria of all features with one of some names; where a spec has one twice, the first."""
    found: dict[tuple[int, str], Requirement] = {}
    for row in rows_for(connection, f"{_REQUIREMENT} WHERE name IN (?) ORDER BY path, line", names):
        found.setdefault((row[0], row[3]), _read(row))
    return tuple(found.values())


def _requirement(connection: sqlite3.Connection, place: str) -> Requirement | None:
    """What `specs/001-x#FR-001` leads to: in that root, else in the nearest one above it."""
    folder, _, name = place.partition("#")
    root, _, feature = folder.rpartition("specs/")
    for above in [root.rstrip("/"), *paths.folders_above(root.rstrip("/"))]:
        for specs in ("specs", ".specify/specs"):
            spec = paths.join(above, f"{specs}/{feature}/spec.md")
            ask = f"{_REQUIREMENT} WHERE path = ? AND name = ? ORDER BY line"
            if row := connection.execute(ask, (spec, name)).fetchone():
                return _read(row)
    return None


def _read(row: tuple[Any, ...]) -> Requirement:
    record, path, line, name, text = row
    return Requirement(record, path.rpartition("/")[0], line, name, text)


def _requirements(
    connection: sqlite3.Connection, contracts: Sequence[Agreed], phrs: Sequence[Prompted], files: Collection[str]
) -> Iterator[tuple[Requirement, Link]]:
    """Those that contracts name, else their tasks, else the prompts, else the feature's tasks that name a file."""
    found = [
        (one, one.link(How.CONTRACT_NAMES))
        for contract in contracts
        for place in _links(connection, contract.record, "requirement")
        if (one := _requirement(connection, place))
    ]
    found = found or [
        (one, one.link(How.TASK_NAMES, task.name))
        for contract in contracts
        for task in _linked_tasks(connection, contract)
        for one in _of_task(connection, task)
    ]
    found = found or [
        (one, one.link(How.PROMPT_NAMES))
        for phr in phrs
        if phr.feature
        for name in dict.fromkeys(_IN_PROMPT.findall(phr.prompt))
        if (one := _requirement(connection, f"{feature_folder(phr.root, phr.feature)}#{name}"))
    ]
    features = _features(contracts, phrs)
    yield from found or [
        (one, one.link(How.TASK_NAMES, f"{task.name} names the file"))
        for task in tasks_for(connection, "files", files)
        if task.folder in features
        for one in _of_task(connection, task)
    ]


def _links(connection: sqlite3.Connection, record: int, how: str) -> list[str]:
    ask = (
        "SELECT names.name FROM links JOIN names ON names.id = links.name "
        "WHERE record = ? AND how = ? ORDER BY position"
    )
    return [name for (name,) in connection.execute(ask, (record, how))]


# -- tasks -------------------------------------------------------------------------------------------------

_TASK = "SELECT tasks.record, path, tasks.line, ifnull(tasks.name, ''), story, done, ifnull(texts.text, '') "
_OF_TASK = "JOIN records ON records.id = tasks.record LEFT JOIN texts ON texts.id = tasks.text "


def tasks_for(connection: sqlite3.Connection, how: str, places: Iterable[str]) -> tuple[Task, ...]:
    """The tasks whose line links to some places: `requirement`, `story` or `files`."""
    ask = (
        f"{_TASK} FROM names JOIN links ON links.name = names.id AND how = '{how}' "
        f"JOIN tasks ON tasks.record = links.record AND tasks.line = links.line {_OF_TASK} WHERE names.name IN (?) "
        "ORDER BY path, tasks.line"
    )
    return tuple(Task(*row) for row in rows_for(connection, ask, places))


def _linked_tasks(connection: sqlite3.Connection, contract: Agreed) -> Iterator[Task]:
    ask = f"{_TASK} FROM tasks {_OF_TASK} WHERE path = ? AND tasks.name = ?"
    for place in _links(connection, contract.record, "task"):
        folder, _, name = place.partition("#")
        yield from (Task(*row) for row in connection.execute(ask, (f"{folder}/tasks.md", name)))


def _of_task(connection: sqlite3.Connection, task: Task) -> Iterator[Requirement]:
    ask = (
        "SELECT names.name FROM links JOIN names ON names.id = links.name "
        "WHERE record = ? AND line = ? AND how = 'requirement'"
    )
    for (place,) in connection.execute(ask, (task.record, task.line)).fetchall():
        if found := _requirement(connection, place):
            yield found


# -- stories -----------------------------------------------------------------------------------------------


def stories_of(
    connection: sqlite3.Connection, requirement: Requirement, worked_on: Collection[Task] = ()
) -> tuple[Link, ...]:
    """The stories of a requirement: of tasks that carry both, else those that its text names, else the only one.

    Where some of those tasks are `worked_on`, they alone count.
    """
    place = f"{requirement.folder}#{requirement.name}"
    carrying = tasks_for(connection, "requirement", [place])
    tasks = [task for task in carrying if task in worked_on and task.story] or carrying
    found = [link for task in tasks if (link := _story_of_task(connection, task, How.TASK_CARRIES_BOTH))]
    if not found:
        named = dict.fromkeys(f"US{int(number)}" for number in _STORY.findall(requirement.text))
        stories = (_story(connection, requirement.folder, name, How.REQUIREMENT_NAMES) for name in named)
        found = [link for link in stories if link]
    return distinct(found or _only_story(connection, requirement))


def _story_of_task(connection: sqlite3.Connection, task: Task, how: How) -> Link | None:
    return _story(connection, task.folder, task.story, how, task.name) if task.story else None


def _story(connection: sqlite3.Connection, folder: str, name: str, how: How, detail: str = "") -> Link | None:
    ask = "SELECT line, title FROM stories JOIN records ON records.id = record WHERE path = ? AND name = ?"
    found = connection.execute(ask, (f"{folder}/spec.md", name)).fetchone()
    return Link(LinkKind.STORY, f"{folder}/spec.md", found[0], name, how, detail, found[1] or "") if found else None


def _only_story(connection: sqlite3.Connection, requirement: Requirement) -> tuple[Link, ...]:
    ask = "SELECT line, ifnull(name, ''), ifnull(title, '') FROM stories WHERE record = ?"
    found = connection.execute(ask, (requirement.record,)).fetchall()
    if len(found) != 1:
        return ()
    line, name, title = found[0]
    return (Link(LinkKind.STORY, f"{requirement.folder}/spec.md", line, name, How.ONLY_STORY, "", title),)
