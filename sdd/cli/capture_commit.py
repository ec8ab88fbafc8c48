"""sdd capture commit: the PHRs of captured exchanges, with the commit that is being made or after it."""

import click

from sdd.base.errors import ExitCode
from sdd.base.listing import counted
from sdd.cli.capture_staged import stage_records
from sdd.cli.printing import remark
from sdd.cli.session import Session, in_session


@click.command("commit")
@click.option("--pre-commit", is_flag=True, help="Stage them with the commit that git is making; never fails it.")
@in_session
def commit(session: Session, *, pre_commit: bool) -> int:
    """Commit the captured PHRs that the branch's commits lack.

    The pre-commit hook writes them with each commit. This is for what it missed, and for where no hook may run.
    Exit status 1: a PHR could not be written.
    """
    if pre_commit:
        return stage_records(session.directory)
    from sdd.capture.committing import policy_faults, record_missed
    from sdd.capture.settling import settle
    from sdd.capture.store import Store
    from sdd.repo.unfinished import require_resolved

    require_resolved(session.repository)
    recorded = record_missed(session.repository)
    for fault in policy_faults(session.repository, recorded.paths):
        remark(fault)
    session.commits = True
    session.save(f"PHR: {counted(len(recorded.paths), 'captured record')}", *recorded.paths)
    store = Store(session.repository.common_dir)
    if recorded.paths:
        with store.lock():
            settle(session.repository, store)
    for path in recorded.without_lines:
        remark(f"{path}: an exchange changed it, but none of its lines are committed")
    for problem in recorded.problems:
        remark(f"not recorded: {problem.message}; {problem.fix}")
    nothing = [] if recorded.problems else ["nothing to record: no commit here lacks a captured PHR"]
    lines = [f"committed {path}" for path in recorded.paths] or nothing
    session.print({"schema": "sdd/capture-commit/1", "records": [*recorded.paths]}, lines)
    return ExitCode.FINDINGS if recorded.problems else ExitCode.CLEAN
