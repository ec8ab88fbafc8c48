"""Whether a commit has anything to record: asked at every commit, so that most of them pay for no more than this."""

import time
from pathlib import Path

from sdd.capture.exchanges import Exchange, Fate
from sdd.capture.receiving import waiting
from sdd.capture.sessions import LONGEST_COMMAND, recent_logs, running_shells, untold_shells
from sdd.capture.store import Store
from sdd.repo.objects import Repository

STAGED = ("diff-index", "--cached", "--name-only", "-z", "--no-renames", "--ignore-submodules")
"""What git is asked for the paths that the index changes over a commit, which is named last."""


def may_record(repository: Repository, store: Store) -> bool:
    """Whether a payload waits, a shell command may have changed something, or the index holds an exchange's work."""
    if waiting(store.common_dir):
        return True
    if any(running_shells(log) or untold_shells(log) for log in recent_logs(store, time.time() - LONGEST_COMMAND)):
        return True
    top = repository.work_tree
    own = [each for each in store.exchanges() if each.fate is not Fate.DROPPED and top and works_in(each, top)]
    if any(each.records and each.fate is not Fate.WRITTEN for each in own):
        return True
    files = {file.path for each in own for file in each.files}
    return bool(files) and not files.isdisjoint(_staged(repository))


def works_in(exchange: Exchange, top: Path) -> bool:
    """Whether an exchange took place in a work tree, or in one that is no more: this one may have been moved."""
    place = Path(exchange.top)
    return place == top or (bool(exchange.top) and (place.resolve() == top.resolve() or not place.exists()))


def _staged(repository: Repository) -> list[str]:
    head = repository.git_answer("rev-parse", "--verify", "--quiet", "HEAD^{commit}") or repository.empty_tree_oid
    return repository.git(*STAGED, head).split("\0")
