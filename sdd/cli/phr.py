"""sdd phr: make, list and show Prompt History Records."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from sdd.answers.lists import Row, phrs
from sdd.authoring.recording import PhrRequest, WrittenRecord, write_phr
from sdd.base.errors import UsageError
from sdd.base.paths import printable
from sdd.cli.chosen import chosen
from sdd.cli.completion import complete_feature, complete_linked_contract
from sdd.cli.contract_words import ContractWords, contract_words
from sdd.cli.filled_in import filled_in
from sdd.cli.groups import noun
from sdd.cli.input_document import input_option
from sdd.cli.listing import (
    ListContext,
    Listing,
    feature_filter,
    file_filter,
    list_command,
    rev_option,
    since_filter,
    stage_filter,
    user_filter,
)
from sdd.cli.phr_add import add
from sdd.cli.session import folder_below_top, json_option, open_repository, print_json, print_text, top_of, tree_to_read
from sdd.gate.check import rules_broken
from sdd.gate.preview import ChangeState
from sdd.index.search import RowFilter
from sdd.records.kinds.phr import Phr, Stage
from sdd.records.kinds.record import ChangeKind
from sdd.records.project import Reader, records_of
from sdd.render.documents.records import keys_of, with_findings
from sdd.render.text.lists import phr_cells
from sdd.render.words import counted


@noun
def command() -> None:
    """Write, list and show Prompt History Records, and add files to them."""


command.add_command(add)


@command.command()
@click.argument("title", callback=filled_in)
@click.option(
    "--stage", type=click.Choice([stage.value for stage in Stage]), help="[default: derived from kind and files]"
)
@click.option(
    "--feature", metavar="F", callback=filled_in, shell_complete=complete_feature, help="The feature it belongs to."
)
@click.option(
    "--contract",
    "linked",
    metavar="PATH",
    shell_complete=complete_linked_contract,
    help="The contract that it implements.",
)
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in ChangeKind]),
    help="The kind of change; writes the contract into the record.",
)
@contract_words
@click.option(
    "--prompt-file", type=click.File("rb"), metavar="FILE", help="The prompt, - for standard input.  [default: TITLE]"
)
@click.option("--response-file", type=click.File("rb"), metavar="FILE", help="The response, - for standard input.")
@click.option("--file", "files", multiple=True, metavar="PATH", help="A changed file.  [default: from git]")
@click.option("--test", "tests", multiple=True, metavar="TEST", help="A test that was run or added.")
@click.option(
    "--closes", multiple=True, metavar="FOLLOW-UP", help="A follow-up that this closes, as sdd followup list names it."
)
@click.option("--model", default="", metavar="MODEL", help="The model that answered.")
@click.option("--human", is_flag=True, help="A person did the work, not an agent.")
@click.option("--edit", is_flag=True, help="Edit the prompt in your editor.")
@input_option
@click.option("--commit", is_flag=True, help="Commit the record, and nothing else.")
@json_option
@click.pass_context
def new(
    ctx: click.Context, /, title: str, words: ContractWords, edit: bool, commit: bool, as_json: bool, **said: Any
) -> None:
    """Write a PHR; git says which files, branch and user.

    With --kind fix, refactor, revert or chore the record holds the execution contract too: one command is enough for
    small work.
    """
    repository = open_repository(ctx)
    top = top_of(repository)
    files = (said.pop("prompt_file"), said.pop("response_file"))
    if all(getattr(file, "name", None) == "<stdin>" for file in files):
        raise UsageError("standard input can be read only once", "give one of the two as a file")
    prompt, response = map(_text, files)
    if edit:
        prompt = _edited(prompt if prompt is not None else title)
    kind = ChangeKind(said["kind"]) if said["kind"] else None
    if words.said and not kind:
        raise UsageError(
            "a contract in the record needs a kind", "add --kind fix (or feature, refactor, revert, chore)"
        )
    state = ChangeState.read(repository, folder_below_top(ctx, repository))
    record = write_phr(
        state,
        PhrRequest(
            title=title,
            stage=Stage(said["stage"]) if said["stage"] else None,
            feature=said["feature"],
            linked=said["linked"],
            kind=kind,
            contract=words.draft(title, kind) if kind else None,
            prompt=prompt,
            response=response,
            files=said["files"],
            tests=said["tests"],
            closes=said["closes"],
            model=said["model"],
            human=said["human"],
        ),
        date.today().isoformat(),
    )
    if commit:
        from sdd.repo.porcelain import commit_file

        commit_file(repository, record.path, f"PHR: {title}")
    if as_json:
        print_json({"schema": "sdd/phr-new/1", **_created(record, top)})
    else:
        names = f"names {counted(len(record.files), 'file')}" if record.files else "names no file"
        print_text(f"{'committed' if commit else 'wrote'} {printable(record.path)} ({names})")


def _created(record: WrittenRecord, top: Path) -> dict[str, Any]:
    """A new PHR as a document: the keys of spec-kit-plus's own script, and the files."""
    context = "feature" if record.feature else "general"
    return {
        "id": record.id,
        "path": str(top / record.path),
        "relative_path": record.path,
        "context": record.stage if record.stage in (Stage.CONSTITUTION, Stage.GENERAL) else context,
        "stage": record.stage,
        "feature": record.feature,
        "template": "phr-template.prompt.md",
        "files": list(record.files),
    }


