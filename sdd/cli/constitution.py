"""sdd constitution: show it, amend it."""

import sys
from datetime import date

import click

from sdd.authoring.amendment import VersionPart, amend
from sdd.base.errors import UsageError
from sdd.base.paths import join, printable
from sdd.cli.groups import noun
from sdd.cli.listing import rev_option
from sdd.cli.session import folder_below_top, json_option, open_repository, print_json, print_text, tree_to_read
from sdd.gate.preview import ChangeState
from sdd.records.layout import roots_of
from sdd.records.project import CONSTITUTION_PATH, Project, Reader
from sdd.render.documents.records import CONSTITUTION, item


@noun
def command() -> None:
    """Show the constitution, or amend it."""


@command.command()
@rev_option
@json_option
@click.pass_context
def show(ctx: click.Context, rev: str | None, as_json: bool) -> None:
    """Show the version and the principles of the constitution that holds where the command stands."""
    repository = open_repository(ctx)
    tree = tree_to_read(repository, rev)
    folder = folder_below_top(ctx, repository) if repository.work_tree else ""
    root = next(iter(roots_of(tree, join(folder, "x"))), "")
    found = Project(tree, root, Reader(repository.blobs)).constitution
    if not found:
        raise UsageError(f"there is no {join(root, CONSTITUTION_PATH)}", "sdd init adds one")
    if as_json:
        print_json({"schema": "sdd/constitution/1", **item(CONSTITUTION, found)})
        return
    version = f"{found.version or '?'}, ratified {found.ratified or '?'}, last amended {found.last_amended or '?'}"
    lines = [printable(found.path), printable(f"version {version}"), ""]
    lines += [printable(f"{one.number or '-'}. {one.name}") for one in found.principles]
    lines += [f"still to be filled in: {len(found.placeholders)}"] if found.placeholders else []
    print_text("\n".join(lines))


@command.command("amend")
@click.option("--major", "step", flag_value="MAJOR", help="A principle was removed or redefined.")
@click.option("--minor", "step", flag_value="MINOR", help="A principle was added.")
@click.option("--patch", "step", flag_value="PATCH", help="The wording was changed.")
@click.option("--message", metavar="TEXT", help="Why: the prompt of the record.  [default: sdd asks on a terminal]")
@click.option("--commit", is_flag=True, help="Commit the constitution and its record, and nothing else.")
@json_option
@click.pass_context
def amend_(ctx: click.Context, step: str | None, message: str | None, commit: bool, as_json: bool) -> None:
    """Raise the version of the constitution that was edited, date it, and write the PHR of stage constitution.

    A comment at the top of the file says what changed since the version that landed. A changed policy is named in the
    same record.
    """
    repository = open_repository(ctx)
    state = ChangeState.read(repository, folder_below_top(ctx, repository))
    if message is None and sys.stdin.isatty():
        message = click.prompt("Why is it amended", default="", show_default=False, err=True)
    done = amend(state, VersionPart[step] if step else None, message or "", date.today().isoformat())
    if commit:
        from sdd.repo.porcelain import commit_files

        commit_files(repository, done.files, f"Constitution {done.after}: {message or 'amended'}".splitlines()[0])
    if as_json:
        fields = {"before": done.before, "after": done.after, "changes": list(done.changes), "files": list(done.files)}
        print_json({"schema": "sdd/constitution-amend/1", **fields, "record": done.record.path})
        return
    lines = [
        f"{done.before} -> {done.after}",
        *done.changes,
        f"{'committed' if commit else 'wrote'} {done.record.path}",
    ]
    print_text("\n".join(map(printable, lines)))
