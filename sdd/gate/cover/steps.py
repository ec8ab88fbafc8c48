"""A push of several landings, step by step: what each did to a file, and the records that it brought for that.

Coverage is judged over the whole push. Where one landing moves a file and another changes it by its old path, only the
steps show which record is for what.
"""

from collections.abc import Callable, Mapping
from functools import cache, cached_property

from sdd.base.limits import BRANCHES
from sdd.gate.change import ChangeView
from sdd.gate.cover.covered import CoveredFile
from sdd.gate.cover.table import Coverage
from sdd.gate.target.judgement import JudgementTarget
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.repo.changes import read_change
from sdd.repo.history import first_parents

Records = tuple[tuple[Phr, ...], tuple[Contract, ...]]


class LandingSteps:
    """The landings of a push to its target."""

    def __init__(self, view: ChangeView) -> None:
        self._view = view
        self._rows: Callable[[str, str], Mapping[str, CoveredFile]] = cache(self._judged)

    def records(self, path: str) -> Records | None:
        """The records that cover what each step did to a file, as head still has them; None where one step, or
        none of them, has any.
        """
        phrs: dict[str, Phr] = {}
        contracts: dict[str, Contract] = {}
        tree = self._view.repository.tree
        for step in self._steps:
            if tree(step[0]).get(path) == tree(step[1]).get(path):
                continue
            file = self._rows(*step).get(path)
            if not file or file.lacks or file.exempt or not self._may_count(file, step[1]):
                return None
            phrs |= {phr.path: phr for phr in file.phrs}
            contracts |= {contract.path: contract for contract in file.contracts}
        return (tuple(phrs.values()), tuple(contracts.values())) if phrs else None

    @cached_property
    def _steps(self) -> tuple[tuple[str, str], ...]:
        change = self._view.change
        if not (self._view.pushes_target and change.target and change.forks == (change.target,) and change.commits):
            return ()
        steps = first_parents(self._view.repository, change.target, change.commits[-1])
        return steps if 1 < len(steps) <= BRANCHES else ()

    def _judged(self, before: str, after: str) -> Mapping[str, CoveredFile]:
        """Path -> row of the cover table of one step, by the rules of the whole push."""
        view = self._view
        change = read_change(view.repository, ref="", target_name="", target=before, head=after, forks=(before,))
        target = JudgementTarget("", change, "", view.rules_revision)
        coverage = Coverage(ChangeView(view.repository, target, view.reader, view.policy))
        return {file.path: file for file in coverage.files}

    def _may_count(self, file: CoveredFile, after: str) -> bool:
        """Whether head still has the records that cover a file after a step, and the push may use them: one that the
        target has is not new because a step removes or moves it and another one brings it back.
        """
        then, now = self._view.repository.tree(after), self._view.head
        records = (*file.phrs, *file.contracts)
        return all(then.get(record.path) == now.get(record.path) for record in records) and all(
            record.path in self._new or (isinstance(record, Contract) and self._is_open(record)) for record in records
        )

    @cached_property
    def _new(self) -> frozenset[str]:
        return frozenset(record.path for record in self._view.added_records) - self._view.moved_phrs.keys()

    def _is_open(self, contract: Contract) -> bool:
        """Whether the target has a contract, and has it open."""
        landed = self._view.earlier(contract.root)[-1].get(Contract, contract.path)
        return landed is not None and landed.status == ContractStatus.OPEN
