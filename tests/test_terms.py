"""Words: whatever stands in a text is found by its words, its names' parts, and any piece of unspaced writing."""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sdd.index.schema import create_tables
from sdd.index.snippet import Finder, beginning
from sdd.index.storing import searched_columns
from sdd.index.terms import match_expression, more_words, read_query
from tests.examples import examples

SCRIPTS = [
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "äöüßéèñçøåłşğıİÄÖÜÉĀ",
    "абвгдеёжзийАБВГ", "αβγδεζάέΑΒΓ", "אבגדהוז", "ابتثجحخ", "कखगघ",
    "東京都庁舎請求書税率漢字仮名",
    "ひらがなカタカナーがぎ々", "한국어부가세", "ภาษาไทยที่กำหนด", "ລາວພາສາ", "မြန်မာ", "ខ្មែរ",
]  # fmt: skip
SIGNS = " \n\t.,;:-_/\\()[]{}<>|*+=&%$#@!?'`~^・、。「」—–→✅🙂🤖\u200b\u00a0"


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    create_tables(connection)
    yield connection
    connection.close()


def finds(connection: sqlite3.Connection, text: str, query: str) -> bool:
    """Whether a document with a text, among others, is found by a query that every word of must be met."""
    return missing(connection, text, [query]) == []


def missing(connection: sqlite3.Connection, text: str, queries: Iterable[str]) -> list[str]:
    """The queries that do not find a document with a text among others."""
    connection.execute("BEGIN")
    try:
        rows = [(1, *searched_columns("other", "", "x y z")), (2, *searched_columns("", "", text))]
        connection.executemany("INSERT INTO search (rowid, title, names, body, more) VALUES (?, ?, ?, ?, ?)", rows)
        asked = "SELECT rowid FROM search WHERE search MATCH ?"
        expressions = [(query, match_expression(read_query(query))) for query in queries]
        return [query for query, words in expressions if (2,) not in connection.execute(asked, (words,)).fetchall()]
    finally:
        connection.execute("ROLLBACK")


words = st.sampled_from(SCRIPTS).flatmap(lambda letters: st.text(letters, min_size=1, max_size=10))
texts = st.lists(st.tuples(words, st.text(SIGNS, min_size=1, max_size=3)), min_size=1, max_size=8).map(
    lambda pairs: "".join(word + signs for word, signs in pairs)
)


@examples(100)
@given(text=texts, data=st.data())
def test_any_word_and_any_piece_of_a_text_finds_it(
    connection: sqlite3.Connection, text: str, data: st.DataObject
) -> None:
    """A piece is what stands between blanks, whatever signs are in it (names of files, options, calls), or a phrase."""
    words, pieces = re.findall(r"[^\W_]+", text), text.split()
    first = data.draw(st.integers(0, len(pieces) - 1))
    phrase = " ".join(pieces[first : data.draw(st.integers(first + 1, len(pieces)))])
    asked = [*(piece for piece in pieces if not piece.startswith("-")), f'"{phrase}"']
    # A sign that is no letter may hide a minus: what then must not be there is no question.
    asked = [query for query in asked if match_expression(read_query(query))]
    assert missing(connection, text, [*words, *asked]) == []
    for word in words:
        assert_marked(text, word)


def assert_marked(text: str, word: str) -> None:
    """That the marks of a snippet stand on the word that was looked for."""
    found = Finder(read_query(word)).snippet(text)
    assert found
    assert found.marks
    ends = [0]
    for start, end in found.marks:
        assert ends[-1] <= start < end <= len(found.text)
        ends.append(end)
        assert folded(found.text[start:end]) == folded(word)


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower())
    return "".join(letter for letter in plain if letter.isalnum() and not unicodedata.combining(letter))


@examples(100)
@given(words=st.lists(words, min_size=1, max_size=5), data=st.data())
def test_all_words_of_a_text_find_it_in_any_order(
    connection: sqlite3.Connection, words: list[str], data: st.DataObject
) -> None:
    assume(read_query(" ".join(words)))
    assert finds(connection, " ".join(words), " ".join(data.draw(st.permutations(words))))


UNSPACED = [letters for letters in SCRIPTS if letters[0] in "東ひ한ภລမខ"]


