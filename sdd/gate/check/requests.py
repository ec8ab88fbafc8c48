"""What a change was asked: its PHRs with the contracts that agree on them, and its contracts without a PHR."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial

from sdd.base.grouping import grouped
from sdd.gate.change import ChangeView
from sdd.gate.check.verdict import Request, Reverted
from sdd.gate.cover import Coverage, CoveredFile
from sdd.gate.rules.history import edited
from sdd.records.kinds import locate
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind
from sdd.repo.changes import differences
from sdd.repo.history import changes_of
from sdd.repo.objects import Entry

# So many contracts of a file count for each of its PHRs: an attacker's change may hold thousands of both.
_MOST_CONTRACTS = 20
_MOST_REVERTED = 3


def requests_of(coverage: Coverage, root: str) -> tuple[Request, ...]:
    """The requests of one root, in the order of their paths: those of PHRs first, with or without files."""
    files = [file for file in coverage.by_root.get(root, ()) if not file.exempt]
    covered = grouped((phr.path, file) for file in files for phr in file.phrs)
    added = (phr for phr in coverage.phrs if phr.root == root)
    phrs = {phr.path: phr for phr in (*added, *(phr for file in files for phr in file.phrs))}
    made = [_of_phr(coverage, phrs[path], covered.get(path, ())) for path in sorted(phrs)]
    told = {contract.path for request in made for contract in request.contracts}
    requests = (*made, *_of_contracts(coverage, root, [file for file in files if not file.phrs], told))
    since = partial(_edited, coverage, cache(partial(_as_work_began, coverage)))
    return tuple(request._replace(edited=since) for request in requests)


def _edited(coverage: Coverage, began: Callable[[], Mapping[str, Entry]], contract: Contract) -> tuple[str, ...]:
    """What of a contract is no longer as it was agreed when the work began."""
    view, target = coverage.view, coverage.view.target
    if contract.embedded or (target and contract.path in target) or not (entry := began().get(contract.path)):
        return ()
    at = locate(contract.path)
    then = view.reader.record(contract.path, entry, *at) if at else None
    return edited(then, contract) if isinstance(then, Contract) else ()


def _as_work_began(coverage: Coverage) -> Mapping[str, Entry]:
    """Path of each contract that the change brings -> its file as it was with the first commit that changed a file
    which it covers; of one that came later, its file as it came.
    """
    change = coverage.view.change
    files = [file for of_root in coverage.by_root.values() for file in of_root if not file.exempt]
    waiting = grouped((contract.path, file.path) for file in files for contract in file.contracts[:_MOST_CONTRACTS])
    covering, then = frozenset(waiting), dict[str, Entry]()
    changed = changes_of(coverage.view.repository, change.commits)
    for own in (changed.get(commit, ()) for commit in change.commits):
        paths = {each.path: each.after for each in own}
        agreed = (path for path in paths.keys() & covering if path in waiting or path not in then)
        then |= {path: paths[path] for path in agreed if paths[path].is_file}
        waiting = {contract: files for contract, files in waiting.items() if paths.keys().isdisjoint(files)}
    return then


def _of_phr(coverage: Coverage, phr: Phr, files: Sequence[CoveredFile]) -> Request:
    own = tuple(filter(None, (coverage.linked(phr), phr.contract)))
    reverts = tuple(_reverted(coverage.view, phr)) if phr.kind == ChangeKind.REVERT else ()
    contracts, paths = _once((*own, *_covering(files))), tuple(file.path for file in files)
    return Request(phr, contracts, paths, reverts, own=frozenset(contract.path for contract in own))


def _reverted(view: ChangeView, phr: Phr) -> Iterator[Reverted]:
    """The landings that the PHR of a revert names, with the records that each brought."""
    # Few changes revert one.
    from sdd.gate.rules.revert import named_landings
    from sdd.repo.messages import facts_of

    repository = view.repository
    for landing in named_landings(repository, view.change.target, (phr,))[0][:_MOST_REVERTED]:
        facts, records = facts_of(repository, landing), list[Phr | Contract]()
        for path, (before, after) in differences(repository, repository.commit(f"{landing}^") or "", landing).items():
            at = locate(path) if after and after.is_file and not before else None
            record = view.reader.record(path, after, *at) if at and after else None
            records += [record] if isinstance(record, Phr | Contract) else []
        yield Reverted(landing, facts.subject, facts.day, tuple(records))


def _of_contracts(coverage: Coverage, root: str, files: Sequence[CoveredFile], told: set[str]) -> Iterator[Request]:
    """Contracts that stand under no PHR: what the change adds of them, and what covers files."""
    covered = grouped((contract.path, file.path) for file in files for contract in file.contracts[:_MOST_CONTRACTS])
    added = (contract for contract in coverage.contracts if contract.root == root)
    for contract in sorted(_once((*added, *_covering(files))), key=lambda contract: contract.path):
        if contract.path not in told:
            yield Request(None, (contract,), covered.get(contract.path, ()))


def _covering(files: Iterable[CoveredFile]) -> Iterator[Contract]:
    return (contract for file in files for contract in file.contracts[:_MOST_CONTRACTS])


def _once(contracts: Iterable[Contract]) -> tuple[Contract, ...]:
    return tuple({contract.path: contract for contract in contracts}.values())
