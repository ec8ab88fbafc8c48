"""Why something is as it is: from a line, a file, a commit or a requirement to the records behind it."""

from collections.abc import Callable

from sdd.answers.trail.steps import Part, Step, StepKind, Trace, Via
from sdd.answers.why.asked import Asked, AskedCommit, AskedFile, AskedLines, AskedRequirement, read_question
from sdd.index.database import answer
from sdd.index.state import Progress
from sdd.repo.objects import Repository

__all__ = [
    "Asked",
    "AskedCommit",
    "AskedFile",
    "AskedLines",
    "AskedRequirement",
    "Part",
    "Step",
    "StepKind",
    "Trace",
    "Via",
    "explain",
    "read_question",
]  # fmt: skip


def explain(
    repository: Repository, asked: Asked, remark: Callable[[str], None], progress: Progress | None = None
) -> Trace:
    """The answer to a question.

    Lines and commits are explained by what HEAD holds; where a file or a requirement as a whole is asked for,
    uncommitted records speak too. Raises UsageError for a requirement that no feature has, or several, SddError where
    the repository cannot be read.
    """
    if isinstance(asked, AskedLines):
        return _explain_lines(repository, asked, remark, progress)
    if isinstance(asked, AskedCommit):
        from sdd.answers.why.commits import explain_commit

        return answer(
            repository,
            lambda connection: explain_commit(connection, repository, asked),
            remark,
            progress,
            history=True,
            committed=True,
        )
    if isinstance(asked, AskedFile):
        from sdd.answers.why.files import explain_file

        return answer(
            repository, lambda connection: explain_file(connection, repository, asked), remark, progress, history=True
        )
    from sdd.answers.why.requirements import explain_requirement

    return answer(repository, lambda connection: explain_requirement(connection, asked), remark, progress, history=True)


def _explain_lines(
    repository: Repository, asked: AskedLines, remark: Callable[[str], None], progress: Progress | None
) -> Trace:
    from sdd.answers.why.lines import blame_lines, explain_lines, explain_uncommitted

    lines = blame_lines(repository, asked)
    if not any(line.commit for line in lines):
        return explain_uncommitted(asked, lines)
    return answer(
        repository,
        lambda connection: explain_lines(connection, repository, asked, lines),
        remark,
        progress,
        history=True,
        committed=True,
    )
