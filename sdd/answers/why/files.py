"""From a file as a whole to the change that brought it, and to all records that name it."""

import sqlite3
from collections.abc import Iterator

from sdd.answers.trail.landings import StoredLanding, landing_at, landings_of, last_landing_of_head
from sdd.answers.trail.records import contracts_reading, naming
from sdd.answers.trail.steps import Part, Step, StepKind, Trace, Via
from sdd.answers.trail.things import phrs_at, tasks_naming
from sdd.answers.why.asked import AskedFile
from sdd.answers.why.commits import STATUS
from sdd.index.state import held_by
from sdd.index.terms import storable
from sdd.repo.history import added_by, facts_of, renamed_from
from sdd.repo.objects import Repository

# More often than this no file is renamed: git takes it for a rename where two files are alike, in a circle too.
_MOST_RENAMES = 20


def explain_file(connection: sqlite3.Connection, repository: Repository, asked: AskedFile) -> Trace:
    """Who brought a file, and the records that name it under any name that it has had, the newest first."""
    arrivals = tuple(_arrivals(connection, repository, asked.path)) if asked.committed else ()
    names = tuple(map(storable, dict.fromkeys((asked.path, *(path for path, _ in arrivals)))))
    commits = tuple(link for _, link in arrivals)
    records = tuple(_records(connection, names))
    file = Step(StepKind.FILE, asked.path, None, "", Via.ASKED)
    remark = "" if records else "no record names the file"
    if not asked.committed:
        return Trace(str(asked), StepKind.FILE, (Part((file, *records), (), "not committed yet", STATUS),))
    return Trace(str(asked), StepKind.FILE, (Part((file, *commits, *records), (), remark),))


def _records(connection: sqlite3.Connection, names: tuple[str, ...]) -> Iterator[Step]:
    """PHRs, contracts that refer to the file, tasks; the newest landing first, and before it what has not landed."""
    phrs, contracts = phrs_at(connection, naming(connection, names)), contracts_reading(connection, names)
    landings = landings_of(connection, (*phrs, *contracts))

    def newest_first(path: str) -> tuple[float, str]:
        return -landings.get(path, float("inf")), path

    yield from (phrs[path].step(Via.NAMES_FILE) for path in sorted(phrs, key=newest_first))
    yield from (contracts[path].step(Via.READ_FILE) for path in sorted(contracts, key=newest_first))
    yield from (task.step(Via.NAMES_FILE) for task in tasks_naming(connection, names))


# -- who brought it ----------------------------------------------------------------------------------------


def _arrivals(connection: sqlite3.Connection, repository: Repository, path: str) -> Iterator[tuple[str, Step]]:
    """Each name that the file had, the present one first, with the commit that gave it the name."""
    head, last = held_by(connection).commit, last_landing_of_head(connection, repository)
    assert head, "a file is committed"
    for _ in range(_MOST_RENAMES):
        if last and path in repository.tree(landing_at(connection, last).commit):
            landing = landing_at(connection, _arrival(connection, repository, path, last))
            last = landing.position - 1
            commit = _within(repository, landing, path)
        else:
            below = (landing_at(connection, last).commit,) if last else ()
            commit = added_by(repository, path, head, below) or head
        old = renamed_from(repository, commit, path)
        yield path, _link(repository, commit, old)
        if old is None:
            return
        path = old


def _arrival(connection: sqlite3.Connection, repository: Repository, path: str, last: int) -> int:
    """A landing that added `path`, which the landing `last` has; the last one, but where it came and went often.

    Looks back in growing steps, then halves the step that it is in: to read every landing between would take long.
    """
    first, step = last, 1
    while first and path in repository.tree(landing_at(connection, first).commit):
        last, first, step = first, max(0, first - step), step * 2
    while last - first > 1:
        middle = (first + last) // 2
        if path in repository.tree(landing_at(connection, middle).commit):
            last = middle
        else:
            first = middle
    return last


def _within(repository: Repository, landing: StoredLanding, path: str) -> str:
    """The commit of a landing that added a path."""
    if landing.commits == 1:
        return landing.commit
    return added_by(repository, path, landing.commit, (f"{landing.commit}^",)) or landing.commit


def _link(repository: Repository, commit: str, old: str | None) -> Step:
    facts = facts_of(repository, commit)
    how, detail = (Via.RENAMED_FILE, f"from {old}") if old else (Via.ADDED_FILE, "")
    if commit in repository.cut_off:
        detail = "or earlier: the clone is shallow"
    return Step(StepKind.COMMIT, commit, None, facts.subject, how, detail, "", facts.day, facts.author)
