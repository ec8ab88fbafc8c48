"""Features as their pages show them: the derived status with its reason, and what belongs to each."""

from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple, TypeVar

from sdd.answers.lists import Row, rows
from sdd.index.search import RowFilter
from sdd.records.features import FeatureStatus, Standing
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.spec import plain_title
from sdd.records.layout import feature_folder

Key = TypeVar("Key")
Value = TypeVar("Value")


class StoryRow(NamedTuple):
    """One user story. `name` is US1, None for a story without a number."""

    name: str | None
    title: str | None
    priority: str | None
    scenarios: int


class OpenQuestion(NamedTuple):
    """What a spec or plan leaves open."""

    path: str
    line: int
    text: str
    feature: str | None


class ChecklistRow(NamedTuple):
    """One checklist: how many `items` it has, and how many are ticked."""

    path: str
    title: str
    items: int
    done: int


class FeatureRow(NamedTuple):
    """One folder below `specs/`, a path from the top, with what its records say. `status_written` is the spec's own."""

    path: str
    root: str
    name: str
    title: str
    created: str | None
    status_written: str | None
    input: str | None
    standing: Standing
    stories: tuple[StoryRow, ...]
    tasks: tuple[Row, ...]
    questions: tuple[OpenQuestion, ...]
    checklists: tuple[ChecklistRow, ...]

    @property
    def status(self) -> FeatureStatus:
        """How far it has come, as its files show it."""
        return self.standing.status

    @property
    def reason(self) -> str:
        """What the status follows from."""
        return self.standing.reason


def features(index: Connection) -> tuple[FeatureRow, ...]:
    """Every feature that has a spec, a plan, a task list or a checklist, in the order of paths."""
    records = index.execute(
        "SELECT id, kind, path, root, problems FROM records WHERE kind IN ('spec', 'plan', 'tasks', 'checklist')"
    ).fetchall()
    folders: dict[str, str] = {}
    has_spec, has_plan = {}, set()
    for record, kind, path, root, problems in records:
        folder = path.rpartition("/")[0].removesuffix("/checklists")
        folders[folder] = root
        if kind == "spec":
            has_spec[folder] = (record, not problems)
        if kind == "plan":
            has_plan.add(folder)
    parts = _Parts(index)
    return tuple(
        parts.feature(folder, folders[folder], has_spec.get(folder), folder in has_plan) for folder in sorted(folders)
    )


class _Parts:
    """What belongs to the features, by their folders."""

    def __init__(self, index: Connection) -> None:
        self.specs = {
            record: own
            for record, *own in index.execute(
                "SELECT record, title, created, status, texts.text, placeholders FROM specs "
                "LEFT JOIN texts ON texts.id = input"
            )
        }
        self.stories = grouped(
            (path, StoryRow(*own))
            for path, *own in index.execute(
                "SELECT path, stories.name, title, priority, scenarios FROM stories "
                "JOIN records ON records.id = record ORDER BY path, line"
            )
        )
        self.tasks = grouped((row.path, row) for row in rows(index, "tasks", RowFilter()))
        self.questions = grouped((question.path, question) for question in open_questions(index))
        self.checklists = grouped(
            (
                path.rpartition("/")[0].removesuffix("/checklists"),
                ChecklistRow(path, title or path.rpartition("/")[2], items, done),
            )
            for path, title, items, done in index.execute(
                "SELECT path, title, items, done FROM checklists JOIN records ON records.id = record ORDER BY path"
            )
        )
        self.contracts = grouped(
            (feature_folder(root, feature), status == ContractStatus.OPEN)
            for root, feature, status in index.execute(
                "SELECT root, feature, status FROM contracts JOIN records ON records.id = record "
                "WHERE feature NOTNULL AND NOT embedded"
            )
        )

    def feature(self, folder: str, root: str, spec: tuple[int, bool] | None, has_plan: bool) -> FeatureRow:
        name = folder.rpartition("/")[2]
        title, created, written, asked, placeholders = self.specs.get(spec[0] if spec else 0, (None,) * 5)
        own_tasks = self.tasks.get(f"{folder}/tasks.md", ())
        questions = self.questions.get(f"{folder}/spec.md", ())
        contracts = self.contracts.get(folder, ())
        standing = Standing(
            has_spec=bool(spec and spec[1]),
            placeholders=placeholders or 0,
            open_questions=len(questions),
            has_plan=has_plan,
            tasks=len(own_tasks),
            ticked=sum(task.done for task in own_tasks),
            contracts=len(contracts),
            open_contracts=sum(contracts),
        )
        return FeatureRow(
            folder,
            root,
            name,
            plain_title(title) or name,
            created,
            written,
            asked,
            standing,
            self.stories.get(f"{folder}/spec.md", ()),
            own_tasks,
            (*questions, *self.questions.get(f"{folder}/plan.md", ())),
            self.checklists.get(folder, ()),
        )


def open_questions(index: Connection) -> tuple[OpenQuestion, ...]:
    """What specs and plans leave open, in the order of paths."""
    rows = index.execute(
        "SELECT path, line, texts.text, feature FROM questions JOIN records ON records.id = record "
        "JOIN texts ON texts.id = questions.text ORDER BY path, position"
    )
    return tuple(OpenQuestion(*row) for row in rows)


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    """Key -> its values, in their order."""
    groups: dict[Key, list[Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}
