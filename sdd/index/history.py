"""The history tables: which change landed when on the mainline, and which commits and records came with it.

The mainline is the branch that changes land on: the target that a push from here would be judged by, whatever branches
the policy adds to it, and HEAD where no target is known. Each commit of its first-parent chain is a landing. A commit
that is not in the mainline's history has not landed: it is in none of these tables.

The tables depend on the mainline's commits alone, never on how the index came there step by step.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from sdd.gate.target.branches import find_mainline
from sdd.index.landed import MainlineCommit, add_records
from sdd.index.schema import BY_NAME
from sdd.index.state import Progress
from sdd.index.terms import storable
from sdd.repo.objects import Repository
from sdd.repo.refs import HEADS, head_branch

Parents = dict[str, tuple[str, ...]]
_ENTRY, _LINE = re.compile(r"[^\0]+"), re.compile(r".+")


class Mainline(NamedTuple):
    """The branch that changes land on. `name` is how a person writes it, `tip` its commit, None before the first.

    `cut` stands for the place where a shallow clone was cut off; it is empty where the whole history is here.
    """

    name: str
    tip: str | None
    cut: str


def mainline_now(repository: Repository) -> Mainline:
    """The mainline as the refs have it now."""
    cut = sorted(repository.cut_off)
    mark = blake2b("".join(cut).encode(), digest_size=16).hexdigest() if cut else ""
    if branch := find_mainline(repository):
        return Mainline(storable(branch.name), branch.oid, mark)
    name = (head_branch(repository) or "HEAD").removeprefix(HEADS)
    return Mainline(storable(name), repository.commit("HEAD"), mark)


def held_mainline(connection: sqlite3.Connection) -> Mainline | None:
    """The mainline that the tables were read from, None where that has never been done."""
    found = connection.execute("SELECT name, tip, cut FROM mainline").fetchone()
    return Mainline(*found) if found else None


def bring_history_up_to_date(
    connection: sqlite3.Connection, repository: Repository, mainline: Mainline, progress: Progress | None = None
) -> None:
    """Makes the tables say what the mainline holds, within the caller's transaction. Costs what it gained or lost.

    Raises SddError where a commit or tree is not held here.
    """
    held = held_mainline(connection)
    if held == mainline:
        return
    old = held.tip if held and held.cut == mainline.cut else None
    kept, parents = _what_is_new(connection, repository, old, mainline.tip)
    _forget_above(connection, kept)
    chain = _chain(parents, mainline.tip, kept)
    if chain:
        _add_landings(connection, repository, chain, parents)
        add_records(connection, repository, chain, progress)
    connection.execute("INSERT OR REPLACE INTO mainline VALUES (1, ?, ?, ?)", mainline)


def _what_is_new(
    connection: sqlite3.Connection, repository: Repository, old: str | None, new: str | None
) -> tuple[int, Parents]:
    """How many landings stay, and the commits that are above them, each with its parents."""
    if new is None:
        return 0, {}
    if old is None:
        return 0, _parents(repository, new)
    # Nearly always the old tip is on the new chain. Where it is not, or is gone, a walk over all of it is due.
    if repository.commit(old):
        parents = _parents(repository, new, old)
        if _below(parents, new) == old:
            return _position(connection, old), parents
    for commit in repository.git("rev-list", "--first-parent", new, "--").split():
        if position := _position(connection, commit):
            return position, _parents(repository, new, commit)
    return 0, _parents(repository, new)


def _parents(repository: Repository, new: str, old: str | None = None) -> Parents:
    """The commits of `new` that `old` has not, each with its parents."""
    listed = repository.git("rev-list", "--parents", new, *((f"^{old}",) if old else ()), "--")
    lines = (line.group().split() for line in _LINE.finditer(listed))
    return {line[0]: tuple(line[1:]) for line in lines}


def _walk(parents: Parents, tip: str | None) -> Iterator[tuple[str, str | None]]:
    """Each commit of a first-parent chain with its first parent, as far as the chain is among some commits."""
    commit = tip
    while commit is not None and commit in parents:
        parent = next(iter(parents[commit]), None)
        yield commit, parent
        commit = parent


def _below(parents: Parents, tip: str) -> str | None:
    """What a first-parent chain stands on."""
    found = list(_walk(parents, tip))
    return found[-1][1] if found else tip


def _chain(parents: Parents, tip: str | None, kept: int) -> list[MainlineCommit]:
    """The new landings, the oldest first, numbered from `kept` on."""
    found = reversed(list(_walk(parents, tip)))
    return [MainlineCommit(place, commit, parent) for place, (commit, parent) in enumerate(found, kept + 1)]


def _position(connection: sqlite3.Connection, commit: str) -> int:
    """Where on the chain a commit stands, 0 for one that is no landing."""
    found = connection.execute(
        "SELECT position FROM commits JOIN landings ON position = landing AND landings.commit_id = commits.commit_id "
        "WHERE commits.commit_id = ?",
        (commit,),
    ).fetchone()
    return found[0] if found else 0


def _forget_above(connection: sqlite3.Connection, kept: int) -> None:
    """Takes out what came after a landing, and what later landings did to records of earlier ones."""
    last = connection.execute("SELECT max(position) FROM landings").fetchone()[0] or 0
    if last > kept:
        connection.execute("DELETE FROM landings WHERE position > ?", (kept,))
        connection.execute("DELETE FROM commits WHERE landing > ?", (kept,))
        connection.execute("DELETE FROM landed WHERE since > ?", (kept,))
        connection.execute("UPDATE landed SET until = NULL WHERE until > ?", (kept,))


def _add_landings(
    connection: sqlite3.Connection, repository: Repository, chain: Sequence[MainlineCommit], unclaimed: Parents
) -> None:
    for landing, facts in zip(chain, _told(repository, chain), strict=True):
        brought = tuple(_brought(landing.commit, unclaimed))
        row = (landing.position, landing.commit, len(brought), *facts)
        connection.execute(BY_NAME["landings"].insertion, row)
        connection.executemany(BY_NAME["commits"].insertion, [(commit, landing.position) for commit in brought])


def _brought(landing: str, unclaimed: Parents) -> Iterator[str]:
    """The commits that a landing has and no earlier one; they are claimed from then on."""
    waiting = [landing]
    while waiting:
        commit = waiting.pop()
        above = unclaimed.pop(commit, None)
        if above is not None:
            yield commit
            waiting += above


def _told(repository: Repository, chain: Sequence[MainlineCommit]) -> Iterator[tuple[str, ...]]:
    """The day, author and subject of each landing."""
    below = chain[0].parent
    options = ("--first-parent", "--reverse", "--no-show-signature", "-z", "--format=%cs%n%an%n%s")
    listed = repository.git("log", *options, chain[-1].commit, *((f"^{below}",) if below else ()), "--")
    # One at a time: together they would take a good part of the memory that the whole index needs.
    for entry in _ENTRY.finditer(listed):
        yield tuple(map(storable, entry.group().split("\n", 2)))
