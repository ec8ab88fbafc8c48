"""From a requirement to the user stories that it belongs to."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from sdd.answers.asking import rows_for
from sdd.answers.trail.steps import Step, StepKind, Via, distinct
from sdd.answers.trail.things import Requirement, Task
from sdd.base.grouping import grouped
from sdd.records.kinds.spec import stories_in


def stories_of(
    requirement: Requirement, of_spec: Sequence[Step], tasks: Iterable[Task], worked_on: Iterable[Task] = ()
) -> tuple[Step, ...]:
    """The stories of a requirement: those of tasks that carry both, else those its text names, else the only one.

    Where some of those tasks are `worked_on`, they alone count.
    """
    known = {step.title: step for step in reversed(of_spec) if step.title}
    carrying, worked_on = tuple(tasks), set(worked_on)
    counted = [task for task in carrying if task in worked_on and task.story] or carrying
    tied = [(task.story, Via.TASK_CARRIES_BOTH, task.name) for task in counted if task.story in known]
    tied = tied or [(name, Via.REQUIREMENT_NAMES, "") for name in stories_in(requirement.text) if name in known]
    steps = [known[name]._replace(how=how, detail=detail) for name, how, detail in tied]
    return distinct(steps or (of_spec if len(of_spec) == 1 else ()))


def stories_at(index: sqlite3.Connection, spec: int) -> tuple[Step, ...]:
    """The stories of a spec, by the number of its record."""
    return stories_in_specs(index, [spec]).get(spec, ())


def stories_in_specs(index: sqlite3.Connection, specs: Iterable[int]) -> Mapping[int, tuple[Step, ...]]:
    """Number of a spec's record -> its stories, in the order of its lines."""
    ask = (
        "SELECT record, path, line, ifnull(name, ''), ifnull(title, '') FROM stories "
        "JOIN records ON records.id = record WHERE record IN (?) ORDER BY record, line"
    )
    return grouped(
        (record, Step(StepKind.STORY, path, line, name, Via.ONLY_STORY, "", title))
        for record, path, line, name, title in rows_for(index, ask, specs)
    )
