"""From a change to the PHRs and contracts that tell of it, each with how it was found."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence

from sdd.answers.asking import edges_from, edges_to, rows_for
from sdd.answers.trail.landings import Change, landings_of
from sdd.answers.trail.steps import Step, Via
from sdd.answers.trail.things import StoredContract, contracts_at, phrs_at
from sdd.base import paths
from sdd.index.state import stored_json

# Landings. Farther away, nearness says nothing. A record mostly comes last, and a correction or two after it.
_LATER, _EARLIER = 100, 5


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

    return is_vague(paths.relative(root, folder) if paths.is_below(folder, root) else folder)


def prompts_of(
    connection: sqlite3.Connection, change: Change, files: Collection[str], noun: str, *, whole: bool, guess: bool
) -> tuple[Step, ...]:
    """The PHRs that tell what was asked for when a change touched some files, which are called `noun`.

    Those of the change that name one of them, else those of the very commit (of a landing that is asked for as a
    `whole`, all that it brought), else, where a `guess` may be made, the nearest that names one.
    """
    by_name = naming(connection, files)
    brought = change.others if whole and change.landing and change.landing.commit == change.commit else frozenset()
    for ranks in (
        ((change.own & by_name, Via.SAME_COMMIT), (change.others & by_name, Via.SAME_CHANGE)),
        ((change.own - by_name, Via.SAME_COMMIT), (brought - by_name, Via.SAME_CHANGE)),
    ):
        found = [
            phr.step(how, f"names {noun}" if path in by_name else "")
            for records, how in ranks
            for path, phr in sorted(phrs_at(connection, records).items())
        ]
        if found:
            return tuple(found)
    return tuple(_nearest(connection, change.landing.position, by_name)) if guess and change.landing else ()


def _nearest(connection: sqlite3.Connection, position: int, records: Iterable[str]) -> Iterator[Step]:
    """The records of the landing that is nearest to a place of the chain, a later one before an earlier one."""
    away = {path: landing - position for path, landing in landings_of(connection, records).items()}
    near = [distance for distance in away.values() if -_EARLIER <= distance <= _LATER]
    if near:
        nearest = min(near, key=lambda one: (abs(one), one < 0))
        detail = f"{abs(nearest)} landing{'' if abs(nearest) == 1 else 's'} {'later' if nearest > 0 else 'earlier'}"
        chosen = phrs_at(connection, [path for path, distance in away.items() if distance == nearest])
        yield from (phr.step(Via.NAMES_FILE, detail) for _, phr in sorted(chosen.items()))


def contracts_reading(connection: sqlite3.Connection, files: Iterable[str]) -> dict[str, StoredContract]:
    """Path -> contract, for those whose Discovery refers to any of some files."""
    return contracts_at(connection, [edge.path for edge in edges_to(connection, "discovery", files)])


def contracts_of(
    connection: sqlite3.Connection, change: Change, files: Collection[str], phrs: Sequence[Step]
) -> tuple[tuple[StoredContract, Step], ...]:
    """The contracts behind some PHRs, and where those name none, the ones of the change whose scope holds a file."""
    places = [phr.place for phr in phrs]
    linked = [edge.target for edge in edges_from(connection, "contract", places)]
    told = {
        path: (contract, contract.step(how))
        for records, how in ((places, Via.IN_PHR), (linked, Via.PHR_LINKS))
        for path, contract in sorted(contracts_at(connection, records).items())
    }
    return tuple(told.values()) or tuple(
        (contract, contract.step(how, "its scope holds the file"))
        for records, how in ((change.own, Via.SAME_COMMIT), (change.others, Via.SAME_CHANGE))
        for _, contract in sorted(contracts_at(connection, records).items())
        if not contract.embedded and _holds_any(contract, files)
    )


def _holds_any(contract: StoredContract, files: Iterable[str]) -> bool:
    from sdd.gate.cover import Patterns, anchored

    patterns = Patterns(anchored(stored_json(contract.scope or "[]", list)))
    return any(
        paths.is_below(file, contract.root) and patterns.match(paths.relative(contract.root, file)) for file in files
    )
