"""The search of a site: the words of all records in files that a page loads as it needs them, without any server.

The words are those of the index's own full-text table, so that the site finds what `sdd search` finds. Documents are
numbered kind by kind, the newest PHR first: a kind is a range of numbers, and of two equal hits the lower number wins.

    search/start.js       how many documents there are, which kind has which numbers, which word files there are
    search/facets.js      stage, feature, surface, model: value -> documents
    search/w-KEY.js       the words that begin with KEY: word -> [documents that have it in title or ids, others]
    search/d-N.js         the documents from N * 50 on: address, kind, title, particulars, text

Lists of documents are written as the steps from one number to the next. Each file
hands what it holds to the page, as `data_file` writes it.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice, pairwise
from sqlite3 import Connection
from typing import NamedTuple

from sdd.answers.lists import Row
from sdd.answers.trail.rewritten import Rewritten
from sdd.render.html.places import Places
from sdd.render.html.words import short, written
from sdd.report.reading import Report

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
    "design": "Design",
    "tasks": "Task list",
}
"""What can be found, in the order in which it is numbered, and what it is called."""

PHR_FACETS = ("surface", "model")
"""The fields of PHRs that a search is narrowed by, beside stage and feature."""

_TOGETHER = 50
_LONGEST_TEXT, _LONGEST_WORD = 6000, 60
_LEFT_OUT = -1
_FROM_DOCUMENTS = "FROM documents JOIN records ON records.id = record"


class _Document(NamedTuple):
    id: int
    kind: str
    path: str
    line: int
    title: str | None
    names: str
    feature: str | None
    address: str


def search_files(index: Connection, report: Report, places: Places) -> Iterator[tuple[str, object]]:
    """(name, what it holds) of every file. A document that no page shows is left out."""
    (last,) = index.execute("SELECT ifnull(max(id), 0) FROM documents").fetchone()
    numbers = array("l", [_LEFT_OUT]) * (last + 1)
    facets: dict[str, dict[str, array[int]]] = {name: {} for name in ("stage", "feature", *PHR_FACETS)}
    kinds: dict[str, int] = {}
    number = 0
    documents = _documents(index, report.phrs.paths, places)
    while together := [*islice(documents, _TOGETHER)]:
        entries = []
        for document in together:
            row = report.phr_at.get(document.path)
            for name, value in _facets(document, row):
                facets[name].setdefault(value, array("l")).append(number)
            entries.append(_entry(index, document, row, report.rewritten))
            numbers[document.id] = number
            number += 1
            kinds[document.kind] = number
        yield f"search/d-{(number - 1) // _TOGETHER}.js", entries
    keys = []
    for key, words in _words(index, numbers):
        keys.append(key)
        yield f"search/w-{key}.js", words
    yield (
        "search/facets.js",
        {name: {value: steps(own) for value, own in facet.items()} for name, facet in facets.items()},
    )
    ends = pairwise([0, *kinds.values()])
    ranges = [[kind, KINDS[kind], *own] for kind, own in zip(kinds, ends, strict=True)]
    yield "search/start.js", {"documents": number, "together": _TOGETHER, "kinds": ranges, "keys": keys}


def _documents(index: Connection, newest: Sequence[str], places: Places) -> Iterator[_Document]:
    """The documents in the order of their numbers; `newest` are the paths of PHRs."""
    place_of = {path: place for place, path in enumerate(newest)}
    for kind in KINDS:
        asked = f"SELECT documents.id, path, line {_FROM_DOCUMENTS} WHERE documents.kind = ?"
        found = index.execute(asked, (kind,)).fetchall()
        found.sort(key=lambda row: (place_of.get(row[1], 0), *row[1:]))
        ids = array("l", (own for own, *_ in found))
        del found
        columns = "documents.id, documents.kind, path, line, title, names, feature"
        asked = f"SELECT {columns} {_FROM_DOCUMENTS} WHERE documents.id = ?"
        for own in ids:
            row = index.execute(asked, (own,)).fetchone()
            if address := places.document(*row[1:4]):
                yield _Document._make((*row, address))


def _facets(document: _Document, phr: Row | None) -> Iterator[tuple[str, str]]:
    """What a search is narrowed by that finds a document: name and value."""
    if phr:
        yield "stage", phr.stage or "other"
    if document.feature:
        yield "feature", written(document.feature)
    for name in PHR_FACETS if phr else ():
        if value := getattr(phr, name):
            yield name, written(value)


def _entry(index: Connection, document: _Document, phr: Row | None, rewritten: Mapping[str, Rewritten]) -> list[str]:
    """What a page shows of a hit: address, kind, title, the line below it, and the text."""
    asked = (
        "SELECT texts.text FROM document_texts JOIN texts ON texts.id = document_texts.text "
        "WHERE document = ? ORDER BY position"
    )
    text = "\n".join(part for (part,) in index.execute(asked, (document.id,)))[:_LONGEST_TEXT]
    title = document.title or short(text, 100) or document.path
    particulars: tuple[str | None, ...] = (document.feature,)
    if phr:
        particulars = (phr.feature, phr.id, phr.stage, phr.date)
        if changed := rewritten.get(document.path):
            title, text = phr.title or title, getattr(changed.first, "prompt", "") or text
            particulars = (*particulars, changed.mark)
    elif document.kind in ("requirement", "task"):
        particulars = (document.feature, document.names.partition(" ")[0])
    shown = (title, " \u00b7 ".join(filter(None, particulars)), " ".join(text.split()))
    return [document.address, document.kind, *map(written, shown)]


def _words(index: Connection, numbers: Sequence[int]) -> Iterator[tuple[str, Mapping[str, list[list[int]]]]]:
    """Key -> the words that begin with it, in the order of keys; never more than one key's words at a time."""
    index.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.report_words USING fts5vocab(main, search, instance)")
    rows = index.execute(
        "SELECT term, doc, max(col IN ('title', 'names')) FROM temp.report_words WHERE length(term) <= ? "
        "GROUP BY term, doc",
        (_LONGEST_WORD,),
    )
    for key, in_key in groupby(groupby(rows, key=lambda row: row[0]), key=lambda group: _key(group[0])):
        words: dict[str, list[list[int]]] = {}
        for word, places in in_key:
            strong: list[int] = []
            weak: list[int] = []
            for _, document, is_strong in places:
                if numbers[document] != _LEFT_OUT:
                    (strong if is_strong else weak).append(numbers[document])
            if strong or weak:
                words[word] = [steps(strong), steps(weak)]
        if words:
            yield key, words


def _key(word: str) -> str:
    """The first two letters; of other scripts than Latin, or of two, which of the many sets of 64 the first is in."""
    if word[0].isascii():
        return word[:2] if word[:2].isascii() else f"{word[0]}_"
    return f"u{ord(word[0]) >> 6:x}"


def steps(numbers: Iterable[int]) -> list[int]:
    """Some numbers in ascending order, each as the step from the one before it."""
    return [number - before for before, number in pairwise([0, *sorted(numbers)])]
