"""From a change to the PHRs that tell of it, and what else may, each with how it was found."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from sdd.answers.asking import Edge, edges_from, edges_to, rows_for
from sdd.answers.trail.belonging import nearest_after
from sdd.answers.trail.landings import FAR, Change, History
from sdd.answers.trail.steps import Step, Via
from sdd.answers.trail.stored import landings_of
from sdd.answers.trail.things import StoredContract, StoredPhr, Task, contracts_at, phrs_at, tasks_of
from sdd.base import paths
from sdd.base.grouping import grouped
from sdd.base.listing import counted
from sdd.index.landed import paths_now
from sdd.index.state import stored_json
from sdd.records.edits import edits_read
from sdd.records.links import How

# Landings. Farther away, nearness says nothing.
_LATER, _EARLIER = 100, FAR
# A PHR of another stage asked for code, one of these for documents.
_NO_CODE = ("constitution", "spec", "plan", "tasks", "explainer")


def naming(connection: sqlite3.Connection, files: Collection[str]) -> frozenset[str]:
    """The PHRs whose `files` name any of some files: by its path, or by a folder above it below the first level."""
    named = [*files, *(f"{folder}/" for file in files for folder in paths.folders_above(file) if folder)]
    edges = [edge for edge in edges_to(connection, "files", named) if edge.kind == "phr"]
    ask = "SELECT path, root FROM records WHERE path IN (?)"
    roots = dict(rows_for(connection, ask, (edge.path for edge in edges if edge.target.endswith("/"))))
    return frozenset(
        edge.path for edge in edges if not edge.target.endswith("/") or not _is_vague(roots[edge.path], edge.target)
    )


def _is_vague(root: str, folder: str) -> bool:
    # Seldom asked, and slow to import.
    from sdd.gate.cover import is_vague

    return is_vague(root, f"/{folder}")


class Writer(NamedTuple):
    """The PHR whose tool calls wrote a line, and the numbers of the first and the last prompt that led to it; None
    where the PHR does not say.
    """

    phr: str
    prompts: tuple[int, int] | None = None


def edits_of(history: History, change: Change, files: Collection[str]) -> dict[Writer, frozenset[str]]:
    """What wrote lines of any of some files in a change, with the digests of the lines."""
    ask = "SELECT path, root, edits FROM phrs JOIN records ON records.id = record WHERE edits NOTNULL AND path IN (?)"
    written: dict[Writer, frozenset[str]] = {}
    for phr, root, stored in rows_for(history.index, ask, change.own | change.others):
        for file, digests, prompts in edits_read(stored_json(stored, list)):
            if paths.join(root, file) in files:
                writer = Writer(phr, prompts)
                written[writer] = written.get(writer, frozenset()) | digests
    return written


def prompts_of(
    history: History,
    change: Change,
    by_name: frozenset[str],
    files: Collection[str],
    noun: str,
    *,
    whole: bool,
    wrote: frozenset[str] = frozenset(),
) -> tuple[Step, ...]:
    """The PHRs of a change that tell what was asked for when its commit touched some files, which are called `noun`.

    `by_name` are all that name one of them. Those of the commit come first, then those that the commit belongs to; of a
    commit that is asked for as a `whole` all that came with it, and of a whole change all that it brought. Where some
    `wrote` the line that is asked for, it is only those.
    """
    if wrote:
        return _among(history, change, wrote, "a tool call of it wrote the line")
    names = f"names {noun}"
    own, others = (change.own & by_name, Via.SAME_COMMIT, names), (change.others & by_name, Via.SAME_CHANGE, names)
    unnamed = (change.own - by_name, Via.SAME_COMMIT, "")
    if change.is_whole and whole:
        return _steps(history, own, others, unnamed, (change.others - by_name, Via.SAME_CHANGE, ""))
    if steps := _steps(history, own, *((unnamed,) if whole else ())):
        return steps if whole else numbered(steps)
    return numbered(_steps(history, (nearest_after(history, change, others[0], files), *others[1:])))


def prompts_linking(history: History, change: Change, contracts: Iterable[str], noun: str) -> tuple[Step, ...]:
    """The PHRs of a change that link some contracts of it, and do not name the files."""
    linking = {edge.path for edge in edges_to(history.index, "contract", contracts)}
    return numbered(_among(history, change, linking, f"links the contract, does not name {noun}"))


def prompts_holding(
    history: History, change: Change, contracts: Iterable[StoredContract], noun: str
) -> tuple[Step, ...]:
    """The PHRs of a change that some contracts are a section of."""
    holding = {contract.path for contract in contracts if contract.embedded}
    return _among(history, change, holding, f"names {noun}")


def paying_back(history: History, change: Change, by_name: frozenset[str], waivers: Iterable[str]) -> tuple[Step, ...]:
    """The PHRs of other changes that name some files (`by_name`) and the waivers by which these landed."""
    named = naming_waivers(history.index)
    naming_any = {phr for waiver in waivers for phr in named.get(waiver, ())}
    later = (by_name - change.records) & naming_any
    return numbered(_steps(history, (later, Via.NAMES_FILE, "names the waiver too")))


def naming_waivers(connection: sqlite3.Connection) -> dict[str, dict[str, frozenset[str]]]:
    """Present path of a waiver -> the PHRs that name it among their files, each with the files it names. One that has
    ended may be gone: such a name leads nowhere.
    """
    ask = """SELECT names.name, path FROM records CROSS JOIN mentions ON record = records.id
             JOIN names ON names.id = mentions.name WHERE relation = 'files' AND instr(names.name, 'waivers/')
             ORDER BY path"""
    rows = connection.execute(ask).fetchall()
    now = paths_now(connection, (name for name, _ in rows))
    named = grouped((now.get(name, name), path) for name, path in rows)
    phrs = {phr for of_waiver in named.values() for phr in of_waiver}
    files = grouped((edge.path, edge.target) for edge in edges_from(connection, "files", phrs))
    return {waiver: {phr: frozenset(files.get(phr, ())) for phr in own} for waiver, own in named.items()}


def numbered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Steps that say as much as each other, each with how many there are."""
    if len(steps) < 2:
        return tuple(steps)
    many = f"1 of {len(steps)} that do"
    return tuple(step._replace(detail=", ".join(filter(None, (step.detail, many)))) for step in steps)


