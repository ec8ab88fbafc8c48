"""The state of a change in the work tree: the branch, the feature, and what the change so far lacks."""

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.base.paths import path_word
from sdd.gate.change import ChangeView
from sdd.gate.cover import Coverage, CoveredFile, Need, in_scope
from sdd.gate.cover.told import changed_since_last_phr
from sdd.gate.target import target_of_work_tree
from sdd.gate.target.judgement import JudgementTarget
from sdd.gate.work import WorkFeature
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.policy import Policy
from sdd.records.kinds.waiver import Waiver
from sdd.records.layout import CONTRACTS, is_root, roots_of
from sdd.records.named import likeliest
from sdd.records.project import Project, Reader
from sdd.repo.objects import Repository, Tree
from sdd.repo.renames import renames_between


@dataclass(frozen=True)
class ChangeState:
    """The change in the work tree, committed or not, against its target.

    `target` says what a push of it would be judged against. `view` and `coverage` are None where there is nothing
    to judge. `root` is the folder whose records are meant (the empty string is the top): the nearest root above
    that folder, else the first root whose files lack something. With `only_committed` a record of it names what is
    committed, and what `--commit` takes along: its feature's texts.
    """

    repository: Repository
    root: str
    target: JudgementTarget
    tree: Tree
    reader: Reader
    view: ChangeView | None
    coverage: Coverage | None
    base: str | None = None
    only_committed: bool = False

    @classmethod
    def read(
        cls, repository: Repository, folder: str = "", base: str | None = None, committed: str | None = None
    ) -> "ChangeState":
        """The work tree, or the tree `committed` in its place, against a base, else against its target, seen from one
        of its folders.

        Raises UsageError for an unknown base, SddError where there is no work tree or no target.
        """
        tree = repository.tree(committed or repository.snapshot())
        target = target_of_work_tree(repository, tree.oid, base)
        reader = Reader(repository.beginnings)
        view = ChangeView(repository, target, reader) if target.change else None
        coverage = Coverage(view) if view else None
        state = cls(repository, "", target, tree, reader, view, coverage, base)
        above = state.root_above(paths.join(folder, "x"))
        return replace(state, root=_first_root(coverage) if above is None else above)

    @property
    def rules(self) -> Tree:
        """The tree whose roots and policies judge the change: the target's, or another target's where that is older
        than sdd; the work tree's own where there is no target.
        """
        return self.repository.tree(self.target.policy_revision or self.tree.oid)

    def root_above(self, path: str) -> str | None:
        """The nearest root above a path, None for none: of the work tree, or of what judges it, which a branch older
        than the adoption lacks.
        """
        judging = {*roots_of(self.rules, path)[:1]} - (self.view.removed_roots if self.view else set())
        return max((*roots_of(self.tree, path), *judging), key=len, default=None)

    @cached_property
    def project(self) -> Project:
        """The root in the work tree; its records are where the policy that judges has them."""
        return self.at(self.root)

    def at(self, root: str) -> Project:
        """The same for another root."""
        if self.view:
            return self.view.after(root)
        layout = None if is_root(self.tree, root) else Policy.of(self.rules, root).or_defaults().layout
        return Project(self.tree, root, self.reader, layout)

    @cached_property
    def work(self) -> WorkFeature:
        """Which feature it is for."""
        return WorkFeature(self.repository, self.project, self.tree, self.view)

    def seen_from_shell(self, root: str) -> str:
        """The folder of a root that a command names by `-C`; empty where the reader's shell is in that root."""
        folder = self.repository.shell_folder
        above = roots_of(self.tree, paths.join(folder, "x")) if folder is not None else ()
        at = os.path.relpath((self.repository.work_tree or Path()) / root)
        return "" if at == "." or max(above, key=len, default=None) == root else at

    def sdd_in(self, root: str) -> str:
        """How a command line begins that works in a root, wherever the reader's shell is."""
        at = self.seen_from_shell(root)
        return f"sdd -C {path_word(at)}" if at else "sdd"

    @property
    def files(self) -> tuple[CoveredFile, ...]:
        """The cover table of the change so far."""
        return self.coverage.files if self.coverage else ()

    @property
    def unnamed(self) -> tuple[str, ...]:
        """Governed files that no PHR of this change names, and records that need one. Relative to the root."""
        return self._below_root(self._nameable(lambda state: state._unnamed))

    def texts_of_others(self, features: Collection[str | None], *, landed: bool = False) -> dict[str, str]:
        """The uncommitted texts of other features than these, which are for other work -> their feature's folder.

        Work of no feature may be of several that this branch begins. What the target has is no feature in progress: an
        edit there is part of this work, but for those who ask for `landed` ones too. So is a folder that files have
        been moved into: without it only their removal would be left.
        """
        own, target = {*features} - {None} or self.work.begun_here, self.view.target if self.view else None
        folders = [self.work.of_feature(name).feature_folder(name) for name in self.work.features if name not in own]
        begun = [folder for folder in folders if landed or not target or folder not in target]
        texts = ((path, folder) for folder in begun for path in self.work.uncommitted_paths)
        others = {path: folder for path, folder in texts if paths.is_below(path, folder)}
        head = self.repository.commit("HEAD") if others else None
        moved = {others.get(path) for path in renames_between(self.repository, head, self.tree.oid)} if head else set()
        return {path: folder for path, folder in others.items() if folder not in moved}

    def untold_of(self, feature: str | None) -> tuple[str, ...]:
        """What is `untold`, but for uncommitted texts of other features, and what the change does for these alone."""
        # `--commit` takes no texts along but those of the record's own feature.
        texts = self.texts_of_others((feature,), landed=self.only_committed)
        others = {*texts, *(self._work_of_others(feature) if feature else ())}
        return tuple(path for path in self.untold if self.project.path(path) not in others)

    def _work_of_others(self, feature: str) -> set[str]:
        """The files that only contracts of other features cover, of those that this change adds, and these features'
        texts.
        """
        added = self.coverage.contracts if self.coverage else ()
        others = {contract.feature for contract in added if contract.feature} - {feature}
        folders = [self.work.of_feature(name).feature_folder(name) for name in others]
        texts = {path for path in self._untold for folder in folders if paths.is_below(path, folder)}
        return texts | {
            file.path
            for file in self.files
            if file.contracts and all(contract.feature in others for contract in file.contracts)
        }

    @property
    def untold(self) -> tuple[str, ...]:
        """What a new PHR has to name: what is `unnamed`, and what changed after a PHR of the branch named it. Where
        that is nothing, the exempt files that changed: they need no record, but this one is about them.
        """
        return self._below_root(self._nameable(lambda state: state._untold))

    @property
    def left_out(self) -> tuple[str, ...]:
        """What a new PHR would have to name if it were committed."""
        return self._below_root(self._untold - self._nameable(lambda state: state._untold))

    @cached_property
    def _untold(self) -> set[str]:
        later = changed_since_last_phr(self.coverage, self.tree) if self.coverage else frozenset[str]()
        told = {file.path for file in self.files if not file.exempt} | self._records_to_tell
        if untold := (told & later) | self._unnamed:
            return untold
        exempt = {file.path for file in self.files if file.exempt}
        return exempt & later if self.coverage and self.coverage.phrs else exempt

    @cached_property
    def _unnamed(self) -> set[str]:
        untold = {path for path in self._records_to_tell if self.coverage and not self.coverage.naming(path)}
        return {file.path for file in self.files if Need.PHR in file.lacks} | untold | self._unpaid

    @cached_property
    def _unpaid(self) -> set[str]:
        """Files without a contract, all of whose PHRs have landed since the base that somebody named, and the waivers
        that came with them: only a new PHR can bring one.
        """
        if not (self.base and self.view):
            return set()
        own = {phr.path for phr in self.read(self.repository, self.root).own_phrs}
        unpaid = {
            file.path
            for file in self.files
            if Need.CONTRACT in (*file.lacks, *file.waived) and own.isdisjoint(phr.path for phr in file.phrs)
        }
        records = self.view.records.items() if unpaid else ()
        return unpaid | {path for path, (root, _) in records if isinstance(self.view.after(root).record(path), Waiver)}

    def _nameable(self, paths_of: Callable[["ChangeState"], set[str]]) -> set[str]:
        """Those of some paths of the change that a record may name."""
        own = paths_of(self)
        if not self.only_committed:
            return own
        committed = paths_of(self.committed)
        folders = [self.work.of_feature(feature).feature_folder(feature) for feature in self.work.features]
        return {path for path in own if path in committed or any(paths.is_below(path, folder) for folder in folders)}

    @cached_property
    def committed(self) -> "ChangeState":
        """The change without what is uncommitted."""
        head = self.repository.commit("HEAD")
        tree = self.repository.tree(head).oid if head else self.tree.oid
        return self if tree == self.tree.oid else self.read(self.repository, self.root, self.base, tree)

    @property
    def own_phrs(self) -> tuple[Phr, ...]:
        """The PHRs of this root that this change adds: they have not landed."""
        return tuple(phr for phr in (self.coverage.phrs if self.coverage else ()) if phr.root == self.root)

    @property
    def uncontracted(self) -> tuple[str, ...]:
        """Governed files of the change that no contract covers, relative to the root. Before the first commit of them
        that is what somebody works on.
        """
        return self._below_root(self._nameable(lambda state: state._uncontracted) or self._uncontracted)

    @property
    def _uncontracted(self) -> set[str]:
        return {file.path for file in self.files if Need.CONTRACT in file.lacks}

    @cached_property
    def uncommitted(self) -> tuple[str, ...]:
        """The governed files and records of the change that are judged here, and that no push would take along."""
        own = {file.path for file in self.files if not file.exempt} | {*(self.view.records if self.view else ())}
        return tuple(path for path in self.work.uncommitted_paths if path in own)

    def _below_root(self, from_top: set[str]) -> tuple[str, ...]:
        return tuple(paths.relative(self.root, path) for path in sorted(from_top) if paths.is_below(path, self.root))

    @property
    def _records_to_tell(self) -> set[str]:
        """The records of the change that a PHR has to name."""
        view = self.view
        records = view.records.items() if view else ()
        return {path for path, (root, _) in records if view and self._needs_phr(view, path, root)}

    @staticmethod
    def _needs_phr(view: ChangeView, path: str, root: str) -> bool:
        before, after = view.before(root).record(path), view.after(root).record(path)
        if isinstance(before, Contract) and isinstance(after, Contract):
            from sdd.gate.rules.history import amended  # late: few changes touch a landed contract

            return bool(amended(before, after))
        return not isinstance(after, Phr | Contract) and not path.endswith((".contract.md", ".prompt.md"))

    def contracts_for(self, files: tuple[str, ...], feature: str | None) -> tuple[Contract, ...]:
        """The contracts that a new PHR carries out: those that this change adds or closes and that cover its files, no
        two of them one file; else the only open one of the feature that does. Empty where several may be meant.
        """
        own = (*self.coverage.contracts, *self.view.closed_contracts) if self.coverage and self.view else ()
        mine = [contract for contract in own if contract.root == self.root]
        open_ones = [contract for contract in self.contracts_of(feature) if contract.status == ContractStatus.OPEN]
        changed = [*map(self.project.path, files)]
        for candidates in (mine, open_ones):
            fitting = [contract for contract in candidates if any(in_scope(contract, path) for path in changed)]
            is_apart = candidates is mine and all(sum(in_scope(each, path) for each in fitting) < 2 for path in changed)
            if fitting and (len(fitting) == 1 or is_apart):
                return tuple(fitting)
        return ()

    def likeliest(self, contracts: Sequence[Contract]) -> Sequence[Contract]:
        """Of several contracts that may be meant those of the feature of this work, of these the open ones."""
        try:
            feature = self.work.feature(None, required=False)
        except UsageError:  # what the environment names is no feature
            feature = None
        return likeliest(
            contracts,
            lambda contract: bool(feature) and contract.feature == feature,
            lambda contract: contract.status == ContractStatus.OPEN,
        )

    def contracts_of(self, feature: str | None) -> list[Contract]:
        """The contract files of a feature, the general ones for None."""
        folder = self.project.path(self.project.placed(f"{CONTRACTS}/{feature or 'general'}"))
        contracts = (self.project.get(Contract, f"{folder}/{name}") for name in self.tree.folder(folder))
        return list(filter(None, contracts))


def _first_root(coverage: Coverage | None) -> str:
    """The root of the first file that lacks something, else the first that the change touches; the top for none."""
    files = coverage.files if coverage else ()
    roots = [file.root for file in sorted(files, key=lambda file: not file.lacks) if file.root is not None]
    return next(iter([*roots, *(coverage.view.roots if coverage else ())]), "")
