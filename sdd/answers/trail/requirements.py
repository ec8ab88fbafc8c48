"""From requirements to their stories, and to the tasks, contracts, PHRs, landings and files that carry them out."""

import sqlite3
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sdd.answers.asking import Edge, edges_from, edges_to, rows_for
from sdd.answers.trail.inferred import Inferred, Served, served
from sdd.answers.trail.landings import History
from sdd.answers.trail.steps import Step, Via
from sdd.answers.trail.stored import StoredLanding, landing_of_each
from sdd.answers.trail.stories import stories_in_specs, stories_of
from sdd.answers.trail.things import Requirement, Task, all_requirements, tasks_of
from sdd.answers.trail.work import Work, work_of
from sdd.base.grouping import grouped
from sdd.index.landed import paths_now
from sdd.records.links import How


class RequirementRow(NamedTuple):
    """A requirement or success criterion. `contracts` and `phrs` are paths, `tasks` ids of its feature. `commits` are
    those that did the work: the landings of these records or, of a branch that landed commit by commit, the commits
    that changed the files which the PHRs name. What a reverted landing brought is not among them: where nothing else
    serves the requirement, `reverted` are such records, each with the PHR that reverted it.

    `stories` are US1 and so on, none where nothing ties the requirement to one: they are never guessed. `inferred` is
    what serves one that neither a contract nor a PHR names.
    """

    path: str
    line: int
    id: str
    text: str
    feature: str | None
    criterion: bool
    stories: tuple[str, ...]
    tasks: tuple[str, ...]
    contracts: tuple[str, ...]
    phrs: tuple[str, ...]
    commits: tuple[str, ...]
    inferred: Inferred | None
    reverted: tuple[tuple[str, str], ...] = ()

    @property
    def is_covered(self) -> bool:
        """Whether a contract or a PHR serves it."""
        return bool(self.contracts or self.phrs)

    @property
    def served_before(self) -> str:
        """What served it until it was reverted, in words; empty for nothing."""
        return "; ".join(f"served by {path}, reverted by {phr}" for path, phr in self.reverted)


class Reached(NamedTuple):
    """A record at `path` that carries a requirement out. `behind` are what it follows from: tasks, or contracts."""

    path: str
    via: Via
    behind: tuple[str, ...] = ()


End = tuple[str, str]
"""One end of an edge: ("story", "US1"), ("task", "T004"), ("contract", path), ("commit", id), ("file", path) ..."""


