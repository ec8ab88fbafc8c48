"""Search: from what somebody typed to the documents that say it, best first, each with the words around the hit."""

import json
import math
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.index.snippet import Finder, Snippet, beginning
from sdd.index.state import stored_json
from sdd.index.stems import with_forms
from sdd.index.terms import Term, match_expression, read_query, storable

# How much a word counts in the title, in ids and paths, in the prose, and as a part of a name.
_WEIGHTS = "bm25(8.0, 6.0, 1.0, 1.0)"
# SQLite refuses expressions of more than 256 parts.
_MOST_TERMS = 60

# A long record whose title holds the words is about them; a short task that mentions them would be ranked before it.
_TITLED = 4.0
_ASKED = (
    "SELECT search.rowid, documents.kind, records.path, documents.line, documents.title, documents.names, "
    "documents.feature, rank * CASE WHEN documents.kind <> 'checklist' AND search.rowid IN "
    "(SELECT rowid FROM search WHERE search MATCH ?) THEN ? ELSE 1.0 END AS weight "
    "FROM search CROSS JOIN documents ON documents.id = search.rowid "
    "JOIN records ON records.id = documents.record WHERE search MATCH ? AND rank MATCH ?"
)


class RowFilter(NamedTuple):
    """Which rows or hits are asked for; an empty value asks for nothing. `since` and `until` are days, YYYY-MM-DD,
    `model` is a part of a model's name, `kind` is that of a change and `kinds` those of hits.
    """

    feature: str = ""
    stage: str = ""
    since: str = ""
    until: str = ""
    surface: str = ""
    model: str = ""
    user: str = ""
    file: str = ""
    status: str = ""
    kind: str = ""
    kinds: tuple[str, ...] = ()

    def stored(self) -> "RowFilter":
        """The same with texts as the index holds them."""
        return RowFilter._make(storable(value) if isinstance(value, str) else value for value in self)

    def period(self) -> tuple[str, str]:
        """Its first and its last day."""
        return self.since, self.until or "9999-12-31"

    def matches(self, table: str, names: Iterable[str]) -> list[tuple[str, str]]:
        """What some columns of a table must be: SQL and its value."""
        asked = ((name, getattr(self, name)) for name in names)
        return [(_MATCHES.get(name, _IS).format(f"{table}.{name}"), value) for name, value in asked if value]


_IS = "{} = ? COLLATE NOCASE"
_MATCHES = {"model": "instr(lower({}), lower(?))"}
PHR_COLUMNS = ("stage", "surface", "model", "user")
"""The columns of PHRs that hits are filtered by."""


class Hit(NamedTuple):
    """One document that was found. `line` is where its best passage stands; a higher `score` is a better hit."""

    kind: str
    path: str
    line: int
    title: str
    names: str
    feature: str | None
    snippet: Snippet
    score: float


class SearchResult(NamedTuple):
    """The hits, best first: before those that hold other forms of a word the ones that hold the word itself.

    `matched` is "all" where each holds every word, "beginnings" where each holds words that
    begin so, and "some" where no document holds all of them.
    """

    hits: tuple[Hit, ...]
    matched: str


def search(connection: sqlite3.Connection, query: str, wanted: RowFilter, limit: int) -> SearchResult:
    """The best `limit` documents for a query. Raises UsageError for an unknown kind, and for very many words."""
    _check_kinds(connection, wanted.kinds)
    terms = read_query(query)
    if len(terms) > _MOST_TERMS:
        raise UsageError(f"the query has {len(terms)} words", f"ask for at most {_MOST_TERMS}")
    stemmed = with_forms(connection, terms)
    for matched, joined, whole in (("all", "AND", True), ("beginnings", "AND", False), ("some", "OR", True)):
        rows = _ranked(connection, terms, joined, whole, wanted, limit)
        finder = Finder(terms, beginnings=not whole)
        hits = [_hit(connection, row, finder) for row in rows]
        if whole and len(rows) < limit and stemmed != terms:
            known, last = {row.document for row in rows}, rows[-1].rank if rows else -math.inf
            others = _ranked(connection, stemmed, joined, whole, wanted, limit)
            new = [row._replace(rank=max(row.rank, last)) for row in others if row.document not in known]
            finder = Finder(stemmed)
            hits += [_hit(connection, row, finder) for row in new[: limit - len(rows)]]
        if hits:
            return SearchResult(tuple(hits), matched)
    return SearchResult((), "all")


def _check_kinds(connection: sqlite3.Connection, kinds: Iterable[str]) -> None:
    """Raises UsageError for a kind that search cannot find. What is in the index needs no look at the parsers."""
    for kind in kinds:
        if not connection.execute("SELECT 1 FROM documents WHERE kind = ? LIMIT 1", (kind,)).fetchone():
            from sdd.records.kinds import hits

            if kind not in hits():
                raise UsageError(f"unknown kind {kind}", nearest(kind, hits(), f"kinds: {', '.join(hits())}"))


