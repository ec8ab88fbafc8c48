"""From what a change lacks to the steps that supply it."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from sdd.base import paths
from sdd.base.listing import listed
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.cover.spec_faults import faults_for
from sdd.gate.plan.declared import declared_kind, oversized_chores
from sdd.gate.plan.guess import Guess, guess
from sdd.gate.plan.place import Place
from sdd.gate.plan.uncommitted import serves
from sdd.gate.plan.ways import (
    COMMAND,
    FEATURE,
    MUST,
    NOT,
    REQUIREMENT,
    SENTENCE,
    TITLE,
    WHY,
    WITHOUT_PHR,
    Plan,
    Step,
    Way,
)
from sdd.gate.rules.size import declaring, too_large_for_chore
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.phr import CAPTURED
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.record import ChangeKind, Record
from sdd.records.kinds.spec import Spec
from sdd.records.layout import feature_of_branch, roots_of
from sdd.records.project import Project, Reader
from sdd.repo.history import changes_of
from sdd.repo.messages import taken_back
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS
from sdd.repo.unfinished import Unfinished

_MOST_WAYS = 3
# So many commits, the newest, tell what kind of work some files are.
_COMMITS = 50
_PHR = ("sdd", "phr", "new", TITLE)
_ADD = ("sdd", "phr", "add")
_CONTRACT = ("sdd", "contract", "new", TITLE)
_COVER = ("sdd", "cover", TITLE)
_DONE = ("sdd", "contract", "done")
_TERMS = ("--success", SENTENCE, "--check", COMMAND)
_FULL_TERMS = ("--success", SENTENCE, "--constraint", MUST, "--non-goal", NOT, "--check", COMMAND)


class Beside(NamedTuple):
    """What is known beside the verdict: the feature that somebody works on, the kind that they say it is, the records
    that are not committed, whether the change lands all the same, so that a later command must say where it began,
    what git is in the middle of, and the folder (from the top) in which commands are run.
    """

    feature: str | None = None
    kind: ChangeKind | None = None
    uncommitted: tuple[Record, ...] = ()
    landing: bool = False
    unfinished: Unfinished = Unfinished()
    folder: str = ""


def plan(repository: Repository, changes: Sequence[JudgedChange], beside: Beside) -> Plan | None:
    """How to get one ref accepted, whose verdict is `changes`, root by root; None where no command supplies anything.

    Where an uncommitted record would do, the only way is to commit it.
    """
    made = _Planner(repository, changes, beside)
    ways = [*made.ways()]
    begun = next((place for place, way in enumerate(ways, 1) if way.label == ChangeKind.FEATURE), 0)
    if begun and made.may_go_on_with_a_feature:
        ways[begun:begun] = _Planner(repository, changes, beside._replace(kind=ChangeKind.FEATURE)).ways()
    if ways and ways[0].label and (same := made.same_record):
        ways.insert(1 if same.label == ways[0].label else len(ways), same)
    return Plan(changes[0].ref, made.paths, tuple(ways[:_MOST_WAYS])) if ways else None


class _Planner:
    """Makes the ways for one ref. `lacking` are the files that no uncommitted record serves."""

    def __init__(self, repository: Repository, changes: Sequence[JudgedChange], beside: Beside) -> None:
        self._repository, self._beside = repository, beside
        self._change = changes[0]
        self._policies = {change.root: change.policy for change in changes}
        self._oversized = [file for change in changes for file in oversized_chores(change)]
        taken_for_chores = {file.path for file in self._oversized}
        files = [
            file for change in changes for file in change.files if file.lacks and file.path not in taken_for_chores
        ]
        files += map(self._as_refactor, self._oversized)
        self._resolved = self._new_work(changes)
        files += self._resolved
        self._waiting: dict[str, None] = {}
        self._lacking: list[CoveredFile] = []
        for file in files:
            if serving := [record.path for record in beside.uncommitted if serves(record, file)]:
                self._waiting |= dict.fromkeys(serving)
            else:
                self._lacking.append(file)
        errors = [(change.root, finding) for change in changes for finding in change.errors]
        # Only sdd revert brings them back.
        self._has_lost_records = any(finding.rule == "history-rewritten" for _, finding in errors)
        self._untold = {finding.path: root for root, finding in errors if finding.rule == "record-no-phr"}
        undecided = [(root, finding) for root, finding in errors if finding.rule in ("policy-changed", "root-changed")]
        self._undecided = {finding.path: root for root, finding in undecided if not finding.path.endswith(".specify")}
        self._has_phrs = any(file.phrs for change in changes for file in change.files)
        self._place = Place(
            repository,
            (self._change.head, self._change.base),
            [*(file.root for file in self._lacking), *self._untold.values(), *self._undecided.values()],
            {root for root, finding in undecided if finding.rule == "root-changed"},
            beside.folder,
        )
        self.paths = tuple(dict.fromkeys((*(file.path for file in files), *self._untold, *self._undecided)))

    @staticmethod
    def _new_work(changes: Sequence[JudgedChange]) -> list[CoveredFile]:
        """The files of a revert that hold new work, such as a resolved conflict, with what these lack as such."""
        refused = {each.path for change in changes for each in change.errors if each.rule == "change-not-a-revert"}
        files = (file for change in changes for file in change.files if file.path in refused and not file.lacks)
        return [file._replace(lacks=(Need.PHR, Need.CONTRACT)) for file in files]

    def _as_refactor(self, file: CoveredFile) -> CoveredFile:
        """A chore's file with what it lacks once its record says that it is a refactoring."""
        needs = self._policy(file.root).require.get(ChangeKind.REFACTOR, ())
        lacks = {*file.lacks, *([Need.CONTRACT] if Need.CONTRACT in needs and not file.contracts else [])}
        return file._replace(lacks=tuple(need for need in Need if need in lacks))

    def ways(self) -> Iterator[Way]:
        first = []
        if self._oversized and not self._takes_a_contract:
            records = listed(
                [
                    *dict.fromkeys(
                        record.path for file in self._oversized for record in declaring(file, ChangeKind.CHORE)
                    )
                ]
            )
            first.append(Step(by_hand=f"write kind: refactor (or fix) in {records}, commit it"))
        if self._waiting:
            first += [Step(("git", "add", "--", *self._waiting), at=self._place.top)]
            # In the middle of a merge git commits no files alone.
            alone = ("git", "commit", "-m", TITLE, "--", *self._waiting)
            first += [Step(self._beside.unfinished.going_on or alone, at=self._place.top)]
        if self._undecided and not self._is_decided_along:
            first.append(self._decision)
        if not self._lacking and not self._untold:
            why = "records that are not committed" if self._waiting else "the policy or the constitution has changed"
            yield from [Way(tuple(first), why=why)] if first else ()
            return
        for kind, why in self._kinds():
            label = kind.value if kind else ""
            yield Way((*first, *self._steps(kind)), label, why)

    @property
    def may_go_on_with_a_feature(self) -> bool:
        """Whether work that nothing names a feature for may belong to one that is there."""
        return self._begins_a_feature and bool(self._features) and not self._beside.kind

    @property
    def same_record(self) -> Way | None:
        """The way that puts the files into the one PHR of the change that holds a contract for whatever it names."""
        phrs = {phr.path: phr for file in self._change.files for phr in file.phrs if phr.contract}
        phr = phrs.popitem()[1] if len(phrs) == 1 else None
        is_open = (
            phr and phr.contract and not phr.contract.own_scope and phr.kind in (ChangeKind.FIX, ChangeKind.REFACTOR)
        )
        lacking = all(Need.PHR in file.lacks and paths.is_below(file.path, phr.root) for file in self._lacking if phr)
        if (
            not (phr and is_open and lacking and self._lacking)
            or self._beside.landing
            or self._undecided
            or self._waiting
        ):
            return None
        step = Step(("sdd", "phr", "add", phr.path, "--commit"), at=self._place.at)
        return Way((step,), label=phr.kind or "", why=f"{phr.path} may name more files")

    def _kinds(self) -> Iterator[tuple[ChangeKind | None, str]]:
        """The kinds to offer, the likeliest first, with the fact that makes them likely; None where there is no choice.

        A kind that some record of the change declares is no guess.
        """
        without = [file for file in self._lacking if Need.CONTRACT in file.lacks]
        if not without:
            yield None, self._missing
            return
        if self._beside.kind:
            yield self._beside.kind, ""
            return
        if self._oversized:
            excess = too_large_for_chore(
                self._repository, self._oversized, self._policy(without[0].root).chore_line_limit
            )
            yield ChangeKind.REFACTOR, f"its record says chore, but {excess or 'it is larger than a chore may be'}"
            return
        if self._resolved:
            yield ChangeKind.REFACTOR, "its record says revert, but part of it is new work"
            yield ChangeKind.FIX, ""
            return
        if declared := next(filter(None, map(declared_kind, without)), None):
            yield declared, ""
            return
        likely = self._guess(without)
        if not likely and self._feature:
            likely = Guess(ChangeKind.FEATURE, f"the work belongs to {self._feature}")
        if not likely and self._is_captured:
            # Whatever it is, it costs one line, which says the kind.
            yield ChangeKind.FIX, "its PHRs hold no contract"
            return
        if likely:
            yield likely
        if self._has_lost_records and likely and likely.kind == ChangeKind.REVERT:
            return
        yield from ((kind, "") for kind in (ChangeKind.FIX, ChangeKind.FEATURE) if not likely or kind != likely.kind)

    @property
    def _missing(self) -> str:
        """What is missing, where no contract is."""
        if any(file.spec_faults for file in self._lacking):
            return "work of a feature whose spec is missing or unfinished"
        if any(Need.PHR in file.lacks for file in self._lacking):
            return WITHOUT_PHR
        return "records without a PHR" if self._untold else ""

    def _guess(self, files: Sequence[CoveredFile]) -> Guess | None:
        limit = self._policy(files[0].root).chore_line_limit
        paths = {file.path for file in files}
        changes = changes_of(self._repository, self._change.commits[-_COMMITS:])
        own = tuple(commit for commit, changed in changes.items() if any(each.path in paths for each in changed))
        told = guess(self._repository, files, own or self._change.commits, self._branch, self._reverts, limit)
        # A PHR that is there already says no kind, and the kind of a chore stands in its PHR.
        said_there = (ChangeKind.REVERT, *([] if self._takes_a_contract else [ChangeKind.CHORE]))
        return None if told and self._is_alone and told.kind in said_there else told

    def _steps(self, kind: ChangeKind | None) -> Iterator[Step]:
        """What supplies everything, as work of a kind; None where only PHRs or a spec are missing."""
        needs_phr = bool(self._untold) or any(Need.PHR in file.lacks for file in self._lacking)
        if kind == ChangeKind.REVERT and self._reverts:
            yield from (self._decision,) if self._is_decided_along else ()
            yield from (Step(("sdd", "revert", oid, "--reason", WHY)) for oid in self._reverts)
            return
        if kind == ChangeKind.FEATURE or not kind:
            yield from self._spec_steps(kind)
            if kind and self._begins_a_feature:
                return
        if not kind:
            if needs_phr:
                about = ("--feature", self._feature) if self._feature else ()
                yield self._step((*(_COVER if self._root is None else self._phr), *about, "--commit"))
            return
        terms = self._terms(kind)
        run = ("--run",) if "--check" in terms else ()
        if self._root is None:
            yield self._step((*_COVER, "--kind", kind.value, *terms, *run, "--commit"))
        elif kind != ChangeKind.FEATURE and self._takes_a_contract:
            yield self._step((*_ADD, "--kind", kind.value, *terms, *run, "--commit"))
        elif kind == ChangeKind.FEATURE or self._is_alone:
            about = () if kind == ChangeKind.FEATURE else ("--kind", kind.value)
            yield self._step((*_CONTRACT, *about, *terms, "--commit"))
            if run:
                which = (TITLE,) if self._has_open_contracts else ()
                yield Step((*_DONE, *which, "--run", "--commit"), at=self._place.at)
            if needs_phr:
                yield self._step((*self._phr, "--commit"))
        else:
            # What a PHR of the change names already, the next one names only when told to.
            files = [file.path for file in self._lacking] if self._resolved else []
            named = [word for path in files for word in ("--file", paths.seen_from(self._root, path))]
            yield self._step((*self._phr, "--kind", kind.value, *terms, *named, *run, "--commit"))

    def _terms(self, kind: ChangeKind) -> tuple[str, ...]:
        """The options that a contract of a kind needs, as far as the policy asks for one."""
        required = {need for file in self._lacking for need in self._policy(file.root).require.get(kind, ())}
        about: tuple[str, ...] = ()
        if Need.SPEC in required:
            ids = [item.id for item in self._spec.requirements] if self._spec else []
            named = ("--requirement", ids[0] if len(ids) == 1 else REQUIREMENT) if ids else ()
            about = ("--feature", self._feature or FEATURE, *named)
        if Need.CONTRACT not in required:
            return about
        # A contract in a file of its own says its limits too, whatever its kind.
        has_limits = self._is_alone and not self._takes_a_contract
        has_limits = has_limits or kind in (ChangeKind.FEATURE, ChangeKind.CHORE)
        return (*about, *(_FULL_TERMS if has_limits else _TERMS))

    def _spec_steps(self, kind: ChangeKind | None) -> Iterator[Step]:
        """What a feature's spec still needs before it covers anything."""
        faults = [fault for file in self._lacking for fault in file.spec_faults]
        if kind and not self._begins_a_feature:
            faults = [*faults_for(self._spec, self._feature or "", None)] if self._feature else []
        elif not kind and not faults:
            return
        by_hand = next((fault.fix for fault in faults if fault.fix), "")
        places = {(fault.path, fault.line) for fault in faults if fault.path}
        if by_hand:
            yield Step(by_hand=by_hand)
        elif self._spec and places:
            number = f"{len(places)} place{'' if len(places) == 1 else 's'}"
            yield Step(by_hand=f"{number} of {self._spec.path} to fill in")
        elif self._spec and faults:
            named = (record for file in self._lacking if not file.feature for record in (*file.contracts, *file.phrs))
            silent = None if kind else next(named, None)
            into = (
                f"write feature: {self._feature} into {silent.path}, then: sdd repair --write, and commit it"
                if silent
                else ""
            )
            yield Step(by_hand=into or faults[0].message)
        elif faults or (kind and self._begins_a_feature):
            slug = ("--slug", self._feature) if self._feature else ()
            yield Step(("sdd", "feature", "new", TITLE, *slug), at=self._place.at)
            yield Step(by_hand="write the spec that it made, commit it, and run sdd status")

    def _step(self, argv: tuple[str, ...]) -> Step:
        base = (self._change.base or "")[:12] if self._beside.landing else ""
        return Step((*argv, "--base", base) if base else argv, at=self._place.at)

    @property
    def _phr(self) -> tuple[str, ...]:
        return (*_PHR, "--stage", "constitution") if self._is_decided_along else _PHR

    @property
    def _decision(self) -> Step:
        """The PHR of what is to be decided, and nothing else."""
        if self._root is None:
            return self._step((*_COVER, "--commit"))
        files = [word for path in self._undecided for word in ("--file", paths.seen_from(self._root, path))]
        return self._step((*_PHR, "--stage", "constitution", *files, "--commit"))

    @property
    def _is_decided_along(self) -> bool:
        """Whether the PHR of the work, which names whatever no PHR does, decides the policy along with it: a second one
        of the same words would be a replay. For several roots `sdd cover` sees to it.
        """
        has_work = bool(self._untold) or any(Need.PHR in file.lacks for file in self._lacking)
        return bool(self._undecided) and has_work and (self._root is None or not self._has_phrs)

    @property
    def _root(self) -> str | None:
        return self._place.root

    @cached_property
    def _is_alone(self) -> bool:
        """Whether a file has a PHR already and lacks a contract: no new PHR can bring it."""
        return any(Need.CONTRACT in file.lacks and Need.PHR not in file.lacks for file in self._lacking)

    @cached_property
    def _takes_a_contract(self) -> bool:
        """Whether only a contract is missing, and the PHRs that name the files hold none: one command puts it there."""
        if self._untold or self._root is None or self._beside.landing or not self._lacking:
            return False
        head = self._repository.tree(self._change.head)
        return all(
            Need.CONTRACT in file.lacks
            and Need.PHR not in file.lacks
            and not file.out_of_scope
            and all(phr.path in head and not phr.contract for phr in file.phrs)
            for file in self._lacking
        )

    @property
    def _is_captured(self) -> bool:
        """Whether agents' hooks wrote all PHRs that the contract goes into."""
        phrs = {phr.path: phr for file in self._lacking for phr in file.phrs}
        return self._takes_a_contract and all(CAPTURED in phr.labels for phr in phrs.values())

    @property
    def _has_open_contracts(self) -> bool:
        """Whether the change has open contracts before a step makes one: then that one has to be named."""
        contracts = (contract for file in self._change.files for contract in (*file.contracts, *file.out_of_scope))
        return any(contract.status == ContractStatus.OPEN and not contract.embedded for contract in contracts)

    @cached_property
    def _branch(self) -> str:
        return self._change.ref.removeprefix(HEADS)

    @cached_property
    def _reverts(self) -> tuple[str, ...]:
        """The commits that the change says it reverts, of those that touched what it lacks records for."""
        by_path = taken_back(self._repository, self._change.commits, self._change.base)
        return tuple(dict.fromkeys(by_path[file.path] for file in self._lacking if file.path in by_path))

    def _policy(self, root: str | None) -> Policy:
        """What a root's change is judged by: its target's, which the change itself may edit."""
        return self._policies.get(root) or self._at(root or "")[0].policy.or_defaults()

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._repository.beginnings)

    def _at(self, root: str) -> tuple[Project, ...]:
        """A root and those above it, the nearest first, as the change leaves them."""
        tree = self._repository.tree(self._change.head)
        folders = (root, *roots_of(tree, root)) if root else (root,)
        return tuple(Project(tree, folder, self._reader) for folder in folders)

    @cached_property
    def _features(self) -> dict[str, Project]:
        """The features that a record of the change may name, each with its root."""
        roots = dict.fromkeys(file.root or "" for file in self._lacking) if self._root is None else (self._root,)
        return {name: at for root in roots for at in reversed(self._at(root)) for name in at.features}

    @property
    def _begins_a_feature(self) -> bool:
        """Whether work of kind feature is a new one: there is none yet, or nothing names the one that it belongs to.

        Who says the kind is asked for the feature, and what lands at once has no later moment for a spec.
        """
        is_open = bool(self._beside.kind) or self._beside.landing
        return not self._features or not (self._feature or is_open)

    @cached_property
    def _feature(self) -> str | None:
        named = (file.feature for file in self._lacking)
        known = next(filter(None, named), None) or self._beside.feature
        return known or feature_of_branch(self._features, self._branch) or self._new_feature

    @property
    def _new_feature(self) -> str | None:
        """The feature whose spec this change adds, or will; None where there is not exactly one."""
        base = self._repository.tree(self._change.base) if self._change.base else None
        added = {name for name, at in self._features.items() if base and at.spec_path(name) not in base}
        added |= {record.feature for record in self._beside.uncommitted if isinstance(record, Spec) and record.feature}
        return added.pop() if len(added) == 1 else None

    @cached_property
    def _spec(self) -> Spec | None:
        """The feature's spec; one that is not committed yet is as good."""
        waiting = (record for record in self._beside.uncommitted if isinstance(record, Spec))
        if own := next((spec for spec in waiting if spec.feature == self._feature), None):
            return own
        at = self._features.get(self._feature or "")
        return at.spec(self._feature) if at and self._feature else None
