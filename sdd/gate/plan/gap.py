"""What a change lacks, and what is known about it: the facts that its plan is made from."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from sdd.base import paths
from sdd.gate.check.verdict import Finding, JudgedChange
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.cover.left_behind import BROUGHT
from sdd.gate.plan.declared import declaring_contracts, new_work_of_reverts, oversized_chores
from sdd.gate.plan.place import Place, moved_away
from sdd.gate.plan.uncommitted import serves
from sdd.gate.plan.ways import Step
from sdd.gate.rules.history import KEEP_BOTH
from sdd.records.kinds.captured import CAPTURED
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.record import ChangeKind, Record
from sdd.records.kinds.spec import Spec
from sdd.records.layout import feature_of_branch, roots_of
from sdd.records.project import CONSTITUTION_PATH, Project, Reader
from sdd.repo.messages import taken_back
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS
from sdd.repo.unfinished import Unfinished

STALE_EVIDENCE = "contract-stale-evidence"


def is_undecided(finding: Finding) -> bool:
    """Whether a PHR of stage constitution answers for what was found."""
    return "--stage constitution" in finding.fix


def decided_path(finding: Finding) -> str:
    """The file that such a PHR names: of a root its policy, whether or not it has one."""
    return paths.join(finding.path, "sdd.toml") if finding.path.endswith(".specify") else finding.path


class Beside(NamedTuple):
    """What is known beside the verdict: the feature that somebody works on, the kind that they say it is, the records
    that are not committed, whether the change lands all the same, so that a later command must say where it began,
    what git is in the middle of, the folder (from the top) in which commands are run, and whether somebody gave the
    terms of a contract of its own.
    """

    feature: str | None = None
    kind: ChangeKind | None = None
    uncommitted: tuple[Record, ...] = ()
    landing: bool = False
    unfinished: Unfinished = Unfinished()
    folder: str = ""
    has_terms: bool = False


class Gap:
    """What one ref lacks. `lacking` are the files that no uncommitted record serves, `waiting` the records that serve
    the others. `oversized` are files of chores too large for one, `resolved` those of a revert with new work, and
    `misnamed` the contracts that call new work a revert. `untold` are records without a PHR and `undecided` changes
    of the policy and of roots, both with their roots. `left_behind` is path of a file -> the commands that bring
    the record of a backport, empty for none. `unreadable` are the faults of a policy by which nothing could be
    judged, `stale` the records that are refused because their checks did not run on these files.
    """

    def __init__(self, repository: Repository, changes: Sequence[JudgedChange], beside: Beside) -> None:
        self.repository, self.changes, self.beside = repository, changes, beside
        self.change = changes[0]
        self._edited = {each.path for change in changes for each in change.altered if each.status == "M"}
        self._policies = {change.root: change.policy for change in changes}
        self.oversized = [file for change in changes for file in oversized_chores(change)]
        taken_for_chores = {file.path for file in self.oversized}
        files = [
            file for change in changes for file in change.files if file.lacks and file.path not in taken_for_chores
        ]
        files = [*map(_as_unwaived, files), *map(self._as_refactor, self.oversized)]
        new_work = [file for change in changes for file in new_work_of_reverts(change)]
        self.resolved = [file for file in new_work if not declaring_contracts(file)]
        self.misnamed = dict.fromkeys(each.path for file in new_work for each in declaring_contracts(file))
        files += self.resolved
        errors = [(change.root, finding) for change in changes for finding in change.errors]
        renamed = [*self._renamed(errors)]
        self.waiting: dict[str, None] = {}
        self.lacking: list[CoveredFile] = []
        for file in files:
            if serving := [record.path for record in beside.uncommitted if serves(record, file)]:
                self.waiting |= dict.fromkeys(serving)
            elif not any(serves(record, file) for record in renamed):
                self.lacking.append(file)
        brought = {finding.path: finding.fix for _, finding in errors if finding.fix.endswith(BROUGHT)}
        self.left_behind = {file.path: brought.get(file.path, "") for file in self.lacking}
        # Only sdd revert brings them back.
        self.has_lost_records = any(finding.rule == "history-rewritten" for _, finding in errors)
        self.untold = {finding.path: root for root, finding in errors if finding.rule == "record-no-phr"}
        undecided = [(root, finding) for root, finding in errors if is_undecided(finding)]
        self.undecided = {decided_path(finding): root for root, finding in undecided}
        self.unreadable = [finding for _, finding in errors if finding.rule == "policy-invalid"]
        self._too_low = {finding.path: root for root, finding in errors if finding.rule == "constitution-version"}
        self.stale = tuple(dict.fromkeys(finding.path for _, finding in errors if finding.rule == STALE_EVIDENCE))
        self._decided_roots = {root for root, finding in undecided if finding.rule == "root-changed"}
        self.place = self.place_of(*(file.root for file in self.lacking), *self.untold.values())
        if self.place.root is None:
            away = moved_away(self.lacking)
            here = (file.root for file in self.lacking if file.path not in away)
            self.place = self.place_of(*here, *self.untold.values())
        unreadable = (fault.path for fault in self.unreadable)
        named = (*(file.path for file in files), *self.untold, *self.undecided, *unreadable, *self.stale)
        self.paths = tuple(dict.fromkeys(named))

    def _renamed(self, errors: Iterable[tuple[str | None, Finding]]) -> Iterator[Phr]:
        """The PHRs whose name the target has given to another: they count once they have a new one."""
        for root, finding in errors:
            if finding.fix.endswith(KEEP_BOTH) and (phr := self._at(root or "")[0].get(Phr, finding.path)):
                yield phr

    def _as_refactor(self, file: CoveredFile) -> CoveredFile:
        """A chore's file with what it lacks once its record says that it is a refactoring."""
        needs = self.policy(file.root).require.get(ChangeKind.REFACTOR, ())
        lacks = {*file.lacks, *([Need.CONTRACT] if Need.CONTRACT in needs and not file.contracts else [])}
        return file._replace(lacks=tuple(need for need in Need if need in lacks))

    def place_of(self, *roots: str | None) -> Place:
        """Where one record serves some roots."""
        ends = (self.change.head, self.change.base)
        return Place(self.repository, ends, roots, self._decided_roots, self.beside.folder)

    def step(self, argv: tuple[str, ...], place: Place | None = None) -> Step:
        """A command that writes a record, where it is to be run."""
        base = (self.change.base or "")[:12] if self.beside.landing else ""
        return Step((*argv, "--base", base) if base else argv, at=(place or self.place).at)

    @property
    def decided(self) -> dict[str, str | None]:
        """What one PHR of stage constitution answers for, with its root: the `undecided`, and constitutions."""
        constitutions = {path: root for path, root in self.untold.items() if path.endswith(CONSTITUTION_PATH)}
        return self.undecided | constitutions | self._too_low

    @property
    def root(self) -> str | None:
        """The root that holds the records of all of it, None for several."""
        return self.place.root

    @cached_property
    def is_alone(self) -> bool:
        """Whether a file has a PHR already and lacks a contract: no new PHR can bring it."""
        return any(Need.CONTRACT in file.lacks and Need.PHR not in file.lacks for file in self.lacking)

    @cached_property
    def takes_a_contract(self) -> bool:
        """Whether only a contract is missing, and the PHRs that name the files hold none: one command puts it there."""
        if self.untold or self.root is None or self.beside.landing or not self.lacking:
            return False
        head = self.repository.tree(self.change.head)
        return all(
            Need.CONTRACT in file.lacks
            and Need.PHR not in file.lacks
            and (not file.out_of_scope or file.path in self.apart)
            and all(phr.path in head and not phr.contract for phr in file.phrs)
            for file in self.lacking
        )

    @cached_property
    def apart(self) -> frozenset[str]:
        """The files whose PHRs link no contract, while those that leave the files out cover the work of other PHRs."""
        covering: dict[str, set[str]] = {}
        for file in self.change.files:
            for contract in file.contracts:
                covering.setdefault(contract.path, set()).update(phr.path for phr in file.phrs)
        return frozenset(
            file.path
            for file in self.lacking
            if not any(phr.link("contract") or phr.contract for phr in file.phrs)
            and all(
                (others := covering.get(contract.path)) and others.isdisjoint(phr.path for phr in file.phrs)
                for contract in file.out_of_scope
            )
        )

    @property
    def is_captured(self) -> bool:
        """Whether agents' hooks wrote all PHRs that the contract goes into."""
        return self.takes_a_contract and all(CAPTURED in phr.labels for phr in self.phrs.values())

    @property
    def phrs(self) -> dict[str, Phr]:
        """The PHRs that name files which lack something, by their paths."""
        return {phr.path: phr for file in self.lacking for phr in file.phrs}

    @property
    def phrs_to_complete(self) -> tuple[str, ...]:
        """The paths of those that name all these files together: of two that name the same ones, the later."""
        left = {file.path: {phr.path for phr in file.phrs} for file in self.lacking}
        chosen = []
        for path in sorted(self.phrs, reverse=True):
            if named := [file for file, paths in left.items() if path in paths]:
                chosen.append(path)
                left = {file: paths for file, paths in left.items() if file not in named}
        return tuple(reversed(chosen))

    @property
    def has_open_contracts(self) -> bool:
        """Whether the change has open contracts before a step makes one: then that one has to be named."""
        contracts = (contract for file in self.change.files for contract in (*file.contracts, *file.out_of_scope))
        return any(contract.status == ContractStatus.OPEN and not contract.embedded for contract in contracts)

    @cached_property
    def branch(self) -> str:
        """The name of the branch."""
        return self.change.ref.removeprefix(HEADS)

    @cached_property
    def reverts(self) -> tuple[str, ...]:
        """The commits that the change says it reverts, of those that touched what it lacks records for."""
        by_path = taken_back(self.repository, self.change.commits, self.change.base)
        return tuple(dict.fromkeys(by_path[file.path] for file in self.lacking if file.path in by_path))

    def policy(self, root: str | None) -> Policy:
        """What a root's change is judged by: its target's, which the change itself may edit."""
        return self._policies.get(root) or self._at(root or "")[0].policy.or_defaults()

    @cached_property
    def reader(self) -> Reader:
        """What reads the records of all its trees."""
        return Reader(self.repository.beginnings)

    def _at(self, root: str) -> tuple[Project, ...]:
        """A root and those above it, the nearest first, as the change leaves them."""
        tree = self.repository.tree(self.change.head)
        folders = (root, *roots_of(tree, root)) if root else (root,)
        return tuple(Project(tree, folder, self.reader) for folder in folders)

    @cached_property
    def features(self) -> dict[str, Project]:
        """The features that a record of the change may name, each with its root."""
        roots = dict.fromkeys(file.root or "" for file in self.lacking) if self.root is None else (self.root,)
        return {name: at for root in roots for at in reversed(self._at(root)) for name in at.features}

    @property
    def begins_a_feature(self) -> bool:
        """Whether work of kind feature is a new one: there is none yet, or nothing names the one that it belongs to.

        Who says the kind is asked for the feature, and what lands at once has no later moment for a spec.
        """
        is_open = bool(self.beside.kind) or self.beside.landing
        return not self._own_features and not (self.features and (self.feature or is_open))

    @cached_property
    def feature(self) -> str | None:
        """The feature that the work belongs to, None where nothing names one."""
        # What has its contract may be of another one.
        without = [file for file in self.lacking if Need.CONTRACT in file.lacks] or self.lacking
        for files in (without, self.lacking):
            named = {file.feature for file in files} - {None}
            if named:
                return named.pop() if len(named) == 1 else None
            own = self.beside.feature or feature_of_branch(self.features, self.branch)
            if own in self._contracted and len(self.uncontracted) == 1 and not self.beside.kind:
                return next(iter(self.uncontracted))
            if own or len(self._own_features) == 1:
                return own or next(iter(self._own_features))
        return None

    @property
    def is_of_feature(self) -> bool:
        """Whether more says which feature the work belongs to than an uncommitted spec of another branch."""
        if not self.feature or not self.spec or self.feature == self.beside.feature:
            return bool(self.feature)
        committed = self.repository.tree(self.change.commits[-1]) if self.change.commits else ()
        return self.spec.path in committed or self.spec.feature_branch == self.branch

    @cached_property
    def _own_features(self) -> frozenset[str]:
        """The features whose spec this change adds, or will, else edits: those without a contract in it, if any."""
        waiting = {record.feature for record in self.beside.uncommitted if isinstance(record, Spec) and record.feature}
        added = self._begun | waiting
        return frozenset(added - self._contracted or added)

    @cached_property
    def uncontracted(self) -> frozenset[str]:
        """The features whose spec this change holds, and for which it holds no contract."""
        return self._begun - self._contracted

    @cached_property
    def _contracted(self) -> frozenset[str]:
        return frozenset(each.feature for file in self.change.files for each in file.contracts if each.feature)

    @cached_property
    def _begun(self) -> frozenset[str]:
        """The features whose spec this change adds, else edits."""
        base = self.repository.tree(self.change.base) if self.change.base else None
        head = self.repository.tree(self.change.head)
        specs = {name: at.spec_path(name) for name, at in self.features.items()} if base else {}
        # A landed folder that only has a plan is not begun by this change.
        added = (
            name
            for name, spec in specs.items()
            if base and spec not in base and (spec in head or spec.rpartition("/")[0] not in base)
        )
        return frozenset(added) or frozenset(name for name, spec in specs.items() if spec in self._edited)

    @cached_property
    def spec(self) -> Spec | None:
        """The feature's spec; one that is not committed yet is as good."""
        waiting = (record for record in self.beside.uncommitted if isinstance(record, Spec))
        if own := next((spec for spec in waiting if spec.feature == self.feature), None):
            return own
        at = self.features.get(self.feature or "")
        return at.spec(self.feature) if at and self.feature else None


def _as_unwaived(file: CoveredFile) -> CoveredFile:
    """A file with what a waiver lets pass among its lacks: the record that supplies the rest supplies that too."""
    return file._replace(lacks=tuple(need for need in Need if need in (*file.lacks, *file.waived)))
