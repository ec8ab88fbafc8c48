"""Other forms of an English word: those words of the index that have its stem.

A second full-text column of stems would make the index larger by a third. SQLite's own Porter stemmer is asked instead,
at the moment of the question, about the few words of the index that begin like the one that is looked for.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sdd.index.terms import Term

_ENGLISH = re.compile(r"[a-z]{3,40}")
# All forms of a word begin so: what a stem changes is its end.
_BEGINNING = 3
# SQLite refuses expressions of more than 256 parts.
_MOST_FORMS = 150


def with_forms(connection: sqlite3.Connection, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms, each single English word that is not in quotes with its other forms in the index."""
    asked = {word for term in terms if (word := _word(term))}
    if not asked:
        return terms
    with _vocabulary(connection):
        forms = {word: tuple(_forms(connection, word)[: _MOST_FORMS // len(asked)]) for word in asked}
    return tuple(term._replace(forms=forms.get(_word(term), ())) for term in terms)


def _word(term: Term) -> str:
    """The word whose forms count, empty for a term without any."""
    plain = len(term.parts) == 1 and term.whole and term.wanted and not term.quoted
    word = term.parts[0].lower() if plain else ""
    return word if _ENGLISH.fullmatch(word) else ""


@contextmanager
def _vocabulary(connection: sqlite3.Connection) -> Iterator[None]:
    """Tables for a moment: the words of the index, some words to be stemmed, and their stems."""
    connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, search, row)")
    connection.execute("CREATE VIRTUAL TABLE temp.stemmed USING fts5(word, tokenize='porter unicode61')")
    connection.execute("CREATE VIRTUAL TABLE temp.stems USING fts5vocab(temp, stemmed, instance)")
    try:
        yield
    finally:
        for table in ("stems", "stemmed", "vocabulary"):
            connection.execute(f"DROP TABLE temp.{table}")


def _forms(connection: sqlite3.Connection, word: str) -> list[str]:
    """The other words of the index with the stem of a word, in the order of letters."""
    start = word[:_BEGINNING]
    connection.execute("DELETE FROM temp.stemmed")
    connection.execute(
        "INSERT INTO temp.stemmed SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ? || char(0x10ffff) "
        "UNION SELECT ?",
        (start, start, word),
    )
    asked = "SELECT word, term FROM temp.stems JOIN temp.stemmed ON stemmed.rowid = doc ORDER BY word"
    # The stem of deploy is deploi, that of deployment is deploy.
    stems = {form: f"{stem[:-1]}y" if stem.endswith("i") else stem for form, stem in connection.execute(asked)}
    return [form for form, stem in stems.items() if stem == stems[word] and form != word]
