"""`sdd hook`: install, remove or inspect the pre-push hook, or the server's pre-receive hook."""

from dataclasses import replace
from typing import Any

import click

from sdd.base.errors import ExitCode, UsageError
from sdd.cli.groups import noun
from sdd.cli.session import Session, in_session
from sdd.repo.objects import Repository
from sdd.setup.doctor.context import DoctorContext
from sdd.setup.doctor.policies import advice_on_waivers
from sdd.setup.hooks import install as hooks
from sdd.setup.hooks.script import PRE_COMMIT
from sdd.setup.hooks.text import hook_document, hook_lines, removal_lines


@noun
def command() -> None:
    """Install, remove or inspect the hook: pre-push, in a bare repository pre-receive.

    The hook asks `sdd gate` about every push and stops one that lacks its records. A hook that was there before
    is kept and runs after it. Exit status 1: no push is judged here.
    """


@command.command()
@click.option("--server", is_flag=True, help="Write the pre-receive hook of a bare repository.")
@click.option(
    "--timeout",
    type=click.IntRange(1, 9999),
    metavar="SECONDS",
    help=f"With --server: refuse what is not judged by then.  [default: {hooks.TIMEOUT}]",
)
@in_session
def install(session: Session, *, server: bool, timeout: int | None) -> int:
    """Write the hook, or renew it."""
    if timeout and not server:
        raise UsageError("--timeout goes with --server", "see: sdd hook install --help")
    if session.repository.work_tree:
        session.lock()
    if not server:
        return _told(session, hooks.install(session.repository))
    # In a work tree of a bare repository, it is that repository which is pushed to.
    with Repository.discover(session.repository.common_dir) as repository:
        report = hooks.install_server(repository, timeout)
        advice = advice_on_waivers(DoctorContext(repository, session.today, 0)) if report.in_force else ()
    return _told(session, replace(report, notes=(*report.notes, *advice)))


@command.command()
@in_session
def uninstall(session: Session) -> None:
    """Remove the hook and put back what was there before it."""
    if session.repository.work_tree:
        session.lock()
    session.show(hooks.uninstall(session.repository), _document, removal_lines)


@command.command()
@in_session
def status(session: Session) -> int:
    """Say whether a push from here is judged, in a bare repository a push to it.

    It tells of the pre-commit hook of `sdd capture` too, where that is installed.
    """
    report = hooks.status(session.repository)
    commits = hooks.status(session.repository, PRE_COMMIT) if session.repository.work_tree else None
    if not commits or not (commits.is_own or commits.caller):
        return _told(session, report)
    lines = [*hook_lines(report), *hook_lines(commits, "commits")]
    session.print({**_document(report), "pre_commit": hook_document(commits)}, lines)
    return ExitCode.CLEAN if report.in_force else ExitCode.FINDINGS


def _told(session: Session, report: hooks.HookReport) -> int:
    session.show(report, _document, hook_lines)
    return ExitCode.CLEAN if report.in_force else ExitCode.FINDINGS


def _document(report: hooks.HookReport) -> dict[str, Any]:
    return {"schema": "sdd/hook/1", **hook_document(report)}
