"""The rule that a Prompt History Record does not repeat another one."""

from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from sdd.base import paths
from sdd.base.regex import regex
from sdd.document import decode
from sdd.document.visible import folded, without_look_alikes
from sdd.gate.change import Exchange, exchange_of
from sdd.gate.rules.rule import ChangeContext, Findings, Severity, TreeContext, finding, record_rule
from sdd.records.kinds.phr import KIND, Phr
from sdd.records.layout import PROMPTS
from sdd.repo.objects import Entry

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
# Of more new records than these, to search each landed one for the words of each takes longer than to parse it.
_FEW = 50


@record_rule(Severity.ERROR, Phr, needs=("phr-empty", "phr-missing-field"))
def phr_replayed(phr: Phr, context: TreeContext) -> Findings:
    """A PHR repeats another one: of its folder, of general/, or of the change in its root.

    What is seen counts: white space, letter case, comments, hidden elements, emphasis and the last sign make no
    difference. `sdd check` compares the records of all folders.

    Why: a copy of an old record would cover new code that nobody asked for.

    Fix: record this exchange, not that one. Where somebody else landed a copy of yours first, say so in the response.

    Bad example:
        -- history/prompts/001-vat/0004-again.green.prompt.md (copy) --
        history/prompts/001-vat/0002-rounding.green.prompt.md
        -id: "0002"
        +id: "0004"
    """
    if isinstance(context, ChangeContext) and phr.path in context.view.moved_phrs:
        return
    for other in _others_alike(context).get(phr.path, ()):
        if context.came_first(other, phr.path):
            origin = f"who wrote the other: git log -- {paths.shell_word(other)}"
            fix = f"say in its response what is new in it, or remove it; {origin}"
            yield finding(phr, "prompt", f"repeats {other}", fix)
            return


# Rules are asked about one context after the other.
@lru_cache(maxsize=1)
def _others_alike(context: TreeContext) -> Mapping[str, Sequence[str]]:
    """Path of a PHR that is judged -> those of others that hold the same exchange: judged ones, or PHRs near them."""
    judged = {record.path: _key(record, context) for record in context.records if isinstance(record, Phr)}
    compared = judged
    if isinstance(context, ChangeContext):
        # One exchange may be recorded in each root that its change touches.
        compared = {phr.path: _key(phr, context) for phr in context.coverage.phrs if phr.root == context.root}
    holding: dict[Hashable, list[str]] = {}
    for path, key in compared.items():
        holding.setdefault(key, []).append(path)
    general = paths.join(context.root, context.after.placed(f"{PROMPTS}/general"))
    near: dict[str, list[str]] = {}
    for path in judged:
        for folder in dict.fromkeys((path.rpartition("/")[0], general)):
            near.setdefault(folder, []).append(path)
    for folder, own in near.items():
        for other in _possible_originals(context, folder, compared, own):
            holding.setdefault(_key(other, context), []).append(other.path)
    alike = ((path, [other for other in holding.get(key, ()) if other != path]) for path, key in judged.items() if key)
    return {path: others for path, others in alike if others}


def _key(phr: Phr, context: TreeContext) -> Hashable:
    """What tells a PHR's exchange from others, None for one that lacks a part. All texts of a tree may fill memory."""
    exchange = _exchange(phr, context)
    if not all(exchange):
        return None
    if isinstance(context, ChangeContext):
        return exchange
    from hashlib import blake2b  # not needed to judge a push

    return blake2b(repr(exchange).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _exchange(phr: Phr, context: TreeContext) -> Exchange:
    return context.after.reader.once(exchange_of, phr)


def _possible_originals(
    context: TreeContext, folder: str, known: Container[str], judged: Sequence[str]
) -> Iterator[Phr]:
    """The PHRs of a folder, at head and as landed, but for `known` paths, that may hold the exchange of one that is
    judged.

    Of a few, most are ruled out by a word that their blob lacks: to parse a whole folder for every new record would
    cost more than the rest of a push.
    """
    listed = ((paths.join(folder, name), entry) for name, entry in _entries(context, folder) if entry.is_file)
    entries = [(path, entry) for path, entry in listed if path not in known]
    words: list[list[str]] = [[]]
    if entries and len(judged) <= _FEW:
        phrs = (phr for path in judged if isinstance(phr := context.record_at(path), Phr))
        words = [rarest_first(own) for phr in phrs if all(own := _exchange(phr, context))]
    reader = context.after.reader
    for (path, entry), content in zip(entries, reader.contents([entry for _, entry in entries]), strict=True):
        if may_hold(content, words):
            record = reader.record(path, entry, context.root, KIND)
            if isinstance(record, Phr):
                yield record


def rarest_first(exchange: Exchange) -> list[str]:
    """The first words of an exchange: numbers and names with digits, then the longest."""
    return sorted(set(_WORD.findall(_apart(" ".join(exchange)))), key=lambda word: (word.isalpha(), -len(word)))[
        :_WORDS_SOUGHT
    ]


def may_hold(content: bytes, words: Iterable[Iterable[str]]) -> bool:
    """Whether a file may hold all the words of one exchange, whatever stands between their letters."""
    if any(sign.search(content) for sign in _REWRITTEN) or (b"\\" in content and _ESCAPED.search(content)):
        return True
    if content.isascii():
        letters = content.translate(_LETTERS, _SIGNS).decode("ascii")
    else:
        letters = _NO_LETTER.sub("", _apart(without_look_alikes(folded(decode(content)[0])).casefold()))
    return any(all(map(letters.__contains__, each)) for each in words)


def _apart(text: str) -> str:
    """Text in capitals, with each mark behind its letter: markup may part the two. What looks like a capital counts as
    that, as it does where the mark was put apart.
    """
    if text.isascii():
        return text.upper()
    from unicodedata import normalize

    return without_look_alikes(normalize("NFKD", text).upper())


def _entries(context: TreeContext, folder: str) -> Iterable[tuple[str, Entry]]:
    """(name, Entry) of what a folder holds: as it has landed, then what head holds otherwise."""
    head = context.after.tree.folder(folder)
    landed = context.before.tree.folder(folder)
    if not landed:
        return head.items()
    own = ((name, entry) for name, (_, entry) in landed.against(head).items() if entry)
    return chain(landed.items(), sorted(own))
