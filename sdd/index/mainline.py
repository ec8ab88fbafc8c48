"""The mainline: the branch that changes land on, as it is now and as the history tables were read from it.

It is the target that a push from here would be judged by, whatever branches the policy adds to it, and HEAD where no
target is known.
"""

import sqlite3
from typing import NamedTuple

from sdd.index.terms import storable
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, Branch, find_mainline, head_branch


class Mainline(NamedTuple):
    """The branch that changes land on. `name` is how a person writes it, `tip` its commit, None before the first.

    `cut` stands for the place where a shallow clone was cut off; it is empty where the whole history is here.
    """

    name: str
    tip: str | None
    cut: str


def mainline_now(repository: Repository) -> Mainline:
    """The mainline as the refs have it now."""
    return mainline_of(repository, find_mainline(repository))


def mainline_of(repository: Repository, target: Branch | None) -> Mainline:
    """The same where changes land on a target, None for none that is known here."""
    cut = sorted(repository.cut_off)
    mark = _digest("".join(cut)) if cut else ""
    if target:
        return Mainline(storable(target.name), target.oid, mark)
    name = (head_branch(repository) or "HEAD").removeprefix(HEADS)
    return Mainline(storable(name), repository.commit("HEAD"), mark)


def _digest(text: str) -> str:
    from hashlib import blake2b  # only for a shallow clone

    return blake2b(text.encode(), digest_size=16).hexdigest()


def held_mainline(connection: sqlite3.Connection) -> Mainline | None:
    """The mainline that the tables were read from, None where that has never been done."""
    found = connection.execute("SELECT name, tip, cut FROM mainline").fetchone()
    return Mainline(*found) if found else None
