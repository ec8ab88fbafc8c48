"""The history tables: which change landed when on the mainline, and which commits and records came with it.

Each commit of the mainline's first-parent chain (see mainline.py) is a landing. A commit that is not in the mainline's
history has not landed: it is in none of these tables.

The tables depend on the mainline's commits alone, never on how the index came there step by step.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence

from sdd.base.limits import TARGETS
from sdd.gate.target.branches import nearest_of, nearest_target, targets_here
from sdd.index.landed import MainlineCommit, add_records
from sdd.index.mainline import Mainline, held_mainline, mainline_now, mainline_of
from sdd.index.schema import BY_NAME
from sdd.index.state import Progress, commit_part
from sdd.index.terms import storable
from sdd.repo.history import merge_bases
from sdd.repo.merges import is_stock, merge_title
from sdd.repo.messages import commit_message
from sdd.repo.objects import Repository
from sdd.repo.refs import find_mainline

# git is quick once it has read some trees: much fewer would cost a half more. Its answers have to wait in memory.
_LANDINGS_AT_ONCE = 5000
_ENTRY, _LINE = re.compile(r"[^\0]+"), re.compile(r".+")


def mainline_for(repository: Repository, commit: str | None) -> Mainline:
    """The mainline for work at a commit: where the policy names more targets, another one may be nearer to it."""
    return mainline_of(repository, nearest_target(repository, commit) if commit else find_mainline(repository))


def line_of(repository: Repository, commit: str) -> Mainline:
    """The line of landings that a commit stands on: of the targets known here the one from which it is the fewest
    commits away, up to where it left that. Where no target is known it is the commit's own.
    """
    targets = targets_here(repository)
    branches = tuple(dict.fromkeys((*targets.ours, *targets.known)))[:TARGETS]
    cut = mainline_now(repository).cut
    named = next((branch for branch in branches if branch.oid == commit), None)
    if named:
        return Mainline(storable(named.name), commit, cut)
    nearest = nearest_of(repository, branches, commit)
    bases = merge_bases(repository, nearest.oid, commit) if nearest else ()
    return Mainline(storable(nearest.name), bases[0], cut) if nearest and bases else Mainline("", commit, cut)


def bring_history_up_to_date(
    connection: sqlite3.Connection, repository: Repository, mainline: Mainline, progress: Progress | None = None
) -> None:
    """Makes the tables say what the mainline holds, within the caller's transaction. Costs what it gained or lost.

    A long line is committed part by part, each as if it ended there: who is stopped goes on from that. `progress` is
    told how many landings are done. Raises SddError where a commit or tree is not held here.
    """
    held = held_mainline(connection)
    if held == mainline:
        return
    old = held.tip if held and held.cut == mainline.cut else None
    kept, line = _what_is_new(connection, repository, old, mainline.tip) if mainline.tip else (0, [])
    _forget_above(connection, kept)
    below = repository.commit(f"{line[0]}^1") if line else None
    chain = [
        MainlineCommit(place, commit, parent)
        for place, (commit, parent) in enumerate(zip(line, [below, *line], strict=False), kept + 1)
    ]
    for start in range(0, len(chain), _LANDINGS_AT_ONCE):
        if start:
            _note_mainline(connection, mainline._replace(tip=line[start - 1]))
            commit_part(connection)
        part = chain[start : start + _LANDINGS_AT_ONCE]
        _add_landings(connection, repository, part)
        add_records(connection, repository, part)
        if progress:
            progress(start + len(part), len(chain))
    _note_mainline(connection, mainline)


def _note_mainline(connection: sqlite3.Connection, mainline: Mainline) -> None:
    connection.execute("INSERT OR REPLACE INTO mainline VALUES (1, ?, ?, ?)", mainline)


def _what_is_new(
    connection: sqlite3.Connection, repository: Repository, old: str | None, new: str
) -> tuple[int, list[str]]:
    """How many landings stay, and the commits of the line above them, the oldest first."""
    if old is None:
        return 0, _line(repository, new)
    # Nearly always the old tip is on the new line. Where it is not, or is gone, all of the line is walked.
    if repository.commit(old):
        line = _line(repository, new, old)
        if position := _position(connection, repository.commit(f"{line[0]}^1") if line else new):
            return position, line
    line = _line(repository, new)
    for place in range(len(line), 0, -1):
        if position := _position(connection, line[place - 1]):
            return position, line[place:]
    return 0, line


def _line(repository: Repository, new: str, old: str | None = None) -> list[str]:
    """The first-parent commits of `new` that `old` has not, the oldest first."""
    beyond = (f"^{old}",) if old else ()
    return repository.git("rev-list", "--first-parent", "--reverse", new, *beyond, "--").split()


def _position(connection: sqlite3.Connection, commit: str | None) -> int:
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
        connection.execute("DELETE FROM edited WHERE landing > ?", (kept,))


def _add_landings(connection: sqlite3.Connection, repository: Repository, chain: Sequence[MainlineCommit]) -> None:
    beyond = (f"^{chain[0].parent}",) if chain[0].parent else ()
    revisions = (chain[-1].commit, *beyond, "--")
    listed = _LINE.finditer(repository.git("rev-list", "--parents", *revisions))
    unclaimed = {commit: parents for commit, *parents in (line.group().split() for line in listed)}
    options = ("--first-parent", "--reverse", "-z", "--format=%cs%n%an%n%s")
    # One at a time: together they would take a good part of the memory that the whole index needs.
    entries = _ENTRY.finditer(repository.git("log", *options, *revisions))
    landings: list[tuple[object, ...]] = []
    commits: list[tuple[str, int]] = []
    for landing, entry in zip(chain, entries, strict=True):
        brought = [(commit, landing.position) for commit in _brought(landing.commit, unclaimed)]
        day, author, subject = entry.group().split("\n", 2)
        if len(brought) > 1 and is_stock(subject):
            subject = merge_title(commit_message(repository, landing.commit))
        facts = map(storable, (day, author, subject))
        landings.append((landing.position, landing.commit, len(brought), *facts))
        commits += brought
    connection.executemany(BY_NAME["landings"].insertion, landings)
    connection.executemany(BY_NAME["commits"].insertion, commits)


def _brought(landing: str, unclaimed: dict[str, list[str]]) -> Iterator[str]:
    """The commits that a landing has and no earlier one; they are claimed from then on."""
    waiting = [landing]
    while waiting:
        commit = waiting.pop()
        above = unclaimed.pop(commit, None)
        if above is not None:
            yield commit
            waiting += above
