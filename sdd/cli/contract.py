"""sdd contract: make, list, show and check execution contracts."""

from collections.abc import Iterator, Sequence
from sqlite3 import Connection
from typing import Any

import click

from sdd.answers.lists import Row, contracts
from sdd.answers.trail.reverted import reverted_records
from sdd.authoring.drafts import ContractDraft
from sdd.authoring.recording import write_contract
from sdd.cli import options
from sdd.cli.completion import complete_contract, complete_feature, complete_requirement, complete_task
from sdd.cli.contract_records import check_contracts, contract_named, contracts_of, read_contracts
from sdd.cli.contract_verify import done, verify
from sdd.cli.groups import noun
from sdd.cli.input_document import input_option
from sdd.cli.listing import Items, list_command, records_at
from sdd.cli.record import documents, record_lines
from sdd.cli.saving import save_with_spec
from sdd.cli.session import Session, in_session, pass_session, writing_session
from sdd.cli.typed import require_asking
from sdd.cli.verdict_format import format_options, print_check, warnings_options
from sdd.document import Document
from sdd.gate.cover import check_states
from sdd.index.search import RowFilter
from sdd.records.kinds.contract import Contract, ContractStatus
from sdd.records.kinds.record import ChangeKind
from sdd.render.documents.records import keys_of
from sdd.render.text.lists import contract_cells


@noun
def command() -> None:
    """Make, read, check and verify execution contracts: what will be done, its limits, how it will be checked."""


command.add_command(verify)
command.add_command(done)


@command.command()
@options.optional_title_argument
@options.words_option("--feature", "F", "The feature that it implements.", complete_feature)
@options.choice_option("--kind", ChangeKind, "The kind of work.", ChangeKind.FEATURE)
@click.option("--surface", default="", metavar="S", help="The part of the system: backend, command line.")
@options.many_option("--requirement", "FR-001", "A requirement of the spec.", complete_requirement)
@options.many_option("--task", "T001", "A task of the feature's list.", complete_task)
@options.words_option("--agent", "NAME", "Lay it out as this agent file demands.", default="")
@click.option(
    "--section",
    "sections",
    nargs=2,
    multiple=True,
    metavar="HEADING TEXT",
    help='The text of a section; "Not applicable: REASON" skips it.',
)
@options.contract_words
@options.many_option("--discovery", "START:END:PATH", "Code that was read before.", name="discovery")
@options.base_option
@options.commit_option("the contract, with its feature's uncommitted spec")
@input_option
@writing_session
def new(session: Session, title: str | None, feature: str | None, **said: Any) -> None:
    """Write an execution contract. What you leave out stays in [CAPITALS], to be filled in before it is committed.

    Without --scope its scope is what this change has touched and no contract covers. Without a TITLE sdd asks for each
    word on a terminal.
    """
    if title is None:
        from sdd.cli.asking import ask_contract

        require_asking(session, "TITLE")
        answers = ask_contract(session, {"title": None, "feature": feature, **said})
        title, feature, said = answers.pop("title"), answers.pop("feature"), answers
    draft = ContractDraft(title=title, **said)
    with session.writing(draft, feature) as journal:
        record = write_contract(session.state, draft, feature, journal)
        told, saved = save_with_spec(session, f"Contract: {title}", record.path, record.feature)
        where = {"path": record.path, "relative_path": record.path}
        fields = {"id": record.id, **where, "feature": record.feature, "scope": list(record.files)}
        session.print({"schema": "sdd/contract-new/1", **fields, **saved}, [told])


def _items(session: Session, rows: Sequence[Row]) -> list[dict[str, Any]]:
    reverted = {row.path: row.reverted_by for row in rows}
    found = contracts_of(records_at(session, rows))
    told = zip(documents(session, found, judged=True), found, strict=True)
    return [document | {"reverted_by": reverted.get(contract.path)} for document, contract in told]


@list_command(
    command,
    "contracts",
    contract_cells,
    Items((*keys_of(Contract), "findings", "reverted_by"), _items),
    'no contract yet: sdd contract new "TITLE"',
    options.feature_filter,
    options.status_filter(ContractStatus),
    options.choice_option("--kind", ChangeKind, "Only those of this kind of change."),
    options.file_filter,
)
def list_contracts(session: Session, wanted: RowFilter) -> Sequence[Row]:
    """List the contracts of every root, those inside PHRs too: status, ticked checks, kind, path and title.

    Of one whose landing was reverted the status is "reverted".
    """

    def with_reverts(index: Connection) -> Sequence[Row]:
        reverted = reverted_records(index, session.repository)
        return [row.but(reverted_by=reverted.get(row.path)) for row in contracts(index, wanted)]

    return session.ask(with_reverts, history=True)


@command.command()
@click.argument("contract", required=False, shell_complete=complete_contract)
@options.rev_option
@in_session
def show(session: Session, contract: str | None) -> None:
    """Show CONTRACT: a path, the end of one (0003, 001-x/0003) or a number, a PHR's too.  [default: the open one]"""
    session.show(
        contract_named(session, contract),
        lambda found: {
            "schema": "sdd/contract/1",
            **documents(session, [found], judged=True)[0],
            "reverted_by": session.ask(lambda index: reverted_records(index, session.repository), history=True).get(
                found.path
            ),
            "check_states": [*check_states(found, None if session.rev else session.state.coverage)],
        },
        lambda found: _lines(session, found),
    )


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


@command.command()
@click.argument("contract", nargs=-1, shell_complete=complete_contract)
@warnings_options
@options.rev_option
@format_options
@pass_session
def check(session: Session, contract: Sequence[str], form: str, *, strict: bool, verbose: bool) -> int:
    """Run the contract rules on CONTRACT (a path, the end of one or a number), or on every contract.

    Exit status: 0 clean, 1 findings, 2 wrong usage, 3 cannot judge.
    """
    named = [contract_named(session, wanted) for wanted in contract]
    verdict = check_contracts(session, named or read_contracts(session, embedded=True), session.commit)
    return print_check(form, verdict, verbose=verbose, strict=strict)
