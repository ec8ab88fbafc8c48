"""sdd contract: make execution contracts; what is done with those that are there stands in modules of its own."""

from typing import Any

import click

from sdd.authoring.drafts import ContractDraft
from sdd.authoring.recording import write_contract
from sdd.cli.completion import complete_feature, complete_requirement, complete_task
from sdd.cli.contract_records import check, list_contracts, show
from sdd.cli.contract_verify import done, verify
from sdd.cli.groups import noun
from sdd.cli.input_document import input_option
from sdd.cli.options import commit_option, contract_words, title_argument, words_option
from sdd.cli.session import Session, in_session
from sdd.records.kinds.record import ChangeKind


@noun
def command() -> None:
    """Make, read, check and verify execution contracts: what will be done, its limits, how it will be checked."""


for _command in (list_contracts, show, check, verify, done):
    command.add_command(_command)


@command.command()
@title_argument
@words_option("--feature", metavar="F", shell_complete=complete_feature, text="The feature that it implements.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in ChangeKind]),
    default=ChangeKind.FEATURE.value,
    show_default=True,
    help="The kind of work.",
)
@click.option("--surface", default="", metavar="S", help="The part of the system: backend, command line.")
@click.option(
    "--requirement",
    "requirements",
    multiple=True,
    metavar="FR-001",
    shell_complete=complete_requirement,
    help="A requirement of the spec.",
)
@click.option(
    "--task", "tasks", multiple=True, metavar="T001", shell_complete=complete_task, help="A task of the feature's list."
)
@words_option("--agent", default="", metavar="NAME", text="Lay it out as this agent file demands.")
@click.option(
    "--section",
    "sections",
    nargs=2,
    multiple=True,
    metavar="HEADING TEXT",
    help='The text of a section; "Not applicable: REASON" skips it.',
)
@contract_words
@commit_option("the contract")
@input_option
@in_session
def new(session: Session, title: str, feature: str | None, kind: str, **said: Any) -> None:
    """Write an execution contract. What you leave out stays in [CAPITALS], to be filled in.

    Without --scope its scope is what this change has touched and no contract covers.
    """
    record = write_contract(session.state, ContractDraft(title=title, kind=ChangeKind(kind), **said), feature)
    word = session.save(f"Contract: {title}", record.path)
    fields = {"id": record.id, "path": record.path, "feature": record.feature, "scope": list(record.files)}
    session.print({"schema": "sdd/contract-new/1", **fields}, [f"{word} {record.path}"])
