"""Features as a whole: a folder below `specs/` with all that speaks of it, and the status that follows from it."""

from dataclasses import dataclass
from enum import StrEnum

from sdd import paths
from sdd.artifacts.artifact import Artifact, ArtifactKind
from sdd.artifacts.contract import Contract, ContractStatus
from sdd.artifacts.phr import Phr
from sdd.artifacts.plan import Plan
from sdd.artifacts.spec import Spec
from sdd.artifacts.tasks import Tasks
from sdd.project import Reader, all_artifacts
from sdd.repo.objects import FOLDER, Tree


class FeatureStatus(StrEnum):
    """How far a feature has come, as its files show it: status lines in specs are not kept up by anybody."""

    DRAFT = "Draft"
    CLARIFIED = "Clarified"
    PLANNED = "Planned"
    IN_PROGRESS = "In progress"
    IMPLEMENTED = "Implemented"
    VERIFIED = "Verified"


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One folder below `specs/` of a root. `contracts` and `phrs` are paths from the top."""

    path: str
    root: str
    name: str
    spec: Spec | None = None
    plan: Plan | None = None
    tasks: Tasks | None = None
    contracts: tuple[str, ...] = ()
    phrs: tuple[str, ...] = ()
    open_contracts: int = 0

    @property
    def title(self) -> str | None:
        """The spec's title without "Feature Specification:"."""
        title = self.spec.title if self.spec else None
        return title.removeprefix("Feature Specification:").strip() if title else None

    @property
    def status(self) -> FeatureStatus:
        """What the files show: open questions, a plan, ticked tasks, done contracts."""
        tasks = self.tasks.tasks if self.tasks else ()
        done = sum(task.done for task in tasks)
        if tasks and done == len(tasks):
            verified = self.contracts and not self.open_contracts
            return FeatureStatus.VERIFIED if verified else FeatureStatus.IMPLEMENTED
        if done or self.contracts:
            return FeatureStatus.IN_PROGRESS
        if self.plan:
            return FeatureStatus.PLANNED
        unfinished = not self.spec or self.spec.problems or self.spec.open_questions or self.spec.placeholders
        return FeatureStatus.DRAFT if unfinished else FeatureStatus.CLARIFIED


_KINDS = frozenset({ArtifactKind.SPEC, ArtifactKind.PLAN, ArtifactKind.TASKS, ArtifactKind.CONTRACT, ArtifactKind.PHR})


def read_features(tree: Tree, reader: Reader) -> tuple[Feature, ...]:
    """Every feature of every root of a tree, in the order of paths."""
    parts: dict[str, dict[type[Artifact], Artifact]] = {}
    speaking: dict[str, list[Contract | Phr]] = {}
    roots = {""}
    for record in all_artifacts(tree, reader, _KINDS):
        roots.add(record.root)
        if isinstance(record, Spec | Plan | Tasks):
            parts.setdefault(record.path.rpartition("/")[0], {})[type(record)] = record
        elif isinstance(record, Contract | Phr) and record.feature:
            speaking.setdefault(paths.join(record.root, f"specs/{record.feature}"), []).append(record)
    folders = {
        paths.join(root, f"specs/{name}"): (root, name)
        for root in roots
        for name, entry in tree.folder(paths.join(root, "specs")).items()
        if entry.mode == FOLDER
    }
    return tuple(
        _feature(path, root, name, parts.get(path, {}), speaking.get(path, []))
        for path, (root, name) in sorted(folders.items())
    )


def _feature(
    path: str, root: str, name: str, parts: dict[type[Artifact], Artifact], speaking: list[Contract | Phr]
) -> Feature:
    spec, plan, tasks = parts.get(Spec), parts.get(Plan), parts.get(Tasks)
    contracts = [record for record in speaking if isinstance(record, Contract)]
    return Feature(
        path=path,
        root=root,
        name=name,
        spec=spec if isinstance(spec, Spec) else None,
        plan=plan if isinstance(plan, Plan) else None,
        tasks=tasks if isinstance(tasks, Tasks) else None,
        contracts=tuple(contract.path for contract in contracts),
        phrs=tuple(record.path for record in speaking if isinstance(record, Phr)),
        open_contracts=sum(contract.status == ContractStatus.OPEN for contract in contracts),
    )
