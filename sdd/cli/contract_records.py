"""sdd contract list, show and check: contracts as they lie there, files of their own and those inside PHRs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from sdd.base.errors import ExitCode, UsageError
from sdd.base.paths import printable
from sdd.cli.chosen import chosen, chosen_feature
from sdd.cli.completion import complete_contract, complete_feature
from sdd.cli.session import json_option, open_repository, print_json, print_text, tree_to_read
from sdd.cli.verdict_format import chosen_format, format_options, print_verdict
from sdd.document import Document
from sdd.gate.check import rules_broken
from sdd.gate.check.tree import check_records
from sdd.gate.rules import ALL
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.phr import Phr
from sdd.records.project import Reader, records_of
from sdd.render.text.verdict import check_text
from sdd.repo.objects import Tree

CONTRACT_RULES = frozenset(rule.name for rule in ALL if rule.subject is Contract)
_rev_option = click.option("--rev", metavar="REV", help="Read a commit.  [default: the work tree]")


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
            raise UsageError(
                f"which contract? {len(waiting) or 'none'} of them {'are' if waiting else 'is'} open", near
            )
        return waiting[0]
    try:
        return chosen(files, wanted, "contract", "sdd contract list")
    except UsageError as error:
        within = read_contracts(tree, reader, embedded=True)
        inside = [contract for contract in within if contract.embedded and f"/{wanted}" in f"/{contract.path}"]
        if "more than one" in error.message or not inside:
            raise
        return chosen(inside, wanted, "contract", "sdd contract list --all")


@click.command("list")
@click.option("--feature", metavar="F", shell_complete=complete_feature, help="Only those of this feature.")
@click.option(
    "--status", type=click.Choice([status.value for status in ContractStatus]), help="Only open or done ones."
)
@click.option("--all", "embedded", is_flag=True, help="Those that stand inside PHRs too.")
@_rev_option
@json_option
@click.pass_context
def list_contracts(
    ctx: click.Context, feature: str | None, status: str | None, embedded: bool, rev: str | None, as_json: bool
) -> None:
    """List the contracts of every root: status, checks made, kind, path and title."""
    repository = open_repository(ctx)
    tree, reader = tree_to_read(repository, rev), Reader(repository.blobs)
    found = [
        contract
        for contract in read_contracts(tree, reader, embedded=embedded)
        if status is None or contract.status == status
    ]
    if feature:
        name = chosen_feature(tree, feature)
        found = [contract for contract in found if contract.feature == name]
    if as_json:
        broken = rules_broken(repository, tree, reader, found, date.today())
        items = [contract_document(contract, broken.get(contract.path, [])) for contract in found]
        print_json({"schema": "sdd/contracts/1", "items": items})
        return
    width = max((len(printable(contract.path)) for contract in found), default=0)
    rows = (
        f"{contract.status or '?':<4}  {_made(contract):>5}  {contract.kind or '?':<8}  "
        f"{printable(contract.path):<{width}}  {printable(contract.title or '')}"
        for contract in found
    )
    print_text("\n".join(rows) or ("no such contract" if feature or status else 'none yet: sdd contract new "TITLE"'))


def _made(contract: Contract) -> str:
    """How many checks are ticked, of how many."""
    return f"{sum(check.done for check in contract.checks)}/{len(contract.checks)}"


@click.command()
@click.argument("contract", required=False, shell_complete=complete_contract)
@_rev_option
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
        print_json({"schema": "sdd/contract/1", **contract_document(found, list(names))})
        return
    entry = tree.file(found.path)
    assert entry, "it was read from this tree"
    document = Document.parse(reader.content(entry))
    section = next((one for one in document.sections if found.embedded and one.line == found.line), None)
    lines = document.lines[section.line - 1 : section.end - 1] if section else document.lines
    print_text(f"{printable(found.path)}\n\n" + "\n".join(map(printable, lines)).rstrip())


@click.command()
@click.argument("contract", nargs=-1, shell_complete=complete_contract)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("-v", "--verbose", is_flag=True, help="List the warnings too.")
@_rev_option
@format_options
@click.pass_context
def check(
    ctx: click.Context, contract: Sequence[str], strict: bool, verbose: bool, rev: str | None, form: str, as_json: bool
) -> None:
    """Ask the rules about CONTRACT (a path, the end of one or a number), or about every contract.

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


def contract_document(contract: Contract, findings: list[str]) -> dict[str, Any]:
    """A contract as a JSON item: what could be read, None for the rest."""
    return {
        "path": contract.path,
        "line": contract.line,
        "root": contract.root or ".",
        "embedded": contract.embedded,
        "id": contract.id,
        "title": contract.title,
        "kind": contract.kind,
        "status": contract.status,
        "feature": contract.feature,
        "surface": contract.surface,
        "agent": contract.agent,
        "spec": contract.spec,
        **{name: [item.text for item in getattr(contract, name)] for name in ("requirements", "tasks", "scope")},
        "success": contract.criteria,
        **{
            name: [item.text for item in getattr(contract, name)] for name in ("constraints", "invariants", "non_goals")
        },
        "checks": [check._asdict() for check in contract.checks],
        "discovery": [reference.written for reference in contract.discovery],
        "follow_ups": [item.text for item in contract.follow_ups],
        "findings": findings,
    }
