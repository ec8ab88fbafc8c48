"""Which landings were reverted since, and which a change takes back: their records tell no longer what is there."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Set

from sdd.answers.asking import edges_from, edges_to, rows_for
from sdd.answers.trail.landings import Change, History
from sdd.answers.trail.steps import Step, Via, commit_step
from sdd.answers.trail.stored import landings_of
from sdd.answers.trail.waivers import is_exempt
from sdd.records.kinds import locate
from sdd.repo.history import changes_of
from sdd.repo.messages import commit_message, commit_messages, reverts_named
from sdd.repo.objects import Repository

_REVERTS = (
    "SELECT path, text FROM phrs JOIN records ON records.id = record JOIN texts ON texts.id = phrs.response "
    "WHERE phrs.kind = 'revert'"
)
# A merge of more commits is more than a revert.
_COMMITS = 20
# An id may be shortened; "g" comes after every digit of one.
_LANDING = "SELECT position FROM landings WHERE commit_id >= ? AND commit_id < ? || 'g'"

# Those that may be part of a larger change: a commit that brought no PHR.
_OF_SEVERAL = (
    "SELECT position FROM landings WHERE position IN (?) AND commits = 1 AND NOT EXISTS (SELECT 1 FROM landed WHERE "
    "landing = position AND path LIKE '%.prompt.md')"
)


def reverted_records(index: sqlite3.Connection, repository: Repository) -> Mapping[str, str]:
    """Landed record -> the landed PHR of kind revert that says it reverts the record's landing as a whole, or those of
    all PHRs that link a contract, which may have landed before the work.

    A revert that was itself reverted counts no more. The index was asked for its history.
    """
    reverted = _reverted_landings(History(index, repository))
    ask = "SELECT path, landing FROM landed WHERE until ISNULL AND landing IN (?)"
    gone = {path: reverted[at] for path, at in rows_for(index, ask, reverted)}
    linked = {edge.target: gone[edge.path] for edge in edges_from(index, "contract", gone)}
    standing = {edge.target for edge in edges_to(index, "contract", linked) if edge.path not in gone}
    return gone | {path: phr for path, phr in linked.items() if path not in standing}


def _reverted_landings(history: History) -> Mapping[int, str]:
    """The place of a landing on the chain -> the landed PHR that says it reverts it, or all that its change did to
    files: the records of a branch that landed commit by commit stay when its work is taken back.
    """
    index = history.index
    named = {path: reverts_named(text) for path, text in index.execute(_REVERTS)}
    landed = landings_of(index, named)
    reverted: dict[int, str] = {}
    for path, position in sorted(landed.items(), key=lambda item: item[1], reverse=True):
        if position not in reverted:
            places = [at for oid in named[path] for (at,) in index.execute(_LANDING, (oid, oid)) if at < position]
            reverted |= dict.fromkeys(places, path)
            for (at,) in [*rows_for(index, _OF_SEVERAL, places)]:
                beside, working = _change_at(history, at)
                if working and working <= reverted.keys():
                    reverted |= dict.fromkeys(beside - reverted.keys(), path)
    return reverted


def _change_at(history: History, position: int) -> tuple[Set[int], Set[int]]:
    """The places of the landings that are one change with a landing, and those of them that changed a governed file."""
    first, last = history.change_of(history.landing_at(position).commit).places or (position, position)
    places = {history.landing_at(at).commit: at for at in range(first, last + 1)}
    changes = changes_of(history.repository, [*places])
    files = {(oid, change.path) for oid, own in changes.items() for change in own if not locate(change.path)}
    return {*places.values()}, {places[oid] for oid, path in files if not is_exempt(history, path)}


def reverted_by(history: History, change: Change) -> Iterator[Step]:
    """The step to the landing that reverted a change; none where it stands."""
    if change.landing and (phr := _reverted_landings(history).get(change.landing.position)):
        for position in landings_of(history.index, [phr]).values():
            yield history.landing_at(position).step(Via.REVERTED_BY)


def reverts(history: History, change: Change, commit: str, phrs: Collection[str]) -> Iterator[Step]:
    """The steps to the landings that a commit of a change says it takes back; where it names none, those that its PHRs
    do, else the other commits of its merge, if each of them reverts something. What has not landed is a commit.
    """
    told = dict(rows_for(history.index, f"{_REVERTS} AND path IN (?)", phrs))
    of_phrs = _all_named(told.get(phr, "") for phr in phrs)
    named, landing = reverts_named(commit_message(history.repository, commit)) or of_phrs, change.landing
    if not named and not phrs and landing and landing.commit == commit and landing.commits <= _COMMITS:
        ask = "SELECT commit_id FROM commits WHERE landing = ? AND commit_id <> ?"
        brought = [oid for (oid,) in history.index.execute(ask, (landing.position, commit))]
        named = _all_named(commit_messages(history.repository, brought))
    for oid in filter(None, map(history.repository.commit, dict.fromkeys(named))):
        if reverted := history.change_of(oid).landing:
            yield reverted.step(Via.REVERTS)
        else:
            yield commit_step(history.repository, oid, Via.REVERTS)


def _all_named(texts: Iterable[str]) -> tuple[str, ...]:
    """The commits that some texts say they revert; none where one of the texts names none."""
    named = [reverts_named(text) for text in texts]
    return tuple(oid for own in named for oid in own) if all(named) else ()


def reverting_commits(history: History) -> Mapping[str, str]:
    """Record of a landing that was reverted -> the commit of the landing that reverted it."""
    phrs = reverted_records(history.index, history.repository)
    landed = landings_of(history.index, phrs.values())
    return {path: history.landing_at(landed[phr]).commit for path, phr in phrs.items()}
