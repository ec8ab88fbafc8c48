"""sdd phr add: further files for a PHR of this branch."""

import click

from sdd.authoring.adding import add_files
from sdd.base.errors import UsageError
from sdd.cli.chosen import chosen, fitting
from sdd.cli.options import commit_option, many_option
from sdd.cli.session import Session, in_session
from sdd.gate.preview import ChangeState
from sdd.records.kinds.phr import Phr
from sdd.records.project import records_of
from sdd.render.words import counted


@click.command()
@click.argument("record", required=False)
@many_option("--file", "PATH", "A file to add.  [default: from git]")
@commit_option("the record")
@in_session
def add(session: Session, record: str | None, files: tuple[str, ...]) -> None:
    """Add files to RECORD, a PHR of this branch that has not landed.

    RECORD is a path, the end of one or a number; leave it out where the branch has one PHR of its work. Without --file
    sdd adds the governed files that no PHR of the branch names yet. Only the lines of `files` change.
    """
    phr = _own(session.state, record)
    added, path = add_files(session.state, phr, files), phr.path
    further = counted(len(added), "further file")
    changed = session.repository.git("status", "--porcelain=v1", "--", f":(top,literal){path}")
    word = session.save(f"PHR: {phr.title or path}: {further}", *([path] if changed else []))
    committed = word == "committed"
    told = f"names {further}" if added else "names every governed file already"
    session.print(
        {"schema": "sdd/phr-add/1", "path": path, "files": list(added), "committed": committed},
        [f"{word if committed or added else 'kept'} {path} ({told})"],
    )


def _own(state: ChangeState, wanted: str | None) -> Phr:
    """The branch's own PHR that is meant. Raises UsageError where there is none or more than one, or it has landed."""
    own = state.own_phrs
    paths = ", ".join(phr.path for phr in own)
    if wanted is None:
        # Beside a record of the work there may be one of its spec: that one is not meant.
        of_work = [phr for phr in own if any(phr in file.phrs for file in state.files)]
        if len(of_work or own) != 1:
            raise UsageError(
                "this branch has more than one PHR" if own else "this branch has no PHR of its own yet",
                f"name one: {paths}" if own else 'write one: sdd phr new "TITLE"',
            )
        return (of_work or own)[0]
    known = own if fitting(own, wanted) else [*records_of(state.tree, state.reader, Phr)]
    found = chosen(known, wanted, "PHR", "sdd phr list")
    if found not in own:
        raise UsageError(
            f"{found.path} has landed: its words stay as they are",
            f"this branch's own: {paths}" if own else 'write a new one: sdd phr new "TITLE"',
        )
    return found
