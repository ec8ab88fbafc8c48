"""Whether changed files say what they said before: code that moved between them, or one name that became another."""

from collections import Counter
from collections.abc import Sequence

from sdd.base.listing import counted
from sdd.base.regex import regex
from sdd.gate.cover import CoveredFile
from sdd.repo.objects import Repository

_FEWEST_LINES = 3
_IMPORT = regex(r"\s*(?:from|import|#include|include|use|using|require|package|module|export)\b.*")
_TOKEN = regex(r"\w+|[=!<>]=|[=-]>|\S")
_NAME = regex(r"[^\W\d]\w*")
_DEFINES = frozenset(
    ("class", "const", "def", "enum", "fn", "fun", "func", "function", "interface", "let", "struct", "trait", "type",
     "val", "var")
)  # fmt: skip
_GENERATED = regex(r"(?i)@generated\b|\bDO NOT EDIT\b")
_HEAD = 5
_MOST_BYTES = 1_000_000

Texts = Sequence[tuple[str, str]]
"""What each of some files said and says."""


def rearranged(texts: Texts) -> str:
    """What makes a change of some texts a sure refactoring; empty where it is none."""
    return (_moved_code(texts) or _renamed(texts)) if texts else ""


def are_generated(texts: Texts) -> bool:
    """Whether each text says at its top, as it is or as it was, that a program wrote it."""
    heads = ["\n".join((after or before).splitlines()[:_HEAD]) for before, after in texts]
    return bool(heads) and all(map(_GENERATED.search, heads))


def texts_of(repository: Repository, files: Sequence[CoveredFile]) -> Texts:
    """What each file said and says; empty where one is no text, or all are large."""
    pairs = [file.changed.pair for file in files]
    entries = {entry.oid: entry for pair in pairs for entry in pair if entry}
    if not all(entry.is_file for entry in entries.values()):
        return ()
    contents = dict(zip(entries, repository.beginnings([*entries]), strict=True))
    if sum(map(len, contents.values())) > _MOST_BYTES:
        return ()
    try:
        texts = {oid: content.decode() for oid, content in contents.items()}
    except UnicodeDecodeError:
        return ()
    return [(texts[old.oid] if old else "", texts[new.oid] if new else "") for old, new in pairs]


def _moved_code(texts: Texts) -> str:
    """Lines that one file loses and another one gains, with no more than imports beside them."""
    gone, come = Counter[str](), Counter[str]()
    for before, after in texts:
        old, new = _lines(before), _lines(after)
        gone += old - new
        come += new - old
    moved = (gone & come).total()
    beside = (gone - come) + (come - gone)
    if moved < _FEWEST_LINES or not all(map(_IMPORT.fullmatch, beside)):
        return ""
    return f"it moves {counted(moved, 'line')} between files"


def _lines(text: str) -> Counter[str]:
    return Counter(line for each in text.splitlines() if (line := each.strip()))


def _renamed(texts: Texts) -> str:
    """One name that became another wherever it stood, and that the files themselves define."""
    names: set[tuple[str, str]] = set()
    is_defined = False
    for before, after in texts:
        old, new = _TOKEN.findall(before), _TOKEN.findall(after)
        if len(old) != len(new):
            return ""
        names |= {pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]}
        if len(names) > 1:
            return ""
        for pair in names:
            follows = zip(("", *old[:-1]), old, (*old[1:], ""), strict=True)
            is_defined |= any(word == pair[0] and (last in _DEFINES or then == "=") for last, word, then in follows)
    if not names or not is_defined:
        return ""
    ((was, now),) = names
    # A name that was there before would mean two things now.
    is_new = all(_NAME.fullmatch(name) for name in (was, now)) and not any(now in before for before, _ in texts)
    word = regex(rf"(?<!\w){was}(?!\w)") if is_new else None
    return f"it only calls {was} {now}" if word and all(word.sub(now, old) == new for old, new in texts) else ""
