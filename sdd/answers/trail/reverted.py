"""Which records came by a landing that was reverted since: they show no longer what a project holds."""

import sqlite3
from collections.abc import Mapping

from sdd.answers.asking import rows_for
from sdd.answers.trail.landings import landings_of
from sdd.repo.messages import reverts_named

_REVERTS = (
    "SELECT path, text FROM phrs JOIN records ON records.id = record JOIN texts ON texts.id = phrs.response "
    "WHERE phrs.kind = 'revert'"
)
# An id may be shortened; "g" comes after every digit of one.
_LANDING = "SELECT position FROM landings WHERE commit_id >= ? AND commit_id < ? || 'g'"


def reverted_records(index: sqlite3.Connection) -> Mapping[str, str]:
    """Landed record -> the landed PHR of kind revert that says it reverts the record's landing as a whole.

    A revert that was itself reverted counts no more. The index was asked for its history.
    """
    named = {path: reverts_named(text) for path, text in index.execute(_REVERTS)}
    landed = landings_of(index, named)
    reverted: dict[int, str] = {}
    for path, position in sorted(landed.items(), key=lambda item: item[1], reverse=True):
        if position not in reverted:
            places = (at for oid in named[path] for (at,) in index.execute(_LANDING, (oid, oid)))
            reverted |= {at: path for at in places if at < position}
    ask = "SELECT path, landing FROM landed WHERE until ISNULL AND landing IN (?)"
    return {path: reverted[at] for path, at in rows_for(index, ask, reverted)}
