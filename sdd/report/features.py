"""Features as their pages show them: the derived status with its reason, and what belongs to each."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence, Set
from functools import lru_cache, partial
from sqlite3 import Connection
from sys import intern
from typing import Any, NamedTuple

from sdd.answers.lists import Row, named_by, rows
from sdd.answers.trail.requirements import RequirementRow, RequirementTrail, trails
from sdd.answers.trail.stored import first_and_last, spans_of
from sdd.answers.trail.things import all_requirements
from sdd.answers.trail.work import Work
from sdd.base.grouping import grouped
from sdd.index.search import RowFilter
from sdd.records.features import Standing, counts_of_contracts
from sdd.records.kinds.spec import plain_title
from sdd.records.layout import feature_of, marks_a_feature
from sdd.report.stored import StoredRows


class ServedCount(NamedTuple):
    """How many requirements are `covered` by a record, of those that are `standing`: all but the `reverted` ones.

    Success criteria are no requirements.
    """

    covered: int
    standing: int
    reverted: int


def served_count(rows: Iterable[RequirementRow]) -> ServedCount:
    """How many of some requirements are served."""
    own = [row for row in rows if not row.criterion]
    reverted = sum(bool(row.reverted) for row in own)
    return ServedCount(sum(row.is_covered for row in own), len(own) - reverted, reverted)


class FeatureRow(NamedTuple):
    """One feature, its folder a path from the top, with what its records say and those that name it.

    `spec` is None where it has none; `contracts` are those in files of their own. The first of its records landed
    on one of the two days (YYYY-MM-DD), and any of them landed or changed last on the other. `read_trails` gives what
    leads on from the `requirements`, which is large.
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
    contracts: StoredRows
    phrs: StoredRows
    requirements: tuple[RequirementRow, ...]
    read_trails: Callable[[], tuple[RequirementTrail, ...]]
    first_landed: str | None
    last_landed: str | None

    @property
    def served(self) -> ServedCount:
        """How many of its requirements are served."""
        return served_count(self.requirements)

    @property
    def trails(self) -> tuple[RequirementTrail, ...]:
        """The trails of its requirements."""
        return self.read_trails()


def features(
    index: Connection, contracts: StoredRows, phrs: StoredRows, reverted: Mapping[str, str], work: Work
) -> tuple[FeatureRow, ...]:
    """Every feature, in the order of paths; `reverted` are the records whose landing was reverted, `work` what
    the commits of changes did.
    """
    kinds = "SELECT path, kind, root FROM records WHERE kind IN ('spec', 'plan', 'tasks')"
    marks = [record for record in index.execute(kinds) if marks_a_feature(record[0])]
    folders = grouped((_folder(path), record) for path, *record in marks)
    held: dict[str, dict[str, tuple[Any, ...]]] = {
        table: grouped((_folder(row.path), row) for row in rows(index, table, RowFilter()))
        for table in ("specs", "stories", "tasks", "questions", "checklists")
    }
    meant = {path: folder.rstrip("#") for path, (folder, *_) in named_by(index, "feature").items()}
    within = {*phrs.paths}
    of_contracts = _naming((path for path in contracts.paths if path not in within), meant)
    of_phrs = _naming(phrs.paths, meant)
    stated = grouped((_folder(requirement.path), requirement) for requirement in all_requirements(index))
    of_marks = grouped((_folder(path), path) for path, *_ in marks)

    # A page asks for those of one feature several times.
    @lru_cache(maxsize=1)
    def trails_of(folder: str) -> tuple[RequirementTrail, ...]:
        return trails(index, stated.get(folder, ()), reverted, work)

    def made(folder: str, records: Sequence[list[Any]]) -> FeatureRow:
        own: dict[str, Any] = {name: of.get(folder, ()) for name, of in held.items()}
        own["contracts"] = contracts.at(of_contracts.get(folder, ()))
        own["phrs"] = phrs.at(of_phrs.get(folder, ()))
        own["requirements"] = tuple(_sharing(trail.row) for trail in trails_of(folder))
        own["questions"] = tuple(sorted(own["questions"], key=lambda row: not row.path.endswith("/spec.md")))
        spec = next(iter(own.pop("specs")), None)
        name, root = feature_of(f"{folder}/"), records[0][1]
        title = plain_title(spec.title if spec else None) or name
        standing = _standing(spec, own, {kind for kind, _ in records}, reverted)
        spans = spans_of(index, (*of_marks[folder], *own["contracts"].paths, *own["phrs"].paths))
        first, last = first_and_last(landing for span in spans.values() for landing in span)
        own |= {"read_trails": partial(trails_of, folder), "first_landed": first, "last_landed": last}
        return FeatureRow(folder, root, name, title, spec, standing, **own)

    return tuple(made(*feature) for feature in sorted(folders.items()))


def _sharing(row: RequirementRow) -> RequirementRow:
    """The same with the paths and ids that others hold too: a record stands in many rows."""
    contracts, phrs, commits = (tuple(map(intern, own)) for own in (row.contracts, row.phrs, row.commits))
    return row._replace(contracts=contracts, phrs=phrs, commits=commits)


def _standing(spec: Row | None, own: dict[str, Any], kinds: Set[str], reverted: Container[str]) -> Standing:
    """What a feature's status follows from: its spec, what else its row holds (`own`), and the kinds of its files."""
    ids = {row.id for row in own["requirements"] if not row.criterion}
    told = [(contract.path, contract.status, contract.requirements) for contract in own["contracts"]]
    return Standing(
        has_spec=spec is not None and bool(own["stories"] or own["requirements"]),
        placeholders=(spec.placeholders if spec else 0) or 0,
        open_questions=sum(question.path.endswith("/spec.md") for question in own["questions"]),
        has_plan="plan" in kinds,
        tasks=len(own["tasks"]),
        ticked=sum(task.done for task in own["tasks"]),
        **counts_of_contracts(told, ids, reverted),
    )


def _folder(path: str) -> str:
    """The folder of the feature that a record is about."""
    return path.rpartition("/")[0].removesuffix("/checklists")


def _naming(records: Iterable[str], meant: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Folder of a feature -> the records that name it; `meant` has the folder by the path of the record."""
    return grouped((meant[path], path) for path in records if path in meant)
