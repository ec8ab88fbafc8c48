"""Words: what of a text is searched for beside what the tokenizer finds, and a query as SQLite wants it.

The tokenizer is FTS5's unicode61: words are runs of letters and digits, without regard to case and accents, so that
`vat_rate`, `FR-003` and `src/vat.py` are found by their parts and, as phrases, as a whole. The trigram tokenizer would
make the database more than twice as large and finds no word of two letters. What unicode61 does not part is put into a
column of its own: writing without spaces between words (Chinese, Japanese, Korean, Thai ...) as pairs of neighbouring
letters, and names such as `roundVatRate` as the words in them.
"""

import string
import unicodedata
from typing import NamedTuple

from sdd.base.paths import without_raw_bytes
from sdd.base.regex import regex

# Han, kana, Hangul, Thai, Lao, Burmese, Khmer: scripts whose words no space parts, or not where a reader would.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    r"\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Their vowel signs stand on letters: unicode61 parts words there, so that pairs are made as if there were none.
SIGNS_ON_LETTERS = (
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u105e-\u1060"
    r"\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d\u17b4-\u17d3\u17dd\u302a-\u302f"
    r"\u3099\u309a"
)
# What is left of accents where letter and accent are one sign: unicode61 takes them off too.
_ACCENT = r"\u0300-\u0331"
_ON_LETTER = regex(rf"[{SIGNS_ON_LETTERS}{_ACCENT}]")
_ANY_UNSPACED = regex(rf"[{_UNSPACED}]")
_RUN = regex(rf"(?:[^\W_](?<=[{_UNSPACED}]))+")
_PART = regex(rf"(?:[^\W_](?<=[{_UNSPACED}]))+|[^\W_{_UNSPACED}]+")
# Signs that came into Unicode after SQLite's own tables were made, most emoji among them: it takes them for letters.
_NEW_SIGN = regex(r"[\u20b9-\u20cf\u2e3c-\u2e7f\U0001f10d-\U0001faff]")
_WORD = regex(r"[^\W_]+")
_INNER_CAPITAL = regex(r"[a-z0-9][A-Z]|[A-Z]{2}[a-z]{2}")
_CAMEL = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Each letter and digit of ASCII by its case: a or A.
_CASES = bytes.maketrans(
    (string.ascii_lowercase + string.digits + string.ascii_uppercase).encode(), b"a" * 36 + b"A" * 26
)
_QUERY = regex(r'(-?)(?:"([^"]*)"?|(\S+))')


def storable(text: str) -> str:
    """`text` as SQLite can hold it: bytes that are not UTF-8 as git quotes them, NUL and halves of surrogate pairs,
    which YAML's escapes can write, as escapes.
    """
    if text.isascii():  # nearly all are
        return text.replace("\0", "\\0")
    return without_raw_bytes(text).encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")


def more_words(text: str) -> str:
    """The words of a text that unicode61 alone would not find, apart by spaces; mostly none."""
    found: list[str] = []
    if not text.isascii() and _ANY_UNSPACED.search(text):
        for word in _WORD.findall(bare_letters(text)):
            if _RUN.search(word):
                for part in _PART.findall(word):
                    found += _pairs(part) if _RUN.match(part) else (part,)
    # Every text is asked, and few hold such a name: this is the quickest way to say no.
    cases = text.encode().translate(_CASES)
    if b"aA" in cases or b"AAaa" in cases:
        for word in _WORD.findall(text):
            if _INNER_CAPITAL.search(word):
                found += _CAMEL.findall(word)
    return " ".join(found)


def without_new_signs(text: str) -> str:
    """`text` as the tokenizer is to see it: with blanks for the signs that it would take for letters."""
    return text if text.isascii() else _NEW_SIGN.sub(" ", text)


def bare_letters(text: str) -> str:
    """`text` without the signs that stand on letters, but for those that make one letter with it."""
    return text if text.isascii() else _ON_LETTER.sub("", unicodedata.normalize("NFC", text))


def is_unspaced(word: str) -> bool:
    """Whether a word is a run of letters of a script that has no spaces between words."""
    # What knows those scripts takes long to make ready, and most queries have no need of it.
    return not word.isascii() and _RUN.match(word) is not None


def _pairs(run: str) -> list[str]:
    """Each letter with its neighbour, and the last one alone, so that a single letter is the start of some pair."""
    return [run[place : place + 2] for place in range(len(run))]


class Term(NamedTuple):
    """One word or phrase of a query. `parts` are its words as they are compared, `whole` whether it must end there.

    `forms` are other words that mean the same; what is `quoted` has none.
    """

    parts: tuple[str, ...]
    whole: bool
    wanted: bool
    quoted: bool = False
    forms: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is made of letters only: no id, no number."""
        return all(map(str.isalpha, self.parts))


def read_query(text: str) -> tuple[Term, ...]:
    """The words that somebody typed. Quotes hold a phrase together, `-word` must not be there, `word*` is a beginning.

    Whatever else is typed is text, never an operator. What holds neither letters nor digits is left out.
    """
    terms = []
    for minus, phrase, word in _QUERY.findall(bare_letters(text)):
        said = phrase or word
        parts = tuple((_WORD if said.isascii() else _PART).findall(said))
        if parts:
            terms.append(Term(parts, not (word and word.endswith("*")), not minus, bool(phrase)))
    return tuple(terms)


def match_expression(terms: tuple[Term, ...], *, joined: str = "AND", whole: bool = True) -> str:
    """The FTS5 expression that finds the documents with these terms, empty where none is wanted.

    `joined` is AND or OR; without `whole` every term is only the beginning of what is looked for.
    """
    wanted = [_expression(term, whole) for term in terms if term.wanted]
    if not wanted:
        return ""
    found = f" {joined} ".join(wanted)
    unwanted = [_expression(term, True) for term in terms if not term.wanted]
    return f"({found}){''.join(f' NOT {term}' for term in unwanted)}"


def _expression(term: Term, whole: bool) -> str:
    """Spaced words are one phrase; letters of other scripts are a phrase of pairs in a column of their own."""
    found: list[str] = []
    spaced: list[str] = []
    for place, part in enumerate(term.parts):
        if not is_unspaced(part):
            spaced.append(part)
        else:
            # The pair of a run's last letter is that letter alone; in a longer run it goes on.
            pairs = [part[at : at + 2] for at in range(max(1, len(part) - 1))]
            found.append(f"more : {_quoted(pairs)}{' *' if len(part) == 1 else ''}")
        if spaced and (place + 1 == len(term.parts) or is_unspaced(term.parts[place + 1])):
            begins = " *" if not (term.whole and whole) and place + 1 == len(term.parts) else ""
            inner = _CAMEL.findall(part) if _INNER_CAPITAL.search(part) and len(spaced) == 1 else []
            # Two words of a name are no word of the text, but neighbours among its parts.
            within = f" OR more : {_quoted(inner)}{begins}" if inner else ""
            found.append(f"({_quoted(spaced)}{begins}{within})" if within else f"{_quoted(spaced)}{begins}")
            spaced = []
    alike = [_quoted([form]) for form in term.forms]
    return f"({(' OR ' if alike else ' AND ').join([*found, *alike])})" if len(found) + len(alike) > 1 else found[0]


def _quoted(words: list[str]) -> str:
    return '"' + " ".join(words) + '"'
