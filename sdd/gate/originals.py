"""Which PHRs of a folder may say what a new one says: few of a large folder are read to tell."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from sdd.base import paths
from sdd.base.regex import regex
from sdd.document import decode
from sdd.document.visible import folded, visible_key, without_look_alikes
from sdd.gate.change import Exchange, exchange_of
from sdd.records.kinds.phr import KIND, Phr, prompt_and_response
from sdd.records.project import Reader
from sdd.repo.objects import Entry, Tree

if TYPE_CHECKING:
    from sdd.gate.exchange_cache import ExchangeCache

# To look for each word of a long text takes quadratic time: a blob that holds so many is read.
_WORDS_SOUGHT = 50
_WORD = regex(r"[^\W_]+")
_NO_LETTER = regex(r"[\W_]+")
# What may hide within a word, or stand for other letters than are written: tags, comments, entities, text that is
# struck out, links without text, and escapes in front matter. One pattern for each sign: Python looks for a literal
# start seven times as fast as for one of several.
_REWRITTEN = (
    regex(rb"<[!?/A-Za-z]"), regex(rb"&[#A-Za-z]"), regex(rb"~(?=~)"), regex(rb"\{[/%]"), regex(rb"\\[hv]?phantom"),
    regex(rb"\[\s*\]\("),
)  # fmt: skip
# In front matter: under its keys, and what writes letters otherwise or joins two lines, in keys too.
_ESCAPED = regex(rb"(?i)prompt_text|response_text|prompts|\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|[ \t]*[\r\n])")
_LETTERS = bytes(range(256)).upper()
_SIGNS = bytes(sign for sign in range(128) if not chr(sign).isalnum())

FEW = 50
"""Of more new records than these, to search each landed one for the words of each takes longer than to parse it."""

# Less than some three hundred entries are read as fast as a cache.
_LARGE = 16 * 1024
# So many PHRs more than it must a run reads for the cache, in a third of the time that it takes to search 10,000.
_LEARNED_AT_ONCE = 400


class Place(NamedTuple):
    """A folder of PHRs: its path and root, and the trees at TARGET (`landed`) and `head` that hold it."""

    folder: str
    root: str
    landed: Tree
    head: Tree


def possible_originals(
    reader: Reader, place: Place, exchanges: Sequence[Exchange] | None, known: Container[str]
) -> Iterator[Phr]:
    """The PHRs of a folder, at head and as landed, but for `known` paths, that may hold one of some exchanges; all of
    them where these are not told.

    Most are ruled out by what a cache knows of them, or by a word that their blob lacks: to parse a whole folder for
    every new record would cost more than the rest of a push. Whoever goes through all of them fills the cache.
    """
    if exchanges == []:
        return
    landed = place.landed.folder(place.folder)
    tree = place.landed.get(place.folder) if exchanges and landed.size > _LARGE else None
    cache = _cache(place, tree.oid, exchanges) if tree and exchanges else None
    is_ruled_out = cache is not None and tree is not None and cache.rules_out_all_of(tree.oid)
    named = _entries(place, {} if is_ruled_out else landed.holding(landed.ids - cache.ruled_out) if cache else landed)
    entries = [(paths.join(place.folder, name), entry) for name, entry in named if entry.is_file]
    entries = [(path, entry) for path, entry in entries if path not in known]
    if cache:
        entries = [(path, entry) for path, entry in entries if not cache.rules_out(entry.oid)]
    words: list[list[str]] = [[]]
    if entries and exchanges and len(exchanges) <= FEW:
        words = [rarest_first(exchange) for exchange in exchanges]
    spare = _LEARNED_AT_ONCE if cache and entries and cache.can_be_written else 0
    for (path, entry), content in zip(entries, reader.contents([entry for _, entry in entries]), strict=True):
        # Who judges many changes asks again about the files of a small folder.
        letters = letters_in(content) if tree else reader.once(letters_in, content)
        may_be = may_hold(letters, words)
        record = reader.record(path, entry, place.root, KIND) if may_be else None
        if isinstance(record, Phr):
            if cache:
                cache.learn(entry.oid, reader.once(exchange_of, record))
            yield record
        elif cache and spare:
            cache.learn(entry.oid, exchange_in(content))
            spare -= 1
    if cache and tree and not is_ruled_out:
        cache.write(tree.oid, landed)


def exchange_in(content: bytes) -> Exchange:
    """What the file of a PHR says was asked and answered: `exchange_of` it, in half the time."""
    prompt, response = prompt_and_response(content)
    return visible_key(prompt), visible_key(response)


def _cache(place: Place, tree: str, exchanges: Sequence[Exchange]) -> "ExchangeCache | None":
    from sdd.gate.exchange_cache import cache_of  # few folders are large

    return cache_of(place.landed.repository, place.folder, tree, exchanges)


def _entries(place: Place, sought: Mapping[str, Entry]) -> Iterable[tuple[str, Entry]]:
    """(name, Entry) of what a folder holds: what is `sought` of it as it has landed, then what head holds otherwise."""
    head, landed = (tree.folder(place.folder) for tree in (place.head, place.landed))
    if not landed:
        return head.items()
    own = sorted((name, entry) for name, (_, entry) in landed.against(head).items() if entry)
    return chain(sought.items(), own)


def rarest_first(exchange: Exchange) -> list[str]:
    """The first words of an exchange: numbers and names with digits, then the longest."""
    return sorted(set(_WORD.findall(_apart(" ".join(exchange)))), key=lambda word: (word.isalpha(), -len(word)))[
        :_WORDS_SOUGHT
    ]


def letters_in(content: bytes) -> str | None:
    """The letters and digits of a file, whatever stands between them; None where some may be written otherwise."""
    if any(sign.search(content) for sign in _REWRITTEN) or (b"\\" in content and _ESCAPED.search(content)):
        return None
    if content.isascii():
        return content.translate(_LETTERS, _SIGNS).decode("ascii")
    return _NO_LETTER.sub("", _apart(without_look_alikes(folded(decode(content)[0])).casefold()))


def may_hold(letters: str | None, words: Iterable[Iterable[str]]) -> bool:
    """Whether a file of these letters may hold all the words of one exchange."""
    return letters is None or any(all(map(letters.__contains__, each)) for each in words)


def _apart(text: str) -> str:
    """Text in capitals, with each mark behind its letter: markup may part the two. What looks like a capital counts as
    that, as it does where the mark was put apart.
    """
    if text.isascii():
        return text.upper()
    from unicodedata import normalize

    return without_look_alikes(normalize("NFKD", text).upper())