class RequirementTrail(NamedTuple):
    """A requirement with all that leads on from it. `landed` is record -> landing, `named` PHR -> what it names, `work`
    what the commits did of a change that landed as several.
    """

    requirement: Requirement
    stories: tuple[Step, ...]
    tasks: tuple[Task, ...]
    contracts: tuple[Reached, ...]
    phrs: tuple[Reached, ...]
    landed: Mapping[str, StoredLanding]
    named: Mapping[str, tuple[str, ...]]
    served: Served
    reverted: tuple[tuple[str, str], ...]
    work: Work

    def commits_of(self, record: str) -> Mapping[str, Collection[str]]:
        """The commits that did the work of a record -> the files that each of them led to."""
        return self.work.get(record) or (
            {self.landed[record].commit: self.named.get(record, ())} if record in self.landed else {}
        )

    @property
    def row(self) -> RequirementRow:
        """The same as a row of a list."""
        own = self.requirement
        stories = tuple(step.title for step in self.stories if step.title)
        records = [*(contract.path for contract in self.contracts), *(phr.path for phr in self.phrs)]
        inferred = None if records else self.served.by(stories)
        reverted = () if records else self.reverted or (() if inferred else self.served.reverted)
        return RequirementRow(
            own.path,
            own.line,
            own.name,
            own.text,
            own.feature,
            bool(own.criterion),
            stories,
            tuple(dict.fromkeys(task.name for task in self.tasks if task.name)),
            tuple(contract.path for contract in self.contracts),
            tuple(phr.path for phr in self.phrs),
            tuple(dict.fromkeys(commit for path in records for commit in self.commits_of(path))),
            inferred,
            reverted,
        )

    @property
    def files(self) -> tuple[str, ...]:
        """What its PHRs name."""
        return tuple(dict.fromkeys(file for phr in self.phrs for file in self.named.get(phr.path, ())))

    @property
    def layers(self) -> Mapping[str, tuple[str, ...]]:
        """Layer -> the names in it, without the requirement itself."""
        row = self.row
        held = (row.stories, row.tasks, row.contracts, row.phrs, row.commits, self.files)
        return dict(zip(("story", "task", "contract", "phr", "commit", "file"), held, strict=True))

    @property
    def gaps(self) -> tuple[str, ...]:
        """The layers that hold nothing."""
        return tuple(layer for layer, names in self.layers.items() if not names)

    @property
    def edges(self) -> tuple[tuple[End, End], ...]:
        """Which of it leads to which."""
        return tuple(dict.fromkeys(self._edges()))

    def _edges(self) -> Iterator[tuple[End, End]]:
        start: End = ("requirement", self.requirement.name)
        stories = self.row.stories
        yield from ((start, ("story", story)) for story in stories)
        for task in self.tasks:
            if task.name:
                yield ("story", task.story) if task.story and task.story in stories else start, ("task", task.name)
        for layer, before, reached in (("contract", "task", self.contracts), ("phr", "contract", self.phrs)):
            for record in reached:
                yield from (((before, name), (layer, record.path)) for name in record.behind)
                if not record.behind:
                    yield start, (layer, record.path)
        for phr in self.phrs:
            start, files = ("phr", phr.path), self.named.get(phr.path, ())
            by_commit = {("commit", commit): led_to for commit, led_to in self.commits_of(phr.path).items()}
            yield from ((start, commit) for commit in by_commit)
            for file in files:
                of = [commit for commit, led_to in by_commit.items() if file in led_to]
                yield from ((end, ("file", file)) for end in of or [start])


def requirements(history: History, reverted: Mapping[str, str], feature: str = "") -> tuple[RequirementRow, ...]:
    """The requirements of all specs, or of one feature, in the order of paths and lines. `reverted` is each record
    whose landing was reverted -> the PHR that did.

    The index was asked for its history.
    """
    wanted = all_requirements(history.index, feature)
    return tuple(trail.row for trail in whole_trails(history, wanted, reverted, files=False))


def whole_trails(
    history: History, wanted: Sequence[Requirement], reverted: Mapping[str, str], *, files: bool = True
) -> tuple[RequirementTrail, ...]:
    """The trails of some requirements with the work of their records; what else is as for `trails`."""
    found = trails(history.index, wanted, reverted, {}, files=files)
    records = {reached.path for trail in found for reached in (*trail.contracts, *trail.phrs)}
    work = work_of(history, records)
    return tuple(trail._replace(work=work) for trail in found)


