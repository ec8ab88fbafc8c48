"""Baselines without the findings that are gone: they may only shrink, and this is how they do."""

from datetime import date

from sdd.authoring.repair.plan import Repair
from sdd.gate.check import shrunk
from sdd.repo.objects import Repository, Tree


def plan_baselines(repository: Repository, tree: Tree, today: date) -> tuple[Repair, ...]:
    """The baselines of a tree that hold more than is found; an empty one is deleted."""
    repairs = []
    for path, text in sorted(shrunk(repository, tree, today).items()):
        entry = tree.file(path)
        assert entry, "what has shrunk was there"
        before = repository.blob(entry.oid)
        done = ("dropped findings that are gone",)
        repairs.append(Repair(path, path if text else "", before, (text or "").encode(), done))
    return tuple(repairs)
