"""Features as a whole: the folder, the records that name it, and the status that follows from both."""

from collections.abc import Collection, Container, Iterable, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from sdd.base.listing import counted, listed
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.plan import Plan
from sdd.records.kinds.record import AnyRecord, Record
from sdd.records.kinds.spec import Spec, plain_title
from sdd.records.kinds.tasks import Tasks
from sdd.records.layout import feature_folder, feature_of
from sdd.records.links import Place, Relation, path_from_top, resolve
from sdd.records.project import Project, Reader, records_of
from sdd.repo.objects import Tree


class FeatureStatus(StrEnum):
    """How far a feature has come, as its files show it: status lines in specs are not kept up by anybody."""

    DRAFT = "Draft"
    CLARIFIED = "Clarified"
    PLANNED = "Planned"
    IN_PROGRESS = "In progress"
    REVERTED = "Reverted"
    IMPLEMENTED = "Implemented"
    VERIFIED = "Verified"


class Standing(NamedTuple):
    """What a feature's status follows from. `has_spec` says that something can be read out of spec.md; of its
    `requirements`, success criteria apart, done contracts name all but those that are `missing`. Of its
    `contracts` those that are `reverted` speak for nothing.
    """

    has_spec: bool
    placeholders: int
    open_questions: int
    has_plan: bool
    tasks: int
    ticked: int
    contracts: int
    open_contracts: int
    requirements: int
    missing: tuple[str, ...]
    reverted: int = 0

    @property
    def is_implemented(self) -> bool:
        """Whether all tasks are ticked. Without tasks, done contracts speak for the requirements."""
        return self.ticked == self.tasks if self.tasks else self.requirements > 0 == len(self.missing)

    @property
    def status(self) -> FeatureStatus:
        """How far the feature has come."""
        if 0 < self.contracts == self.reverted:
            return FeatureStatus.REVERTED
        if self.is_implemented:
            verified = self.contracts and not self.open_contracts
            return FeatureStatus.VERIFIED if verified else FeatureStatus.IMPLEMENTED
        if self.ticked or self.contracts:
            return FeatureStatus.IN_PROGRESS
        if self.has_plan:
            return FeatureStatus.PLANNED
        unfinished = not self.has_spec or self.open_questions or self.placeholders
        return FeatureStatus.DRAFT if unfinished else FeatureStatus.CLARIFIED

    @property
    def reason(self) -> str:
        """The same in few words."""
        done = self.contracts - self.open_contracts - self.reverted
        by_contracts = self.contracts and self.requirements and not self.tasks
        kept = self.requirements - len(self.missing)
        without = f" (not {listed(self.missing)})" if kept and self.missing else ""
        told = [
            f"{self.ticked} of {counted(self.tasks, 'task')} ticked" if self.tasks else "",
            f"{done} of {counted(self.contracts, 'contract')} done" if self.contracts else "",
            f"{self.reverted} reverted" if self.reverted else "",
            f"{kept} of {counted(self.requirements, 'requirement')} in done contracts{without}" if by_contracts else "",
            "" if self.has_spec else "no spec.md with a story or a requirement",
            f"{counted(self.placeholders, 'place')} to fill in" if self.placeholders else "",
            counted(self.open_questions, "open question") if self.open_questions else "",
        ]
        return ", ".join(filter(None, told)) or ("a plan, no tasks" if self.has_plan else "nothing open, no plan")


@dataclass(frozen=True)
class Feature:
    """One feature of a root, with the records in it and those that name it, and the days (YYYY-MM-DD) on which the
    first and the last of them landed, where that was asked for. `reverted` are records whose landing was reverted.
    """

    path: str
    root: str
    name: str
    records: tuple[Record, ...]
    first_landed: str | None = None
    last_landed: str | None = None
    reverted: Container[str] = ()

    def of(self, kind: type[AnyRecord]) -> tuple[AnyRecord, ...]:
        """Its records of a class, in the order of paths."""
        return tuple(record for record in self.records if isinstance(record, kind))

    @property
    def spec(self) -> Spec | None:
        """Its specification."""
        return next(iter(self.of(Spec)), None)

    @property
    def title(self) -> str | None:
        """The spec's title without "Feature Specification:"."""
        return plain_title(self.spec.title) if self.spec else None

    @property
    def standing(self) -> Standing:
        """What the status follows from."""
        spec = self.spec
        ids = {requirement.id for requirement in spec.requirements} if spec else set[str]()
        told = [(each.path, each.status, [item.text for item in each.requirements]) for each in self.of(Contract)]
        tasks = [task for tasks in self.of(Tasks) for task in tasks.tasks]
        return Standing(
            has_spec=bool(spec and spec.has_content),
            placeholders=len(spec.placeholders) if spec else 0,
            open_questions=len(spec.open_questions) if spec else 0,
            has_plan=bool(self.of(Plan)),
            tasks=len(tasks),
            ticked=sum(task.done for task in tasks),
            **counts_of_contracts(told, ids, self.reverted),
        )


def counts_of_contracts(
    contracts: Collection[tuple[str, str | None, Iterable[str]]], requirements: Set[str], reverted: Container[str]
) -> dict[str, Any]:
    """What a Standing says of contracts, each told by its path, its status and the requirements that it names."""
    standing = [(status, named) for path, status, named in contracts if path not in reverted]
    done = chain.from_iterable(named for status, named in standing if status == ContractStatus.DONE)
    return {
        "contracts": len(contracts),
        "open_contracts": sum(status == ContractStatus.OPEN for status, _ in standing),
        "requirements": len(requirements),
        "missing": tuple(sorted(requirements - {*done})),
        "reverted": len(contracts) - len(standing),
    }


def read_features(tree: Tree, reader: Reader) -> tuple[Feature, ...]:
    """Every feature of every root of a tree, in the order of paths."""
    records: dict[str, list[Record]] = {}
    projects = {"": Project(tree, "", reader)}
    apart: list[Phr] = []
    for record in records_of(tree, reader, Spec, Plan, Tasks, Contract, Phr):
        project = projects.setdefault(record.root, projects[""].at(record.root))
        key = feature_folder(record.root, feature_of(record.path))
        if isinstance(record, Contract | Phr):
            place = Place(project, record.path)
            key = resolve(Relation.FEATURE, record.feature, place).target if record.feature else ""
            apart += [record] if isinstance(record, Phr) and not key else []
        records.setdefault(key, []).append(record)
    keys = {each.path: key for key, held in records.items() if key for each in held if isinstance(each, Contract)}
    for phr in apart:  # the work of several features
        named = (path_from_top(phr.root, written) for written in phr.linked("contract"))
        for key in dict.fromkeys(keys[path] for path in named if path in keys):
            records[key].append(phr)
    features = (
        Feature(project.feature_folder(name), root, name, tuple(records.get(feature_folder(root, name), ())))
        for root, project in projects.items()
        for name in project.features
    )
    return tuple(sorted(features, key=attrgetter("path")))
