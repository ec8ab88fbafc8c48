"""Snippets: the part of a text in which the most words of a query stand close together, with where they stand."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from sdd.index.terms import SIGNS_ON_LETTERS, Term, is_unspaced

WIDTH = 120
"""How many characters a snippet has at most, but for the signs of what was left out."""

# Of a word that stands everywhere the first hundred places say enough.
_MOST_PLACES = 100
_WORD_BEFORE, _WORD_AFTER = r"(?<![^\W_])", r"(?![^\W_])"


class Snippet(NamedTuple):
    """A piece of a text on one line. `marks` are (start, end) of the hits in it, `line` counts the lines before it."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    line: int = 0


class Finder:
    """Finds the words of one query in texts, as the full-text index compares them: without case and accents."""

    def __init__(self, terms: Sequence[Term]) -> None:
        wanted = [term for term in terms if term.wanted]
        self._patterns = [re.compile(_pattern(term, strict=True)) for term in wanted]
        # What only begins so, or stands within a longer name.
        self._loose = [re.compile(_pattern(term, strict=False)) for term in wanted]

    def snippet(self, text: str) -> Snippet | None:
        """The best piece of a text, None where no word of the query stands in it."""
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        folded = folded_letters(text)
        places = [
            (found.start(), found.end(), number)
            for number, (strict, loose) in enumerate(zip(self._patterns, self._loose, strict=True))
            for found in _places(strict, loose, folded)
        ]
        if not places:
            return None
        places.sort()
        start, end = _closest(places)
        return _cut(text, start, end, [(first, last) for first, last, _ in places])


def beginning(text: str) -> Snippet:
    """The first words of a text, where nothing in it is marked."""
    return _cut(text, 0, 0, [])


def folded_letters(text: str) -> str:
    """`text` in lower case and without accents, letter by letter, so that every place in it stays the same."""
    if text.isascii():
        return text.lower()
    return "".join([letter.lower() if letter < "\x80" else _folded(letter) for letter in text])


def _folded(letter: str) -> str:
    plain = unicodedata.normalize("NFD", letter)
    lowered = (plain[0] if unicodedata.combining(plain[-1]) else letter).lower()
    return lowered if len(lowered) == 1 else letter


def _pattern(term: Term, *, strict: bool) -> str:
    words = [folded_letters(part) for part in term.parts]
    if any(map(is_unspaced, term.parts)):
        return r"[\W_]*".join("".join(f"{letter}[{SIGNS_ON_LETTERS}]*" for letter in word) for word in words)
    phrase = r"[\W_]+".join(words)
    if not strict:
        return phrase
    return f"{_WORD_BEFORE}{phrase}{_WORD_AFTER if term.whole else ''}"


def _places(strict: "re.Pattern[str]", loose: "re.Pattern[str]", folded: str) -> "list[re.Match[str]]":
    for pattern in (strict, loose):
        found = [match for match, _ in zip(pattern.finditer(folded), range(_MOST_PLACES), strict=False)]
        if found:
            return found
    return []


def _closest(places: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """Where the most different words stand within WIDTH, as close to each other as they do: the ends of that piece."""
    best, chosen = 0, (places[0][0], places[0][1])
    for first, (start, end, _) in enumerate(places):
        seen: set[int] = set()
        for _, other, number in places[first:]:
            if seen and other - start > WIDTH:
                break
            if number not in seen:
                seen.add(number)
                end = max(end, other)
                if (-len(seen), end - start) < (-best, chosen[1] - chosen[0]):
                    best, chosen = len(seen), (start, end)
    return chosen


def _cut(text: str, start: int, end: int, marks: Sequence[tuple[int, int]]) -> Snippet:
    """The piece of `text` around a passage, whole words only, every run of white space as one blank."""
    room = max(0, WIDTH - (end - start))
    first, last = max(0, start - room // 3), min(len(text), end + room)
    while 0 < first < start and text[first - 1].isalnum() and text[first].isalnum():
        first += 1
    while end < last < len(text) and text[last - 1].isalnum() and text[last].isalnum():
        last -= 1
    pieces: list[str] = []
    places: dict[int, int] = {}
    for place in range(first, last):
        places[place] = len(pieces)
        if not text[place].isspace():
            pieces.append(text[place])
        elif pieces and pieces[-1] != " ":
            pieces.append(" ")
    places[last] = len(pieces)
    before, after = ("..." if first > 0 else ""), ("..." if last < len(text.rstrip()) else "")
    shift = len(before)
    kept = tuple((places[one] + shift, places[other] + shift) for one, other in marks if first <= one and other <= last)
    return Snippet(before + "".join(pieces).rstrip() + after, kept, text.count("\n", 0, start))
