"""sdd contract: make execution contracts; what is done with those that are there stands in modules of its own."""

import click

from sdd.authoring.recording import write_contract
from sdd.base.paths import printable
from sdd.cli.completion import complete_feature, complete_requirement, complete_task
from sdd.cli.contract_records import check, list_contracts, show
from sdd.cli.contract_verify import done, verify
from sdd.cli.contract_words import ContractWords, contract_words
from sdd.cli.filled_in import filled_in
from sdd.cli.groups import noun
from sdd.cli.input_document import input_option
from sdd.cli.session import folder_below_top, json_option, open_repository, print_json, print_text
from sdd.gate.preview import ChangeState
from sdd.records.kinds.record import ChangeKind


@noun
def command() -> None:
    """Make, read, check and verify execution contracts: what will be done, its limits, how it will be checked."""


for _command in (list_contracts, show, check, verify, done):
    command.add_command(_command)


@command.command()
@click.argument("title", callback=filled_in)
@click.option(
    "--feature",
    metavar="F",
    callback=filled_in,
    shell_complete=complete_feature,
    help="The feature that it implements.",
)
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
@click.option("--agent", default="", metavar="NAME", callback=filled_in, help="Lay it out as this agent file demands.")
@click.option(
    "--section",
    "sections",
    nargs=2,
    multiple=True,
    metavar="HEADING TEXT",
    help='The text of a section; "Not applicable: REASON" skips it.',
)
@contract_words
@click.option("--commit", is_flag=True, help="Commit the contract, and nothing else.")
@input_option
@json_option
@click.pass_context
def new(
    ctx: click.Context,
    title: str,
    feature: str | None,
    kind: str,
    surface: str,
    requirements: tuple[str, ...],
    tasks: tuple[str, ...],
    agent: str,
    sections: tuple[tuple[str, str], ...],
    words: ContractWords,
    commit: bool,
    as_json: bool,
) -> None:
    """Write an execution contract. What you leave out stays in [CAPITALS], to be filled in.

    Without --scope its scope is what this change has touched and no contract covers.
    """
    repository = open_repository(ctx)
    state = ChangeState.read(repository, folder_below_top(ctx, repository))
    named = {"requirements": requirements, "tasks": tasks, "agent": agent, "sections": sections}
    draft = words.draft(title, ChangeKind(kind), surface=surface, **named)
    record = write_contract(state, draft, feature)
    if commit:
        from sdd.repo.porcelain import commit_file

        commit_file(repository, record.path, f"Contract: {title}")
    if as_json:
        fields = {
            "id": record.id,
            "path": record.path,
            "feature": record.feature,
            "scope": list(record.files),
        }
        print_json({"schema": "sdd/contract-new/1", **fields})
    else:
        print_text(f"{'committed' if commit else 'wrote'} {printable(record.path)}")
