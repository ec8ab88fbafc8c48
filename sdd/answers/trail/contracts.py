"""From a change to the contracts that agree on its work, each with how it was found."""

from collections.abc import Collection, Iterable, Sequence

from sdd.answers.asking import edges_from
from sdd.answers.trail.landings import Change, History
from sdd.answers.trail.steps import Step, Via
from sdd.answers.trail.things import StoredContract, contracts_at
from sdd.base import paths
from sdd.document.visible import exact_key
from sdd.index.state import stored_json
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import contract_in
from sdd.records.project import Project, Reader, located
from sdd.repo.tree import Tree


def contracts_of(
    history: History, change: Change, files: Collection[str], phrs: Sequence[Step], *, whole: bool
) -> tuple[tuple[StoredContract, Step], ...]:
    """The contracts behind some PHRs, and of a commit that is asked for as a `whole` those that it made or changed;
    else the ones of the change whose scope holds a file. What a PHR links although it was closed before the change
    agrees on none of it, and is told where nothing else is.
    """
    index, places = history.index, [phr.place for phr in phrs]
    linked = [edge.target for edge in edges_from(index, "contract", places)]
    told = {
        path: (contract, _as_landed(history, change, contract.step(how)))
        for records, how in ((places, Via.IN_PHR), (linked, Via.PHR_LINKS))
        for path, contract in sorted(contracts_at(index, records).items())
    }
    in_change = [
        (contract, how)
        for records, how in ((change.own, Via.SAME_COMMIT), (change.others, Via.SAME_CHANGE))
        for _, contract in sorted(contracts_at(index, records).items())
    ]
    for contract, how in in_change if whole else ():
        if not contract.embedded and (how == Via.SAME_COMMIT or change.is_whole):
            told.setdefault(contract.path, (contract, _as_landed(history, change, contract.step(how))))
    counting = [own for path, own in told.items() if path not in linked or not _was_closed(history, change, path)]
    return tuple(counting) or _in_scope(history, change, in_change, files) or tuple(told.values())


def _as_landed(history: History, change: Change, step: Step) -> Step:
    """A contract's step with the criteria that the change landed with: an open one may have been amended since."""
    if not change.landing:
        return step
    tree = history.repository.tree(change.span[1] if change.span else change.landing.commit)
    contract = _contract(history, tree, step.place)
    then = contract.criteria if contract else None
    if not then or exact_key(then) == exact_key(step.text):
        return step
    return step._replace(text=then, detail=", ".join(filter(None, (step.detail, "as it landed, amended since"))))


def _in_scope(
    history: History, change: Change, contracts: Iterable[tuple[StoredContract, Via]], files: Collection[str]
) -> tuple[tuple[StoredContract, Step], ...]:
    """Those of some contracts whose scope holds a file."""
    return tuple(
        (contract, _as_landed(history, change, contract.step(how, "its scope holds the file")))
        for contract, how in contracts
        if _holds_any(contract, files)
    )


def _was_closed(history: History, change: Change, path: str) -> bool:
    """Whether a contract was closed when the work of a change began to land."""
    if path in change.records:
        return False
    first = change.places[0] if change.places else change.landing.position if change.landing else history.last + 1
    if first <= 1:
        return False
    then = _contract(history, history.repository.tree(history.landing_at(first - 1).commit), path)
    return then is not None and then.status == ContractStatus.DONE


def _contract(history: History, tree: Tree, path: str) -> Contract | None:
    """The contract that a tree has at a path, in a file of its own or in a PHR."""
    if not (place := located(tree, path)):
        return None
    return contract_in(Project(tree, place[0], Reader(history.repository.beginnings)).record(path))


def _holds_any(contract: StoredContract, files: Iterable[str]) -> bool:
    from sdd.gate.cover import Patterns, anchored

    patterns = Patterns(anchored(stored_json(contract.scope or "[]", list)))
    return any(
        paths.is_below(file, contract.root) and patterns.match(paths.relative(contract.root, file)) for file in files
    )
