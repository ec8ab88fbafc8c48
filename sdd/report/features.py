"""Features as their pages show them: the derived status with its reason, and what belongs to each."""

from collections.abc import Container, Iterable, Mapping, Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

from sdd.answers.lists import Row, named_by, rows
from sdd.answers.trail.landings import StoredLanding, first_and_last
from sdd.answers.trail.requirements import RequirementTrail
from sdd.base.grouping import grouped
from sdd.index.search import RowFilter
from sdd.records.features import Standing, counts_of_contracts
from sdd.records.kinds.spec import plain_title
from sdd.records.layout import feature_of, marks_a_feature


class FeatureRow(NamedTuple):
    """One feature, its folder a path from the top, with what its records say and those that name it.

    `spec` is None where it has none; `contracts` are those in files of their own. The first of its records landed
    on one of the two days (YYYY-MM-DD), and any of them landed or changed last on the other.
    """

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
    contracts: tuple[Row, ...]
    phrs: tuple[Row, ...]
    trails: tuple[RequirementTrail, ...]
    first_landed: str | None
    last_landed: str | None


def features(
    index: Connection,
    contracts: Iterable[Row],
    phrs: Iterable[Row],
    trails: Iterable[RequirementTrail],
    spans: Mapping[str, tuple[StoredLanding, StoredLanding]],
    reverted: Container[str],
) -> tuple[FeatureRow, ...]:
    """Every feature, in the order of paths; `spans` is path of a record -> the landing that brought it and the last
    that changed it, `reverted` the records whose landing was reverted.
    """
    kinds = "SELECT path, kind, root FROM records WHERE kind IN ('spec', 'plan', 'tasks')"
    marks = [record for record in index.execute(kinds) if marks_a_feature(record[0])]
    folders = grouped((_folder(path), record) for path, *record in marks)
    held: dict[str, dict[str, tuple[Any, ...]]] = {
        table: grouped((_folder(row.path), row) for row in rows(index, table, RowFilter()))
        for table in ("specs", "stories", "tasks", "questions", "checklists")
    }
    meant = {path: folder.rstrip("#") for path, (folder, *_) in named_by(index, "feature").items()}
    held["contracts"] = _naming((row for row in contracts if not row.embedded), meant)
    held["phrs"] = _naming(phrs, meant)
    held["trails"] = grouped((_folder(trail.requirement.path), trail) for trail in trails)
    specified = grouped((_folder(path), landing) for path, *_ in marks for landing in spans.get(path, ()))
    recorded = grouped(
        (folder, landing)
        for name in ("contracts", "phrs")
        for folder, own in held[name].items()
        for row in own
        for landing in spans.get(row.path, ())
    )
    return tuple(
        _feature(
            folder,
            records,
            {name: of.get(folder, ()) for name, of in held.items()},
            first_and_last((*specified.get(folder, ()), *recorded.get(folder, ()))),
            reverted,
        )
        for folder, records in sorted(folders.items())
    )


def _feature(
    folder: str,
    records: Sequence[list[Any]],
    own: dict[str, tuple[Any, ...]],
    days: tuple[str | None, str | None],
    reverted: Container[str],
) -> FeatureRow:
    """A feature; `records` are kind and root of its files, `own` is what the fields of its row hold, and its records
    landed and changed from the first to the last of those `days`.
    """
    name = feature_of(f"{folder}/")
    spec = next(iter(own.pop("specs")), None)
    questions = sorted(own.pop("questions"), key=lambda question: not question.path.endswith("/spec.md"))
    ids = {trail.row.id for trail in own["trails"] if not trail.row.criterion}
    told = [(contract.path, contract.status, contract.requirements) for contract in own["contracts"]]
    standing = Standing(
        has_spec=spec is not None and bool(own["stories"] or own["trails"]),
        placeholders=(spec.placeholders if spec else 0) or 0,
        open_questions=sum(question.path.endswith("/spec.md") for question in questions),
        has_plan=any(kind == "plan" for kind, *_ in records),
        tasks=len(own["tasks"]),
        ticked=sum(task.done for task in own["tasks"]),
        **counts_of_contracts(told, ids, reverted),
    )
    title = plain_title(spec.title if spec else None) or name
    return FeatureRow(
        folder,
        records[0][1],
        name,
        title,
        spec,
        standing,
        questions=tuple(questions),
        first_landed=days[0],
        last_landed=days[1],
        **own,
    )


def _folder(path: str) -> str:
    """The folder of the feature that a record is about."""
    return path.rpartition("/")[0].removesuffix("/checklists")


def _naming(listed: Iterable[Row], meant: Mapping[str, str]) -> dict[str, tuple[Row, ...]]:
    """Folder of a feature -> the records that name it; `meant` has the folder by the path of the record."""
    return grouped((meant[row.path], row) for row in listed if row.path in meant)
