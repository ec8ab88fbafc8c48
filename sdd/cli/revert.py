"""sdd revert: takes a change back, keeps its landed records, writes the PHR."""

from typing import Any

import click

from sdd.authoring.undoing import CommitWords, Undone, undo
from sdd.base.errors import ExitCode, UsageError
from sdd.base.listing import counted
from sdd.cli.given_texts import given_texts
from sdd.cli.options import message_option, signoff_option
from sdd.cli.printing import remark
from sdd.cli.session import Session, writing_session
from sdd.cli.surface import surface
from sdd.gate.check.change import judge
from sdd.gate.plan import Plan
from sdd.gate.plan.corrections import corrected
from sdd.gate.plan.lacks import Beside
from sdd.gate.plan.make import plan
from sdd.gate.target import target_of_revision
from sdd.render.plan import plan_documents, plan_lines

_LEFT = {
    "change-not-a-revert": "new work needs a PHR with a contract",
    "constitution-version": "its version has landed before, and is to be raised",
    "phr-unknown-feature": "its feature has its former name again",
}


@click.command()
@click.argument("commit")
@click.option(
    "--reason", metavar="TEXT", default="", help="Why; told by the commit and the record.  [default: the command]"
)
@click.option("--prompt-file", type=click.File("rb"), metavar="FILE", help="The prompt, - for standard input.")
@message_option("The first line of the commits.")
@signoff_option
@writing_session
def command(session: Session, commit: str, reason: str, prompt_file: Any) -> int:
    """Undo COMMIT with git revert, keep the specs and records that have landed, and write a PHR of kind revert.

    Two commits are made: what is undone, and the PHR. On top of a commit that reverts COMMIT already (a forge's, or
    one made by hand) only the records are brought back and the PHR is written.

    Exit status: 0 done, 1 more is to be done before a push passes, 2 wrong usage, 3 cannot judge.
    """
    prompt, _ = given_texts(session, prompt_file, None)
    if reason and prompt:
        raise UsageError("--reason and --prompt-file both give the prompt", "leave out one of the two")
    reason = reason or prompt or ""
    words = CommitWords(session.commit_message, signoff=session.signoff)
    with session.writing(commit, reason, words) as journal:
        today = session.today.isoformat()
        done = undo(session.repository, session.folder, commit, reason, today, journal, words, surface=surface())
        why, left = _left(session)
        _print(session, done, why, left)
        if done.on_target:
            remark(f"these commits are on {done.on_target} itself; to land them by a request: git switch -c NAME")
    return ExitCode.FINDINGS if left else ExitCode.CLEAN


def _left(session: Session) -> tuple[str, Plan | None]:
    """What is still to be done for what is committed, in words and as a plan: new work, as a resolved conflict is, or
    the version or the name of what went back. Empty and None for nothing.
    """
    changes = judge(session.repository, [target_of_revision(session.repository, None, None)], session.today).changes
    told = [_LEFT[each.rule] for change in changes for each in change.errors if each.rule in _LEFT]
    return (told[0], corrected(changes, plan(session.repository, changes, Beside()))) if told else ("", None)


def _print(session: Session, done: Undone, why: str, left: Plan | None) -> None:
    record = done.record
    document = {
        "schema": "sdd/revert/1",
        "reverts": done.commit,
        "commit": done.by,
        "kept": list(done.kept),
        "phr": record.path if record else None,
        "files": list(record.files) if record else [],
        "next": plan_documents(left) if left else [],
    }
    lines = [f"reverted  {done.commit[:12]} by {done.by[:12]}", *(f"kept      {path}" for path in done.kept)]
    named = f"committed {record.path} (names {counted(len(record.files), 'file')})" if record else ""
    lines.append(named or "no PHR    nothing is left for one to name")
    if left:
        lines += [f"left      {', '.join(left.paths)}: {why}", *plan_lines(left)]
    session.print(document, lines)
