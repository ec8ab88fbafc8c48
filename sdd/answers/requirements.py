"""Requirements and what covers each: its story, tasks, contracts, PHRs and the commits that these landed with."""

from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.records.layout import feature_folder

_STORY = regex(r"\b(?:US|User Story )(\d{1,4})\b")


class RequirementRow(NamedTuple):
    """A requirement or success criterion. `contracts`, `phrs` are paths, `commits` ids; `tasks` are ids of its feature.

    `stories` are US1 and so on, none where nothing ties the requirement to one: they are never guessed.
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

    @property
    def is_covered(self) -> bool:
        """Whether a contract or a PHR serves it."""
        return bool(self.contracts or self.phrs)


def requirements(index: Connection, feature: str = "") -> tuple[RequirementRow, ...]:
    """The requirements of all specs, or of one feature, in the order of paths and lines.

    The commits are known to an index that was asked for its history.
    """
    rows = index.execute(
        "SELECT path, root, line, name, texts.text, feature, criterion FROM requirements "
        "JOIN records ON records.id = record JOIN texts ON texts.id = requirements.text "
        "WHERE ? IN ('', feature) ORDER BY path, line",
        (feature,),
    ).fetchall()
    trails = _Trails(index)
    landed = dict(
        index.execute(
            "SELECT path, commit_id FROM landed JOIN landings ON landings.position = landing "
            "WHERE until IS NULL ORDER BY landing DESC"
        )
    )
    found = []
    for path, root, line, name, text, own, criterion in rows:
        key = f"{feature_folder(root, own)}#{name}"
        tasks = trails.tasks.get(key, ())
        contracts = _distinct(trails.contracts.get(key, ()))
        phrs = _distinct(phr for contract in contracts for phr in trails.phrs.get(contract, ()))
        commits = _distinct(landed[record] for record in (*contracts, *phrs) if record in landed)
        stories = _stories(text, [task.story for task in tasks if task.story], trails.stories.get(path, ()))
        names = _distinct(task.name for task in tasks if task.name)
        covered_by = (names, contracts, phrs, commits)
        found.append(RequirementRow(path, line, name, text, own, bool(criterion), stories, *covered_by))
    return tuple(found)


def _stories(text: str, of_tasks: Sequence[str], of_spec: Sequence[str]) -> tuple[str, ...]:
    """The stories of a requirement, as `sdd why` tells them: those of its tasks, else those that its text names, else
    the only one of its spec.
    """
    if not of_tasks:
        named = [f"US{int(number)}" for number in _STORY.findall(text)]
        of_tasks = [name for name in named if name in of_spec] or (of_spec if len(of_spec) == 1 else ())
    return _distinct(of_tasks)


class _Task(NamedTuple):
    name: str | None
    story: str | None


class _Trails:
    """All that leads from requirements on, each requirement under `specs/001-vat#FR-001`."""

    def __init__(self, index: Connection) -> None:
        self._specs = self._spec_folders(index)
        self.stories: dict[str, tuple[str, ...]] = {}
        for path, name in index.execute(
            "SELECT path, stories.name FROM stories JOIN records ON records.id = record WHERE stories.name NOTNULL"
        ):
            self.stories[path] = (*self.stories.get(path, ()), name)
        self.tasks: dict[str, list[_Task]] = {}
        of_task: dict[str, list[str]] = {}
        for key, name, story in index.execute(
            "SELECT names.name, tasks.name, story FROM links JOIN names ON names.id = links.name "
            "JOIN tasks ON tasks.record = links.record AND tasks.line = links.line "
            "JOIN records ON records.id = links.record WHERE how = 'requirement' ORDER BY path, links.position"
        ):
            key = self._home(key)
            self.tasks.setdefault(key, []).append(_Task(name, story))
            if name:
                of_task.setdefault(f"{key.rpartition('#')[0]}#{name}", []).append(key)
        self.contracts: dict[str, list[str]] = {}
        for key, how, path in index.execute(
            "SELECT names.name, how, path FROM links JOIN names ON names.id = links.name "
            "JOIN contracts ON contracts.record = links.record JOIN records ON records.id = links.record "
            "WHERE how IN ('requirement', 'task') ORDER BY path, links.position"
        ):
            served = of_task.get(self._home(key), ()) if how == "task" else (self._home(key),)
            for requirement in served:
                self.contracts.setdefault(requirement, []).append(path)
        self.phrs = self._phrs(index)

    @staticmethod
    def _spec_folders(index: Connection) -> dict[str, list[str]]:
        """Feature -> its folder as links name it, in each root that has a spec of it."""
        found: dict[str, list[str]] = {}
        for feature, root in index.execute("SELECT feature, root FROM specs JOIN records ON records.id = record"):
            found.setdefault(feature, []).append(feature_folder(root, feature))
        return found

    def _home(self, key: str) -> str:
        """A key as the spec itself has it: the feature may be one of a root above that of the record that names it."""
        folder, _, name = key.rpartition("#")
        folders = self._specs.get(folder.rpartition("/")[2], [])
        return f"{folders[0]}#{name}" if folder not in folders and len(folders) == 1 else key

    @staticmethod
    def _phrs(index: Connection) -> dict[str, list[str]]:
        """Contract -> the PHRs that carry it out; a PHR that holds its own contract is one of these."""
        found: dict[str, list[str]] = {}
        linked = (
            "SELECT names.name, path FROM links JOIN names ON names.id = links.name "
            "JOIN phrs ON phrs.record = links.record JOIN records ON records.id = links.record WHERE how = 'contract' "
            "UNION SELECT path, path FROM contracts JOIN records ON records.id = record WHERE embedded ORDER BY 2"
        )
        for contract, phr in index.execute(linked):
            found.setdefault(contract, []).append(phr)
        return found


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
