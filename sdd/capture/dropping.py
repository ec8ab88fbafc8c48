"""A draft dropped by a person: nothing that was asked in it becomes a record."""

from dataclasses import replace
from pathlib import Path

from sdd.base.errors import UsageError
from sdd.base.paths import path_word
from sdd.capture.exchanges import Exchange, Fate
from sdd.capture.store import Store
from sdd.repo.objects import Repository
from sdd.repo.staging import stage
from sdd.repo.worktree import remove_file


def drop(store: Store, exchange: Exchange) -> Exchange:
    """Drops an exchange, and takes the records back that an aborted commit left of it. The caller holds the store's
    lock. Raises UsageError where a person has edited one.

    What else such a record tells is recorded anew with the commit that holds it.
    """
    taken = _take_back(exchange) if exchange.records and (Path(exchange.top) / ".git").exists() else frozenset()
    for other in [*store.exchanges()]:
        rest = tuple(record for record in other.records if record.path not in taken)
        if other.top == exchange.top and rest != other.records:
            store.put(replace(other, records=rest))
    dropped = replace(exchange, fate=Fate.DROPPED, records=())
    store.put(dropped)
    return dropped


def _take_back(exchange: Exchange) -> frozenset[str]:
    """Removes the records of an exchange that are in no commit, from the work tree and the index; their paths."""
    top = Path(exchange.top)
    with Repository.discover(top) as repository:
        head = repository.commit("HEAD")
        committed = repository.tree(head) if head else ()
        left = [record for record in exchange.records if record.path not in committed]
        there = [record for record in left if (top / record.path).is_file()]
        for record in there:
            if not record.is_unedited((top / record.path).read_bytes()):
                what = f"{record.path} tells of {exchange.id}, and somebody has edited it"
                raise UsageError(what, f"git rm -f --cached {path_word(record.path)}, remove the file, then drop again")
        for record in there:
            remove_file(top, record.path)
        stage(repository, (), [record.path for record in left])
    return frozenset(record.path for record in left)
