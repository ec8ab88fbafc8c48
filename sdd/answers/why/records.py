"""The PHRs and contracts that speak of a file's change: which ones, and how each was found."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from sdd.answers.why.asking import rows_for
from sdd.answers.why.chain import How, Link, LinkKind
from sdd.answers.why.landings import Change, landings_of
from sdd.base import paths

# Farther away than this, nearness says nothing any more. A record mostly comes last, and a mending or two after it.
_LATER, _EARLIER = 100, 5


class Prompted(NamedTuple):
    """A PHR as the index has it; `line` is where its prompt stands."""

    record: int
    path: str
    root: str
    title: str
    day: str
    feature: str | None
    prompt: str
    line: int

    def link(self, how: How, detail: str = "") -> Link:
        """The link that leads to it."""
        return Link(LinkKind.PHR, self.path, self.line, self.title, how, detail, self.prompt, self.day)


class Agreed(NamedTuple):
    """A contract as the index has it, one that stands in a PHR included; `scope` is a JSON list."""

    record: int
    path: str
    root: str
    line: int
    title: str
    feature: str | None
    scope: str | None
    criteria: str
    embedded: int

    def link(self, how: How, detail: str = "") -> Link:
        """The link that leads to it."""
        return Link(LinkKind.CONTRACT, self.path, self.line, self.title, how, detail, self.criteria)


_PHRS = (
    "SELECT records.id, path, root, ifnull(title, ''), ifnull(date, ''), feature, ifnull(text, ''), prompt_line "
    "FROM records JOIN phrs ON record = records.id LEFT JOIN texts ON texts.id = prompt WHERE path IN (?)"
)
_CONTRACTS = (
    "SELECT records.id, path, root, line, ifnull(title, ''), feature, scope, ifnull(text, ''), embedded "
    "FROM records JOIN contracts ON record = records.id LEFT JOIN texts ON texts.id = criteria WHERE path IN (?)"
)


def phrs_at(connection: sqlite3.Connection, records: Iterable[str]) -> dict[str, Prompted]:
    """Path -> PHR, for those of some paths that hold one."""
    return {row[1]: Prompted(*row) for row in rows_for(connection, _PHRS, records)}


def contracts_at(connection: sqlite3.Connection, records: Iterable[str]) -> dict[str, Agreed]:
    """Path -> contract, for those of some paths that hold one: a contract file, or a PHR with a contract in it."""
    rows = (Agreed(*row) for row in rows_for(connection, _CONTRACTS, records))
    return {row.path: row for row in rows}


def naming(connection: sqlite3.Connection, files: Collection[str]) -> frozenset[str]:
    """The PHRs whose `files` name any of some files: by its path, or by a folder above it below the first level."""
    named = [*files, *(f"{folder}/" for file in files for folder in paths.folders_above(file) if folder)]
    ask = (
        "SELECT path, root, names.name FROM names JOIN links ON links.name = names.id AND how = 'files' "
        "JOIN records ON records.id = record AND kind = 'phr' WHERE names.name IN (?)"
    )
    rows = rows_for(connection, ask, named)
    return frozenset(path for path, root, name in rows if not name.endswith("/") or not _is_vague(root, name))


def _is_vague(root: str, folder: str) -> bool:
    # Seldom asked, and slow to import.
    from sdd.gate.cover import is_vague

    return is_vague(paths.relative(root, folder) if paths.is_below(folder, root) else folder)


def prompts_of(
    connection: sqlite3.Connection, change: Change, files: Collection[str], noun: str, *, whole: bool, guess: bool
) -> tuple[Link, ...]:
    """The PHRs that tell what was asked for when a change touched some files, which are called `noun`.

    Those of the change that name one of them, else those of the very commit (of a landing that is asked for as a
    `whole`, all that it brought), else, where a `guess` may be made, the nearest that names one.
    """
    by_name = naming(connection, files)
    brought = change.others if whole and change.landing and change.landing.commit == change.commit else frozenset()
    for ranks in (
        ((change.own & by_name, How.SAME_COMMIT), (change.others & by_name, How.SAME_CHANGE)),
        ((change.own - by_name, How.SAME_COMMIT), (brought - by_name, How.SAME_CHANGE)),
    ):
        found = [
            phr.link(how, f"names {noun}" if path in by_name else "")
            for records, how in ranks
            for path, phr in sorted(phrs_at(connection, records).items())
        ]
        if found:
            return tuple(found)
    return tuple(_nearest(connection, change.landing.position, by_name)) if guess and change.landing else ()


def _nearest(connection: sqlite3.Connection, position: int, records: Iterable[str]) -> Iterator[Link]:
    """The records of the landing that is nearest to a place of the chain, a later one before an earlier one."""
    away = {path: landing - position for path, landing in landings_of(connection, records).items()}
    near = [distance for distance in away.values() if -_EARLIER <= distance <= _LATER]
    if near:
        nearest = min(near, key=lambda one: (abs(one), one < 0))
        detail = f"{abs(nearest)} landing{'' if abs(nearest) == 1 else 's'} {'later' if nearest > 0 else 'earlier'}"
        chosen = phrs_at(connection, [path for path, distance in away.items() if distance == nearest])
        yield from (phr.link(How.NAMES_FILE, detail) for _, phr in sorted(chosen.items()))


def contracts_reading(connection: sqlite3.Connection, files: Iterable[str]) -> dict[str, Agreed]:
    """Path -> contract, for those whose Discovery refers to any of some files."""
    ask = (
        "SELECT path FROM names JOIN links ON links.name = names.id AND how = 'discovery' "
        "JOIN records ON records.id = record WHERE names.name IN (?)"
    )
    return contracts_at(connection, [path for (path,) in rows_for(connection, ask, files)])


def contracts_of(
    connection: sqlite3.Connection, change: Change, files: Collection[str], phrs: Sequence[Link]
) -> tuple[tuple[Agreed, Link], ...]:
    """The contracts behind some PHRs, and where those name none, the ones of the change whose scope holds a file."""
    found: dict[str, tuple[Agreed, Link]] = {}
    places = [link.place for link in phrs]
    for path, agreed in sorted(contracts_at(connection, places).items()):
        found[path] = (agreed, agreed.link(How.IN_PHR))
    ask = (
        "SELECT names.name FROM records JOIN links ON record = records.id AND how = 'contract' "
        "JOIN names ON names.id = links.name WHERE path IN (?)"
    )
    linked = [name for (name,) in rows_for(connection, ask, places)]
    for path, agreed in sorted(contracts_at(connection, linked).items()):
        found[path] = (agreed, agreed.link(How.PHR_LINKS))
    if not found:
        for records, how in ((change.own, How.SAME_COMMIT), (change.others, How.SAME_CHANGE)):
            for path, agreed in sorted(contracts_at(connection, records).items()):
                if not agreed.embedded and _holds_any(agreed, files):
                    found[path] = (agreed, agreed.link(how, "its scope holds the file"))
    return tuple(found.values())


def _holds_any(agreed: Agreed, files: Iterable[str]) -> bool:
    from sdd.gate.cover import Patterns, anchored

    patterns = Patterns(anchored(json.loads(agreed.scope or "[]")))
    return any(
        paths.is_below(file, agreed.root) and patterns.match(paths.relative(agreed.root, file)) for file in files
    )
