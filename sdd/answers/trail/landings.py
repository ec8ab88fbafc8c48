"""The change that a commit is part of: the landing that brought it, and the records that came along."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sdd.answers.asking import present, rows_for
from sdd.answers.trail.steps import Step, StepKind, Via
from sdd.base import paths
from sdd.index.history import held_mainline
from sdd.index.state import held_by
from sdd.index.terms import storable
from sdd.records.kinds import locate
from sdd.records.layout import roots_of
from sdd.repo.history import added_paths, merge_bases, new_commits
from sdd.repo.objects import Repository

_POLICY, _CONSTITUTION = ".specify/sdd.toml", ".specify/memory/constitution.md"


class StoredLanding(NamedTuple):
    """A landing as the index has it; `commits` is how many it brought, itself included."""

    position: int
    commit: str
    commits: int
    day: str
    author: str
    subject: str

    def step(self, how: Via, detail: str = "") -> Step:
        """The step that leads to it."""
        return Step(StepKind.LANDING, self.commit, None, self.subject, how, detail, "", self.day, self.author)


class Change(NamedTuple):
    """What a commit is part of. The records are paths that HEAD holds: `own` are those that the very commit added,
    `others` the rest of its change; `gone` are those that a later landing took away. `is_later` says that the change
    landed after what HEAD has.

    Without a `landing` the change is all that HEAD has and the mainline has not, `ahead` commits; where the commit is
    not among them either, that is 0.
    """

    commit: str
    landing: StoredLanding | None
    own: frozenset[str]
    others: frozenset[str]
    gone: tuple[str, ...] = ()
    is_later: bool = False
    ahead: int = 0


def change_of(connection: sqlite3.Connection, repository: Repository, commit: str) -> Change:
    """The change that a commit (an id) is part of, as far as HEAD holds its records."""
    found = connection.execute("SELECT landing FROM commits WHERE commit_id = ?", (commit,)).fetchone()
    if not found:
        return _not_landed(connection, repository, commit)
    landing = landing_at(connection, found[0])
    horizon = last_landing_of_head(connection, repository)
    added = connection.execute("SELECT path, until FROM landed WHERE landing = ?", (landing.position,)).fetchall()
    there = present(connection, [path for path, until in added if until is None or until > horizon])
    if landing.commits == 1:
        own = there
    else:
        own = there & frozenset(map(storable, added_paths(repository, [commit]).get(commit, ())))
    gone = tuple(sorted(path for path, until in added if until is not None and until <= horizon))
    return Change(commit, landing, own, there - own, gone, landing.position > horizon)


def landing_at(connection: sqlite3.Connection, position: int) -> StoredLanding:
    """The landing at a place of the chain."""
    return StoredLanding(*connection.execute("SELECT * FROM landings WHERE position = ?", (position,)).fetchone())


def _not_landed(connection: sqlite3.Connection, repository: Repository, commit: str) -> Change:
    head, mainline = held_by(connection).commit, held_mainline(connection)
    own = new_commits(repository, [mainline.tip] if mainline and mainline.tip else [], head) if head else ()
    if commit not in own:
        return Change(commit, None, frozenset(), frozenset())
    added = {
        one: frozenset(storable(path) for path in found if locate(path))
        for one, found in added_paths(repository, own).items()
    }
    there = present(connection, {path for found in added.values() for path in found})
    very = there & added.get(commit, frozenset())
    return Change(commit, None, very, there - very, ahead=len(own))


def last_landing_of_head(connection: sqlite3.Connection, repository: Repository) -> int:
    """The last landing that HEAD has, 0 for none: what a later one moved or removed is still there."""
    head, mainline = held_by(connection).commit, held_mainline(connection)
    if not head or not mainline or not mainline.tip:
        return 0
    ask = (
        "SELECT landing, landings.commit_id = commits.commit_id FROM commits JOIN landings ON position = landing "
        "WHERE commits.commit_id = ?"
    )
    bases: Sequence[str] = (head,)
    if not connection.execute(ask, bases).fetchone():
        bases = merge_bases(repository, mainline.tip, head)
    # What is only a part of a landing stands on the one before it.
    found = [connection.execute(ask, (base,)).fetchone() for base in bases]
    return max((landing - (not is_landing) for landing, is_landing in found), default=0)


def landings_of(connection: sqlite3.Connection, records: Iterable[str]) -> dict[str, int]:
    """Path of a record -> where on the chain it landed; none for one that has not."""
    ask = "SELECT path, landing FROM landed WHERE path IN (?) ORDER BY since"
    return dict(rows_for(connection, ask, records))


def landing_of_each(connection: sqlite3.Connection, records: Iterable[str]) -> dict[str, StoredLanding]:
    """Path of a record -> the landing that brought it; none for one that has not landed."""
    positions = landings_of(connection, records)
    ask = "SELECT * FROM landings WHERE position IN (?)"
    landings = {row[0]: StoredLanding(*row) for row in rows_for(connection, ask, positions.values())}
    return {path: landings[position] for path, position in positions.items()}


def landed_now(connection: sqlite3.Connection) -> dict[str, StoredLanding]:
    """Path of every record that the mainline holds -> the landing that brought it."""
    held = connection.execute("SELECT path FROM landed WHERE until ISNULL")
    return landing_of_each(connection, [path for (path,) in held])


class Adoption(NamedTuple):
    """When sdd came to where a file stands: whether any root stands above, and the landing that brought the first."""

    has_root: bool
    landing: StoredLanding | None


def adoption(connection: sqlite3.Connection, repository: Repository, path: str) -> Adoption:
    """The adoption that counts for a path: that of the root above it that came first."""
    head = held_by(connection).commit
    roots = roots_of(repository.tree(head), path) if head else ()
    first: list[int] = []
    for root in roots:
        marks = (paths.join(root, mark) for mark in (_POLICY, _CONSTITUTION))
        found = (
            connection.execute("SELECT min(landing) FROM landed WHERE path = ?", (mark,)).fetchone()[0]
            for mark in marks
        )
        first += [landing for landing in found if landing][:1]
    return Adoption(bool(roots), landing_at(connection, min(first)) if first else None)


def has_landed_root(connection: sqlite3.Connection, repository: Repository, path: str) -> bool:
    """Whether the mainline holds a root above a path."""
    mainline = held_mainline(connection)
    return bool(mainline and mainline.tip and roots_of(repository.tree(mainline.tip), path))


def is_cut_off(repository: Repository, change: Change) -> bool:
    """Whether a shallow clone ends with the commit: what it seems to bring may have been there before."""
    cut = repository.cut_off
    return change.commit in cut or bool(change.landing and change.landing.commit in cut)
