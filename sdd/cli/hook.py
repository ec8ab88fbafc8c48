"""`sdd hook`: install, remove or inspect the pre-push hook."""

from typing import Any

from sdd.base.errors import ExitCode
from sdd.cli.groups import noun
from sdd.cli.session import Session, in_session
from sdd.setup.hooks import install as hooks
from sdd.setup.hooks.text import hook_document, hook_lines, removal_lines


@noun
def command() -> None:
    """Install, remove or inspect the pre-push hook.

    The hook asks `sdd gate` about every push and stops one that lacks its records. A hook that was there before
    is kept and runs after it. Exit status 1: no push is judged here.
    """


@command.command()
@in_session
def install(session: Session) -> int:
    """Write the hook, or renew it."""
    if session.repository.work_tree:
        session.lock()
    return _told(session, hooks.install(session.repository))


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
    """Say whether a push from here is judged."""
    return _told(session, hooks.status(session.repository))


def _told(session: Session, report: hooks.HookReport) -> int:
    session.show(report, _document, hook_lines)
    return ExitCode.CLEAN if report.in_force else ExitCode.FINDINGS


def _document(report: hooks.HookReport) -> dict[str, Any]:
    return {"schema": "sdd/hook/1", **hook_document(report)}