class _Row(NamedTuple):
    document: int
    kind: str
    path: str
    line: int
    title: str | None
    names: str
    feature: str | None
    rank: float


def _ranked(
    connection: sqlite3.Connection, terms: tuple[Term, ...], joined: str, whole: bool, wanted: RowFilter, limit: int
) -> list[_Row]:
    """The best rows that pass the filter. Of equal rank, the first by path and line come first."""
    expression = match_expression(terms, joined=joined, whole=whole)
    if not expression:
        return []
    conditions, values = _conditions(connection, wanted)
    sql = " ".join((_ASKED, *conditions, "ORDER BY weight, records.path, documents.line, search.rowid LIMIT ?"))
    # Who looks for an id wants what is called so, not what is about it.
    titled = _TITLED if all(term.is_plain for term in terms) else 1.0
    asked = (f"title : {expression}", titled, expression, _WEIGHTS, *values, limit)
    return list(map(_Row._make, connection.execute(sql, asked)))


def _conditions(connection: sqlite3.Connection, wanted: RowFilter) -> tuple[list[str], list[str]]:
    wanted = wanted.stored()
    conditions: list[str] = []
    values: list[str] = []
    if wanted.kinds:
        conditions.append(f"AND documents.kind IN ({', '.join('?' * len(wanted.kinds))})")
        values += wanted.kinds
    if wanted.feature:
        conditions.append("AND documents.feature = ?")
        values.append(wanted.feature)
    for condition, value in wanted.matches("phrs", PHR_COLUMNS):
        conditions.append(f"AND documents.record IN (SELECT record FROM phrs WHERE {condition})")  # noqa: S608
        values.append(value)
    if wanted.since or wanted.until:
        conditions.append(f"AND documents.record IN ({_DATED})")
        values += wanted.period() * _DATED.count("BETWEEN")
    if wanted.file:
        conditions.append("AND documents.record IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(records_about(connection, wanted.file))))
    return conditions, values


_DATED = (
    "SELECT record FROM phrs WHERE date BETWEEN ? AND ? UNION SELECT record FROM adrs WHERE date BETWEEN ? AND ? "
    "UNION SELECT record FROM specs WHERE substr(created, 1, 10) BETWEEN ? AND ? "
    "AND created GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"
)


def records_about(connection: sqlite3.Connection, path: str) -> frozenset[int]:
    """The records that speak of a file: they name it or a folder it is in, or their scope matches it."""
    path, stored = paths.from_text(path) or path, storable(path)
    named = [stored, *(f"{folder}/" for folder in paths.folders_above(stored) if folder)]
    marks = ", ".join("?" * len(named))
    linked = connection.execute(
        f"SELECT record FROM mentions JOIN names ON names.id = mentions.name WHERE relation IN ('files', 'discovery') "  # noqa: S608
        f"AND target IN ({marks})",
        named,
    )
    found = {record for (record,) in linked}
    scopes = "SELECT DISTINCT root, scope FROM contracts JOIN records ON records.id = record WHERE scope NOTNULL"
    for root, scope in connection.execute(scopes).fetchall():
        if _matches(root, stored_json(scope, list), path):
            by_scope = "SELECT record FROM contracts JOIN records ON records.id = record WHERE root = ? AND scope = ?"
            found |= {record for (record,) in connection.execute(by_scope, (root, scope))}
    return frozenset(found)


def _matches(root: str, scope: Iterable[str], path: str) -> bool:
    from sdd.gate.cover import Patterns, anchored

    return paths.is_below(path, root) and Patterns(anchored(scope)).match(paths.relative(root, path))


def _hit(connection: sqlite3.Connection, row: _Row, finder: Finder) -> Hit:
    """A row with its best passage: the first of its texts that holds the most words, else its title or its ids."""
    title = row.title or ""
    best = None
    for at, text in _texts(connection, row.document):
        title = title or beginning(text).text
        found = finder.snippet(text)
        if found and (best is None or found.words > best[1].words):
            best = at + found.line, found
    line, shown = best or (row.line, finder.snippet(title) or finder.snippet(row.names) or beginning(title))
    return Hit(row.kind, row.path, line, title, row.names, row.feature, shown, float(f"{-row.rank:.6g}"))


def _texts(connection: sqlite3.Connection, document: int) -> list[tuple[int, str]]:
    asked = "SELECT line, texts.text FROM document_texts JOIN texts ON texts.id = document_texts.text "
    return connection.execute(f"{asked} WHERE document = ? ORDER BY position", (document,)).fetchall()
