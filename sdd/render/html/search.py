"""The search of a site: the words of all records in files that a page loads as it needs them, without any server.

The words are those of the index's own full-text table, so that the site finds what `sdd search` finds. Documents are
numbered kind by kind, the newest PHR first: a kind is a range of numbers, and of two equal hits the lower number wins.

    search/start.js       how many documents there are, which kind has which numbers, which word files there are
    search/facets.js      stage -> documents, feature -> documents
    search/w-KEY.js       the words that begin with KEY: word -> [documents that have it in title or ids, others]
    search/d-N.js         the documents from N * 50 on: address, kind, title, particulars, text

Numbers are written as the steps from one to the next, to the base of 36. Each file is one call of a function.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.lists import Row
from sdd.base.grouping import grouped
from sdd.render.html.places import Places
from sdd.render.html.words import visible

KINDS: Mapping[str, str] = {
    "phr": "Prompt",
    "contract": "Contract",
    "requirement": "Requirement",
    "task": "Task",
    "spec": "Spec",
    "plan": "Plan",
    "adr": "Decision",
    "checklist": "Checklist",
    "constitution": "Principle",
    "waiver": "Waiver",
}
"""What can be found, in the order in which it is numbered, and what it is called."""

_TOGETHER = 50
_LONGEST_TEXT, _LONGEST_WORD = 6000, 60
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class NumberedDocument(NamedTuple):
    """A document of the index as it is numbered here."""

    id: int
    kind: str
    path: str
    line: int
    title: str | None
    names: str
    feature: str | None


def search_files(index: Connection, phrs: Sequence[Row], places: Places) -> Iterator[tuple[str, str]]:
    """(name, content) of every file. A document that no page shows is left out."""
    rows = {row.path: row for row in phrs}
    documents = _documents(index, phrs, places)
    number = {document.id: place for place, (document, _) in enumerate(documents)}
    yield from _texts(index, documents, rows)
    keys = []
    for key, words in _words(index, number):
        keys.append(key)
        yield f"search/w-{key}.js", _call("words", key, words)
    stages, features = _facets(documents, rows)
    yield "search/facets.js", _call("facets", {"stage": stages, "feature": features})
    kinds = []
    for kind, group in groupby(enumerate(documents), key=lambda pair: pair[1][0].kind):
        numbers = [place for place, _ in group]
        kinds.append([kind, KINDS[kind], numbers[0], numbers[-1] + 1])
    start = {"documents": len(documents), "together": _TOGETHER, "kinds": kinds, "keys": keys}
    yield "search/start.js", _call("start", start)


def _documents(index: Connection, phrs: Sequence[Row], places: Places) -> list[tuple[NumberedDocument, str]]:
    """The documents in their new order, each with its address."""
    newest = {row.path: place for place, row in enumerate(phrs)}
    order = {kind: place for place, kind in enumerate(KINDS)}
    rows = index.execute(
        "SELECT documents.id, documents.kind, path, line, title, names, feature FROM documents "
        "JOIN records ON records.id = record"
    )
    documents = [
        (document, address)
        for document in map(NumberedDocument._make, rows)
        if document.kind in order and (address := places.document(document.kind, document.path, document.line))
    ]
    documents.sort(key=lambda pair: (order[pair[0].kind], newest.get(pair[0].path, 0), pair[0].path, pair[0].line))
    return documents


def _texts(
    index: Connection, documents: Sequence[tuple[NumberedDocument, str]], rows: Mapping[str, Row]
) -> Iterator[tuple[str, str]]:
    asked = (
        "SELECT texts.text FROM document_texts JOIN texts ON texts.id = document_texts.text "
        "WHERE document = ? ORDER BY position"
    )
    for first in range(0, len(documents), _TOGETHER):
        entries = []
        for document, address in documents[first : first + _TOGETHER]:
            text = "\n".join(part for (part,) in index.execute(asked, (document.id,)))[:_LONGEST_TEXT]
            title = document.title or _beginning(text) or document.path
            particulars = _particulars(document, rows.get(document.path))
            entries.append(
                [address, document.kind, visible(title), visible(particulars), visible(" ".join(text.split()))]
            )
        yield f"search/d-{first // _TOGETHER}.js", _call("documents", first // _TOGETHER, entries)


def _beginning(text: str) -> str:
    line = " ".join(text[:300].split())
    return line if len(line) <= 100 else f"{line[:100]}\u2026"


def _particulars(document: NumberedDocument, row: Row | None) -> str:
    """The line below a hit's title."""
    if row:
        parts = (row.feature, row.id, row.stage, row.date)
    elif document.kind in ("requirement", "task"):
        parts = (document.feature, document.names.partition(" ")[0], None, None)
    else:
        parts = (document.feature, None, None, None)
    return " \u00b7 ".join(part for part in parts if part)


def _words(index: Connection, number: Mapping[int, int]) -> Iterator[tuple[str, Mapping[str, list[str]]]]:
    """Key -> the words that begin with it, in the order of keys; never more than one key's words at a time."""
    index.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.report_words USING fts5vocab(main, search, instance)")
    rows = index.execute(
        "SELECT term, doc, max(col IN ('title', 'names')) FROM temp.report_words WHERE length(term) <= ? "
        "GROUP BY term, doc",
        (_LONGEST_WORD,),
    )
    for key, in_key in groupby(groupby(rows, key=lambda row: row[0]), key=lambda group: _key(group[0])):
        words: dict[str, list[str]] = {}
        for word, places in in_key:
            strong: list[int] = []
            weak: list[int] = []
            for _, document, is_strong in places:
                if document in number:
                    (strong if is_strong else weak).append(number[document])
            if strong or weak:
                words[word] = [steps(strong), steps(weak)]
        if words:
            yield key, words


def _key(word: str) -> str:
    """The first two letters; of other scripts than Latin, or of two, which of the many sets of 64 the first is in."""
    if word[0].isascii():
        return word[:2] if word[:2].isascii() else f"{word[0]}_"
    return f"u{ord(word[0]) >> 6:x}"


def _facets(
    documents: Sequence[tuple[NumberedDocument, str]], rows: Mapping[str, Row]
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    stages = grouped(
        (rows[document.path].stage or "other", place)
        for place, (document, _) in enumerate(documents)
        if document.path in rows
    )
    features = grouped(
        (visible(document.feature), place) for place, (document, _) in enumerate(documents) if document.feature
    )
    return {name: steps(own) for name, own in stages.items()}, {name: steps(own) for name, own in features.items()}


def steps(numbers: Iterable[int]) -> str:
    """Ascending numbers as the steps between them, to the base of 36, apart by spaces."""
    written = []
    last = 0
    for number in sorted(numbers):
        step = number - last
        written.append(_SMALL[step] if step < len(_SMALL) else _base36(step))
        last = number
    return " ".join(written)


def _base36(number: int) -> str:
    digits = ""
    while number >= 36:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return _DIGITS[number] + digits


_SMALL = [_base36(number) for number in range(2000)]


def _call(function: str, *arguments: object) -> str:
    """A script that hands data to the page: JSON is JavaScript, and nothing in a string can end it."""
    data = ", ".join(json.dumps(argument, ensure_ascii=False, separators=(",", ":")) for argument in arguments)
    return f"sdd.{function}({data});\n"
