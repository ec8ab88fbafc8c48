"""Questions to the index, with the progress and the remarks that a person should see."""

from collections.abc import Callable
from sqlite3 import Connection
from typing import TypeVar

from sdd.cli.progress import progress_bar
from sdd.cli.session import remark
from sdd.index.database import answer
from sdd.repo.objects import Repository

Answer = TypeVar("Answer")


def ask(repository: Repository, question: Callable[[Connection], Answer]) -> Answer:
    """What `question` makes of the index, which is brought up to date first."""
    with progress_bar("reading records") as progress:
        return answer(repository, question, remark, progress)