def trails(
    index: sqlite3.Connection,
    wanted: Sequence[Requirement],
    reverted: Mapping[str, str],
    work: Work,
    *,
    files: bool = True,
) -> tuple[RequirementTrail, ...]:
    """The trail of each of some requirements, on request without the files at its end. `reverted` is as above, `work`
    that of their records.
    """
    keys = [requirement.key for requirement in wanted]
    naming = edges_to(index, "requirement", keys)
    tasks = grouped(dict.fromkeys((edge.target, task) for edge, task in tasks_of(index, naming).items()))
    all_contracts = _contracts(index, naming, tasks)
    contracts = _standing(all_contracts, reverted)
    all_phrs = _phrs(index, keys, contracts)
    phrs = _standing(all_phrs, reverted)
    gone = grouped(
        (key, (record.path, reverted[record.path]))
        for of in (all_contracts, all_phrs)
        for key, reached in of.items()
        for record in reached
        if record.path in reverted
    )
    records = {record.path for reached in (*contracts.values(), *phrs.values()) for record in reached}
    landed = landing_of_each(index, records)
    of_phrs = {phr.path for reached in phrs.values() for phr in reached} if files else ()
    named_in = edges_from(index, "files", of_phrs)
    now = paths_now(index, (edge.target for edge in named_in if edge.how == How.NONE))
    named = grouped(dict.fromkeys((edge.path, now.get(edge.target, edge.target)) for edge in named_in))
    stories = stories_in_specs(index, {requirement.record for requirement in wanted})
    serving = served(index, wanted, reverted)
    return tuple(
        RequirementTrail(
            one,
            stories_of(one, stories.get(one.record, ()), tasks.get(one.key, ())),
            tasks.get(one.key, ()),
            contracts.get(one.key, ()),
            phrs.get(one.key, ()),
            landed,
            named,
            serving[one.path],
            gone.get(one.key, ()),
            work,
        )
        for one in wanted
    )


def _standing(of: Mapping[str, tuple[Reached, ...]], reverted: Container[str]) -> Mapping[str, tuple[Reached, ...]]:
    """What leads on from each requirement without records whose landing was reverted: they carry nothing out."""
    standing = {key: tuple(each for each in reached if each.path not in reverted) for key, reached in of.items()}
    return {key: reached for key, reached in standing.items() if reached}


def _contracts(
    index: sqlite3.Connection, naming: Iterable[Edge], tasks: Mapping[str, tuple[Task, ...]]
) -> Mapping[str, tuple[Reached, ...]]:
    """Requirement -> the contracts that name it or one of its tasks, in the order of paths."""
    direct = {(edge.target, edge.path) for edge in naming if edge.kind != "tasks"}
    owners = grouped((task.key, key) for key, of_key in tasks.items() for task in of_key if task.name)
    by_task = grouped(
        ((key, edge.path), edge.target.rpartition("#")[2])
        for edge in edges_to(index, "task", owners)
        for key in owners[edge.target]
    )
    return grouped(
        (key, Reached(path, Via.NAMES_REQUIREMENT if (key, path) in direct else Via.NAMES_TASK, behind))
        for key, path in sorted({*direct, *by_task})
        for behind in [tuple(dict.fromkeys(by_task.get((key, path), ())))]
    )


def _phrs(
    index: sqlite3.Connection, keys: Iterable[str], contracts: Mapping[str, tuple[Reached, ...]]
) -> Mapping[str, tuple[Reached, ...]]:
    """Requirement -> the PHRs that link or hold one of its contracts, then those whose prompt names it."""
    paths = {contract.path for reached in contracts.values() for contract in reached}
    linked = [(edge.target, edge.path) for edge in edges_to(index, "contract", paths)]
    embedded = [(path, path) for (path,) in rows_for(index, _EMBEDDING, paths)]
    carrying = grouped(dict.fromkeys([*linked, *embedded]))
    linking: dict[str, dict[str, list[str]]] = {}
    for key, reached in contracts.items():
        for contract in reached:
            for phr in carrying.get(contract.path, ()):
                linking.setdefault(key, {}).setdefault(phr, []).append(contract.path)
    prompted = grouped(dict.fromkeys((edge.target, edge.path) for edge in edges_to(index, "prompt", keys)))
    return {
        key: (
            *(Reached(phr, Via.LINKS_CONTRACT, tuple(behind)) for phr, behind in sorted(linking.get(key, {}).items())),
            *(Reached(phr, Via.PROMPT_NAMES) for phr in prompted.get(key, ()) if phr not in linking.get(key, {})),
        )
        for key in {*linking, *prompted}
    }


_EMBEDDING = "SELECT path FROM contracts JOIN records ON records.id = record WHERE embedded AND path IN (?)"
