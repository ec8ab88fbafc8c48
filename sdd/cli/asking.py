"""Questions to the index, with the progress and the remarks that a person should see."""

from collections.abc import Callable
from sqlite3 import Connection
from typing import TypeVar

from sdd.cli.progress import progress_bar
from sdd.cli.session import remark
from sdd.index.database import answer
from sdd.repo.objects import Repository

Answer = TypeVar("Answer")


def ask(
    repository: Repository, question: Callable[[Connection], Answer], *, history: bool = False, committed: bool = False
) -> Answer:
    """What `question` makes of the index, which is brought up to date first (see sdd.index.database.answer)."""
    with progress_bar("reading records") as progress:
        return answer(repository, question, remark, progress, history=history, committed=committed)