def _among(history: History, change: Change, records: Set[str], detail: str) -> tuple[Step, ...]:
    """The PHRs of a change that are among some records, those of its commit first."""
    return _steps(
        history, (change.own & records, Via.SAME_COMMIT, detail), (change.others & records, Via.SAME_CHANGE, detail)
    )


def _steps(history: History, *ranks: tuple[frozenset[str], Via, str]) -> tuple[Step, ...]:
    return tuple(phr.step(how, detail) for records, how, detail in ranks for phr in _in_order(history.index, records))


def _in_order(connection: sqlite3.Connection, records: Iterable[str]) -> list[StoredPhr]:
    """The PHRs at some paths: those that ask for code first, and last those whose prompt says nothing."""
    phrs = phrs_at(connection, records).values()
    return sorted(phrs, key=lambda phr: (phr.says_nothing, phr.stage in _NO_CODE, phr.path))


def guesses(
    history: History,
    change: Change,
    by_name: frozenset[str],
    files: Collection[str],
    noun: str,
    tasks: Sequence[Task],
    guess: Callable[[int], bool],
    *,
    whole: bool,
) -> Iterator[Step]:
    """What may tell of a change that no record of its own does: the PHR that names the files and landed nearest, of a
    landing at which a `guess` may be made; else such a contract, not for a `whole` commit; else one of the commit's
    own that names none of them. At last the tasks that name them.
    """
    index = history.index
    near, detail = _nearest(index, change, by_name, guess)
    steps = [phr.step(Via.NAMES_FILE, detail) for phr in _in_order(index, near)]
    if not steps and not whole:
        near, detail = _nearest(index, change, _scoped(index, files), guess)
        contracts = sorted(contracts_at(index, near).items())
        steps = [contract.step(Via.NAMES_FILE, detail) for _, contract in contracts]
    yield from (step._replace(certainty=How.NEAR) for step in numbered(steps))
    inferred = [] if steps else list(_unnamed(index, change.own, noun, tasks))
    yield from (step._replace(certainty=How.INFERRED) for step in (*inferred, *tasks_naming_it(tasks)))


