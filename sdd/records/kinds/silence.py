"""Words that answer nothing: those that stand for an empty answer, and those that only tell an agent to go on.

Fixed lists, compared as the bare words that a reader sees. Length is no measure: a short text can say all there is to
say ("drop the cache").
"""

from collections.abc import Iterable, Iterator
from functools import cache

from sdd.document.visible import is_plainly_long, visible_text

_NOTHING = (
    "none, n/a, n.a., nil, null, nothing, not applicable, not available, empty, blank, unknown, lost, nobody",
    "todo, to do, todo: write, todo: fill in, tbd, tba, tbc, fixme, wip, to be defined, to be determined, to be done",
    "to be written, to be decided, to be added, coming soon, placeholder, lorem ipsum",
    "prompt, no prompt, no prompt recorded, prompt not recorded, not recorded, not provided, nothing to say",
    "see commit, see the commit, see commit message, see title, see above, see below, as above, same as above",
    "see the above, as below, as said, as mentioned, as mentioned above, as described, as described above",
    "as stated above, as discussed, as discussed above, as agreed, per discussion, as per discussion",
    "as per our discussion",
    "see discussion, see the discussion, see chat, see the chat, see description, see the description",
    "ditto, idem, dito, same, redacted, withdrawn, removed, deleted, dropped, obsolete",
    "keine, keiner, nichts, unbekannt, entfällt, s.o., s. o., siehe oben, siehe unten",  # German
    "wie oben, wie besprochen",  # German
    "rien, aucun, aucune, inconnu, voir ci-dessus, comme convenu",  # French
    "nada, ninguno, ninguna, desconocido, nenhum, nenhuma",  # Spanish, Portuguese
    "nessuno, nessuna, niente",  # Italian
    "нет данных, ничего, 无, 無, 没有, なし, 特になし, 없음",
)
TRIVIAL_PROMPTS = (
    "continue, please continue, go on, go ahead, go, proceed, please proceed, carry on, keep going",  # English
    "resume, start, begin, next, more, again, retry, try again, do it, fix it, yes, y, yep, yeah",  # English
    "yes please, yes continue, ok, okay, k, sure, thanks, thank you, approved, confirm, confirmed",  # English
    "sounds good, looks good, lgtm, done, todo, tbd, n/a, none, do that, do this",  # English
    "next step, next one, next task, move on, try it, ship it, correct, agreed, of course, perfect",  # English
    "that is right, that's right, no, nope, nah, no thanks",  # English
    "weiter, mach weiter, weitermachen, fortfahren, bitte weiter, ja, los, jetzt, nein, nee",  # German
    "oui, continuer, vas-y, allez, d'accord, non",  # French
    "sí, si, continúa, continua, continuar, sigue, adelante, vale, dale",  # Spanish
    "sim, prossiga",  # Portuguese
    "avanti, procedi, va bene",  # Italian
    "ja graag, ga door",  # Dutch
    "fortsätt, fortsett",  # Swedish, Norwegian
    "dalej, tak, kontynuuj",  # Polish
    "да, дальше, продолжай, ок",  # Russian
    "继续, 繼續, 请继续, 請繼續, 好, 好的, 是, 是的, 下一步",  # Chinese
    "続けて, 続行, はい, 次",  # Japanese
    "계속, 네, 예, 다음",  # Korean
    "जारी रखें, हाँ",  # Hindi
    "استمر, نعم, تابع",  # Arabic
    "جاری رکھیں, ہاں",  # Urdu
    "devam, devam et, evet",  # Turkish
    "tiếp tục, vâng",  # Vietnamese
    "lanjut, lanjutkan, ya",  # Indonesian
)
"""What only says "go on", and so asks for nothing, in several languages."""
# Politeness and words between that add nothing to "go on".
_FILLERS = (
    "please, pls, plz, kindly, ok, okay, yes, now, then, and, it, with, so, just, also, well, right, good, great, fine",
    "let us, let's, lets, you, can, you can, could you, that, this, all, to all, here, from here, until done",
    "bitte, gut, gern, gerne, und, dann, nun, jetzt, einfach, lass uns, damit",
    "svp, s'il te plaît, s'il vous plaît, et, donc, maintenant, bien",
    "por favor, y, ahora, pues, entonces, e, agora, então, per favore, ora, poi, allora",
    "alsjeblieft, en, nu, proszę, пожалуйста, и, 请, 請, 吧, lütfen",
)
_LONGEST = 5


def words_of(shown: str) -> list[str]:
    """The words of a visible text in lower case: letters and digits without the signs around and within them."""
    text = shown.casefold()
    if text.isascii():  # nearly all are
        return text.translate(_ASCII).split()
    words = text.translate({ord(letter): _bare(letter) for letter in set(text)}).split()
    return [word for word in words if any(map(str.isalnum, word))]


def _bare(letter: str) -> str:
    if letter.isalnum():
        return letter
    if letter.isascii() or letter == "\u2019":
        return "" if letter in "./'\u2019" else " "
    from unicodedata import category  # vowels of many scripts are marks

    return letter if category(letter)[0] == "M" else " "


_ASCII = {number: _bare(chr(number)) for number in range(128)}


def stands_for_nothing(words: list[str]) -> bool:
    """Whether words are an empty answer in words: "n.a.", "see commit"."""
    return tuple(words) in _nothing()


def only_goes_on(text: str) -> bool:
    """Whether a text only says "go on", once or often, however politely."""
    if is_plainly_long(text):
        return False
    words, known, place = words_of(visible_text(text)), _going_on(), 0
    while place < len(words):
        longest = min(_LONGEST, len(words) - place)
        size = next((size for size in range(longest, 0, -1) if tuple(words[place : place + size]) in known), 0)
        if not size:
            return False
        place += size
    return True


@cache
def _nothing() -> frozenset[tuple[str, ...]]:
    return frozenset(_split(_NOTHING))


@cache
def _going_on() -> frozenset[tuple[str, ...]]:
    return frozenset((*_split(TRIVIAL_PROMPTS), *_split(_FILLERS)))


def _split(lists: Iterable[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(words_of(phrase)) for phrases in lists for phrase in phrases.split(", "))
