"""sdd capture commit: the PHRs of captured exchanges, with the commit that is being made or after it."""

import click

from sdd.base.errors import ExitCode, SddError
from sdd.cli.printing import remark
from sdd.cli.session import Session, in_session
from sdd.render.words import counted


@click.command("commit")
@click.option("--pre-commit", is_flag=True, help="Stage them with the commit that git is making; never fails it.")
@in_session
def commit(session: Session, *, pre_commit: bool) -> int:
    """Commit the captured PHRs that the branch's commits lack.

    The pre-commit hook writes them with each commit. This is for what it missed, and for where no hook may run.
    Exit status 1: a PHR could not be written.
    """
    if pre_commit:
        _stage(session)
        return ExitCode.CLEAN
    from sdd.capture.committing import record_missed, settle
    from sdd.capture.store import Store

    session.require_resolved()
    recorded = record_missed(session.repository)
    session.commits = True
    session.save(f"PHR: {counted(len(recorded.paths), 'captured record')}", *recorded.paths)
    store = Store(session.repository.common_dir)
    if recorded.paths:
        with store.lock():
            settle(session.repository, store)
    for problem in recorded.problems:
        _tell("not recorded: ", problem)
    nothing = [] if recorded.problems else ["nothing to record: no commit here lacks a captured PHR"]
    lines = [f"committed {path}" for path in recorded.paths] or nothing
    session.print({"schema": "sdd/capture-commit/1", "records": [*recorded.paths]}, lines)
    return ExitCode.FINDINGS if recorded.problems else ExitCode.CLEAN


def _stage(session: Session) -> None:
    """What git's hook asks for: whatever goes wrong is told, and the commit goes on."""
    try:
        from sdd.capture.committing import record_staged

        recorded = record_staged(session.repository)
        for path in recorded.paths:
            remark(f"with this commit: {path}")
        for problem in recorded.problems:
            _tell("not recorded with this commit: ", problem)
    except (SddError, OSError) as error:
        _tell("nothing is recorded with this commit: ", error)
    except Exception as error:  # a fault of sdd's must not cost a commit
        remark(f"nothing is recorded with this commit: a fault in sdd: {type(error).__name__}: {error}")


def _tell(what: str, problem: SddError | OSError) -> None:
    message = problem.message if isinstance(problem, SddError) else problem.strerror or str(problem)
    remark(f"{what}{message}")
    remark(f"  later: {problem.fix if isinstance(problem, SddError) and problem.fix else 'sdd capture commit'}")
