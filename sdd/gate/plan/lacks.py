"""What a change lacks by its verdict, and what else is known of it."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from sdd.gate.check.verdict import Finding, JudgedChange
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.plan.place import Place, moved_away
from sdd.gate.plan.uncommitted import serves
from sdd.gate.plan.ways import Step
from sdd.gate.rules import Remedy
from sdd.gate.rules.size import declaring, reads_at_a_glance, too_large_for_chore
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.record import ChangeKind, Record
from sdd.records.layout import roots_of
from sdd.records.project import CONSTITUTION_PATH, Project, Reader
from sdd.repo.messages import taken_back
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS
from sdd.repo.unfinished import Unfinished

STALE_EVIDENCE = "contract-stale-evidence"


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


class Lacks:
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
        self.oversized = [file for change in changes for file in self._oversized_chores(change)]
        taken_for_chores = {file.path for file in self.oversized}
        files = [
            file for change in changes for file in change.files if file.lacks and file.path not in taken_for_chores
        ]
        files = [*map(_as_unwaived, files), *map(self._as_refactor, self.oversized)]
        new_work = [file for change in changes for file in _new_work_of_reverts(change)]
        self.resolved = [file for file in new_work if not _declaring_contracts(file)]
        self.misnamed = dict.fromkeys(each.path for file in new_work for each in _declaring_contracts(file))
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
        brought = {finding.path: finding.fix for _, finding in errors if finding.remedy == Remedy.BRING}
        self.left_behind = {file.path: brought.get(file.path, "") for file in self.lacking}
        # Only sdd revert brings them back.
        self.has_lost_records = any(finding.rule == "history-rewritten" for _, finding in errors)
        self.untold = {finding.path: root for root, finding in errors if finding.rule == "record-no-phr"}
        undecided = [(root, finding) for root, finding in errors if finding.remedy == Remedy.DECIDE]
        self.undecided = {finding.path: root for root, finding in undecided}
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
            if finding.remedy == Remedy.RENUMBER and (phr := self._at(root or "")[0].get(Phr, finding.path)):
                yield phr

    def _oversized_chores(self, change: JudgedChange) -> list[CoveredFile]:
        """The files of a change that says chore and is larger than one may be: those alone that cannot be read at a
        glance, where the rest is a chore.
        """
        if not any(finding.rule == "change-not-a-chore" for finding in change.errors):
            return []
        limit = self.policy(change.root).chore_line_limit
        said = ((file, declaring(file, ChangeKind.CHORE)) for file in change.files if not file.exempt)
        chores = [(file, {record.path for record in records}) for file, records in said if records]
        large = [each for each in chores if not reads_at_a_glance(self.repository, each[0], limit)]
        new_kind = {path for _, records in large for path in records}
        rest = [file for file, records in chores if records.isdisjoint(new_kind)]
        left = chores if not large or too_large_for_chore(self.repository, rest, limit) else large
        return [file for file, _ in left]

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

    def without(self, need: Need) -> list[CoveredFile]:
        """The files that lack one kind of record."""
        return [file for file in self.lacking if need in file.lacks]

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


def _as_unwaived(file: CoveredFile) -> CoveredFile:
    """A file with what a waiver lets pass among its lacks: the record that supplies the rest supplies that too."""
    return file._replace(lacks=tuple(need for need in Need if need in (*file.lacks, *file.waived)))


def _new_work_of_reverts(change: JudgedChange) -> list[CoveredFile]:
    """The files of a revert that hold new work, such as a resolved conflict, with what these lack as such."""
    refused = {finding.path for finding in change.errors if finding.rule == "change-not-a-revert"}
    files = (file for file in change.files if file.path in refused and not file.lacks)
    return [file._replace(lacks=(Need.PHR, Need.CONTRACT)) for file in files]


def _declaring_contracts(file: CoveredFile) -> list[Contract]:
    """The contracts that call the work on a file a revert: no other record makes it anything else."""
    return [contract for contract in file.contracts if contract.kind == ChangeKind.REVERT]