def tasks_naming_it(tasks: Sequence[Task]) -> Iterator[Step]:
    """The steps to tasks that name the files of a change: which of them it was for, if any, nobody says."""
    steps = [task.step(Via.NAMES_FILE) for task in tasks]
    yield from (step._replace(certainty=How.INFERRED) for step in numbered(steps))


def _unnamed(
    connection: sqlite3.Connection, records: Iterable[str], noun: str, tasks: Sequence[Task]
) -> Iterator[Step]:
    """The PHRs of a commit, none of which names its files: those of a feature whose tasks do, else the only one."""
    phrs = _in_order(connection, records)
    folders = {task.folder: task.name for task in reversed(tasks)}
    likely = [phr for phr in phrs if phr.folder in folders]
    for phr in likely or (phrs if len(phrs) == 1 and not tasks else ()):
        same = f"the feature of {folders[phr.folder] or 'a task'}" if likely else ""
        yield phr.step(Via.SAME_COMMIT, ", ".join(filter(None, (same, f"does not name {noun}"))))


def _nearest(
    connection: sqlite3.Connection, change: Change, records: Iterable[str], guess: Callable[[int], bool]
) -> tuple[tuple[str, ...], str]:
    """Those of some records that landed nearest to a change, a later landing before an earlier one, and how near."""
    if not change.landing:
        return (), ""
    position = change.landing.position
    away = {path: landing - position for path, landing in landings_of(connection, records).items()}
    near = {distance for distance in away.values() if -_EARLIER <= distance <= _LATER}
    by_distance = sorted(near, key=lambda distance: (abs(distance), distance < 0))
    nearest = next((distance for distance in by_distance if guess(position + distance)), None)
    if nearest is None:
        return (), ""
    detail = f"{counted(abs(nearest), 'landing')} {'later' if nearest > 0 else 'earlier'}"
    return tuple(path for path, distance in away.items() if distance == nearest), detail


def tasks_for(connection: sqlite3.Connection, change: Change, files: Iterable[str]) -> tuple[Task, ...]:
    """The tasks that name files which a change touched: the exact path first, then those that are done, then those of
    the list that landed nearest to the change. What was planned after it had landed is no reason for it.
    """
    tasks = tasks_of(connection, edges_to(connection, "files", files))
    landed = landings_of(connection, {task.path for task in tasks.values()})
    newest = max(landed.values(), default=0) + 1
    position = change.landing.position if change.landing else newest

    def rank(edge: Edge) -> tuple[bool, bool, int]:
        task = tasks[edge]
        return edge.how != How.STATED, not task.done, abs(landed.get(task.path, newest) - position)

    earlier = [edge for edge in tasks if not change.landing or landed.get(tasks[edge].path, newest) <= position]
    return tuple(dict.fromkeys(tasks[edge] for edge in sorted(earlier, key=rank)))


def _scoped(connection: sqlite3.Connection, files: Collection[str]) -> frozenset[str]:
    """The contracts whose scope names one of some files by its path."""
    ask = "SELECT path, root, scope FROM contracts JOIN records ON records.id = record WHERE instr(scope, ?)"
    return frozenset(
        path
        for file in files
        for path, root, scope in connection.execute(ask, (file.rpartition("/")[2],)).fetchall()
        if file in (paths.join(root, str(entry).strip("/")) for entry in stored_json(scope, list))
    )
