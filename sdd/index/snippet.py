"""Snippets: the part of a text in which the most words of a query stand close together, with where they stand."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from sdd.index.terms import SIGNS_ON_LETTERS, Term, is_unspaced

WIDTH = 120
"""How many characters a snippet has at most, but for the signs of what was left out and a longer hit."""

# Of a word that stands everywhere the first hundred places say enough.
_MOST_PLACES = 100
_WORD_BEFORE, _WORD_AFTER = r"(?<![^\W_])", r"(?![^\W_])"


class Snippet(NamedTuple):
    """A piece of a text on one line. `marks` are (start, end) of the hits in it, one after the other, `line` counts the
    lines before it, and `words` says how many different ones of the query it holds.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    line: int = 0
    words: int = 0


class Finder:
    """Finds the words of one query in texts, as the full-text index compares them: without case and accents.

    With `beginnings` words that begin so are meant too.
    """

    def __init__(self, terms: Sequence[Term], *, beginnings: bool = False) -> None:
        wanted = [term for term in terms if term.wanted]
        self._patterns = [re.compile(_pattern(term, beginnings)) for term in wanted]
        # What stands within a longer name: the rate of roundVatRate.
        self._within = [re.compile(_phrase(term)) for term in wanted]

    def snippet(self, text: str) -> Snippet | None:
        """The best piece of a text, None where no word of the query stands in it."""
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        folded = folded_letters(text)
        places = [
            (start, end, number)
            for number, (pattern, within) in enumerate(zip(self._patterns, self._within, strict=True))
            for start, end in _places(pattern, within, text, folded)
        ]
        if not places:
            return None
        places.sort()
        return _cut(text, *_closest(places), places)


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


def _pattern(term: Term, beginnings: bool) -> str:
    phrase = _phrase(term)
    if any(map(is_unspaced, term.parts)):
        return phrase
    alike = "|".join((phrase, *term.forms))
    return f"{_WORD_BEFORE}(?:{alike}){_WORD_AFTER if term.whole and not beginnings else ''}"


def _phrase(term: Term) -> str:
    words = [folded_letters(part) for part in term.parts]
    if any(map(is_unspaced, words)):
        return r"[\W_]*".join("".join(f"{letter}[{SIGNS_ON_LETTERS}]*" for letter in word) for word in words)
    return r"[\W_]+".join(words)


def _places(pattern: "re.Pattern[str]", within: "re.Pattern[str]", text: str, folded: str) -> list[tuple[int, int]]:
    found = [mark.span() for mark in islice(pattern.finditer(folded), _MOST_PLACES)]
    return found or list(islice(_within_names(within, text, folded), _MOST_PLACES))


def _within_names(pattern: "re.Pattern[str]", text: str, folded: str) -> Iterator[tuple[int, int]]:
    for mark in pattern.finditer(folded):
        start, end = mark.span()
        begins = text[start].isupper() or not text[start - 1 : start].isalnum()
        if begins and (text[end : end + 1].isupper() or not text[end : end + 1].isalnum()):
            yield start, end


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


def _cut(text: str, start: int, end: int, places: Sequence[tuple[int, int, int]]) -> Snippet:
    """The piece of `text` around a passage, every run of white space as one blank."""
    first = _first(text, start, max(0, WIDTH - (end - start)))
    last = _last(text, end, first + WIDTH)
    before = "..." if text[:first].rstrip(" ") and text[first - 1] != "\n" else ""
    after = "..." if text[last : last + 2].strip() else ""

    def shown(place: int) -> str:
        return before + re.sub(r"\s+", " ", text[first:place]).lstrip()

    marks: list[tuple[int, int]] = []
    words = set()
    for begin, finish, number in places:
        if first <= begin and finish <= last:
            words.add(number)
            start_shown = max(len(shown(begin)), marks[-1][1] if marks else 0)
            end_shown = len(shown(finish))
            if start_shown < end_shown:
                marks.append((start_shown, end_shown))
    return Snippet(shown(last).rstrip() + after, tuple(marks), text.count("\n", 0, start), len(words))


def _first(text: str, start: int, room: int) -> int:
    """Where a piece begins: on the line of its hit where that is not far, else with some words before it."""
    line = text.rfind("\n", 0, start) + 1
    if line >= start - room // 2:
        return line
    early = start - room // 3
    blank = re.compile(r"\s").search(text, early, start)
    return blank.end() if blank else early


def _last(text: str, end: int, far: int) -> int:
    """Where a piece ends: within the paragraph of its hit, after a whole word."""
    paragraph = text.find("\n\n", end)
    last = max(end, min(far, len(text), paragraph if paragraph >= 0 else far))
    if not text[last : last + 1].strip():
        return last
    blank = re.compile(r".*\s", re.DOTALL).match(text, end, last)
    return blank.end() if blank else last
