"""What serves a requirement that no record names: the tasks and prompts of its story, else those of its feature."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sdd.answers.asking import edges_from, edges_to, rows_for
from sdd.answers.trail.things import Requirement, Task, tasks_in
from sdd.base.grouping import grouped
from sdd.base.listing import counted
from sdd.records.kinds.spec import stories_in

# A prompt that is about a story says so where it begins.
_PROMPTS = (
    "SELECT path, ifnull(title, '') || ' ' || ifnull(substr(text, 1, 400), '') FROM phrs "
    "JOIN records ON records.id = record LEFT JOIN texts ON texts.id = prompt WHERE path IN (?) "
    "AND ifnull(phrs.kind, '') != 'revert'"
)


class Inferred(NamedTuple):
    """How much of the work on some `stories`, or on the feature where there are none, is done: `done` of `tasks`, and
    how many `phrs` are about it.
    """

    stories: tuple[str, ...]
    done: int
    tasks: int
    phrs: int

    def __str__(self) -> str:
        through = f"through {', '.join(self.stories) or 'its feature'}"
        tasks = f"{self.done} of {counted(self.tasks, 'task')}" if self.tasks else ""
        prompts = counted(self.phrs, "prompt") if self.phrs else ""
        return f"{through}: {', '.join(filter(None, (tasks, prompts)))}"


class Served(NamedTuple):
    """The tasks of a feature, and its PHRs with the stories that each is about. Those whose landing was reverted are
    apart, each with the PHR that did: they serve nothing any more.
    """

    tasks: tuple[Task, ...]
    phrs: Mapping[str, frozenset[str]]
    reverted: tuple[tuple[str, str], ...]

    def by(self, stories: Iterable[str]) -> Inferred | None:
        """What serves a requirement of some stories, else of the feature; None for work that nobody has begun."""
        wanted = tuple(dict.fromkeys(stories))
        own = tuple(task for task in self.tasks if task.story in wanted)
        about = sum(not told.isdisjoint(wanted) for told in self.phrs.values())
        for inferred in (_inferred(wanted, own, about), _inferred((), self.tasks, len(self.phrs))):
            if inferred.tasks or inferred.phrs:
                return inferred if inferred.done or inferred.phrs else None
        return None


def served(
    index: sqlite3.Connection, wanted: Iterable[Requirement], reverted: Mapping[str, str]
) -> Mapping[str, Served]:
    """Path of a spec -> what serves the requirements in it. `reverted` is each record whose landing was reverted -> the
    PHR that did.
    """
    folders = {requirement.path: requirement.key.rpartition("#")[0] for requirement in wanted}
    lists = {path: f"{path.rpartition('/')[0]}/tasks.md" for path in folders}
    tasks = grouped((task.path, task) for task in tasks_in(index, lists.values()))
    naming = grouped(
        (edge.target, edge.path) for edge in edges_to(index, "feature", folders.values()) if edge.kind == "phr"
    )
    of_features = dict.fromkeys(phr for phrs in naming.values() for phr in phrs)
    words = dict(rows_for(index, _PROMPTS, [phr for phr in of_features if phr not in reverted]))
    named = edges_from(index, "files", {*lists.values(), *words})
    files = grouped((edge.path, edge.target) for edge in named)
    told = {}
    for spec, folder in folders.items():
        stories = {task.line: task.story for task in tasks.get(lists[spec], ())}
        story_of = grouped(
            (edge.target, story) for edge in named if edge.path == lists[spec] and (story := stories.get(edge.line))
        )
        about = {
            phr: frozenset(
                (*stories_in(words[phr]), *(name for file in files.get(phr, ()) for name in story_of.get(file, ())))
            )
            for phr in naming.get(folder, ())
            if phr in words
        }
        gone = tuple((phr, reverted[phr]) for phr in naming.get(folder, ()) if phr in reverted)
        told[spec] = Served(tasks.get(lists[spec], ()), about, gone)
    return told


def _inferred(stories: tuple[str, ...], tasks: tuple[Task, ...], phrs: int) -> Inferred:
    return Inferred(stories, sum(task.done for task in tasks), len(tasks), phrs)
