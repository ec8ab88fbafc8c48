"""The facts that a plan is made from: which feature the work belongs to, and which records are only to be completed."""

from functools import cached_property

from sdd.gate.cover import CoveredFile, Need
from sdd.gate.plan.lacks import Lacks
from sdd.records.kinds.captured import CAPTURED
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind
from sdd.records.kinds.spec import Spec
from sdd.records.layout import feature_of_branch
from sdd.records.project import Project


class Gap(Lacks):
    """The facts that the plan of one ref is made from."""

    @cached_property
    def is_alone(self) -> bool:
        """Whether a file has a PHR already and lacks a contract: no new PHR can bring it."""
        return any(Need.PHR not in file.lacks for file in self.without(Need.CONTRACT))

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

    def declared_kind(self, file: CoveredFile) -> ChangeKind | None:
        """The kind that some record declares for a file that no contract covers. Where no PHR names it, or its PHR
        is `apart`, a contract of the change may be about other work.
        """
        contracts = () if file.path in self.apart or not file.phrs else file.out_of_scope
        records: tuple[Contract | Phr, ...] = (*contracts, *file.phrs)
        return next((record.kind for record in records if record.kind), None)

    @property
    def is_captured(self) -> bool:
        """Whether agents' hooks wrote all PHRs that the contract goes into."""
        return self.takes_a_contract and all(CAPTURED in phr.labels for phr in self.phrs.values())

    @property
    def phrs(self) -> dict[str, Phr]:
        """The PHRs that name files which lack something, by their paths."""
        return {phr.path: phr for file in self.lacking for phr in file.phrs}

    @property
    def is_one_of_several(self) -> bool:
        """Whether a PHR that gets a contract has to be named: others lack one as well, or it is a chore, which the
        branch may have more of that need none.
        """
        files = (file for change in self.changes for file in change.files) if self.oversized else self.lacking
        return len({phr.path for file in files for phr in file.phrs if not phr.contract}) > 1

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
        for files in (self.without(Need.CONTRACT) or self.lacking, self.lacking):
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
        """The features whose spec this change adds, or will, else whose texts it edits: those without a contract in it,
        if any.
        """
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
        """The features whose spec this change adds, else those whose texts it edits."""
        base = self.repository.tree(self.change.base) if self.change.base else None
        head = self.repository.tree(self.change.head)
        specs = {name: at.spec_path(name) for name, at in self.features.items()} if base else {}
        # A landed folder that only has a plan is not begun by this change.
        added = (
            name
            for name, spec in specs.items()
            if base and spec not in base and (spec in head or spec.rpartition("/")[0] not in base)
        )
        edited = {path.rpartition("/")[0] for path in self._edited}
        return frozenset(added) or frozenset(name for name, spec in specs.items() if spec.rpartition("/")[0] in edited)

    @cached_property
    def spec(self) -> Spec | None:
        """The feature's spec; one that is not committed yet is as good."""
        waiting = (record for record in self.beside.uncommitted if isinstance(record, Spec))
        if own := next((spec for spec in waiting if spec.feature == self.feature), None):
            return own
        at = self.features.get(self.feature or "")
        return at.spec(self.feature) if at and self.feature else None
