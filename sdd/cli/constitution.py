"""sdd constitution: show it, amend it."""

import click

from sdd.authoring.amendment import VersionPart, amend
from sdd.base.errors import UsageError
from sdd.base.paths import join
from sdd.cli.groups import noun
from sdd.cli.options import commit_option, rev_option
from sdd.cli.printing import can_ask
from sdd.cli.session import Session, in_session, writing_session
from sdd.records.layout import roots_of
from sdd.records.project import CONSTITUTION_PATH, Project
from sdd.render.documents.records import CONSTITUTION, item


@noun
def command() -> None:
    """Show the constitution, or amend it."""


@command.command()
@rev_option
@in_session
def show(session: Session) -> None:
    """Show the version and the principles of the constitution that holds where the command stands."""
    tree = session.tree
    folder = session.folder if session.repository.work_tree else ""
    root = next(iter(roots_of(tree, join(folder, "x"))), "")
    constitution = Project(tree, root, session.reader).constitution_in_force
    if not constitution:
        raise UsageError(f"there is no {join(root, CONSTITUTION_PATH)}", "sdd init adds one")
    dates = f"ratified {constitution.ratified or '?'}, last amended {constitution.last_amended or '?'}"
    lines = [constitution.path, f"version {constitution.version or '?'}, {dates}", ""]
    lines += [f"{principle.number or '-'}. {principle.name}" for principle in constitution.principles]
    lines += [f"still to be filled in: {len(constitution.placeholders)}"] if constitution.placeholders else []
    session.print({"schema": "sdd/constitution/1", **item(CONSTITUTION, constitution)}, lines)


@command.command("amend")
@click.option("--major", "step", flag_value="MAJOR", help="A principle was removed or redefined.")
@click.option("--minor", "step", flag_value="MINOR", help="A principle was added.")
@click.option("--patch", "step", flag_value="PATCH", help="The wording was changed.")
@click.option(
    "--message", "--reason", metavar="TEXT", help="Why: the prompt of the record.  [default: sdd asks on a terminal]"
)
@commit_option("the constitution and its record", with_message=False)
@writing_session
def amend_(session: Session, step: str | None, message: str | None) -> None:
    """Raise the version of the constitution that was edited, date it, and write the PHR of stage constitution.

    A comment at the top of the file says what changed since the version that landed. A changed policy is named in the
    same record.
    """
    if message is None and can_ask():
        message = session.redact(click.prompt("Why is it amended", default="", show_default=False, err=True))
    part = VersionPart[step] if step else None
    with session.writing(part, message) as journal:
        done = amend(session.state, part, message or "", session.today.isoformat(), journal)
        word = session.save(f"Constitution {done.after}: {message or 'amended'}".splitlines()[0], *done.files)
        fields = {"before": done.before, "after": done.after, "changes": list(done.changes), "files": list(done.files)}
        session.print(
            {
                "schema": "sdd/constitution-amend/1",
                **fields,
                "record": done.record.path,
                "committed": word == "committed",
            },
            [f"{done.before} -> {done.after}", *done.changes, f"{word} {done.record.path}"],
        )
