"""The rule that a Prompt History Record does not repeat another one."""

from collections.abc import Iterable, Iterator, Sequence
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
    regex(rb"<[!/A-Za-z]"), regex(rb"&[#A-Za-z]"), regex(rb"~(?=~)"), regex(rb"\{[/%]"), regex(rb"\\[hv]?phantom"),
    regex(rb"\[\s*\]\("),
)  # fmt: skip
_IN_FRONT_MATTER = regex(rb"prompt_text|response_text|prompts")
_LETTERS = bytes(range(256)).lower()
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
    own = _exchange(phr, context)
    if not all(own) or (isinstance(context, ChangeContext) and phr.path in context.view.moved_phrs):
        return
    for other in _exchanges(context).get(own, ()):
        if other != phr.path and context.came_first(other, phr.path):
            origin = f"who wrote the other: git log -- {paths.shell_word(other)}"
            fix = f"say in its response what is new in it, or remove it; {origin}"
            yield finding(phr, "prompt", f"repeats {other}", fix)
            return


def _exchange(phr: Phr, context: TreeContext) -> Exchange:
    return context.after.reader.once(exchange_of, phr)


# Rules are asked about one context after the other.
@lru_cache(maxsize=1)
def _exchanges(context: TreeContext) -> dict[Exchange, list[str]]:
    """Exchange -> the paths of the PHRs that hold it: of the records that are judged, and of those near them."""
    phrs = [record for record in context.records if isinstance(record, Phr)]
    compared = phrs
    if isinstance(context, ChangeContext):
        # One exchange may be recorded in each root that its change touches.
        compared = [phr for phr in context.coverage.phrs if phr.root == context.root]
    known = {phr.path for phr in compared}
    found: dict[Exchange, list[str]] = {}
    for phr in compared:
        found.setdefault(_exchange(phr, context), []).append(phr.path)
    general = paths.join(context.root, context.after.placed(f"{PROMPTS}/general"))
    wanted: dict[str, set[Exchange]] = {}
    for phr in phrs:
        for folder in (phr.path.rpartition("/")[0], general):
            wanted.setdefault(folder, set()).add(_exchange(phr, context))
    for folder, exchanges in wanted.items():
        for other in _possible_originals(context, folder, [each for each in exchanges if all(each)]):
            if other.path not in known:
                found.setdefault(_exchange(other, context), []).append(other.path)
    return found


def _possible_originals(context: TreeContext, folder: str, wanted: Sequence[Exchange]) -> Iterator[Phr]:
    """The PHRs of a folder, at head and as landed, that may hold one of the wanted exchanges.

    Of a few, most are ruled out by a word that their blob lacks: to parse a whole folder for every new record would
    cost more than the rest of a push.
    """
    entries = [(paths.join(folder, name), entry) for name, entry in _entries(context, folder) if entry.is_file]
    reader = context.after.reader
    words = [rarest_first(exchange) for exchange in wanted] if len(wanted) <= _FEW else [[]]
    for (path, entry), content in zip(entries, reader.contents([entry for _, entry in entries]), strict=True):
        if may_hold(content, words):
            record = reader.record(path, entry, context.root, KIND)
            if isinstance(record, Phr):
                yield record


def rarest_first(exchange: Exchange) -> list[str]:
    """The first words of an exchange: numbers and names with digits, then the longest."""
    return sorted(set(_WORD.findall(" ".join(exchange))), key=lambda word: (word.isalpha(), -len(word)))[:_WORDS_SOUGHT]


def may_hold(content: bytes, words: Iterable[Iterable[str]]) -> bool:
    """Whether a file may hold all the words of one exchange, whatever stands between their letters."""
    if any(sign.search(content) for sign in _REWRITTEN) or (b"\\" in content and _IN_FRONT_MATTER.search(content)):
        return True
    if content.isascii():
        letters = content.translate(_LETTERS, _SIGNS).decode("ascii")
    else:
        letters = _NO_LETTER.sub("", without_look_alikes(folded(decode(content)[0])).casefold())
    return any(all(map(letters.__contains__, each)) for each in words)


def _entries(context: TreeContext, folder: str) -> Iterable[tuple[str, Entry]]:
    """(name, Entry) of what a folder holds: as it has landed, then what head holds otherwise."""
    head = context.after.tree.folder(folder)
    landed = context.before.tree.folder(folder)
    if not landed:
        return head.items()
    own = ((name, entry) for name, (_, entry) in landed.against(head).items() if entry)
    return chain(landed.items(), sorted(own))
