"""sdd contract list, show and check: contracts in files of their own and inside PHRs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from sdd.answers.lists import Row, contracts
from sdd.base.errors import ExitCode, UsageError
from sdd.base.paths import printable
from sdd.cli.chosen import chosen
from sdd.cli.completion import complete_contract
from sdd.cli.listing import (
    ListContext,
    Listing,
    feature_filter,
    file_filter,
    list_command,
    rev_option,
    status_filter,
)
from sdd.cli.session import json_option, open_repository, print_json, print_text, tree_to_read
from sdd.cli.verdict_format import chosen_format, format_options, print_verdict
from sdd.document import Document
from sdd.gate.check import rules_broken
from sdd.gate.check.tree import check_records
from sdd.gate.rules import ALL
from sdd.index.search import RowFilter
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.records.project import Reader, records_of
from sdd.render.documents.records import document, keys_of, with_findings
from sdd.render.text.lists import contract_cells
from sdd.render.text.verdict import check_text
from sdd.repo.objects import Tree

CONTRACT_RULES = frozenset(rule.name for rule in ALL if rule.subject is Contract)


def read_contracts(tree: Tree, reader: Reader, *, embedded: bool) -> tuple[Contract, ...]:
    """Every contract of every root that has a file of its own, in the order of paths; with `embedded` those in PHRs."""
    if not embedded:
        return tuple(records_of(tree, reader, Contract))
    records = records_of(tree, reader, Contract, Phr)
    contracts = (record.contract if isinstance(record, Phr) else record for record in records)
    return tuple(contract for contract in contracts if isinstance(contract, Contract))


def contract_named(tree: Tree, reader: Reader, wanted: str | None) -> Contract:
    """The contract that somebody means: of a file or else in a PHR; where none is named, the only open one.

    Raises UsageError where it cannot be told.
    """
    files = read_contracts(tree, reader, embedded=False)
    if wanted is None:
        waiting = [contract for contract in files if contract.status == ContractStatus.OPEN]
        if len(waiting) != 1:
            near = ", ".join(contract.path for contract in waiting[:5]) or 'make one: sdd contract new "TITLE"'
            raise UsageError(f"which contract? {len(waiting) or 'none'} {'are' if waiting else 'is'} open", near)
        return waiting[0]
    try:
        return chosen(files, wanted, "contract", "sdd contract list")
    except UsageError as error:
        within = read_contracts(tree, reader, embedded=True)
        inside = [contract for contract in within if contract.embedded and f"/{wanted}" in f"/{contract.path}"]
        if "more than one" in error.message or not inside:
            raise
        return chosen(inside, wanted, "contract", "sdd contract list")


def _rows(context: ListContext, wanted: RowFilter) -> Sequence[Row]:
    return context.ask(lambda index: contracts(index, wanted))


def _items(context: ListContext, rows: Sequence[Row]) -> list[dict[str, Any]]:
    records = context.records(row.path for row in rows)
    found = [record.contract if isinstance(record, Phr) else record for record in records]
    listed = [contract for contract in found if isinstance(contract, Contract)]
    broken = rules_broken(context.repository, context.tree, context.reader, listed, date.today())
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
@json_option
@click.pass_context
def show(ctx: click.Context, contract: str | None, rev: str | None, as_json: bool) -> None:
    """Show CONTRACT: a path, the end of one (0003, 001-x/0003) or a number, a PHR's too.  [default: the open one]"""
    repository = open_repository(ctx)
    tree, reader = tree_to_read(repository, rev), Reader(repository.blobs)
    found = contract_named(tree, reader, contract)
    if as_json:
        broken = check_records(repository, tree, reader, [found], None, date.today(), CONTRACT_RULES)
        names = dict.fromkeys(finding.rule for change in broken.changes for finding in change.findings)
        print_json({"schema": "sdd/contract/1", **document(found), "findings": [*names]})
        return
    entry = tree.file(found.path)
    assert entry, "it was read from this tree"
    text = Document.parse(reader.content(entry))
    section = next((one for one in text.sections if found.embedded and one.line == found.line), None)
    lines = text.lines[section.line - 1 : section.end - 1] if section else text.lines
    print_text(f"{printable(found.path)}\n\n" + "\n".join(map(printable, lines)).rstrip())


@click.command()
@click.argument("contract", nargs=-1, shell_complete=complete_contract)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("-v", "--verbose", is_flag=True, help="List the warnings too.")
@rev_option
@format_options
@click.pass_context
def check(
    ctx: click.Context, contract: Sequence[str], strict: bool, verbose: bool, rev: str | None, form: str, as_json: bool
) -> None:
    """Run the contract rules on CONTRACT (a path, the end of one or a number), or on every contract.

    Exit status: 0 clean, 1 findings, 2 wrong usage, 3 cannot judge.
    """
    form = chosen_format(form, as_json)
    repository = open_repository(ctx)
    tree, reader = tree_to_read(repository, rev), Reader(repository.blobs)
    named = [contract_named(tree, reader, wanted) for wanted in contract]
    asked = named or read_contracts(tree, reader, embedded=True)
    head = repository.commit(rev or "HEAD")
    verdict = check_records(repository, tree, reader, asked, head, date.today(), CONTRACT_RULES)
    judged = verdict.strict() if strict else verdict
    if form == "text":
        print_text(check_text(verdict, verbose=verbose, strict=strict))
    else:
        print_verdict(form, judged, {})
    ctx.exit(ExitCode.FINDINGS if judged.refused else ExitCode.CLEAN)