def _text(file: Any) -> str | None:
    """What a file says. Raises UsageError where it is not UTF-8: a prompt is kept word for word or not at all."""
    if file is None:
        return None
    try:
        return str(file.read(), "utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name} is not UTF-8 at byte {error.start}", "save it as UTF-8 text") from None


def _edited(text: str) -> str:
    """What an editor makes of a text, to the letter. Raises UsageError where it was closed without saving."""
    try:
        written = click.edit(text, editor=os.environ.get("GIT_EDITOR"), extension=".md", require_save=True)
    except (click.ClickException, ValueError) as error:
        raise UsageError(f"the editor failed: {error}", "set GIT_EDITOR to a command, or leave out --edit") from None
    if written is None:
        raise UsageError("the editor was closed without saving: nothing was written", "save it, or leave out --edit")
    return written


def _rows(context: ListContext, wanted: RowFilter) -> Sequence[Row]:
    return sorted(context.ask(lambda index: phrs(index, wanted)), key=lambda row: row.path)


def _items(context: ListContext, rows: Sequence[Row]) -> list[dict[str, Any]]:
    records = context.records(row.path for row in rows)
    broken = rules_broken(context.repository, context.tree, context.reader, records, date.today())
    return with_findings(records, broken)


_LISTING = Listing("phrs", _rows, phr_cells, _items, (*keys_of(Phr), "findings"), 'no PHR yet: sdd phr new "TITLE"')

command.add_command(
    list_command(
        _LISTING,
        "List the PHRs of every root: date, stage, path and title.",
        feature_filter,
        stage_filter,
        since_filter,
        user_filter,
        file_filter,
    )
)


@command.command()
@click.argument("record")
@rev_option
@json_option
@click.pass_context
def show(ctx: click.Context, record: str, rev: str | None, as_json: bool) -> None:
    """Show RECORD: a path, or the end of one (0007, 001-x/0007)."""
    repository = open_repository(ctx)
    tree, reader = tree_to_read(repository, rev), Reader(repository.blobs)
    records = [*records_of(tree, reader, Phr)]
    phr = chosen(records, record, "PHR", "sdd phr list")
    if as_json:
        found = rules_broken(repository, tree, reader, [phr], date.today())
        (document,) = with_findings([phr], found)
        print_json({"schema": "sdd/phr/1", **document})
        return
    entry = tree.file(phr.path)
    assert entry
    text = reader.content(entry).decode("utf-8", "replace")
    print_text(f"{printable(phr.path)}\n\n" + "\n".join(printable(line) for line in text.splitlines()))
