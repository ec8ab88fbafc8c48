"""The cover table: which spec, contract and PHR cover each governed file of a change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.gate.change import ChangeView
from sdd.gate.cover.covered import CoveredFile, Need, kinds_of
from sdd.gate.cover.exemption import Exemptions
from sdd.gate.cover.lookup import NamingPhrs, ScopedContracts, Steps, in_scope
from sdd.gate.cover.naming import MovedFiles, Named, is_trivial, linked_paths
from sdd.gate.cover.spec_faults import FeatureSpecs
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.records.layout import SPECS, roots_of
from sdd.repo.changes import PathChange

if TYPE_CHECKING:
    from sdd.gate.cover.backport import Backports, OtherEdit
    from sdd.gate.cover.former import FormerPaths
    from sdd.gate.cover.left_behind import LeftBehind
    from sdd.gate.cover.steps import LandingSteps


class Coverage:
    """The cover table of one change. `files` are its rows, in the order of paths."""

    def __init__(self, view: ChangeView) -> None:
        self.view = view
        self._exemptions = Exemptions(view)
        self._steps = Steps()
        self._tied_to: dict[tuple[Phr, ...], tuple[Contract, ...]] = {}
        self._linked_to: dict[tuple[Phr, ...], frozenset[str]] = {}
        self._covers: dict[tuple[object, ...], dict[str, Any]] = {}
        self._specs = FeatureSpecs(view)

    @cached_property
    def phrs(self) -> tuple[Phr, ...]:
        """The PHRs that the change adds, with trivial ones, without those that only moved."""
        added = (record for record in self.view.added_records if isinstance(record, Phr))
        return tuple(phr for phr in added if phr.path not in self.view.moved_phrs)

    @cached_property
    def phrs_by_path(self) -> Mapping[str, Phr]:
        """Path -> PHR of those that the change adds, and of those of other targets that cover its files."""
        return {phr.path: phr for phr in (*self.phrs, *(phr for file in self.files for phr in file.phrs))}

    @cached_property
    def moves(self) -> MovedFiles:
        """What the change moves."""
        return MovedFiles(self.view.change.paths)

    def naming(self, path: str) -> tuple[Phr, ...]:
        """The PHRs which the change adds that name a path."""
        return self._naming.naming(path)

    @cached_property
    def _naming(self) -> NamingPhrs:
        return NamingPhrs(self._named, self._steps)

    @cached_property
    def _named(self) -> tuple[tuple[Phr, Named], ...]:
        return tuple((phr, Named(phr, self.moves)) for phr in self.phrs)

    @cached_property
    def _asking(self) -> NamingPhrs:
        """The PHRs that ask for something."""
        return NamingPhrs(
            [(phr, named) for phr, named in self._named if not self.view.reader.once(is_trivial, phr)], self._steps
        )

    @cached_property
    def contracts(self) -> tuple[Contract, ...]:
        """The contract files that the change adds."""
        return tuple(record for record in self.view.added_records if isinstance(record, Contract))

    @cached_property
    def _added(self) -> frozenset[str]:
        return frozenset(contract.path for contract in self.contracts)

    @cached_property
    def _scopes(self) -> ScopedContracts:
        return ScopedContracts(self.contracts, self._steps)

    @cached_property
    def by_root(self) -> Mapping[str | None, tuple[CoveredFile, ...]]:
        """Root (None for none) -> its rows."""
        return grouped((file.root, file) for file in self.files)

    @cached_property
    def unfinished(self) -> frozenset[tuple[str, str, int]]:
        """(rule, path, line) of what is unfinished in the specs that the files depend on."""
        each = {id(file.spec_faults): file.spec_faults for file in self.files}.values()
        return frozenset((fault.rule, fault.path, fault.line) for faults in each for fault in faults)

    @cached_property
    def files(self) -> tuple[CoveredFile, ...]:
        """One row for each path of the change that is not a record."""
        governed = [changed for changed in self.view.change.paths if changed.path not in self.view.records]
        self._read_features()
        moved_to = self._moves(governed) | self._asking.moved
        return tuple(self._row(changed, moved_to.get(changed.path, changed.path)) for changed in governed)

    def left_behind(self, files: Sequence[CoveredFile]) -> Mapping[str, "LeftBehind"]:
        """Path -> the records that it landed with on another target, where all of some files did."""
        if not self.view.change.other_targets:
            return {}
        from sdd.gate.cover.left_behind import left_behind  # asked where files lack their PHRs

        return left_behind(self.view, self._backports, [file.changed for file in files])

    def other_edit(self, changed: PathChange) -> "OtherEdit | None":
        """The record that the change brings of another edit of a path; None for none."""
        return self._backports.other_edit(changed) if self.view.brought else None

    def checked_by(self, contract: Contract) -> tuple[PathChange, ...]:
        """The governed files that a contract's checks are about: those in its scope, or that its PHR names."""
        if contract.embedded or contract.path in self._checked:
            return self._checked.get(contract.path, ())
        # One that has landed covers only what a PHR says it does, which may not be written yet.
        self._steps.take(len(self.files) * len(contract.scope))
        own = (file for file in self.files if not file.exempt and paths.is_below(file.path, contract.root))
        return tuple(file.changed for file in own if in_scope(contract, file.path))

    @cached_property
    def _checked(self) -> Mapping[str, tuple[PathChange, ...]]:
        """Path of a record that the change adds -> the governed files that its checks are about."""
        added = {contract.path for contract in self.contracts}
        return grouped(
            (path, file.changed) for file in self.files if not file.exempt for path in self._checking(file, added)
        )

    def _checking(self, file: CoveredFile, added: Set[str]) -> Iterable[str]:
        """The records that a file is the work of. Where its PHR carries out a contract, others that have it in their
        scope are not.
        """
        own = {*self._linked_paths(file.phrs), *(phr.path for phr in file.phrs if phr.contract)}
        contracts = (contract.path for contract in file.contracts if contract.path in added)
        named = (phr.path for phr in self.naming(file.path))
        return dict.fromkeys((*named, *(path for path in contracts if not own or path in own)))

    def _read_features(self) -> None:
        """Reads what the new records depend on: specs of features, and task lists of contracts that name tasks."""
        features = {phr.feature for phr in self.phrs} | {contract.feature for contract in self.contracts}
        wanted = {f"{SPECS}/{feature}/spec.md" for feature in features if feature}
        wanted |= {f"{SPECS}/{contract.feature}/tasks.md" for contract in self.contracts if contract.tasks}
        for project in map(self.view.after, self.view.roots):
            project.read_ahead(map(project.placed, wanted))

    def _moves(self, governed: Iterable[PathChange]) -> dict[str, str]:
        """Deleted path -> the added governed path at which its very content reappears."""
        gone = [(changed.path, changed.before.oid) for changed in governed if changed.status == "D" and changed.before]
        wanted = {oid for _, oid in gone}
        added = {
            changed.after.oid: changed.path
            for changed in governed
            if changed.status == "A" and changed.after and changed.after.oid in wanted
            if not self._exemptions.reason(changed)
        }
        return {path: added[oid] for path, oid in gone if oid in added}

    def _row(self, changed: PathChange, path: str) -> CoveredFile:
        root = self.view.root_of(changed.path)
        exempt = self._exemptions.reason(changed)
        if root is None or exempt:
            return CoveredFile(changed=changed, root=root, exempt=exempt)
        phrs = self._asking.naming(path) or (self._backports.phrs(changed) if self.view.brought else ())
        phrs = self._below(path, phrs)
        contracts, out_of_scope = self._contracts_for(path, phrs)
        if (not phrs or out_of_scope) and self.phrs:
            phrs, contracts, out_of_scope = self._by_former_path(changed, path, phrs) or (phrs, contracts, out_of_scope)
        # Files that the same records cover differ in nothing else.
        records = (root, phrs, contracts, out_of_scope)
        if records not in self._covers:
            self._covers[records] = self._cover(*records)
        return CoveredFile(changed=changed, root=root, **self._covers[records])

    def _by_former_path(
        self, changed: PathChange, path: str, phrs: tuple[Phr, ...]
    ) -> tuple[tuple[Phr, ...], tuple[Contract, ...], tuple[Contract, ...]] | None:
        """What covers a file where the target, or another landing of the push, has moved it; None where it has not."""
        if former := self._former.of(changed):
            phrs = phrs or self._below(path, self._asking.naming(former.path))
            contracts, out_of_scope = self._contracts_for(path, phrs)
            known, _ = self._contracts_for(former.path, phrs) if not contracts else ((), ())
            known = tuple(own for own in known if own.embedded or own.path in self._added or former.is_meant_by(own))
            return phrs, known or contracts, () if known else out_of_scope
        covering = self._landings.records(changed.path)
        return (*covering, ()) if covering else None

    @staticmethod
    def _below(path: str, phrs: tuple[Phr, ...]) -> tuple[Phr, ...]:
        """Those of some PHRs whose root is above a path."""
        return tuple(phr for phr in phrs if paths.is_below(path, phr.root))

    @cached_property
    def _former(self) -> "FormerPaths":
        from sdd.gate.cover.former import FormerPaths  # asked where a file lacks something

        named = frozenset(path for phr, names in self._named for path in names.paths)
        return FormerPaths(self.view, named, lambda path: bool(self._asking.naming(path)), self._steps)

    @cached_property
    def _landings(self) -> "LandingSteps":
        from sdd.gate.cover.steps import LandingSteps

        return LandingSteps(self.view)

    def _contracts_for(self, path: str, phrs: tuple[Phr, ...]) -> tuple[tuple[Contract, ...], tuple[Contract, ...]]:
        """(those whose scope matches a path, the others where there is none) of the contracts that could cover it:
        those that the change adds, and those tied to a PHR that names it. What such a PHR links comes first.
        """
        matching, tied = self._scopes.matching(path), self._tied(phrs)
        self._steps.take(sum(len(contract.scope) for contract in tied))
        tied = tuple(contract for contract in tied if paths.is_below(path, contract.root))
        contracts = matching + tuple(contract for contract in tied if in_scope(contract, path))
        if not contracts and self.view.brought and (beside := self._backports.contracts(path, phrs)):
            return beside, ()
        if len(contracts) > 1 and (linked := self._linked_paths(phrs)):
            contracts = tuple(sorted(contracts, key=lambda contract: contract.path not in linked))
        return contracts, () if contracts else self._scopes.around(path) + tied

    def _tied(self, phrs: tuple[Phr, ...]) -> tuple[Contract, ...]:
        """The contracts that some PHRs link or hold, without those that the change adds."""
        if phrs not in self._tied_to:
            tied = (contract for phr in phrs for contract in (*self._linked(phr), phr.contract) if contract)
            self._tied_to[phrs] = tuple({own.path: own for own in tied if own.path not in self._added}.values())
        return self._tied_to[phrs]

    def _linked_paths(self, phrs: tuple[Phr, ...]) -> frozenset[str]:
        """The paths of the contracts that some PHRs link."""
        if phrs not in self._linked_to:
            self._linked_to[phrs] = frozenset(contract.path for phr in phrs for contract in self.linked(phr))
        return self._linked_to[phrs]

    def linked(self, phr: Phr) -> tuple[Contract, ...]:
        """The contract files that a PHR links, as head has them."""
        named = linked_paths(phr)
        roots = dict.fromkeys((phr.root, *roots_of(self.view.head, phr.root))) if named else ()
        found = (
            next(filter(None, (self.view.after(root).get(Contract, path) for root in roots)), None) for path in named
        )
        return tuple(filter(None, found))

    def _cover(
        self, root: str, phrs: tuple[Phr, ...], contracts: tuple[Contract, ...], out_of_scope: tuple[Contract, ...]
    ) -> dict[str, Any]:
        """What some records mean for the files that they cover: the fields of a row that they decide."""
        kinds = kinds_of(contracts, phrs)
        require = self.view.policy(root).require
        needs = tuple(need for need in Need if any(need in require.get(kind, ()) for kind in kinds))
        asking = tuple(contract for contract in contracts if Need.SPEC in require.get(contract.effective_kind, ()))
        feature, spec, faults = self._specs.of(root, asking or contracts, phrs)
        met = {Need.PHR: bool(phrs), Need.CONTRACT: bool(contracts), Need.SPEC: not faults}
        if out_of_scope and Need.CONTRACT in needs:
            # Refused anyway; whether a spec is needed too depends on the contract that was meant.
            meant = kinds_of(out_of_scope, phrs)
            needs = tuple(need for need in needs if need != Need.SPEC or any(need in require[kind] for kind in meant))
        return {
            "kinds": kinds,
            "feature": feature,
            "spec": spec,
            "contracts": contracts,
            "phrs": phrs,
            "needs": needs,
            "lacks": tuple(need for need in needs if not met[need]),
            "out_of_scope": out_of_scope,
            "spec_faults": faults if Need.SPEC in needs else (),
        }

    def _linked(self, phr: Phr) -> Iterator[Contract]:
        """The contract files that a PHR links, as head has them: each stands open in TARGET, or comes with the PHR."""
        for contract in self.standing(phr):
            if contract.status == ContractStatus.OPEN and (
                own := self.view.after(contract.root).get(Contract, contract.path)
            ):
                yield own
        brought = map(self.view.brought.get, linked_paths(phr) if phr.path in self.view.brought else ())
        yield from (contract for contract in brought if isinstance(contract, Contract))

    @cached_property
    def _backports(self) -> "Backports":
        from sdd.gate.cover.backport import Backports  # few changes bring records of other targets

        return Backports(self.view, self._steps)

    def standing(self, phr: Phr) -> tuple[Contract, ...]:
        """The contract files that a PHR links, as TARGET has them: a FORK may be from before one was closed."""
        named = linked_paths(phr)
        # On a first push there is no TARGET, and what came before is the FORK.
        roots = (phr.root, *roots_of(self.view.head, phr.root)) if named else ()
        landed = [self.view.earlier(root)[-1] for root in roots]
        found = (next(filter(None, (project.get(Contract, path) for project in landed)), None) for path in named)
        return tuple(filter(None, found))
