"""sdd contract list, show and check: contracts in files of their own and inside PHRs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import click

from sdd.answers.lists import Row, contracts
from sdd.base.errors import UsageError
from sdd.cli.chosen import chosen, fitting
from sdd.cli.completion import complete_contract
from sdd.cli.listing import Listing, list_command, records_at
from sdd.cli.options import feature_filter, file_filter, rev_option, status_filter
from sdd.cli.record import record_lines
from sdd.cli.session import Session, in_session, pass_session
from sdd.cli.verdict_format import format_options, print_check
from sdd.document import Document
from sdd.gate.check import Verdict, rules_broken
from sdd.gate.check.tree import check_records
from sdd.gate.rules import ALL
from sdd.index.search import RowFilter
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import Record
from sdd.records.project import records_of
from sdd.render.documents.records import document, keys_of, with_findings
from sdd.render.text.lists import contract_cells

_RULES = frozenset(rule.name for rule in ALL if rule.subject is Contract)


def read_contracts(session: Session, *, embedded: bool) -> tuple[Contract, ...]:
    """Every contract of every root that has a file of its own, in the order of paths; with `embedded` those in PHRs."""
    records = records_of(session.tree, session.reader, Contract, *([Phr] if embedded else []))
    return _contracts_of(records)


def _contracts_of(records: Iterable[Record]) -> tuple[Contract, ...]:
    contracts = (record.contract if isinstance(record, Phr) else record for record in records)
    return tuple(contract for contract in contracts if isinstance(contract, Contract))


def contract_named(session: Session, wanted: str | None) -> Contract:
    """The contract that somebody means: of a file or else in a PHR; where none is named, the only open one.

    Raises UsageError where it cannot be told.
    """
    files = read_contracts(session, embedded=False)
    if wanted is None:
        waiting = [contract for contract in files if contract.status == ContractStatus.OPEN]
        if len(waiting) != 1:
            near = ", ".join(contract.path for contract in waiting[:5]) or 'make one: sdd contract new "TITLE"'
            raise UsageError(f"which contract? {len(waiting) or 'none'} {'are' if waiting else 'is'} open", near)
        return waiting[0]
    if not fitting(files, wanted):
        within = read_contracts(session, embedded=True)
        files = tuple(one for one in within if one.embedded and f"/{wanted}" in f"/{one.path}")
    return chosen(files, wanted, "contract", "sdd contract list")


def check_contracts(session: Session, contracts: Iterable[Contract], commit: str | None) -> Verdict:
    """What the rules for contracts find in some; `commit` is what the tree stands on, None to leave ages out."""
    return check_records(session.repository, session.tree, session.reader, contracts, commit, date.today(), _RULES)


def _rows(session: Session, wanted: RowFilter) -> Sequence[Row]:
    return session.ask(lambda index: contracts(index, wanted))


def _items(session: Session, rows: Sequence[Row]) -> list[dict[str, Any]]:
    listed = _contracts_of(records_at(session, rows))
    broken = rules_broken(session.repository, session.tree, session.reader, listed, date.today())
    return with_findings(listed, broken)


_LISTING = Listing(
    "contracts",
    _rows,
    contract_cells,
    _items,
    (*keys_of(Contract), "findings"),
    'no contract yet: sdd contract new "TITLE"',
)

list_contracts = list_command(
    _LISTING,
    "List the contracts of every root, those inside PHRs too: status, ticked checks, kind, path and title.",
    feature_filter,
    status_filter(ContractStatus),
    file_filter,
)


@click.command()
@click.argument("contract", required=False, shell_complete=complete_contract)
@rev_option
@in_session
def show(session: Session, contract: str | None) -> None:
    """Show CONTRACT: a path, the end of one (0003, 001-x/0003) or a number, a PHR's too.  [default: the open one]"""
    session.show(
        contract_named(session, contract), lambda found: _document(session, found), lambda found: _lines(session, found)
    )


def _document(session: Session, contract: Contract) -> dict[str, Any]:
    broken = check_contracts(session, [contract], None)
    names = dict.fromkeys(finding.rule for change in broken.changes for finding in change.findings)
    return {"schema": "sdd/contract/1", **document(contract), "findings": [*names]}


def _lines(session: Session, contract: Contract) -> Iterator[str]:
    """The path and the file of a contract, or the section of the PHR that it stands in."""
    if not contract.embedded:
        yield from record_lines(session, contract)
        return
    entry = session.tree.file(contract.path)
    assert entry, "it was read from this tree"
    text = Document.parse(session.reader.content(entry))
    (section,) = (section for section in text.sections if section.line == contract.line)
    yield from (contract.path, "", text.lines[section.line - 1], "", *text.text(section).split("\n"))


@click.command()
@click.argument("contract", nargs=-1, shell_complete=complete_contract)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("-v", "--verbose", is_flag=True, help="List the warnings too.")
@rev_option
@format_options
@pass_session
def check(session: Session, contract: Sequence[str], form: str, *, strict: bool, verbose: bool) -> int:
    """Run the contract rules on CONTRACT (a path, the end of one or a number), or on every contract.

    Exit status: 0 clean, 1 findings, 2 wrong usage, 3 cannot judge.
    """
    named = [contract_named(session, wanted) for wanted in contract]
    verdict = check_contracts(session, named or read_contracts(session, embedded=True), session.commit)
    return print_check(form, verdict, verbose=verbose, strict=strict)