@examples(75)
@given(run=st.sampled_from(UNSPACED).flatmap(lambda letters: st.text(letters, min_size=1, max_size=20)), data=st.data())
def test_any_piece_of_unspaced_writing_finds_it(connection: sqlite3.Connection, run: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run) - 1))
    piece = run[start : data.draw(st.integers(start + 1, len(run)))]
    assume(read_query(piece))
    before, after = data.draw(st.sampled_from(["", "x", "x ", "。"])), data.draw(st.sampled_from(["", "y", "・", " y"]))
    text = f"{before}{run}{after}"
    assert missing(connection, text, [piece, unicodedata.normalize("NFD", piece)]) == []
    assert finds(connection, unicodedata.normalize("NFD", text), piece)


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("東京都庁", ["東", "京都", "東京", "東京都庁", '"東京都"']),
        ("消費税率を変更する", ["税率", "変更", "消費税"]),
        ("税率は19%です", ["19", "税率", "です"]),
        ("アイ・ウエ", ["アイ・ウエ", "アイ", "ウエ"]),
        ("한국어를 배웁니다", ["한국어", "배웁니다", "국어"]),
        ("การคิดภาษีมูลค่าเพิ่ม", ["ภาษี", "มูลค่าเพิ่ม", "คิด"]),
        ("roundVatRate()", ["round", "vat", "rate", "Rate", "VatRate", "roundvatrate", "RoundVat"]),
        ("parseHTTPResponse2xx", ["http", "response", "HTTPResponse", "parse"]),
        ("vat_rate src/vat.py FR-003", ["vat", "rate", "vat_rate", "src/vat.py", "vat.py", "fr-003", "FR-003", "003"]),
        ("--no-verify", ["no-verify", "verify", '"--no-verify"']),
        ("Straße, café, naïve", ["straße", "cafe", "café", "cafe\u0301", "NAIVE"]),
        ("cafe\u0301s", ["cafés", "cafes", "cafe\u0301s"]),
        ("🤖done ✅ok 🧪test🧪", ["done", "ok", "test"]),
        ("don't", ["don't", "don"]),
        ("C++ C# .NET", ["C++", "c#", ".net"]),
        ("1.2.3", ["1.2.3", "1.2"]),
    ],
)
def test_what_people_look_for(connection: sqlite3.Connection, text: str, queries: list[str]) -> None:
    for query in queries:
        assert finds(connection, f"before {text} after", query), query


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("東京都", ["京東", "東都", "都京"]),
        ("roundVat rate", ["VatRound"]),
        ("vat rate", ["var", '"rate vat"', "vat -rate", "vat cents", "ate"]),
        ("東京 都庁", ["京都"]),
    ],
)
def test_what_is_not_there_is_not_found(connection: sqlite3.Connection, text: str, queries: list[str]) -> None:
    for query in queries:
        assert not finds(connection, text, query), query


def test_a_star_is_a_beginning(connection: sqlite3.Connection) -> None:
    assert finds(connection, "rounding", "round*")
    assert not finds(connection, "rounding", "round")
    assert not finds(connection, "rounding", '"round*"')
    assert finds(connection, "東京都庁", "東京都*")
    assert finds(connection, "a-bcd", "a-b*")


@pytest.mark.parametrize("text", ["plain words", "FR-003 in src/vat_rate.py", "Größe", "ID", "HTTP", "USAs", "🤖x"])
def test_mostly_there_are_no_more_words(text: str) -> None:
    assert more_words(text) == ""


# -- snippets ----------------------------------------------------------------------------------------------


@examples(100)
@given(text=st.text(max_size=300), word=st.text(max_size=5))
def test_any_text_has_a_beginning_and_a_piece_on_one_line(text: str, word: str) -> None:
    for piece in filter(None, (beginning(text), Finder(read_query(word)).snippet(text))):
        assert len(piece.text) <= 126
        assert not re.search(r"[\n\r\t\v\f]|  ", piece.text)
        assert piece.text == piece.text.strip()
        assert 0 <= piece.line <= text.count("\n")


def test_a_piece_is_where_the_most_words_stand_together() -> None:
    text = "vat " * 50 + "\n" + "filler " * 50 + "\nhere the vat and the rate meet\n" + "rate " * 50
    found = Finder(read_query("vat rate")).snippet(text)
    assert found
    assert found.line == 2
    assert "here the vat and the rate meet" in found.text
    assert {found.text[start:end] for start, end in found.marks} == {"vat", "rate"}


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("การคิดภาษีมูลค่าเพิ่ม", "ภาษี", "ภาษี"),
        ("消費税率を変更する", "税率", "税率"),
        ("हिन्दी भाषा", "हिन्दी", "हिन्द"),
        ("cafe\u0301s open", "cafés", "cafés"),
        ("let roundVatRate(x)", "VatRate", "VatRate"),
        ("in src/vat_rate.py:", "vat_rate.py", "vat_rate.py"),
        ("see FR-003.", "fr-003", "FR-003"),
        ("rounding up", "round*", "round"),
    ],
)
def test_what_was_looked_for_is_marked(text: str, query: str, marked: str) -> None:
    found = Finder(read_query(query)).snippet(text)
    assert found
    assert [found.text[start:end] for start, end in found.marks] == [marked]


def test_a_long_word_or_phrase_is_shown_whole() -> None:
    word = "x" * 500
    found = Finder(read_query(word)).snippet(f"a {word} b")
    assert found
    assert [found.text[start:end] for start, end in found.marks] == [word]
