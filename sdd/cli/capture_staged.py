"""What git's pre-commit hook asks for, at every commit: read without click, and without the gate where nothing is due.

Measured gain: by click, and without asking whether anything is due, the hook takes 3 times the CPU time.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sdd.base.errors import ExitCode, SddError
from sdd.cli.printing import remark

if TYPE_CHECKING:
    from pathlib import Path


def is_asked_for(arguments: Sequence[str]) -> bool:
    """Whether a command line is the hook's."""
    return [*arguments] == ["capture", "commit", "--pre-commit"]


def stage_records(directory: "Path | str") -> int:
    """Stages the PHRs that belong to the commit that git is making. What goes wrong is told, and the commit goes on."""
    try:
        _stage(directory)
    except (SddError, OSError) as error:
        _tell("nothing is recorded with this commit: ", error)
    except Exception as error:  # a fault of sdd's must not cost a commit
        remark(f"nothing is recorded with this commit: a fault in sdd: {type(error).__name__}: {error}")
    return ExitCode.CLEAN


def _stage(directory: "Path | str") -> None:
    from sdd.capture.at_commit import may_record
    from sdd.capture.store import Store
    from sdd.repo.objects import Repository

    with Repository.discover(directory) as repository:
        if not may_record(repository, Store(repository.common_dir)):
            return
        from sdd.capture.committing import policy_faults, record_staged
        from sdd.capture.records import WITHOUT_LINES

        recorded = record_staged(repository)
        for fault in policy_faults(repository, recorded.paths):
            remark(fault)
    for path in recorded.paths:
        remark(f"with this commit: {path}")
    for path in recorded.without_lines:
        remark(f"{path}: {WITHOUT_LINES}")
    for problem in recorded.problems:
        _tell("not recorded with this commit: ", problem, problem.fix)


def _tell(what: str, problem: SddError | OSError, later: str = "") -> None:
    message = problem.message if isinstance(problem, SddError) else problem.strerror or str(problem)
    remark(f"{what}{message}")
    remark(f"  later: {later or 'sdd capture commit'}")
