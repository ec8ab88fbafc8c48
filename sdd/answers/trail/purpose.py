"""From contracts and PHRs to the requirements, stories and principles that they serve."""

import sqlite3
from collections.abc import Iterator, Sequence

from sdd.answers.asking import edges_from, edges_to
from sdd.answers.trail.principles import principles_cited
from sdd.answers.trail.steps import Step, Via, distinct
from sdd.answers.trail.stories import stories_at, stories_of
from sdd.answers.trail.things import Requirement, StoredContract, StoredPhr, Task, requirements_at, tasks_at, tasks_of
from sdd.records.layout import feature_folder
from sdd.records.links import How


def purpose_of(
    connection: sqlite3.Connection,
    contracts: Sequence[StoredContract],
    phrs: Sequence[StoredPhr],
    naming: Sequence[Task],
) -> tuple[Step, ...]:
    """The requirements, stories and principles behind some records, each with how it was found.

    `naming` are the tasks that name the file. Where no record names a requirement, what they agree on is a guess.
    """
    tasks = tasks_at(connection, _targets(connection, "task", contracts))
    records: list[StoredContract | StoredPhr] = [*contracts, *phrs]
    features = [feature_folder(record.root, record.feature) for record in records if record.feature]
    stated = tuple(_requirements(connection, contracts, tasks, phrs))
    serving = tuple(task for task in naming if not features or task.folder in features)
    requirements = stated or tuple(_of_files(connection, serving))
    stories = [step for requirement, _ in requirements for step in _stories(connection, requirement, tasks or serving)]
    if not requirements:
        agree = len({(task.folder, task.story) for task in serving if task.story}) == 1
        worked_on = tasks or (serving if agree and not contracts else ())
        stories = [step for task in worked_on for step in _story_of_task(connection, task)]
    served = [*(step for _, step in requirements), *stories]
    if not stated and not tasks:
        served = [step._replace(certainty=How.INFERRED) for step in served]
    folders = dict.fromkeys([*(requirement.folder for requirement, _ in requirements), *features])
    return distinct([*served, *principles_cited(connection, contracts, phrs, tuple(folders))])


def _requirements(
    connection: sqlite3.Connection,
    contracts: Sequence[StoredContract],
    tasks: Sequence[Task],
    phrs: Sequence[StoredPhr],
) -> Iterator[tuple[Requirement, Step]]:
    """Those that the contracts name, else their tasks, else the words of the prompts."""
    named = requirements_at(connection, _targets(connection, "requirement", contracts))
    by_task = [] if named else [(task.name, of_task) for task in tasks for of_task in _of_task(connection, task)]
    yield from ((requirement, requirement.step(Via.CONTRACT_NAMES)) for requirement in named)
    yield from ((requirement, requirement.step(Via.TASK_NAMES, task)) for task, requirement in by_task)
    if not named and not by_task:
        prompted = requirements_at(connection, _targets(connection, "prompt", phrs))
        yield from ((requirement, requirement.step(Via.PROMPT_NAMES)) for requirement in prompted)


def _targets(
    connection: sqlite3.Connection, relation: str, records: Sequence[StoredContract] | Sequence[StoredPhr]
) -> list[str]:
    """What some records name, in their order."""
    edges = edges_from(connection, relation, (record.path for record in records))
    return [edge.target for record in records for edge in edges if edge.path == record.path]


def _of_files(connection: sqlite3.Connection, tasks: Sequence[Task]) -> Iterator[tuple[Requirement, Step]]:
    """The requirements of the tasks that name a file, none where those of several tasks differ."""
    named = [(task, requirements) for task in tasks if (requirements := _of_task(connection, task))]
    if len({requirements for _, requirements in named}) == 1:
        task, requirements = named[0]
        yield from ((each, each.step(Via.TASK_NAMES, f"{task.name} names the file")) for each in requirements)


def _of_task(connection: sqlite3.Connection, task: Task) -> tuple[Requirement, ...]:
    edges = edges_from(connection, "requirement", [task.path])
    return requirements_at(connection, [edge.target for edge in edges if edge.line == task.line])


def _stories(connection: sqlite3.Connection, requirement: Requirement, worked_on: Sequence[Task]) -> tuple[Step, ...]:
    carrying = tasks_of(connection, edges_to(connection, "requirement", [requirement.key])).values()
    return stories_of(requirement, stories_at(connection, requirement.record), carrying, worked_on)


def _story_of_task(connection: sqlite3.Connection, task: Task) -> Iterator[Step]:
    """The story that a task is for, where its spec has it."""
    ask = "SELECT id FROM records WHERE kind = 'spec' AND path IN (?, ?)"
    folder = task.path.rpartition("/")[0]
    for (spec,) in connection.execute(ask, (f"{folder}/spec.md", f"{task.folder}/spec.md")).fetchall():
        for step in stories_at(connection, spec):
            if task.story and step.title == task.story:
                yield step._replace(how=Via.TASK_NAMES, detail=task.name)
