"""Exchanges whose records are committed: nothing more becomes of them."""

from dataclasses import replace

from sdd.capture.at_commit import works_in
from sdd.capture.exchanges import Fate, Status
from sdd.capture.store import Store
from sdd.repo.objects import Repository


def settle(repository: Repository, store: Store) -> None:
    """Marks exchanges as written that are over and whose records HEAD holds. The caller holds the store's lock."""
    head = repository.commit("HEAD")
    if not head or not repository.work_tree:
        return
    tree = repository.tree(head)
    for exchange in store.exchanges():
        waits = exchange.fate in (Fate.DRAFT, Fate.KEPT) and exchange.status is not Status.OPEN and exchange.records
        if waits and works_in(exchange, repository.work_tree) and all(phr.path in tree for phr in exchange.records):
            store.put(replace(exchange, fate=Fate.WRITTEN))
