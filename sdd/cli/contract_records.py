"""The contracts that a command is about: those in files of their own, and those inside PHRs."""

from collections.abc import Iterable

from sdd.base.errors import UsageError
from sdd.cli.chosen import chosen
from sdd.cli.session import Session
from sdd.gate.check.tree import check_records
from sdd.gate.check.verdict import Verdict
from sdd.gate.rules import ALL
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr, contract_in
from sdd.records.kinds.record import Record
from sdd.records.named import fitting
from sdd.records.project import records_of

_RULES = frozenset(rule.name for rule in ALL if rule.subject is Contract)


def read_contracts(session: Session, *, embedded: bool) -> tuple[Contract, ...]:
    """Every contract of every root that has a file of its own, in the order of paths; with `embedded` those in PHRs."""
    return contracts_of(records_of(session.tree, session.reader, Contract, *([Phr] if embedded else [])))


def contracts_of(records: Iterable[Record]) -> tuple[Contract, ...]:
    """Those among some records, or inside them."""
    return tuple(filter(None, map(contract_in, records)))


def contract_named(session: Session, wanted: str | None) -> Contract:
    """The contract that somebody means, by path, number or title: of a file or else in a PHR, of several the one of the
    branch's feature, else the open one; where none is named, the only open one that this branch adds, else the only
    open one.

    Raises UsageError where it cannot be told.
    """
    files = read_contracts(session, embedded=False)
    if wanted is None:
        waiting = [contract for contract in files if contract.status == ContractStatus.OPEN]
        if len(waiting) > 1 and session.rev is None:
            coverage = session.state.coverage
            own = {contract.path for contract in (coverage.contracts if coverage else ())}
            waiting = [contract for contract in waiting if contract.path in own] or waiting
        if len(waiting) != 1:
            near = ", ".join(contract.path for contract in waiting[:5]) or 'make one: sdd contract new "TITLE"'
            raise UsageError(f"which contract? {len(waiting) or 'none'} {'are' if waiting else 'is'} open", near)
        return waiting[0]
    if meant := fitting(files, wanted):
        files = tuple(session.state.likeliest(meant)) if session.rev is None and len(meant) > 1 else files
    else:
        titled = [contract for contract in files if contract.title == " ".join(wanted.split())]
        waiting = [contract for contract in titled if contract.status == ContractStatus.OPEN]
        if len(waiting or titled) == 1:
            return (waiting or titled)[0]
        within = read_contracts(session, embedded=True)
        files = tuple(each for each in within if each.embedded and f"/{wanted}" in f"/{each.path}")
    return chosen(files, wanted, "contract", "sdd contract list")


def check_contracts(session: Session, contracts: Iterable[Contract], commit: str | None) -> Verdict:
    """What the rules for contracts find in some; `commit` is what the tree stands on, None to leave ages out."""
    return check_records(session.tree, session.reader, contracts, commit, session.today, _RULES)
