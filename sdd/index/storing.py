"""Rows put into the database and taken out of it: texts and names once, documents into the full-text table."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from sdd.index.links import OF_A_FEATURE, folder_in
from sdd.index.reading import Batch
from sdd.index.record_rows import Row
from sdd.index.schema import BY_NAME, TABLES
from sdd.index.terms import more_words, without_new_signs
from sdd.records.layout import feature_folder, feature_of
from sdd.records.links import How

_OF_A_RECORD = tuple(table for table in TABLES if any(column.name == "record" for column in table.columns))
_INTO_SEARCH = "INSERT INTO search (rowid, title, names, body, more) VALUES (?, ?, ?, ?, ?)"
_OUT_OF_SEARCH = "INSERT INTO search (search, rowid, title, names, body, more) VALUES ('delete', ?, ?, ?, ?, ?)"


class Storage:
    """Writes records into an open database, within the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._texts: dict[bytes, int] = {}
        self._names: dict[str, int] = {}
        self._knows_all = False
        self._last_text = self._highest("texts")
        self._last_name = self._highest("names")
        self._last_document = self._highest("documents")
        self.next_record = self._highest("records") + 1
        self.touched: set[str] = set()
        """The folders of features in which ids, or names of ids, came or went: their names have to be resolved."""

    def _highest(self, table: str) -> int:
        found = self._connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0]  # noqa: S608 - names of our own
        return found or 0

    def know_all(self) -> None:
        """Reads which texts and names there are: then none has to be looked up before it is added."""
        self._texts = dict(self._connection.execute("SELECT hash, id FROM texts"))
        self._names = dict(self._connection.execute("SELECT name, id FROM names"))
        self._knows_all = True

    def add(self, batch: Batch) -> None:
        """Stores the rows of some records."""
        texts = self._number_texts(batch)
        self._know_names(name for _, _, (_, _, name) in batch.links)
        for name, rows in batch.tables.items():
            places = BY_NAME[name].text_places
            filled = [_filled(row, places, texts) for row in rows] if places else rows
            self._connection.executemany(BY_NAME[name].insertion, filled)
        self._connection.executemany(
            BY_NAME["mentions"].insertion,
            [
                (record, place, line, relation, self._names[name])
                for record, place, (line, relation, name) in batch.links
            ],
        )
        self._add_documents(batch, texts)
        self._touch((root, path) for _, kind, path, root, *_ in batch.tables["records"] if kind in OF_A_FEATURE)
        self.next_record += len(batch.tables["records"])

    def _number_texts(self, batch: Batch) -> dict[str, int]:
        """The numbers of all texts of some records; those that are not there yet are added."""
        uses: Counter[Any] = Counter(
            row[place] for name, rows in batch.tables.items() for place in BY_NAME[name].text_places for row in rows
        )
        del uses[None]
        uses.update(text for _, (*_, texts) in batch.prose for _, text in texts)
        numbers: dict[str, int] = {}
        new, used = [], []
        for text, count in uses.items():
            known = text_hash(text)
            number = self._texts.get(known)
            if number is None and not self._knows_all:
                number = self._look_up("texts", "hash", known)
            if number is None:
                self._last_text += 1
                number = self._last_text
                new.append((number, known, text, count))
            else:
                used.append((count, number))
            self._texts[known] = numbers[text] = number
        self._connection.executemany(BY_NAME["texts"].insertion, new)
        self._connection.executemany("UPDATE texts SET uses = uses + ? WHERE id = ?", used)
        return numbers

    def _know_names(self, names: Iterable[str]) -> None:
        new = []
        for name in names:
            if name in self._names:
                continue
            number = None if self._knows_all else self._look_up("names", "name", name)
            if number is None:
                self._last_name += 1
                number = self._last_name
                new.append((number, name, name, How.STATED))
                self.touched.update(filter(None, [folder_in(name)]))
            self._names[name] = number
        self._connection.executemany(BY_NAME["names"].insertion, new)

    def _touch(self, files: Iterable[tuple[str, str]]) -> None:
        self.touched.update(feature_folder(root, feature_of(path)) for root, path in files)

    def _look_up(self, table: str, column: str, value: Any) -> int | None:
        found = self._connection.execute(f"SELECT id FROM {table} WHERE {column} = ?", (value,)).fetchone()  # noqa: S608
        return found[0] if found else None

    def _add_documents(self, batch: Batch, numbers: Mapping[str, int]) -> None:
        documents, pieces, searched = [], [], []
        for document, (record, (kind, line, title, names, feature, texts)) in enumerate(
            batch.prose, self._last_document + 1
        ):
            documents.append((document, record, kind, line, title, names, feature))
            pieces += [(document, place, at, numbers[text]) for place, (at, text) in enumerate(texts)]
            searched.append((document, *searched_columns(title, names, "\n".join([text for _, text in texts]))))
        self._last_document += len(batch.prose)
        self._connection.executemany(BY_NAME["documents"].insertion, documents)
        self._connection.executemany(BY_NAME["document_texts"].insertion, pieces)
        self._connection.executemany(_INTO_SEARCH, searched)

    def remove(self, paths: Iterable[str]) -> None:
        """Takes out the records at some paths, with all that only they say."""
        for path in paths:
            found = self._connection.execute("SELECT id, kind, root FROM records WHERE path = ?", (path,)).fetchone()
            if found:
                self._remove(found[0])
                self._touch([(found[2], path)] if found[1] in OF_A_FEATURE else ())

    def _remove(self, record: int) -> None:
        ask = self._connection.execute
        released: Counter[int] = Counter()
        for number, title, names in ask(
            "SELECT id, title, names FROM documents WHERE record = ?", (record,)
        ).fetchall():
            pieces = ask(
                "SELECT texts.id, texts.text FROM document_texts JOIN texts ON texts.id = document_texts.text "
                "WHERE document = ? ORDER BY position",
                (number,),
            ).fetchall()
            body = "\n".join(text for _, text in pieces)
            ask(_OUT_OF_SEARCH, (number, *searched_columns(title, names, body)))
            ask("DELETE FROM document_texts WHERE document = ?", (number,))
            released.update(text for text, _ in pieces)
        names = {name for (name,) in ask("SELECT name FROM mentions WHERE record = ?", (record,))}
        for table in _OF_A_RECORD:
            for place in table.text_places:
                column = table.columns[place].name
                held = ask(f"SELECT {column} FROM {table.name} WHERE record = ? AND {column} NOTNULL", (record,))  # noqa: S608
                released.update(text for (text,) in held)
            ask(f"DELETE FROM {table.name} WHERE record = ?", (record,))  # noqa: S608
        ask("DELETE FROM records WHERE id = ?", (record,))
        self._release(released, names)

    def _release(self, texts: Counter[int], names: Iterable[int]) -> None:
        """Forgets the texts and names that nothing refers to any more."""
        self._connection.executemany(
            "UPDATE texts SET uses = uses - ? WHERE id = ?", [(count, text) for text, count in texts.items()]
        )
        self._connection.executemany("DELETE FROM texts WHERE id = ? AND uses <= 0", [(text,) for text in texts])
        self._connection.executemany(
            "DELETE FROM names WHERE id = ? AND NOT EXISTS (SELECT 1 FROM mentions WHERE mentions.name = names.id)",
            [(name,) for name in names],
        )
        # What was released may be added again under another number.
        self._texts.clear()
        self._names.clear()


def _filled(row: Row, places: Sequence[int], texts: Mapping[str, int]) -> Row:
    """A row with the numbers of its texts in their place."""
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = texts[values[place]]
    return tuple(values)


def text_hash(text: str) -> bytes:
    """What a text is known by: 16 bytes of BLAKE2b over its UTF-8."""
    return blake2b(text.encode(), digest_size=16).digest()


def searched_columns(title: str | None, names: str, body: str) -> tuple[str, str, str, str]:
    """The columns of the full-text table for one document: always the same for the same document."""
    title, names, body = map(without_new_signs, (title or "", names, body))
    return title, names, body, more_words("\n".join((title, names, body)))
