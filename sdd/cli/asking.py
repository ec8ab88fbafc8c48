"""Questions to the index, with the progress and the remarks that a person should see."""

from collections.abc import Callable
from sqlite3 import Connection
from typing import TypeVar

from sdd.cli.progress import progress_bar
from sdd.cli.session import remark
from sdd.index.database import answer, answer_in_memory, wanted_at
from sdd.repo.objects import Repository

Answer = TypeVar("Answer")


def ask(
    repository: Repository,
    question: Callable[[Connection], Answer],
    *,
    history: bool = False,
    committed: bool = False,
    revision: str | None = None,
) -> Answer:
    """What `question` makes of the index, which is brought up to date first (see sdd.index.database.answer).

    With `revision`, a commit or tree, the records are those of it: the index of a worktree is left as it is.
    """
    with progress_bar("reading records") as progress:
        if revision is not None:
            wanted = wanted_at(repository, revision, history=history)
            return answer_in_memory(repository, wanted, question, progress)
        return answer(repository, question, remark, progress, history=history, committed=committed)
