"""Features as their pages show them: the derived status with its reason, and what belongs to each."""

from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.lists import Row, rows
from sdd.base.grouping import grouped
from sdd.index.search import RowFilter
from sdd.records.features import Standing
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.spec import plain_title
from sdd.records.layout import feature_folder, feature_of


class FeatureRow(NamedTuple):
    """One feature, its folder a path from the top, with what its records say; `spec` is None where it has none."""

    path: str
    root: str
    name: str
    title: str
    spec: Row | None
    standing: Standing
    stories: tuple[Row, ...]
    tasks: tuple[Row, ...]
    questions: tuple[Row, ...]
    checklists: tuple[Row, ...]


def features(index: Connection) -> tuple[FeatureRow, ...]:
    """Every feature that has a spec, a plan, a task list or a checklist, in the order of paths."""
    kinds = "SELECT path, kind, root, problems FROM records WHERE kind IN ('spec', 'plan', 'tasks', 'checklist')"
    folders = grouped((_folder(path), record) for path, *record in index.execute(kinds))
    contracts = grouped(
        (feature_folder(root, feature), status == ContractStatus.OPEN)
        for root, feature, status in index.execute(
            "SELECT root, feature, status FROM contracts JOIN records ON records.id = record "
            "WHERE feature NOTNULL AND NOT embedded"
        )
    )
    specs, stories, tasks, questions, checklists = (
        grouped((_folder(row.path), row) for row in rows(index, table, RowFilter()))
        for table in ("specs", "stories", "tasks", "questions", "checklists")
    )

    def feature(folder: str) -> FeatureRow:
        name = feature_of(f"{folder}/")
        spec = next(iter(specs.get(folder, ())), None)
        own_tasks, own_questions = tasks.get(folder, ()), questions.get(folder, ())
        own_contracts = contracts.get(folder, ())
        standing = Standing(
            has_spec=any(kind == "spec" and not problems for kind, _, problems in folders[folder]),
            placeholders=(spec.placeholders if spec else 0) or 0,
            open_questions=sum(question.path.endswith("/spec.md") for question in own_questions),
            has_plan=any(kind == "plan" for kind, *_ in folders[folder]),
            tasks=len(own_tasks),
            ticked=sum(task.done for task in own_tasks),
            contracts=len(own_contracts),
            open_contracts=sum(own_contracts),
        )
        return FeatureRow(
            folder,
            folders[folder][0][1],
            name,
            plain_title(spec.title if spec else None) or name,
            spec,
            standing,
            stories.get(folder, ()),
            own_tasks,
            tuple(sorted(own_questions, key=lambda question: not question.path.endswith("/spec.md"))),
            checklists.get(folder, ()),
        )

    return tuple(map(feature, sorted(folders)))


def _folder(path: str) -> str:
    """The folder of the feature that a record is about."""
    return path.rpartition("/")[0].removesuffix("/checklists")
